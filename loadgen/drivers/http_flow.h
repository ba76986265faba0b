// HttpFlow: what one arrival of driver `http` does: one request, or several steps in a row, where
// a later step may use what an earlier answer held. HttpPlan is a weighted mix of flows.
// Threads: immutable once read.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/config/fields.h"
#include "loadgen/drivers/feeder.h"
#include "loadgen/drivers/text_template.h"

namespace hubsim::loadgen {

struct HttpStep {
  std::string method;
  TextTemplate url;
  std::vector<std::pair<std::string, TextTemplate>> headers;
  TextTemplate body;
  std::vector<int> expect;  ///< empty: any 2xx
  TextTemplate written;     ///< of `writes`; empty: a good answer promises nothing
  /// Name ("got.id") and JSON pointer into the answer's body.
  std::vector<std::pair<std::string, std::string>> capture;
  config::Distribution think;  ///< before this step, from the answer to the one before it
};

struct HttpFlow {
  double weight = 1;
  std::vector<HttpStep> steps;
};

struct HttpPlan {
  std::vector<HttpFlow> mix;
  double total_weight = 0;
  std::chrono::nanoseconds timeout{0};
  std::optional<Feeder> feeder;
};

/// The field table of driver `http`.
[[nodiscard]] const config::Fields& http_fields();
[[nodiscard]] HttpPlan read_http_plan(const config::Settings& settings, config::Problems& problems);

}  // namespace hubsim::loadgen

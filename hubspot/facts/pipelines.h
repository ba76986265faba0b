// Pipeline facts: the pipelines and stages a fresh portal has, read once from
// hubspot/data/pipelines.json. Behaviour: mock_server/portal/pipelines.h.
// Threads: immutable once loaded.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace hubsim::hubspot {

/// isClosed, probability, ticketState, ...: every value is a text (behaviour reference 7, R).
using StageMetadata = std::vector<std::pair<std::string, std::string>>;

struct StageFact {
  std::string id;
  std::string label;
  StageMetadata metadata;
};

struct PipelineFact {
  std::string type_id;  ///< "0-3"
  std::string id;
  std::string label;
  int display_order = 0;
  std::vector<StageFact> stages;
};

/// Throws std::runtime_error at first use when the embedded file is broken.
[[nodiscard]] const std::vector<PipelineFact>& default_pipelines();

}  // namespace hubsim::hubspot

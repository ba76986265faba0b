// ControlClient: the mock's control API (docs/control-api.md) in the runner's words. Every failure
// is a sentence that names the call.
// Threads: one; each call blocks until its answer, at most 30 s.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/json/json.h"
#include "common/net/blocking_client.h"

namespace hubsim::scenarios {

/// One page of a log read by cursor.
struct LogPage {
  std::vector<Json> entries;
  std::uint64_t next_after = 0;
  std::uint64_t first_available = 0;
  std::uint64_t lost = 0;
  bool full = false;  ///< as many as were asked for: there may be more
};

class ControlClient {
 public:
  explicit ControlClient(std::string control_url) : control_url_(std::move(control_url)) {}

  [[nodiscard]] Result<Json> get(const std::string& path) { return call("GET", path, nullptr); }
  [[nodiscard]] Result<Json> post(const std::string& path, const Json& body) {
    return call("POST", path, &body);
  }
  [[nodiscard]] Result<Json> put(const std::string& path, const Json& body) {
    return call("PUT", path, &body);
  }
  /// `log`: "history", "requests" or "webhooks/deliveries".
  [[nodiscard]] Result<LogPage> read_log(const std::string& log, std::uint64_t after);
  [[nodiscard]] Result<std::string> get_text(const std::string& path);

  static constexpr std::size_t page_size = 1000;

 private:
  Result<Json> call(const std::string& method, const std::string& path, const Json* body);

  std::string control_url_;
  net::BlockingHttpClient client_;
};

}  // namespace hubsim::scenarios

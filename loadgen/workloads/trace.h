// Trace: what somebody recorded, to be played again: requests and when they came. Read from a HAR
// file (a browser's or a proxy's), or from lines of JSON such as
//   {"at_ms": 120, "method": "POST", "url": "/people", "headers": {"X-A": "b"}, "body": "..."}
// of which only at_ms is needed. Times are taken relative to the first.
// Threads: plain values. Limits: 1,000,000 entries, 256 MiB; more is refused.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace hubsim::loadgen {

struct TraceEntry {
  std::chrono::nanoseconds at{0};  ///< since the first
  std::string method = "GET";
  std::string target;  ///< path and query; empty: the driver's own
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// In order of time. The error names the file's line, or the HAR's entry.
[[nodiscard]] Result<std::vector<TraceEntry>> parse_trace(std::string_view text);
[[nodiscard]] Result<std::vector<TraceEntry>> load_trace(const std::string& path);

}  // namespace hubsim::loadgen

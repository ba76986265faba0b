// Observation: what the other system showed in one read of all its records, and the interval in
// which it was read. Made by scenarios/observe, judged by the oracle.
// Threads: plain values. Times are milliseconds since 1970 on the portal's clock: `from_ms` rounded
// down before the first byte was asked for, `to_ms` rounded up after the last one came.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hubsim::scenarios {

struct ObservedRecord {
  std::string key;  ///< the record's HubSpot id as the other system stores it
  std::vector<std::pair<std::string, std::string>> properties;  ///< null is ""
};

struct Observation {
  std::string observer;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  /// False: the read failed on the way or met a limit; `error` says why. Absence proves nothing.
  bool complete = false;
  std::string error;
  std::vector<ObservedRecord> records;
  /// What the read cost.
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0;
};

}  // namespace hubsim::scenarios

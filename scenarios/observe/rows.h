// Rows: how observers turn what they read into observed records, and how a read begins and ends.
// Threads: one. Times: the interval is rounded outwards to whole milliseconds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/json/json.h"
#include "scenarios/observe/observer.h"

namespace hubsim::scenarios {

/// The member at a dotted path ("paging.next.after"); the value itself for "" and "."; nullptr
/// when it is not there or null.
[[nodiscard]] const Json* at_path(const Json& value, std::string_view path);

/// One read on its way to an Observation.
class Read {
 public:
  Read(std::string observer, const ObserverSettings& settings, const Clock& clock);

  /// Failure: the row has no key, or a limit is met.
  Status<> add_row(const Json& row);
  Status<> add(ObservedRecord record);
  Status<> add_cost(std::uint64_t requests, std::uint64_t bytes);
  /// What is left of the timeout; zero or less when it has passed.
  [[nodiscard]] std::chrono::nanoseconds time_left() const;

  [[nodiscard]] Observation finish();
  [[nodiscard]] Observation fail(std::string why);

 private:
  [[nodiscard]] Observation close();

  const ObserverSettings& settings_;
  const Clock& clock_;
  std::chrono::nanoseconds deadline_;
  Observation observation_;
};

/// What is wrong with a mirror's settings whatever its kind, or nothing.
[[nodiscard]] std::optional<std::string> problem_of(const ObserverSettings& settings);

}  // namespace hubsim::scenarios

// Oracle: compares the truth (the portal's history) with what one observer saw of the other system
// and says of every record whether it is lost, stale, regressed, phantom, duplicate, resurrected
// or undeleted (DESIGN 3a). Any value that was current during the read matches.
// Incremental: each observation costs one look-up a record; values are compared only where the
// record or its mirror changed, or was not equal yet. Memory: the mirrored properties' history
// and the last observation.
// Threads: one. Invariant: history is added up to an observation's end before the observation.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "scenarios/oracle/findings.h"
#include "scenarios/oracle/history.h"
#include "scenarios/oracle/observation.h"

namespace hubsim::scenarios {

/// What of the portal the other system is supposed to show.
struct MirrorSpec {
  std::string observer;
  std::string object_type = "0-1";
  std::vector<std::string> properties;
};

struct Deadline {
  /// The observation judged by must begin at or after this (the end of traffic).
  std::int64_t quiet_since_ms = 0;
  /// Changes committed so shortly before that observation are not held against the mirror.
  std::int64_t grace_ms = 0;
};

class Oracle {
 public:
  explicit Oracle(MirrorSpec spec);
  Oracle(Oracle&&) noexcept;
  Oracle& operator=(Oracle&&) noexcept;
  ~Oracle();

  /// In order of sequence, every entry of the portal (those of other types are passed over). A
  /// gap is an error, and everything judged afterwards says so.
  Status<> add_history(const HistoryEntry& entry);
  /// After the history up to its end. One that is not complete is counted and otherwise ignored.
  void add_observation(Observation observation);

  [[nodiscard]] Divergence divergence() const;
  [[nodiscard]] Findings judge(const Deadline& deadline) const;
  [[nodiscard]] const MirrorSpec& spec() const noexcept;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace hubsim::scenarios

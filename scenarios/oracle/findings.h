// Findings: what the oracle concludes about each record at the deadline, with the write and the
// observation that prove it. Words as in DESIGN 3a, "Truth and its mirror".
// Threads: plain values. Times are milliseconds since 1970 on the portal's clock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubsim::scenarios {

enum class FindingKind {
  lost,              ///< the record, or a property that was never empty, is not there
  stale,             ///< an older committed value is shown
  regressed,         ///< as stale, and a newer value had been seen before
  phantom,           ///< a value or a record that nobody ever wrote
  duplicate_record,  ///< more than one mirror record for one key
  resurrected,       ///< there, after its deletion had been seen
  undeleted,         ///< there although deleted, and never seen absent
};
[[nodiscard]] std::string_view name_of(FindingKind kind) noexcept;

struct Finding {
  FindingKind kind = FindingKind::lost;
  std::string key;  ///< the record's id
  std::string lineage;
  std::string property;  ///< empty: the whole record
  std::string expected;
  std::string observed;
  std::uint64_t sequence = 0;  ///< of the write that should be seen
  std::int64_t since_ms = 0;   ///< when that write was committed
  /// The observed value was committed more than once: which write it shows cannot be told.
  bool ambiguous = false;
  [[nodiscard]] std::string text() const;
};

/// When a record became equal for good: after `earliest_ms` (the look before, which was not equal)
/// and by `latest_ms` (the first equal one). Their distance is the error bar.
struct RecordConvergence {
  std::string key;
  std::int64_t changed_ms = 0;  ///< its last change
  std::int64_t earliest_ms = 0;
  std::int64_t latest_ms = 0;
};

struct Findings {
  /// False: there was nothing to judge by, `why_not` says what was missing.
  bool judged = false;
  std::string why_not;
  std::vector<Finding> findings;
  std::vector<RecordConvergence> converged;
  std::vector<std::string> not_converged;
  std::uint64_t records = 0;     ///< of the truth, compared
  std::uint64_t properties = 0;  ///< values compared
  std::uint64_t ambiguous = 0;   ///< equal values that were committed more than once
  std::uint64_t ahead = 0;       ///< values seen before HubSpot committed them; not judged
  std::uint64_t transient_regressions = 0;  ///< seen during the run, mended by the deadline
  std::int64_t final_from_ms = 0;           ///< the observation judged by
  std::int64_t final_to_ms = 0;
  std::uint64_t complete_observations = 0;
  std::uint64_t failed_observations = 0;

  [[nodiscard]] std::uint64_t count(FindingKind kind) const;
};

/// What differs right now, for the live display, `until: converged` and the timeline.
struct Divergence {
  bool observed = false;
  std::uint64_t count = 0;    ///< records wrong in the last complete observation
  std::uint64_t pending = 0;  ///< right at the time, but changed during or after that observation
  std::int64_t observed_ms = 0;
  std::vector<std::string> examples;  ///< keys, at most 10
  [[nodiscard]] bool converged() const noexcept { return observed && count + pending == 0; }
};

}  // namespace hubsim::scenarios

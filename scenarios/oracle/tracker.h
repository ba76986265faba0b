// Tracker: follows one mirror through its observations, record by record: whether it showed the
// latest state and since when, which versions were seen, whether a deletion was.
// Incremental: a record whose row and whose truth did not change is only looked up.
// Threads: one. Invariant: tracks() is as long as the truth was at the last observation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/oracle/findings.h"
#include "scenarios/oracle/observation.h"
#include "scenarios/oracle/truth.h"

namespace hubsim::scenarios {

/// The row's value of the property that is at `position` of the truth's list; absent is "".
[[nodiscard]] const std::string& shown_value(const ObservedRecord& row, std::size_t position,
                                             const std::string& name);

/// Versions of that value, committed by that moment.
struct Matches {
  std::size_t count = 0;
  std::size_t newest = 0;
};
[[nodiscard]] Matches matches_of(const std::vector<Version>& versions, std::string_view value,
                                 std::int64_t until_ms);

/// What the observations so far say of one record.
struct Track {
  std::uint64_t fingerprint = 0;
  std::uint64_t compared_change = 0;  ///< the truth's last change when compared
  std::uint64_t seen_in = 0;          ///< number of the last observation it was in
  bool matches = true;                ///< nothing wrong in the last observation
  bool is_latest = false;             ///< and it showed the latest state there was
  bool absence_seen = false;          ///< its deletion was seen: there, then deleted and absent
  /// The unbroken run of observations that show the state after change `equal_change`.
  std::uint64_t equal_change = 0;
  std::int64_t equal_earliest_ms = 0;
  std::int64_t equal_latest_ms = 0;
  /// The newest version seen of each property (0 none, else its index + 1), and whether the last
  /// look showed an older one. Empty until the record is seen.
  std::vector<std::uint32_t> newest_seen;
  std::vector<bool> dropped;
};

class Tracker {
 public:
  explicit Tracker(const Truth& truth) : truth_(truth) {}

  /// One that is not complete is counted and otherwise ignored.
  void observe(Observation observation);
  [[nodiscard]] Divergence divergence() const;

  [[nodiscard]] const std::vector<Track>& tracks() const noexcept { return tracks_; }
  /// Of records the history told of after the last observation: a blank one.
  [[nodiscard]] const Track& track(std::size_t index) const;
  /// The last complete observation.
  [[nodiscard]] const std::optional<Observation>& last() const noexcept { return last_; }
  [[nodiscard]] Interval window() const noexcept { return window_; }
  [[nodiscard]] std::uint64_t complete() const noexcept { return number_; }
  [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }
  /// How often a property fell back to an older value.
  [[nodiscard]] std::uint64_t drops() const noexcept { return drops_; }

 private:
  struct Seen {
    bool matches = true;
    bool is_latest = true;
  };
  void look_at(const ObservedRecord& row);
  void look_at_absent(std::size_t index);
  [[nodiscard]] bool unchanged(std::size_t index, std::uint64_t print) const;
  Seen compare(std::size_t index, const ObservedRecord& row);
  void follow(Track& track, std::size_t property, const Matches& matches);
  void conclude(std::size_t index, Seen seen);

  const Truth& truth_;
  std::vector<Track> tracks_;
  std::optional<Observation> last_;
  Interval window_;           ///< of the last complete observation
  Interval previous_window_;  ///< of the one before
  std::uint64_t number_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t drops_ = 0;
  /// Rows of the last observation that no truth explains, or that came twice.
  std::uint64_t odd_rows_ = 0;
  std::vector<std::string> odd_keys_;
};

}  // namespace hubsim::scenarios

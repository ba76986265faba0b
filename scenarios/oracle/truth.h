// Truth: what the mirrored properties of the records of one object type were at every moment, built
// from the portal's history.
// Threads: one. Times: milliseconds on the portal's clock; a moment that falls on a change counts
// for the value before and the value after it, because a millisecond holds both.
// Invariants: versions and lives are in order of sequence; neighbouring versions differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/result.h"
#include "scenarios/oracle/history.h"

namespace hubsim::scenarios {

struct Interval {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
};

/// A value, current from its commit to the next version's.
struct Version {
  std::int64_t at_ms = 0;
  std::uint64_t sequence = 0;
  std::string value;
};

inline constexpr std::int64_t never_ms = std::numeric_limits<std::int64_t>::max();

/// A span in which the record was there.
struct Life {
  std::int64_t born_ms = 0;
  std::int64_t died_ms = never_ms;
  std::uint64_t born_sequence = 0;
  std::uint64_t died_sequence = 0;
};

struct Change {
  std::int64_t at_ms = 0;
  std::uint64_t sequence = 0;
};

struct ObjectTruth {
  std::string id;
  std::string lineage;
  std::vector<Life> lives;
  /// In the order of the mirrored properties. Empty: nothing is known of it (it was there before
  /// the history began), so nothing is judged.
  std::vector<std::vector<Version>> properties;
  /// What changed anything that a mirror shows.
  std::vector<Change> changes;

  [[nodiscard]] bool alive_at(std::int64_t ms) const;
  [[nodiscard]] bool alive_some_time(Interval interval) const;
  [[nodiscard]] bool absent_some_time(Interval interval) const;
  /// The last change at or before that moment; zeros when there was none.
  [[nodiscard]] Change last_change(std::int64_t until_ms) const;
};

/// The version current at that moment, or nullptr.
[[nodiscard]] const Version* version_at(std::span<const Version> versions, std::int64_t ms);
/// True when a version of that value was current at some moment of the interval.
[[nodiscard]] bool was_current(std::span<const Version> versions, std::string_view value,
                               Interval interval);

class Truth {
 public:
  Truth(std::string object_type, std::vector<std::string> properties)
      : object_type_(std::move(object_type)), properties_(std::move(properties)) {}

  /// Failure: entries are missing before this one. It is taken all the same.
  Status<> add(const HistoryEntry& entry);

  [[nodiscard]] const std::vector<ObjectTruth>& objects() const noexcept { return objects_; }
  [[nodiscard]] const std::vector<std::string>& properties() const noexcept { return properties_; }
  /// The index in objects(), or npos.
  /// Of an id that was merged away before `ms`: that of the outcome.
  [[nodiscard]] std::size_t find(const std::string& id, std::int64_t ms = never_ms) const;
  /// What is missing of the history, or "".
  [[nodiscard]] const std::string& gap() const noexcept { return gap_; }

  static constexpr std::size_t npos = std::numeric_limits<std::size_t>::max();

 private:
  Status<> check_order(const HistoryEntry& entry);
  ObjectTruth& object_of(const HistoryEntry& entry);
  bool apply_life(ObjectTruth& object, const HistoryEntry& entry);
  bool apply_values(ObjectTruth& object, const HistoryEntry& entry);
  void apply_merge(const HistoryEntry& entry);
  static bool end_life(ObjectTruth& object, const HistoryEntry& entry);

  std::string object_type_;
  std::vector<std::string> properties_;
  std::vector<ObjectTruth> objects_;
  std::unordered_map<std::string, std::size_t> by_id_;
  struct MergedInto {
    std::string id;
    std::int64_t at_ms = 0;
  };
  std::unordered_map<std::string, MergedInto> merged_;
  std::uint64_t last_sequence_ = 0;
  std::string gap_;
};

}  // namespace hubsim::scenarios

// ScriptedWorld: a portal's history and a mirror that follows it with random delays, honestly but
// for the defects planted in it, so that a test knows exactly what the oracle must say.
// Everything comes from one seed; time is a number of milliseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/random/prng.h"
#include "scenarios/oracle/oracle.h"

namespace hubsim::simulation {

enum class Defect {
  none,
  lost,         ///< the record never appears
  stale,        ///< one change of a property is never applied, nor any later one
  regressed,    ///< applied, then undone
  phantom,      ///< a value nobody wrote
  duplicate,    ///< shown twice
  resurrected,  ///< deleted, and there again later
  undeleted,    ///< the deletion is never applied
};

/// What the oracle has to say of one planted defect: kind and record.
using Named = std::pair<scenarios::FindingKind, std::string>;

class ScriptedWorld {
 public:
  ScriptedWorld(std::uint64_t seed, std::vector<Defect> planted);

  [[nodiscard]] static scenarios::MirrorSpec spec();
  [[nodiscard]] const std::vector<scenarios::HistoryEntry>& history() const { return history_; }
  [[nodiscard]] const std::set<Named>& expected() const noexcept { return expected_; }
  /// Reads every row at a moment of its own within the interval.
  [[nodiscard]] scenarios::Observation read(std::int64_t from_ms, std::int64_t to_ms);

  /// When the mirror last came to show something else of that record; nothing when it was deleted,
  /// because a record may come and go between two looks.
  [[nodiscard]] std::optional<std::int64_t> caught_up_ms(const std::string& id) const;

  static constexpr std::int64_t settled_ms = 90'000;

 private:
  /// What the mirror shows of a record from a moment on.
  struct Shown {
    std::int64_t at_ms = 0;
    int rows = 0;
    std::vector<std::string> values;
  };
  struct Record {
    std::string id;
    Defect defect = Defect::none;
    std::vector<scenarios::HistoryEntry> changes;
    std::vector<Shown> shown;
  };

  void write(Record& record);
  void add_change(Record& record, scenarios::ChangeKind kind, std::int64_t at_ms);
  void follow(Record& record);
  void plant(Record& record);
  void plant_value_defect(Record& record);
  void order_history(std::vector<Record>& records);
  std::string new_value(std::size_t property);

  Prng prng_;
  std::vector<Record> records_;
  std::vector<scenarios::HistoryEntry> history_;
  std::set<Named> expected_;
  std::uint64_t values_ = 0;
};

}  // namespace hubsim::simulation

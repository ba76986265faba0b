#include "tests/simulation/oracle_mirror.h"

#include <algorithm>

namespace hubsim::simulation {

using scenarios::ChangeKind;
using scenarios::FindingKind;
using scenarios::HistoryEntry;
using scenarios::Observation;

namespace {

constexpr std::int64_t longest_delay_ms = 8'000;
/// The last of the properties takes few values, which therefore recur.
constexpr std::size_t picklist = 2;

const std::vector<std::string>& property_names() {
  static const std::vector<std::string> names{"email", "phone", "stage"};
  return names;
}

void apply(const HistoryEntry& change, std::vector<std::string>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (const auto& [name, value] : change.properties) {
      values[i] = name == property_names()[i] ? value : values[i];
    }
  }
}

}  // namespace

ScriptedWorld::ScriptedWorld(std::uint64_t seed, std::vector<Defect> planted) : prng_(seed) {
  for (std::size_t i = 0; i < planted.size(); ++i) {
    Record record{.id = std::to_string(101 + i), .defect = planted[i]};
    write(record);
    records_.push_back(std::move(record));
  }
  order_history(records_);
  for (Record& record : records_) {
    follow(record);
    plant(record);
  }
}

scenarios::MirrorSpec ScriptedWorld::spec() {
  return {.observer = "scripted", .object_type = "0-1", .properties = property_names()};
}

std::string ScriptedWorld::new_value(std::size_t property) {
  if (property == picklist) {
    static const std::vector<std::string> stages{"", "lead", "customer"};
    return stages[prng_.below(stages.size())];
  }
  return "value-" + std::to_string(++values_);
}

void ScriptedWorld::write(Record& record) {
  auto at_ms = static_cast<std::int64_t>(prng_.below(20'000));
  add_change(record, ChangeKind::created, at_ms);
  const std::uint64_t updates = 2 + prng_.below(6);
  for (std::uint64_t i = 0; i < updates; ++i) {
    at_ms += 1 + static_cast<std::int64_t>(prng_.below(4'000));
    add_change(record, ChangeKind::updated, at_ms);
  }
  const bool must_die = record.defect == Defect::resurrected || record.defect == Defect::undeleted;
  const bool may_die = record.defect == Defect::none && prng_.below(5) == 0;
  if (must_die || may_die) {
    // A planted record is shown long enough to be seen, or its deletion could not be seen either.
    at_ms +=
        must_die ? longest_delay_ms + 10'000 : 1 + static_cast<std::int64_t>(prng_.below(4'000));
    add_change(record, ChangeKind::archived, at_ms);
  }
}

void ScriptedWorld::add_change(Record& record, ChangeKind kind, std::int64_t at_ms) {
  HistoryEntry entry{.at_ms = at_ms, .kind = kind, .object_type = "0-1", .object_id = record.id};
  entry.lineage = "people/" + record.id;
  if (kind != ChangeKind::archived) {
    for (std::size_t i = 0; i < property_names().size(); ++i) {
      // The phone changes every time, so that a defect always has a change to spoil.
      if (i == 1 || prng_.below(2) == 0) {
        entry.properties.emplace_back(property_names()[i], new_value(i));
      }
    }
  }
  record.changes.push_back(std::move(entry));
}

void ScriptedWorld::order_history(std::vector<Record>& records) {
  for (const Record& record : records) {
    history_.insert(history_.end(), record.changes.begin(), record.changes.end());
  }
  // The changes of one record never share a millisecond.
  std::sort(history_.begin(), history_.end(), [](const auto& a, const auto& b) {
    return a.at_ms != b.at_ms ? a.at_ms < b.at_ms : a.object_id < b.object_id;
  });
  for (std::size_t i = 0; i < history_.size(); ++i) {
    history_[i].sequence = i + 1;
  }
}

/// Applies every change after a random delay, never before an earlier one of the same record.
void ScriptedWorld::follow(Record& record) {
  std::int64_t at_ms = 0;
  std::vector<std::string> values(property_names().size());
  for (const HistoryEntry& change : record.changes) {
    const auto delay_ms = static_cast<std::int64_t>(prng_.below(longest_delay_ms));
    at_ms = std::max(at_ms, change.at_ms + (prng_.below(3) == 0 ? 0 : delay_ms));
    apply(change, values);
    const int rows = change.kind == ChangeKind::archived ? 0 : 1;
    record.shown.push_back({.at_ms = at_ms, .rows = rows, .values = values});
  }
}

void ScriptedWorld::plant(Record& record) {
  const auto expect = [&](FindingKind kind) { expected_.insert({kind, record.id}); };
  switch (record.defect) {
    case Defect::none:
      return;
    case Defect::lost:
      record.shown.clear();
      return expect(FindingKind::lost);
    case Defect::duplicate:
      for (Shown& shown : record.shown) {
        shown.rows = 2;
      }
      return expect(FindingKind::duplicate_record);
    case Defect::undeleted:
      record.shown.pop_back();
      return expect(FindingKind::undeleted);
    case Defect::resurrected: {
      Shown again = record.shown[record.shown.size() - 2];
      again.at_ms = settled_ms - 5'000;
      record.shown.push_back(again);
      return expect(FindingKind::resurrected);
    }
    default:
      return plant_value_defect(record);
  }
}

void ScriptedWorld::plant_value_defect(Record& record) {
  Shown last = record.shown.back();
  const std::string older = record.shown[record.shown.size() - 2].values[1];
  if (record.defect == Defect::stale) {
    record.shown.back().values[1] = older;
    expected_.insert({FindingKind::stale, record.id});
    return;
  }
  last.at_ms = settled_ms - 5'000;
  const bool phantom = record.defect == Defect::phantom;
  last.values[1] = phantom ? "nobody wrote this" : older;
  record.shown.push_back(last);
  expected_.insert({phantom ? FindingKind::phantom : FindingKind::regressed, record.id});
}

std::optional<std::int64_t> ScriptedWorld::caught_up_ms(const std::string& id) const {
  const auto it = std::find_if(records_.begin(), records_.end(),
                               [&](const Record& record) { return record.id == id; });
  const Shown& last = it->shown.back();
  return last.rows == 0 ? std::nullopt : std::optional(last.at_ms);
}

Observation ScriptedWorld::read(std::int64_t from_ms, std::int64_t to_ms) {
  Observation seen{.observer = "scripted", .from_ms = from_ms, .to_ms = to_ms, .complete = true};
  const auto length = static_cast<std::uint64_t>(to_ms - from_ms + 1);
  for (const Record& record : records_) {
    const std::int64_t at_ms = from_ms + static_cast<std::int64_t>(prng_.below(length));
    const Shown* shown = nullptr;
    for (const Shown& state : record.shown) {
      shown = state.at_ms <= at_ms ? &state : shown;
    }
    for (int row = 0; shown != nullptr && row < shown->rows; ++row) {
      scenarios::ObservedRecord observed{.key = record.id, .properties = {}};
      for (std::size_t i = 0; i < shown->values.size(); ++i) {
        observed.properties.emplace_back(property_names()[i], shown->values[i]);
      }
      seen.records.push_back(std::move(observed));
    }
  }
  return seen;
}

}  // namespace hubsim::simulation

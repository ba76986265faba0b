#include "scenarios/oracle/truth.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubsim::scenarios {

namespace {

const std::string* value_of(const PropertyList& properties, std::string_view name) {
  const auto it = std::find_if(properties.begin(), properties.end(),
                               [&](const auto& pair) { return pair.first == name; });
  return it == properties.end() ? nullptr : &it->second;
}

}  // namespace

bool ObjectTruth::alive_at(std::int64_t ms) const {
  return std::any_of(lives.begin(), lives.end(),
                     [&](const Life& life) { return life.born_ms <= ms && ms < life.died_ms; });
}

bool ObjectTruth::alive_some_time(Interval interval) const {
  return std::any_of(lives.begin(), lives.end(), [&](const Life& life) {
    return life.born_ms <= interval.to_ms && life.died_ms >= interval.from_ms;
  });
}

bool ObjectTruth::absent_some_time(Interval interval) const {
  return std::none_of(lives.begin(), lives.end(), [&](const Life& life) {
    return life.born_ms < interval.from_ms && life.died_ms > interval.to_ms;
  });
}

Change ObjectTruth::last_change(std::int64_t until_ms) const {
  for (auto it = changes.rbegin(); it != changes.rend(); ++it) {
    if (it->at_ms <= until_ms) {
      return *it;
    }
  }
  return {};
}

const Version* version_at(std::span<const Version> versions, std::int64_t ms) {
  for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
    if (it->at_ms <= ms) {
      return &*it;
    }
  }
  return nullptr;
}

bool was_current(std::span<const Version> versions, std::string_view value, Interval interval) {
  std::int64_t until_ms = never_ms;
  for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
    if (until_ms < interval.from_ms) {
      return false;
    }
    if (it->at_ms <= interval.to_ms && it->value == value) {
      return true;
    }
    until_ms = it->at_ms;
  }
  return false;
}

Status<> Truth::add(const HistoryEntry& entry) {
  auto order = check_order(entry);
  if (!is_of_record(entry.kind) || entry.object_type != object_type_) {
    return order;
  }
  ObjectTruth& object = object_of(entry);
  const bool life = apply_life(object, entry);
  const bool values = apply_values(object, entry);
  if (life || values) {
    object.changes.push_back({.at_ms = entry.at_ms, .sequence = entry.sequence});
  }
  apply_merge(entry);
  return order;
}

std::size_t Truth::find(const std::string& id, std::int64_t ms) const {
  if (const auto merged = merged_.find(id); merged != merged_.end() && merged->second.at_ms < ms) {
    return find(merged->second.id, ms);
  }
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? npos : it->second;
}

Status<> Truth::check_order(const HistoryEntry& entry) {
  const std::uint64_t expected = last_sequence_ + 1;
  last_sequence_ = std::max(last_sequence_, entry.sequence);
  if (entry.sequence == expected) {
    return Done{};
  }
  std::string problem = fmt::format(
      "history has sequence {} where {} was expected: entries were lost or read out of order",
      entry.sequence, expected);
  if (gap_.empty()) {
    gap_ = problem;
  }
  return Failure{std::move(problem)};
}

ObjectTruth& Truth::object_of(const HistoryEntry& entry) {
  const auto [it, is_new] = by_id_.try_emplace(entry.object_id, objects_.size());
  if (is_new) {
    ObjectTruth object{.id = entry.object_id, .lineage = entry.lineage};
    object.properties.resize(properties_.size());
    const bool begins = entry.kind == ChangeKind::created || entry.kind == ChangeKind::merged;
    if (!begins) {  // it was there before the history began
      object.lives.push_back({.born_ms = std::numeric_limits<std::int64_t>::min()});
    }
    objects_.push_back(std::move(object));
  }
  return objects_[it->second];
}

bool Truth::apply_life(ObjectTruth& object, const HistoryEntry& entry) {
  const bool alive = !object.lives.empty() && object.lives.back().died_ms == never_ms;
  const bool born = entry.kind == ChangeKind::created || entry.kind == ChangeKind::restored ||
                    entry.kind == ChangeKind::merged;
  if (born && !alive) {
    object.lives.push_back({.born_ms = entry.at_ms, .born_sequence = entry.sequence});
    return true;
  }
  const bool died = entry.kind == ChangeKind::archived || entry.kind == ChangeKind::privacy_deleted;
  return died && end_life(object, entry);
}

bool Truth::end_life(ObjectTruth& object, const HistoryEntry& entry) {
  if (object.lives.empty() || object.lives.back().died_ms != never_ms) {
    return false;
  }
  object.lives.back().died_ms = entry.at_ms;
  object.lives.back().died_sequence = entry.sequence;
  return true;
}

/// The merged records end, and their ids mean the outcome (a mirror that keeps both has a
/// duplicate).
void Truth::apply_merge(const HistoryEntry& entry) {
  for (const std::string& id : entry.merged_ids) {
    HistoryEntry gone = entry;
    gone.object_id = id;
    gone.kind = ChangeKind::archived;
    ObjectTruth& object = object_of(gone);
    if (end_life(object, entry)) {
      object.changes.push_back({.at_ms = entry.at_ms, .sequence = entry.sequence});
    }
    merged_[id] = {.id = entry.object_id, .at_ms = entry.at_ms};
  }
}

bool Truth::apply_values(ObjectTruth& object, const HistoryEntry& entry) {
  bool changed = false;
  for (std::size_t i = 0; i < properties_.size(); ++i) {
    auto& versions = object.properties[i];
    const std::string* value = value_of(entry.properties, properties_[i]);
    const bool begins = entry.kind == ChangeKind::created || entry.kind == ChangeKind::merged;
    const bool is_first = begins && versions.empty();
    if ((value == nullptr && !is_first) ||
        (value != nullptr && !versions.empty() && versions.back().value == *value)) {
      continue;
    }
    versions.push_back({.at_ms = entry.at_ms,
                        .sequence = entry.sequence,
                        .value = value == nullptr ? std::string() : *value});
    changed = true;
  }
  return changed;
}

}  // namespace hubsim::scenarios

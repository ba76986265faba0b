#include "scenarios/oracle/effects.h"

#include <algorithm>

namespace hubsim::scenarios {

void EffectsLedger::add_history(const HistoryEntry& entry) {
  if (entry.kind == ChangeKind::created && entry.object_type == object_type_ &&
      !entry.by_integration()) {
    ++warranted_[entry.object_id];
  }
}

void EffectsLedger::add_observation(const Observation& observation) {
  if (!observation.complete) {
    return;
  }
  observed_ = true;
  done_.clear();
  for (const ObservedRecord& record : observation.records) {
    ++done_[record.key];
  }
}

EffectsFindings EffectsLedger::judge() const {
  EffectsFindings found;
  for (const auto& [key, done] : done_) {
    found.effects += done;
    const auto it = warranted_.find(key);
    const std::uint64_t warranted = it == warranted_.end() ? 0 : it->second;
    // An effect for a record that nobody else created is odd, but only the second is a duplicate.
    const std::uint64_t allowed = std::max<std::uint64_t>(warranted, 1);
    if (done > allowed) {
      found.duplicates += done - allowed;
      found.records.push_back({.key = key, .done = done, .warranted = warranted});
    }
  }
  for (const auto& [key, warranted] : warranted_) {
    found.warranted += warranted;
    found.without_effect += done_.contains(key) ? 0U : 1U;
  }
  std::sort(found.records.begin(), found.records.end(), [](const auto& a, const auto& b) {
    return a.done != b.done ? a.done > b.done : a.key < b.key;
  });
  found.judged = observed_ && found.effects > 0;
  if (!found.judged) {
    found.why_not =
        observed_ ? "no effect was ever seen" : "the effects were never read completely";
  }
  return found;
}

}  // namespace hubsim::scenarios

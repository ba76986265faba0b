// EffectsLedger: whether something the integration does once for a record (a welcome mail) was done
// twice. What warrants an effect is a record created by others than the integration; a record whose
// effect nobody warranted may have one, never two.
// Threads: one. Invariant: judged by the last complete observation.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "scenarios/oracle/history.h"
#include "scenarios/oracle/observation.h"

namespace hubsim::scenarios {

struct DuplicateEffect {
  std::string key;
  std::uint64_t done = 0;
  std::uint64_t warranted = 0;
};

struct EffectsFindings {
  bool judged = false;
  std::string why_not;
  std::uint64_t effects = 0;    ///< rows seen
  std::uint64_t warranted = 0;  ///< changes that call for an effect
  std::uint64_t duplicates = 0;
  std::uint64_t without_effect = 0;  ///< warranted and not done; for information
  std::vector<DuplicateEffect> records;
};

class EffectsLedger {
 public:
  explicit EffectsLedger(std::string object_type) : object_type_(std::move(object_type)) {}
  void add_history(const HistoryEntry& entry);
  void add_observation(const Observation& observation);
  [[nodiscard]] EffectsFindings judge() const;

 private:
  std::string object_type_;
  std::unordered_map<std::string, std::uint64_t> warranted_;
  std::unordered_map<std::string, std::uint64_t> done_;
  bool observed_ = false;
};

}  // namespace hubsim::scenarios

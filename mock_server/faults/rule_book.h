// RuleBook: the fault rules of one portal: put and removed as JSON, asked once for each call and
// each webhook event. A decision is drawn from (seed, rule id, key, attempt), attempt being how
// often the rule has met that key: timing and the order of other calls do not change it. Of keys a
// rule keeps at most `max_keys`; the older half is then forgotten and counted. Threads: guarded by
// the portal's lock; no lock inside. Cost when empty: one comparison. Invariants: rules act in
// order of first put; every matching rule draws, also a shadowed one.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/fields.h"
#include "mock_server/faults/effect.h"
#include "mock_server/faults/kind.h"

namespace hubsim::faults {

/// The fault key of the call (design 3a); asked for at most once, only when a rule matches.
using KeyProvider = std::function<std::string()>;

class RuleBook {
 public:
  static constexpr std::size_t max_rules = 1000;
  static constexpr std::size_t max_keys = 200'000;

  RuleBook(const FaultRegistry& kinds, std::uint64_t seed);
  ~RuleBook();
  RuleBook(const RuleBook&) = delete;
  RuleBook& operator=(const RuleBook&) = delete;

  /// Nothing is changed when there are problems. The same id replaces the rule, keeps its place and
  /// its counts.
  [[nodiscard]] config::Problems put(std::string_view id, const Json& rule);
  /// False when there is no such rule. Its counts stay in list(true).
  bool remove(std::string_view id);
  void clear();

  /// {"results":[{…rule,"eligible","hits","shadowed","forgotten_keys"}]}; removed ones have
  /// "removed":true.
  [[nodiscard]] Json list(bool with_removed) const;
  [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }

  [[nodiscard]] CallEffect decide_call(const CallFacts& facts, const KeyProvider& key);
  /// Asked once for each event, when it is born: all its attempts share the decision.
  [[nodiscard]] DeliveryEffect decide_delivery(const DeliveryFacts& facts);

  struct Rule;

 private:
  class BatchFaults;
  [[nodiscard]] Rule* find(std::string_view id) const;

  const FaultRegistry& kinds_;
  std::uint64_t seed_;
  std::vector<std::unique_ptr<Rule>> rules_;
  std::deque<Json> removed_;
};

}  // namespace hubsim::faults

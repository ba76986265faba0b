// Rule: one fault rule as put: what it matches, how often, and what it has done so far. Internal to
// RuleBook.
// Threads: guarded by the portal's lock.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/faults/rule_book.h"

namespace hubsim::faults {

/// How often each key was met. Keys are kept by hash in two generations: when the younger is full
/// the older is forgotten, and that is counted.
class AttemptCounter {
 public:
  explicit AttemptCounter(std::size_t max_keys) : half_(max_keys / 2) {}
  /// 0 for the first time.
  [[nodiscard]] std::uint32_t next(std::uint64_t key);
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_; }

 private:
  using Counts = boost::unordered_flat_map<std::uint64_t, std::uint32_t>;
  std::size_t half_;
  Counts young_;
  Counts old_;
  std::uint64_t forgotten_ = 0;
};

/// Patterns by what they are matched with; an empty list matches all.
struct Match {
  std::vector<std::string> operations;
  std::vector<std::string> methods;
  std::vector<std::string> paths;
  std::vector<std::string> apps;
};

struct RuleCounts {
  std::uint64_t eligible = 0;  ///< calls, inputs or events that matched
  std::uint64_t hits = 0;
  std::uint64_t shadowed = 0;  ///< drawn, but an earlier rule had ended the call
  AttemptCounter attempts{RuleBook::max_keys};
};

struct RuleBook::Rule {
  std::string id;
  const FaultKind* kind = nullptr;
  Json source;
  Match match;
  double share = 1;
  Instant from{};
  Instant until{};           ///< zero: open
  std::uint64_t budget = 0;  ///< zero: none
  Behaviour behaviour;
  RuleCounts counts;

  [[nodiscard]] bool matches(const CallFacts& facts) const;
  [[nodiscard]] bool matches(const DeliveryFacts& facts) const;
  [[nodiscard]] bool spent() const noexcept { return budget != 0 && counts.hits >= budget; }
  /// Counts the meeting and says with which generator it hits, if it does.
  [[nodiscard]] std::optional<Prng> draw(std::uint64_t seed, std::string_view key);
  [[nodiscard]] Json to_json() const;
};

/// Reads a rule; with problems the result is not to be used.
[[nodiscard]] std::unique_ptr<RuleBook::Rule> read_rule(const FaultRegistry& kinds,
                                                        std::string_view id, const Json& json,
                                                        config::Problems& problems);

}  // namespace hubsim::faults

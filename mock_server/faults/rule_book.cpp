#include "mock_server/faults/rule_book.h"

#include <algorithm>

#include "mock_server/faults/rule.h"

namespace hubsim::faults {

namespace {

constexpr std::size_t max_removed = 1000;

/// Lineage, type and property: never ids or times, which differ between runs on real sockets.
std::string key_of(const DeliveryFacts& facts) {
  std::string key(facts.lineage);
  key.append("\x1f").append(facts.subscription_type).append("\x1f").append(facts.property_name);
  return key;
}

}  // namespace

class RuleBook::BatchFaults final : public InputFaults {
 public:
  explicit BatchFaults(std::uint64_t seed) : seed_(seed) {}
  void add(Rule& rule) { rules_.push_back(&rule); }

  bool fails(std::string_view key) override {
    bool failed = false;
    for (Rule* rule : rules_) {
      if (rule->draw(seed_, key)) {
        ++rule->counts.hits;
        failed = true;
        if (std::find(hit_.begin(), hit_.end(), rule->id) == hit_.end()) {
          hit_.push_back(rule->id);
        }
      }
    }
    return failed;
  }
  [[nodiscard]] const std::vector<std::string>& rule_ids() const override { return hit_; }

 private:
  std::uint64_t seed_;
  std::vector<Rule*> rules_;
  std::vector<std::string> hit_;
};

RuleBook::RuleBook(const FaultRegistry& kinds, std::uint64_t seed) : kinds_(kinds), seed_(seed) {}
RuleBook::~RuleBook() = default;

RuleBook::Rule* RuleBook::find(std::string_view id) const {
  const auto it =
      std::find_if(rules_.begin(), rules_.end(), [&](const auto& rule) { return rule->id == id; });
  return it == rules_.end() ? nullptr : it->get();
}

config::Problems RuleBook::put(std::string_view id, const Json& json) {
  config::Problems problems;
  auto rule = read_rule(kinds_, id, json, problems);
  Rule* old = find(id);
  if (old == nullptr && rules_.size() >= max_rules) {
    problems.push_back({"", "there are 1000 rules already, which is the most: delete some"});
  }
  if (!problems.empty()) {
    return problems;
  }
  if (old == nullptr) {
    rules_.push_back(std::move(rule));
  } else {
    rule->counts = std::move(old->counts);
    *old = std::move(*rule);
  }
  return problems;
}

bool RuleBook::remove(std::string_view id) {
  const auto it =
      std::find_if(rules_.begin(), rules_.end(), [&](const auto& rule) { return rule->id == id; });
  if (it == rules_.end()) {
    return false;
  }
  Json last = (*it)->to_json();
  last["removed"] = true;
  removed_.push_back(std::move(last));
  if (removed_.size() > max_removed) {
    removed_.pop_front();
  }
  rules_.erase(it);
  return true;
}

void RuleBook::clear() {
  while (!rules_.empty()) {
    remove(rules_.back()->id);
  }
}

Json RuleBook::list(bool with_removed) const {
  Json results = Json::array();
  for (const auto& rule : rules_) {
    results.push_back(rule->to_json());
  }
  if (with_removed) {
    for (const Json& rule : removed_) {
      results.push_back(rule);
    }
  }
  return {{"results", std::move(results)}};
}

CallEffect RuleBook::decide_call(const CallFacts& facts, const KeyProvider& key) {
  CallEffect effect;
  std::optional<std::string> key_text;
  BatchFaults* inputs = nullptr;
  bool ended = false;
  for (const auto& rule : rules_) {
    if (!rule->matches(facts)) {
      continue;
    }
    if (rule->behaviour.per_input) {
      if (inputs == nullptr) {
        effect.inputs = std::make_unique<BatchFaults>(seed_);
        inputs = static_cast<BatchFaults*>(effect.inputs.get());
      }
      inputs->add(*rule);
      continue;
    }
    if (!key_text) {
      key_text = key();
    }
    auto prng = rule->draw(seed_, *key_text);
    if (!prng) {
      continue;
    }
    if (rule->behaviour.ends_call && ended) {
      ++rule->counts.shadowed;
      continue;
    }
    ++rule->counts.hits;
    ended = ended || rule->behaviour.ends_call;
    rule->behaviour.call(*prng, facts, effect);
    effect.rule_ids.push_back(rule->id);
  }
  return effect;
}

DeliveryEffect RuleBook::decide_delivery(const DeliveryFacts& facts) {
  DeliveryEffect effect;
  std::optional<std::string> key;
  for (const auto& rule : rules_) {
    if (!rule->matches(facts)) {
      continue;
    }
    if (!key) {
      key = key_of(facts);
    }
    auto prng = rule->draw(seed_, *key);
    if (!prng) {
      continue;
    }
    ++rule->counts.hits;
    DeliveryFacts asked = facts;
    asked.rule = {.id = rule->id, .from = rule->from, .until = rule->until};
    rule->behaviour.delivery(*prng, asked, effect);
    if (!rule->behaviour.beside) {
      effect.rule_ids.push_back(rule->id);
    }
  }
  return effect;
}

}  // namespace hubsim::faults

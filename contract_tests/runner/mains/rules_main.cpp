// The proof that the rules are tested: each rule that can be switched off is, one at a time, and at
// least one case must turn red. Prints the table.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "contract_tests/runner/machine.h"
#include "contract_tests/runner/player.h"
#include "hubspot/rules/options.h"

namespace hubsim::contract {
namespace {

constexpr const char* cases_folder = "contract_tests/cases";
constexpr std::string_view rule_values = "on|off";
/// As many rules as must be proven at least (issue 4, point 7).
constexpr std::size_t rules_at_least = 30;

class RuleProof : public ::testing::Test {
 protected:
  /// The cases that hold with every rule on, those of the rule's own area first.
  static const std::vector<Case>& held_cases() {
    static const std::vector<Case> held = [] {
      std::vector<Case> all = load_cases(cases_folder);
      Machine machine;
      std::erase_if(all, [&](const Case& each) {
        return Player(machine).play(each).kind != Verdict::Kind::held;
      });
      return all;
    }();
    return held;
  }

  static std::vector<const Case*> in_order_for(std::string_view rule) {
    const std::string area = "/" + std::string(rule.substr(0, rule.find('.'))) + "/";
    std::vector<const Case*> order;
    for (const Case& each : held_cases()) {
      order.push_back(&each);
    }
    std::stable_partition(order.begin(), order.end(), [&](const Case* each) {
      return each->file.find(area) != std::string::npos;
    });
    return order;
  }

  /// The first case that does not hold without the rule; nullptr when none notices.
  static const Case* noticed_by(Machine& machine, std::string_view rule) {
    const std::string name(rule);
    machine.set_default_options({{name, "off"}});
    for (const Case* each : in_order_for(rule)) {
      const bool sets_it = each->options.is_object() && each->options.contains(name);
      if (!sets_it && Player(machine).play(*each).kind == Verdict::Kind::failed) {
        return each;
      }
    }
    return nullptr;
  }
};

TEST_F(RuleProof, every_rule_that_is_switched_off_turns_a_case_red) {
  Machine machine;
  std::size_t rules = 0;
  for (const hubspot::OptionFact& fact : hubspot::option_facts()) {
    if (fact.values != rule_values) {
      continue;
    }
    ++rules;
    const Case* witness = noticed_by(machine, fact.name);
    std::cout << "off: " << fact.name << " -> "
              << (witness != nullptr ? witness->name + " (" + witness->version + ")"
                                     : std::string("NO CASE NOTICES"))
              << "\n";
    EXPECT_NE(witness, nullptr) << fact.name << " is off and no contract case notices";
  }
  std::cout << "rules switched off: " << rules << "\n";
  EXPECT_GE(rules, rules_at_least);
}

}  // namespace
}  // namespace hubsim::contract

#include "mock_server/faults/presets.h"

#include <gtest/gtest.h>

#include "mock_server/faults/rule_book.h"

namespace hubsim::faults {
namespace {

TEST(Presets, EachIsARuleThatTheBookTakes) {
  FaultRegistry kinds;
  register_all_faults(kinds);
  RuleBook book(kinds, 1);
  for (const std::string& name : preset_names()) {
    const auto problems = book.put(name, preset(name).value());
    EXPECT_TRUE(problems.empty()) << name << problems.front().pointer << problems.front().message;
  }
}

TEST(Presets, WhatTheBodySaysWins) {
  const auto rule = expand_preset(json::parse(R"({"preset":"edge-5xx","share":"100%"})").value());
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->at("share"), "100%");
  EXPECT_EQ(rule->at("status"), 502);
  EXPECT_FALSE(rule->contains("preset"));
  EXPECT_FALSE(expand_preset(json::parse(R"({"preset":"nonsense"})").value()));
  EXPECT_EQ(expand_preset(json::parse(R"({"kind":"reset"})").value())->at("kind"), "reset");
}

}  // namespace
}  // namespace hubsim::faults

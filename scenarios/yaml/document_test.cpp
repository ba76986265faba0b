#include "scenarios/yaml/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubsim::scenarios {
namespace {

using testing::HasSubstr;

std::string problem_of(const std::string& text) {
  const auto parsed = parse_yaml(text);
  return parsed.ok() ? "" : parsed.error().front().text();
}

TEST(ParseYaml, CoreSchemaOfYaml12) {
  const auto parsed = parse_yaml("[yes, off, 'true', true, 12, 1.5, .5, -3, 1e3, ~, 1:30, 1_000]");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->value, Json::array({"yes", "off", "true", true, 12, 1.5, 0.5, -3, 1000.0,
                                        nullptr, "1:30", "1_000"}));
}

TEST(ParseYaml, WhatVersionsReadDifferentlyIsRefused) {
  EXPECT_THAT(problem_of("a: 0123"), HasSubstr(":1:4: '0123' is octal in YAML 1.1"));
  EXPECT_THAT(problem_of("a: 0x1F"), HasSubstr("quote it"));
  EXPECT_THAT(problem_of("a: .inf"), HasSubstr("not a usable number"));
  EXPECT_THAT(problem_of("a: 1e999"), HasSubstr("quote it"));
  EXPECT_THAT(problem_of("a: 99999999999999999999"), HasSubstr("too large"));
  EXPECT_THAT(problem_of("a: !!int 3"), HasSubstr("tags"));
  EXPECT_THAT(problem_of("a: &x {b: 1}\nc:\n  <<: *x\n"), HasSubstr("merge keys"));
}

TEST(ParseYaml, DuplicateKeysNameBothPlaces) {
  EXPECT_THAT(problem_of("a: 1\nb: 2\na: 3\n"),
              HasSubstr(":3:1: 'a' stands here twice, first in line 1"));
  EXPECT_THAT(problem_of("x:\n  - { k: 1, k: 2 }\n"), HasSubstr(":2:13: 'k' stands here twice"));
}

TEST(ParseYaml, PositionsOfKeysAndValues) {
  const auto parsed = parse_yaml("a:\n  - b: &v { c: 1 }\n  - d: *v\n");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->value["a"][1]["d"]["c"], 1);
  EXPECT_EQ(parsed->value_position("/a/0/b/c").column, 16U);
  EXPECT_EQ(parsed->key_position("/a/0/b").column, 5U);
  EXPECT_EQ(parsed->value_position("/a/1/d/c").line, 3U);  // the alias, not the anchor
  EXPECT_EQ(parsed->value_position("/nowhere").line, 1U);
}

TEST(ParseYaml, EveryLimitHasAnAnswer) {
  EXPECT_THAT(problem_of(std::string(max_yaml_bytes + 1, ' ')), HasSubstr("bytes"));
  EXPECT_THAT(problem_of(std::string(40, '[') + std::string(40, ']')), HasSubstr("nested deeper"));
  EXPECT_NE(problem_of(std::string(5000, '[')), "");
  std::string bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 9; ++k) {
      bomb += last + ",";
    }
    bomb += last + "]\n";
  }
  EXPECT_THAT(problem_of(bomb), HasSubstr("aliases counted"));
  std::string keys;
  for (std::size_t i = 0; i <= max_yaml_keys; ++i) {
    keys += "k" + std::to_string(i) + ": 1\n";
  }
  EXPECT_THAT(problem_of(keys), HasSubstr("keys in one mapping"));
}

TEST(ParseYaml, OddDocuments) {
  EXPECT_THAT(problem_of("a: &a [*a]"), HasSubstr("never end"));
  EXPECT_THAT(problem_of("a: 1\n---\nb: 2\n"), HasSubstr("second document"));
  EXPECT_THAT(problem_of("? [a, b]\n: 1\n"), HasSubstr("a key must be a text"));
  EXPECT_THAT(problem_of("a: *nope"), HasSubstr("1:"));
  EXPECT_THAT(problem_of("a: [b, c?]"), HasSubstr(":1:9: unknown token; put texts that hold ?"));
  EXPECT_THAT(problem_of("a: [1\nb: 2"), HasSubstr(":"));
  EXPECT_THAT(problem_of(std::string("a: \0", 4)), HasSubstr("zero bytes"));
  EXPECT_TRUE(parse_yaml("").ok());
}

}  // namespace
}  // namespace hubsim::scenarios

#include <gtest/gtest.h>

#include "tests/build_rules/assets.h"
#include "tests/build_rules/registry.h"

namespace hubsim::build_rules {
namespace {

TEST(HubsimRegistry, CallsEveryFileInOrderOfName) {
  Registry registry;
  register_all_greetings(registry);
  EXPECT_EQ(registry, (Registry{"good evening", "good morning"}));
}

TEST(HubsimEmbed, KeepsBytesAndNames) {
  ASSERT_EQ(embedded_files().size(), 2U);
  EXPECT_EQ(embedded_files()[0].name, "hello.txt");
  EXPECT_EQ(embedded_file("hello.txt"), "Hello \"there\" \\ \xc3\xa9\n");
  EXPECT_EQ(embedded_files()[1].name, "made/other name.txt");
  EXPECT_EQ(embedded_files()[1].content, "");
}

TEST(HubsimEmbed, UnknownNameIsEmptyAndHasNoData) {
  EXPECT_EQ(embedded_file("nothing").data(), nullptr);
}

}  // namespace
}  // namespace hubsim::build_rules

#include "common/http/body_spool.h"

#include <gtest/gtest.h>

#include <string>

namespace hubsim::http {
namespace {

TEST(BodySpool, keeps_what_was_appended_until_the_last_keeper_goes) {
  KeptText kept;
  {
    BodySpool spool;
    ASSERT_TRUE(spool.append("first,"));
    ASSERT_TRUE(spool.append(std::string(100'000, 'x')));
    EXPECT_EQ(spool.size(), 100'006U);
    kept = spool.finish();
  }
  ASSERT_NE(kept.keeper, nullptr);
  EXPECT_EQ(kept.text.substr(0, 8), "first,xx");
  EXPECT_EQ(kept.text.size(), 100'006U);
}

TEST(BodySpool, an_empty_one_has_nothing_to_map) {
  BodySpool spool;
  EXPECT_TRUE(spool.finish().text.empty());
}

}  // namespace
}  // namespace hubsim::http

#include "mock_server/operations/support/fast_body.h"

#include <gtest/gtest.h>

namespace hubsim::operations {
namespace {

TEST(FastBody, reads_a_batch) {
  const auto batch = read_raw_batch(
      R"({"idProperty":"email","properties":["a","b"],"inputs":[{"id":"x\u00e9"},)"
      R"({"id":7,"objectWriteTraceId":"t","properties":{"n":5000.00,"f":true,"z":null}}]} )");
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->id_property, "email");
  EXPECT_EQ(batch->properties, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(batch->inputs.size(), 2U);
  EXPECT_EQ(batch->inputs[0].id, "xé");
  EXPECT_EQ(batch->inputs[1].id, "7");
  EXPECT_EQ(batch->inputs[1].trace_id, "t");
  EXPECT_EQ(batch->inputs[1].writes,
            (portal::PropertyWrites{{"n", "5000.00"}, {"f", "true"}, {"z", ""}}));
}

TEST(FastBody, leaves_everything_unusual_to_the_careful_reader) {
  for (const char* body :
       {"", "[]", "{", "{}x", R"({"inputs":{}})", R"({"inputs":[1]})", R"({"inputs":[{"id":{}}]})",
        R"({"inputs":[{"id":"1","associations":[]}]})", R"({"inputs":[],"nonsense":1})",
        R"({"inputs":[{"id":"1"}]}})", R"({"inputs":[{"id":"1",}]})", R"({"inputs":[{"id":01}]})",
        R"({"inputs":[{"properties":{"a":"1","a":"2"}}]})", "{\"inputs\":[{\"id\":\"\xff\"}]}"}) {
    EXPECT_FALSE(read_raw_batch(body)) << body;
  }
  EXPECT_FALSE(read_raw_record(R"({"properties":{"a":[1]}})"));
  EXPECT_FALSE(read_raw_record(R"({"properties":{},"associations":[]})"));
}

TEST(FastBody, reads_a_record) {
  const auto writes = read_raw_record(R"( {"properties":{"email":"a@b.org","n":1e3}} )");
  ASSERT_TRUE(writes);
  EXPECT_EQ(*writes, (portal::PropertyWrites{{"email", "a@b.org"}, {"n", "1e3"}}));
  ASSERT_TRUE(read_raw_record("{}"));
}

}  // namespace
}  // namespace hubsim::operations

#include "mock_server/request_log/call_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubsim::request_log {
namespace {

using testing::ElementsAre;
using testing::Pair;

CallShape shape_of(std::initializer_list<std::string_view> bodies) {
  CallShapes shapes;
  for (const std::string_view body : bodies) {
    shapes.note("op", {}, body);
  }
  return shapes.all().at("op");
}

TEST(CallShapes, KeepsThePathsOfAllBodiesAndNoValue) {
  const CallShape shape = shape_of(
      {R"({"inputs":[{"id":"1","properties":{"email":"a@b.org"}},{"id":"2"}],"properties":["a"]})",
       R"({"inputs":[],"after":null,"limit":50})", R"({"limit":50,"deep":{"limit":7}})"});
  EXPECT_THAT(shape.paths, ElementsAre("after", "deep.limit", "inputs[]", "inputs[].id",
                                       "inputs[].properties.email", "limit", "properties[]"));
  EXPECT_THAT(shape.limits, ElementsAre(Pair(50, 2)));
  EXPECT_EQ(shape.bodies, 3U);
  EXPECT_FALSE(shape.cut);
}

TEST(CallShapes, ListsAndNestedListsHavePathsToo) {
  EXPECT_THAT(shape_of({R"([{"a":1},[2,[3]],{}])"}).paths,
              ElementsAre("[]", "[].a", "[][]", "[][][]"));
}

TEST(CallShapes, KeepsObjectTypesOfThePath) {
  CallShapes shapes;
  const std::vector<std::pair<std::string_view, std::string>> params{
      {"fromObjectType", "contacts"}, {"objectId", "12"}, {"toObjectType", "deals"}};
  shapes.note("op", params, "");
  EXPECT_THAT(shapes.all().at("op").types,
              ElementsAre(Pair("fromObjectType", "contacts"), Pair("toObjectType", "deals")));
}

TEST(CallShapes, IsBoundedAndSaysSo) {
  std::string many = "{";
  for (int i = 0; i < 1000; ++i) {
    many += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":1";
  }
  const CallShape wide = shape_of({many + "}"});
  EXPECT_EQ(wide.paths.size(), CallShapes::max_paths);
  EXPECT_TRUE(wide.cut);
  EXPECT_TRUE(shape_of({std::string(200, '[')}).cut);
  EXPECT_TRUE(shape_of({"{" + std::string(CallShapes::max_body_bytes, ' ') + "}"}).cut);
  EXPECT_TRUE(shape_of({R"({"broken":)", "no json", "\xff{"}).limits.empty());
  CallShapes shapes;
  for (std::size_t i = 0; i < CallShapes::max_operations + 10; ++i) {
    shapes.note("op" + std::to_string(i), {}, "{}");
  }
  EXPECT_EQ(shapes.all().size(), CallShapes::max_operations);
  shapes.set_recording(true);
  shapes.clear();
  EXPECT_FALSE(shapes.recording());
  EXPECT_TRUE(shapes.all().empty());
}

}  // namespace
}  // namespace hubsim::request_log

#include "hubspot/catalogue/shape.h"

#include <gtest/gtest.h>

#include "hubspot/catalogue/router.h"

namespace hubsim::hubspot {
namespace {

const OperationRow& row_of(http::Method method, std::string_view path) {
  static const Router router(catalogue());
  const Route route = router.match(method, path);
  EXPECT_EQ(route.kind, Route::Kind::found) << path;
  return *route.row;
}

TEST(Shape, describes_the_bodies_of_an_operation) {
  const OperationRow& create = row_of(http::Method::post, "/cms/v3/hubdb/tables");
  ASSERT_EQ(create.request.kind(), ShapeKind::object);
  EXPECT_EQ(create.request.name(), "HubDbTableV3Request");
  EXPECT_TRUE(create.request.field("label").required);
  EXPECT_FALSE(create.request.field("columns").required);
  EXPECT_FALSE(create.request.field("nothing"));
  const Shape column = create.request.field("columns").shape.element();
  EXPECT_EQ(column.kind(), ShapeKind::object);
  const auto values = column.field("type").shape.values();
  ASSERT_FALSE(values.empty());
  EXPECT_TRUE([&] {
    for (const std::string_view value : values) {
      if (value == "NUMBER") {
        return true;
      }
    }
    return false;
  }());
  EXPECT_EQ(create.response.field("createdAt").shape.format(), ShapeFormat::date_time);
}

TEST(Shape, an_operation_without_a_body_has_none) {
  const OperationRow& archive = row_of(http::Method::del, "/cms/v3/hubdb/tables/1");
  EXPECT_FALSE(archive.request);
  EXPECT_FALSE(archive.response);
  EXPECT_EQ(archive.response.kind(), ShapeKind::any);
  EXPECT_TRUE(archive.response.fields().empty());
  EXPECT_EQ(archive.response_type, "");
}

TEST(Shape, rows_name_resource_owner_and_item) {
  const OperationRow& v3 = row_of(http::Method::get, "/cms/v3/hubdb/tables/t/rows/1");
  const OperationRow& dated = row_of(http::Method::get, "/cms/hubdb/2026-03/tables/t/rows/1");
  EXPECT_EQ(v3.resource, "/cms/hubdb/tables/{}/rows");
  EXPECT_EQ(v3.resource, dated.resource);
  ASSERT_EQ(v3.owner_params.size(), 1U);
  EXPECT_EQ(v3.owner_params.front(), "tableIdOrName");
  EXPECT_EQ(v3.id_param, "rowId");
  EXPECT_EQ(v3.role, Role::read);
}

/// Every field of every shape can be read, recursion included: the packed indexes are sound.
TEST(Shape, every_shape_of_the_catalogue_can_be_walked) {
  std::size_t fields = 0;
  for (const OperationRow& row : catalogue()) {
    for (const Shape& shape : {row.request, row.response, row.query}) {
      std::string_view before;
      for (const Field field : shape.fields()) {
        EXPECT_LT(before, field.name) << row.id;
        EXPECT_EQ(shape.field(field.name).shape, field.shape);
        before = field.name;
        ++fields;
      }
    }
  }
  EXPECT_GT(fields, 20U);
}

}  // namespace
}  // namespace hubsim::hubspot

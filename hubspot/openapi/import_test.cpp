#include "hubspot/openapi/import.h"

#include <gtest/gtest.h>

#include "common/time/clock.h"
#include "hubspot/catalogue/router.h"
#include "hubspot/openapi/roles.h"

namespace hubsim::hubspot {
namespace {

using http::Method;

constexpr std::string_view widgets = R"({
  "openapi": "3.0.1", "servers": [{"url": "https://api.example.org/private"}],
  "paths": {
    "/v3/widgets": {
      "parameters": [{"$ref": "#/components/parameters/Limit"}],
      "get": {"operationId": "list", "responses": {"200": {"content": {"application/json": {
        "schema": {"type": "object", "properties": {"results": {"type": "array",
          "items": {"$ref": "#/components/schemas/Widget"}}}}}}}}},
      "post": {"operationId": "create", "security": [{"key": []}], "requestBody": {"content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/WidgetInput"}}}},
        "responses": {"201": {"content": {"application/json": {
          "schema": {"$ref": "#/components/schemas/Widget"}}}}}}},
    "/v3/widgets/{widgetId}": {
      "get": {"responses": {"200": {"$ref": "#/components/responses/One"}}},
      "delete": {"responses": {"204": {"description": ""}}}},
    "/v3/widgets/{widgetId}/parts/batch/archive": {
      "post": {"responses": {"204": {"description": ""}, "207": {"description": ""}}}}
  },
  "components": {
    "parameters": {"Limit": {"name": "limit", "in": "query", "required": true,
                             "schema": {"type": "integer", "format": "int32"}}},
    "responses": {"One": {"content": {"application/json": {
      "schema": {"$ref": "#/components/schemas/Widget"}}}}},
    "securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "hapikey"}},
    "schemas": {
      "WidgetInput": {"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string"}, "colour": {"type": "string", "enum": ["red", "blue"]},
        "made": {"type": ["string", "null"], "format": "date-time"}}},
      "Widget": {"allOf": [{"$ref": "#/components/schemas/WidgetInput"}, {
        "type": "object", "required": ["id"], "properties": {
          "id": {"type": "string", "readOnly": true},
          "parent": {"$ref": "#/components/schemas/Widget"},
          "tags": {"type": "object", "additionalProperties": {"type": "number"}},
          "either": {"oneOf": [{"type": "string"}, {"type": "boolean"}]}}}]}
    }
  }})";

const OperationRow& row_of(const MoreRows& rows, std::string_view id) {
  for (const OperationRow& row : rows.rows) {
    if (row.id == id) {
      return row;
    }
  }
  throw std::out_of_range(std::string(id));
}

TEST(OpenApi, makes_rows_that_route) {
  const auto imported = import_openapi(widgets, "widgets.json");
  ASSERT_TRUE(imported.ok()) << imported.error().front().text();
  ASSERT_EQ(imported->rows.size(), 5U);
  const RowSet set(*imported);
  EXPECT_EQ(set.rows().size(), catalogue().size() + 5);
  const Router router(set.rows());
  const Route route = router.match(Method::get, "/private/v3/widgets/7");
  ASSERT_EQ(route.kind, Route::Kind::found);
  EXPECT_EQ(route.row->role, Role::read);
  EXPECT_EQ(route.row->resource, "/private/widgets");
  EXPECT_EQ(route.row->id_param, "widgetId");
  EXPECT_EQ(route.row->version, "v3");
  EXPECT_EQ(route.row->grade, Grade::stateful);
}

TEST(OpenApi, reads_shapes_of_bodies_and_queries) {
  const auto imported = import_openapi(widgets, "widgets.json");
  ASSERT_TRUE(imported.ok());
  const OperationRow& create = row_of(*imported, "openapi.create");
  EXPECT_EQ(create.role, Role::create);
  EXPECT_EQ(create.success_status, 201);
  EXPECT_TRUE(create.json_body);
  EXPECT_TRUE(create.takes(Credential::developer_key));
  EXPECT_FALSE(create.takes(Credential::oauth));
  EXPECT_TRUE(create.request.field("name").required);
  EXPECT_TRUE(create.request.field("made").nullable);
  EXPECT_EQ(create.request.field("made").shape.format(), ShapeFormat::date_time);
  EXPECT_EQ(create.request.field("colour").shape.values()[1], "blue");
  EXPECT_TRUE(create.query.field("limit").required);

  const Shape widget = create.response;
  EXPECT_EQ(widget.name(), "Widget");
  EXPECT_TRUE(widget.field("name").required);
  EXPECT_TRUE(widget.field("id").read_only);
  EXPECT_EQ(widget.field("parent").shape, widget);
  EXPECT_EQ(widget.field("tags").shape.element().kind(), ShapeKind::number);
  EXPECT_EQ(widget.field("either").shape.alternatives().size(), 2U);

  const OperationRow& list = row_of(*imported, "openapi.list");
  EXPECT_EQ(list.role, Role::list);
  EXPECT_EQ(list.response.field("results").shape.element(), widget);
  const OperationRow& batch =
      row_of(*imported, "openapi.post_private_v3_widgets__widgetid__parts_batch_archive");
  EXPECT_EQ(batch.role, Role::batch_archive);
  EXPECT_EQ(batch.partial_status, 207);
  EXPECT_EQ(batch.owner_params.front(), "widgetId");
}

std::string problem_of(std::string_view text) {
  const auto imported = import_openapi(text, "x.json");
  return imported.ok() ? "(none)" : imported.error().front().text();
}

TEST(OpenApi, says_what_is_wrong_and_where) {
  EXPECT_EQ(problem_of("{\n  broken"), "x.json:2:3: " + problem_of("{\n  broken").substr(12));
  EXPECT_EQ(problem_of("[]"), "x.json: #: an OpenAPI document is an object");
  EXPECT_EQ(problem_of(R"({"swagger":"2.0"})"),
            "x.json: #/swagger: this is Swagger 2; only OpenAPI 3 is read");
  EXPECT_EQ(problem_of(R"({"openapi":"3.1.0"})"),
            "x.json: #/paths: 'paths' is missing, or no object");
  EXPECT_EQ(problem_of(R"({"openapi":"3.1.0","paths":{}})"), "x.json: #/paths: has no operation");
  EXPECT_EQ(problem_of(R"({"openapi":"3.1.0","paths":{"/a":{"get":{}}}})"),
            "x.json: #/paths/~1a/get/responses: 'responses' is missing, or no object");
  EXPECT_EQ(problem_of(R"({"openapi":"3.1.0","paths":{"/a/{b}.json":{"get":{}}}})"),
            "x.json: #/paths/~1a~1{b}.json: a parameter must be a whole segment, not '{b}.json'");
  EXPECT_EQ(problem_of(R"({"openapi":"3.1.0","paths":{"/a":{"get":{"responses":{"200":
              {"$ref":"#/components/responses/Gone"}}}}}})"),
            "x.json: #/paths/~1a/get/responses/200/$ref: refers to '#/components/responses/Gone', "
            "which does not exist");
  EXPECT_EQ(problem_of(R"({"openapi":"3.1.0","paths":{"/a":{"get":{"responses":{"200":{"content":
              {"application/json":{"schema":{"type":"strnig"}}}}}}}}})"),
            "x.json: #/paths/~1a/get/responses/200/content/application~1json/schema/type: unknown "
            "type 'strnig'; known: string, integer, number, boolean, object, array, null");
  EXPECT_EQ(problem_of(R"({"openapi":"3.1.0","paths":{"/a/{b}":{"get":{"responses":{}}},
              "/a/{c}":{"get":{"responses":{}}}}})"),
            "x.json: #/paths/~1a~1{c}/get: serves the same calls as #/paths/~1a~1{b}/get");
}

TEST(OpenApi, modelled_operations_stay_and_others_yield) {
  const auto imported = import_openapi(R"({"openapi":"3.0.0","paths":{
      "/crm/v3/owners":{"get":{"responses":{"200":{"description":""}}}},
      "/marketing/v3/forms":{"get":{"responses":{"200":{"description":""}}}}}})",
                                       "mine.json");
  ASSERT_TRUE(imported.ok());
  const RowSet set(*imported);
  const Router router(set.rows());
  EXPECT_EQ(router.match(Method::get, "/crm/v3/owners").row->id, "crm.owners.list");
  EXPECT_EQ(router.match(Method::get, "/marketing/v3/forms").row->evidence, "D mine.json");
}

/// A second is for what ships; what a sanitizer adds is not the importer's.
constexpr std::chrono::seconds time_for_a_thousand{
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    20
#else
    1
#endif
#else
    1
#endif
};

TEST(OpenApi, a_thousand_operations_take_less_than_a_second) {
  Json document = json::parse(widgets).value();
  const Json item = document["paths"]["/v3/widgets"];
  for (int i = 0; i < 500; ++i) {
    document["paths"]["/v3/things" + std::to_string(i)] = item;
  }
  const std::string text = json::dump(document);
  const auto began = monotonic_now();
  const auto imported = import_openapi(text, "big.json");
  const RowSet set(*imported);
  const Router router(set.rows());
  const auto took = monotonic_now() - began;
  ASSERT_EQ(imported->rows.size(), 1005U);
  EXPECT_LT(took, time_for_a_thousand);
}

/// The rules here and those of tools/catalogue/roles.py say the same of every generated operation.
TEST(Roles, agree_with_the_extraction) {
  std::vector<PathFacts> all;
  Neighbours neighbours;
  for (const OperationRow& row : catalogue()) {
    all.push_back({.method = row.method,
                   .path = row.path_template,
                   .is_list = row.role == Role::list || row.role == Role::search,
                   .is_binary = row.role == Role::download,
                   .is_multipart = row.request_type == "multipart/form-data",
                   .takes_inputs = static_cast<bool>(row.request.field("inputs"))});
    neighbours.add(all.back());
  }
  std::size_t generated = 0;
  std::size_t alike = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const OperationRow& row = catalogue()[i];
    if (row.grade == Grade::modelled) {
      continue;
    }
    const Placed placed = place_operation(all[i], neighbours);
    ++generated;
    alike += placed.role == row.role && placed.id_param == row.id_param && placed.stage == row.stage
                 ? 1U
                 : 0U;
  }
  EXPECT_GT(generated, 500U);  // fewer, the more is modelled
  EXPECT_GE(alike * 100, generated * 97) << alike << " of " << generated;
}

}  // namespace
}  // namespace hubsim::hubspot

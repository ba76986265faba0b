#include "hubspot/catalogue/router.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>

namespace hubsim::hubspot {
namespace {

using http::Method;

std::string param(const Route& route, std::string_view name) {
  for (const auto& [key, value] : route.params) {
    if (key == name) {
      return value;
    }
  }
  return "(none)";
}

TEST(Catalogue, modelled_operations_serve_v3_and_dated_paths) {
  const Router router(catalogue());
  const Route v3 = router.match(Method::get, "/crm/v3/objects/contacts/12");
  const Route dated = router.match(Method::get, "/crm/objects/2026-03/contacts/12");
  ASSERT_EQ(v3.kind, Route::Kind::found);
  ASSERT_EQ(dated.kind, Route::Kind::found);
  EXPECT_EQ(v3.row->id, "crm.objects.read");
  EXPECT_EQ(dated.row->id, "crm.objects.read");
  EXPECT_EQ(dated.row->version, "2026-03");
  EXPECT_EQ(param(dated, "objectType"), "contacts");
  EXPECT_EQ(param(dated, "objectId"), "12");
}

TEST(Catalogue, unknown_dates_are_no_routes) {
  const Router router(catalogue());
  EXPECT_EQ(router.match(Method::get, "/crm/objects/2024-03/contacts").kind,
            Route::Kind::not_found);
  EXPECT_EQ(router.match(Method::get, "/crm/v9/objects/contacts").kind, Route::Kind::not_found);
}

TEST(Catalogue, every_row_finds_itself) {
  const Router router(catalogue());
  std::set<std::string_view> ids;
  for (const OperationRow& row : catalogue()) {
    ids.insert(row.id);
    const Route route = router.match(row.method, row.path_template);
    ASSERT_EQ(route.kind, Route::Kind::found) << row.path_template;
    EXPECT_EQ(route.row, &row);
    EXPECT_FALSE(row.evidence.empty());
    EXPECT_NE(row.credentials, 0);
  }
  EXPECT_GE(ids.size(), 22U);
}

TEST(Router, a_literal_beats_a_parameter) {
  const Router router(catalogue());
  EXPECT_EQ(router.match(Method::post, "/crm/v3/objects/contacts/search").row->id,
            "crm.objects.search");
  const Route get = router.match(Method::get, "/crm/v3/objects/contacts/search");
  EXPECT_EQ(get.kind, Route::Kind::method_not_allowed);
  EXPECT_EQ(get.allowed, std::vector<Method>{Method::post});
  EXPECT_EQ(
      router.match(Method::put, "/crm/v4/objects/deal/1/associations/default/contact/2").row->id,
      "crm.associations.create_default");
}

TEST(Router, goes_back_to_the_parameter_where_the_literal_leads_nowhere) {
  static constexpr OperationRow rows[] = {
      {.id = "a.b", .method = Method::get, .path_template = "/x/fixed/one"},
      {.id = "a.c", .method = Method::get, .path_template = "/x/{any}/two"}};
  const Router router(rows);
  const Route route = router.match(Method::get, "/x/fixed/two");
  ASSERT_EQ(route.kind, Route::Kind::found);
  EXPECT_EQ(route.row->id, "a.c");
  EXPECT_EQ(param(route, "any"), "fixed");
}

TEST(Router, decodes_parameters_and_ignores_one_trailing_slash) {
  const Router router(catalogue());
  const Route route = router.match(Method::get, "/crm/v3/objects/contacts/a%40b.org/");
  ASSERT_EQ(route.kind, Route::Kind::found);
  EXPECT_EQ(param(route, "objectId"), "a@b.org");
  EXPECT_EQ(param(router.match(Method::get, "/crm/v3/objects/contacts/a%2Fb"), "objectId"), "a/b");
}

TEST(Router, odd_paths_are_not_found) {
  const Router router(catalogue());
  for (const char* path : {"", "/", "//", "crm/v3/objects/contacts", "/crm/v3/objects//12",
                           "/crm/v3/objects/contacts/1/2/3", "*", "/crm"}) {
    EXPECT_EQ(router.match(Method::get, path).kind, Route::Kind::not_found) << path;
  }
  const std::string deep(100'000, '/');
  EXPECT_EQ(router.match(Method::get, deep).kind, Route::Kind::not_found);
}

TEST(Router, head_finds_get) {
  const Router router(catalogue());
  EXPECT_EQ(router.match(Method::head, "/crm/v3/owners").kind, Route::Kind::found);
  EXPECT_EQ(router.match(Method::options, "/crm/v3/owners").kind, Route::Kind::method_not_allowed);
}

TEST(Router, refuses_rows_that_collide) {
  static constexpr OperationRow rows[] = {
      {.id = "a.b", .method = Method::get, .path_template = "/x/{one}"},
      {.id = "a.c", .method = Method::get, .path_template = "/x/{two}"}};
  EXPECT_THROW(Router{rows}, std::runtime_error);
}

/// As many rows as HubSpot has operations, over 100 areas with 40 paths each.
class BigTable {
 public:
  BigTable() {
    for (int area = 0; area < 100; ++area) {
      for (int path = 0; path < 40; ++path) {
        paths_.push_back("/area" + std::to_string(area) + "/v3/{objectType}/kind" +
                         std::to_string(path) + "/{id}");
        rows_.push_back(
            {.id = paths_.back(), .method = Method::get, .path_template = paths_.back()});
      }
    }
  }
  [[nodiscard]] std::span<const OperationRow> rows() const { return rows_; }

 private:
  std::deque<std::string> paths_;
  std::vector<OperationRow> rows_;
};

TEST(Router, finds_each_of_four_thousand_rows) {
  const BigTable table;
  const Router router(table.rows());
  for (const OperationRow& row : table.rows()) {
    ASSERT_EQ(router.match(Method::get, row.path_template).row, &row);
  }
}

}  // namespace
}  // namespace hubsim::hubspot

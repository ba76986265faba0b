#include "hubspot/catalogue/nearest.h"

#include <gtest/gtest.h>

#include "hubspot/catalogue/coverage.h"

namespace hubsim::hubspot {
namespace {

using http::Method;

std::string note(Method method, std::string_view path) {
  return near_miss_note(nearest(catalogue(), method, path, 1));
}

TEST(Nearest, says_what_differs) {
  EXPECT_EQ(note(Method::get, "/crm/v3/owner"),
            "no such operation; near: GET /crm/v3/owners ('owner' for 'owners')");
  EXPECT_EQ(note(Method::post, "/crm/v3/owners"),
            "no such operation; near: GET /crm/v3/owners (method GET)");
  EXPECT_EQ(note(Method::get, "/crm/v4/owners"),
            "no such operation; near: GET /crm/v3/owners (version v4, known v3)");
  EXPECT_EQ(note(Method::get, "/crm/owners"),
            "no such operation; near: GET /crm/v3/owners (no version, known v3)");
  EXPECT_EQ(note(Method::get, "/crm/2026-03/owners"),
            "no such operation; near: GET /crm/owners/2026-03 (place of the version)");
}

TEST(Nearest, is_silent_about_what_is_far) {
  EXPECT_EQ(note(Method::get, "/favicon.ico"), "no such operation, and none is near");
  EXPECT_EQ(note(Method::get, ""), "no such operation, and none is near");
  EXPECT_EQ(note(Method::get, std::string(100'000, '/')), "no such operation, and none is near");
  EXPECT_EQ(note(Method::get, "/crm/v3/" + std::string(100'000, 'a')),
            "no such operation, and none is near");
}

TEST(Coverage, tells_rows_from_what_is_absent) {
  const CoverageTable all = coverage_table();
  ASSERT_TRUE(all.contains("CMS"));
  EXPECT_GT(all.at("CMS").at("v1-v4").rows(), 50U);
  EXPECT_GT(all.at("CRM").at("2026-03").modelled, 50U);
  EXPECT_GT(all.at("Commerce").at("betas").absent, 10U);
  EXPECT_EQ(all.at("Commerce").at("betas").rows(), 0U);
  std::uint32_t rows = 0;
  for (const FamilyCoverage& each : family_coverage()) {
    rows += each.counts.rows();
  }
  EXPECT_EQ(rows, catalogue().size());
}

TEST(Coverage, shows_one_area_by_family) {
  const CoverageTable files = coverage_table("files");
  ASSERT_TRUE(files.contains("Files/Files"));
  EXPECT_TRUE(files.at("Files/Files").contains("2026-03"));
  EXPECT_TRUE(coverage_table("nothing").empty());
}

}  // namespace
}  // namespace hubsim::hubspot

#include "hubspot/rules/scopes.h"

#include <gtest/gtest.h>

namespace hubsim::hubspot {
namespace {

std::vector<std::string> scopes(const char* type_id, const char* plural,
                                const char* pattern = "crm.objects.{objectType}.read") {
  std::vector<std::string> out;
  append_scopes(out, pattern, ObjectTypeFact{.type_id = type_id, .plural = plural});
  return out;
}
using Names = std::vector<std::string>;

TEST(Scopes, AreNamedAfterTheTypeNotAfterThePath) {
  EXPECT_EQ(scopes("0-1", "contacts"), Names{"crm.objects.contacts.read"});
  EXPECT_EQ(scopes("2-17", "p1_boats"), Names{"crm.objects.custom.read"});
  EXPECT_EQ(scopes("0-3", "deals", "crm.schemas.{objectType}.write"),
            Names{"crm.schemas.deals.write"});
  EXPECT_EQ(scopes("0-3", "deals", "oauth"), Names{"oauth"});
}

TEST(Scopes, ActivitiesAreCoveredByContactsAndSomeTypesByLegacyScopes) {
  EXPECT_EQ(scopes("0-46", "notes"), Names{"crm.objects.contacts.read"});
  EXPECT_EQ(scopes("0-5", "tickets"), (Names{"crm.objects.tickets.read", "tickets"}));
  EXPECT_EQ(scopes("0-8", "line_items"), (Names{"crm.objects.line_items.read", "e-commerce"}));
}

TEST(Scopes, TheRecordedListsAreWhole) {
  const ScopeLists lists = every_object_scope();
  EXPECT_EQ(lists.legacy.size(), 6U);
  EXPECT_EQ(lists.granular.size(), 31U);
  EXPECT_TRUE(is_legacy_scope("tickets"));
  EXPECT_FALSE(is_legacy_scope("crm.objects.deals.read"));
  EXPECT_EQ(scope_parameter("crm.objects.{fromObjectType}.read"), "fromObjectType");
  EXPECT_EQ(scope_parameter("oauth"), "");
}

}  // namespace
}  // namespace hubsim::hubspot

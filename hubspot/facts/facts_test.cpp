#include "hubspot/facts/facts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace hubsim::hubspot {
namespace {

const PropertyFact* property(const ObjectTypeFact& type, std::string_view name) {
  const auto found = std::find_if(type.properties.begin(), type.properties.end(),
                                  [&](const PropertyFact& fact) { return fact.name == name; });
  return found == type.properties.end() ? nullptr : &*found;
}

TEST(Facts, know_the_four_types_by_every_name) {
  const auto facts = load_facts();
  for (const char* name : {"contacts", "contact", "CONTACT", "Contacts", "0-1"}) {
    const ObjectTypeFact* type = facts->find_type(name);
    ASSERT_NE(type, nullptr) << name;
    EXPECT_EQ(type->type_id, "0-1");
  }
  EXPECT_EQ(facts->find_type("companies")->modified_property, "hs_lastmodifieddate");
  EXPECT_EQ(facts->find_type("0-3")->plural, "deals");
  EXPECT_EQ(facts->find_type("Ticket")->type_id, "0-5");
  EXPECT_EQ(facts->find_type("butterflies"), nullptr);
}

TEST(Facts, hold_the_default_properties) {
  const auto facts = load_facts();
  EXPECT_GE(facts->find_type("contacts")->properties.size(), 60U);
  EXPECT_GE(facts->find_type("companies")->properties.size(), 50U);
  EXPECT_GE(facts->find_type("deals")->properties.size(), 45U);
  EXPECT_GE(facts->find_type("tickets")->properties.size(), 35U);
  const PropertyFact* email = property(*facts->find_type("contacts"), "email");
  ASSERT_NE(email, nullptr);
  EXPECT_TRUE(email->has_unique_value);
  EXPECT_EQ(email->group_name, "contactinformation");
  EXPECT_FALSE(property(*facts->find_type("companies"), "domain")->has_unique_value);
  EXPECT_EQ(property(*facts->find_type("contacts"), "lifecyclestage")->options.size(), 8U);
}

TEST(Facts, every_property_is_named_once_and_cites_its_evidence) {
  const auto facts = load_facts();
  for (const ObjectTypeFact& type : facts->object_types) {
    std::set<std::string> names;
    for (const PropertyFact& fact : type.properties) {
      EXPECT_TRUE(names.insert(fact.name).second) << type.plural << " " << fact.name;
      EXPECT_NE(std::string("DRIU").find(fact.evidence), std::string::npos) << fact.name;
      EXPECT_TRUE(fact.derived.empty() || fact.read_only_value || fact.calculated) << fact.name;
    }
  }
}

TEST(Facts, hold_association_types_and_limits) {
  const auto facts = load_facts();
  const auto primary =
      std::find_if(facts->association_types.begin(), facts->association_types.end(),
                   [](const AssociationTypeFact& type) { return type.type_id == 5; });
  ASSERT_NE(primary, facts->association_types.end());
  EXPECT_EQ(primary->from_type_id, "0-3");
  EXPECT_EQ(primary->label, "Primary");
  EXPECT_EQ(primary->inverse_type_id, 6);
  EXPECT_EQ(facts->private_app_limits.size(), 4U);
  EXPECT_EQ(facts->private_app_limits.back().burst, 190);
  EXPECT_EQ(facts->oauth_burst, 110);
}

}  // namespace
}  // namespace hubsim::hubspot

#include "hubspot/facts/facts.h"

#include "hubspot/facts/counts.h"

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

TEST(Facts, know_types_by_every_name) {
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

TEST(Facts, know_every_type_of_the_crm_with_what_it_offers) {
  const auto facts = load_facts();
  EXPECT_GE(facts->object_types.size(), 34U);
  EXPECT_EQ(facts->find_type("0-421")->plural, "appointments");
  EXPECT_EQ(facts->find_type("appointment"), nullptr) << "its singular does not resolve (R 4.1)";
  EXPECT_EQ(facts->find_type("payments"), facts->find_type("0-101"));
  EXPECT_TRUE(facts->find_type("courses")->in_object_library);
  EXPECT_TRUE(facts->find_type("contacts")->allows(Verb::gdpr_delete));
  EXPECT_FALSE(facts->find_type("deals")->allows(Verb::gdpr_delete));
  EXPECT_TRUE(facts->find_type("feedback_submissions")->allows(Verb::search));
  EXPECT_FALSE(facts->find_type("feedback_submissions")->allows(Verb::create));
  EXPECT_FALSE(facts->find_type("notes")->allows(Verb::merge));
}

TEST(Facts, hold_the_default_properties) {
  const auto facts = load_facts();
  EXPECT_GE(facts->find_type("contacts")->properties.size(), 354U);
  EXPECT_GE(facts->find_type("companies")->properties.size(), 180U);
  EXPECT_GE(facts->find_type("deals")->properties.size(), 200U);
  EXPECT_GE(facts->find_type("tickets")->properties.size(), 165U);
  const PropertyFact* email = property(*facts->find_type("contacts"), "email");
  ASSERT_NE(email, nullptr);
  EXPECT_TRUE(email->has_unique_value);
  EXPECT_EQ(email->group_name, "contactinformation");
  EXPECT_FALSE(property(*facts->find_type("companies"), "domain")->has_unique_value);
  EXPECT_EQ(property(*facts->find_type("contacts"), "lifecyclestage")->options.size(), 8U);
}

TEST(Facts, every_property_stands_in_a_group_with_a_label) {
  const auto facts = load_facts();
  for (const ObjectTypeFact& type : facts->object_types) {
    std::set<std::string> groups;
    for (const PropertyGroupFact& group : type.groups) {
      EXPECT_FALSE(group.label.empty()) << type.plural << " " << group.name;
      groups.insert(group.name);
    }
    for (const PropertyFact& fact : type.properties) {
      EXPECT_TRUE(groups.contains(fact.group_name)) << type.plural << " " << fact.name;
    }
  }
}

TEST(Facts, every_property_is_named_once_and_cites_its_evidence) {
  const auto facts = load_facts();
  for (const ObjectTypeFact& type : facts->object_types) {
    std::set<std::string> names;
    for (const PropertyFact& fact : type.properties) {
      EXPECT_TRUE(names.insert(fact.name).second) << type.plural << " " << fact.name;
      ASSERT_FALSE(fact.evidence.empty()) << fact.name;
      EXPECT_NE(std::string("DRTIU").find(fact.evidence.front()), std::string::npos) << fact.name;
      EXPECT_TRUE(fact.derived.empty() || fact.read_only_value || fact.calculated) << fact.name;
    }
  }
}

TEST(Facts, are_counted_by_type_and_grade) {
  const auto facts = load_facts();
  GradeCounts all;
  for (const TypeCounts& type : property_counts(*facts)) {
    EXPECT_GT(type.properties.total, 10U) << type.type;
    all.add(type.properties);
  }
  std::size_t sum = 0;
  for (const std::size_t count : all.by_grade) {
    sum += count;
  }
  EXPECT_EQ(sum, all.total);
  EXPECT_GE(all.total, 2'000U);
  EXPECT_GE(all.by_grade[1], 400U) << "recorded: " << all.text();
  EXPECT_EQ(association_type_counts(*facts).total, facts->association_types.size());
}

TEST(Facts, hold_association_types_and_limits) {
  const auto facts = load_facts();
  EXPECT_GE(facts->association_types.size(), 420U);
  EXPECT_EQ(facts->find_association_type(4711), nullptr);
  EXPECT_EQ(facts->find_association_type(204)->name, "task_to_contact");
  EXPECT_EQ(facts->find_association_type(200)->name, "meeting_event_to_contact");
  const AssociationTypeFact* primary = facts->find_association_type(5);
  ASSERT_NE(primary, nullptr);
  EXPECT_EQ(primary->from_type_id, "0-3");
  EXPECT_EQ(primary->label, "Primary");
  EXPECT_EQ(primary->inverse_type_id, 6);
  EXPECT_EQ(facts->private_app_limits.size(), 4U);
  EXPECT_EQ(facts->private_app_limits.back().burst, 190);
  EXPECT_EQ(facts->oauth_burst, 110);
}

}  // namespace
}  // namespace hubsim::hubspot

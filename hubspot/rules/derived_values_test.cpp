#include "hubspot/rules/derived_values.h"

#include <gtest/gtest.h>

#include <map>

#include "hubspot/facts/facts.h"

namespace hubsim::hubspot {
namespace {

std::string derived(std::string_view kind, std::map<std::string, std::string, std::less<>> values) {
  return derive(kind,
                [&](std::string_view name) -> std::optional<std::string> {
                  const auto found = values.find(name);
                  return found == values.end() ? std::nullopt : std::optional(found->second);
                })
      .value_or("(none)");
}

TEST(DerivedValues, deals) {
  EXPECT_EQ(derived("deal_is:closedwon:true:false", {{"dealstage", "closedwon"}}), "true");
  EXPECT_EQ(derived("deal_is:closed:true:false", {{"dealstage", "closedlost"}}), "true");
  EXPECT_EQ(derived("deal_is:closedwon:1:0", {}), "0");
  EXPECT_EQ(derived("deal_closed_amount", {{"amount", "5000.00"}}), "0");
  EXPECT_EQ(derived("deal_closed_amount", {{"amount", "5000.00"}, {"dealstage", "closedwon"}}),
            "5000.00");
  EXPECT_EQ(
      derived("deal_projected_amount", {{"amount", "3000"}, {"dealstage", "appointmentscheduled"}}),
      "600");
  EXPECT_EQ(derived("deal_projected_amount", {}), "0");
  EXPECT_EQ(derived("deal_stage_probability", {{"dealstage", "qualifiedtobuy"}}), "0.4");
}

TEST(DerivedValues, others) {
  EXPECT_EQ(derived("ticket_is_closed", {{"hs_pipeline_stage", "4"}}), "true");
  EXPECT_EQ(derived("ticket_is_closed", {{"hs_pipeline_stage", "1"}}), "false");
  EXPECT_EQ(derived("property:amount", {{"amount", "7"}}), "7");
  EXPECT_EQ(derived("property:amount", {}), "(none)");
  EXPECT_EQ(derived("createdate_while:lifecyclestage:lead",
                    {{"lifecyclestage", "lead"}, {"createdate", "2024-01-01T00:00:00Z"}}),
            "2024-01-01T00:00:00Z");
  EXPECT_EQ(derived("createdate_while:lifecyclestage:lead", {{"lifecyclestage", "customer"}}),
            "(none)");
}

/// Those of mock_server/portal/system_values.h, which a test there knows better.
bool is_of_the_portal(std::string_view kind) {
  const std::vector<std::string_view> names{"associated", "entered", "since", "full_name_or_email",
                                            "object_coordinates"};
  return std::find(names.begin(), names.end(), kind.substr(0, kind.find(':'))) != names.end();
}

TEST(DerivedValues, every_kind_of_the_data_files_is_known) {
  const std::vector<std::string_view> of_the_record{"object_id",    "created_at", "updated_at",
                                                    "email_domain", "source",     "source_id",
                                                    "source_label"};
  const auto facts = load_facts();
  for (const ObjectTypeFact& type : facts->object_types) {
    for (const PropertyFact& fact : type.properties) {
      const bool known = fact.derived.empty() || fact.derived.starts_with("constant:") ||
                         std::find(of_the_record.begin(), of_the_record.end(), fact.derived) !=
                             of_the_record.end() ||
                         is_derived_kind(fact.derived) || is_of_the_portal(fact.derived);
      EXPECT_TRUE(known) << type.plural << " " << fact.name << ": " << fact.derived;
    }
  }
}

}  // namespace
}  // namespace hubsim::hubspot

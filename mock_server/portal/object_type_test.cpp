#include "mock_server/portal/object_type.h"

#include <gtest/gtest.h>

#include "mock_server/portal/portal.h"

namespace hubsim::portal {
namespace {

using namespace std::chrono_literals;

hubspot::ObjectTypeFact cars() {
  const auto system = [](std::string name, std::string derived) {
    return hubspot::PropertyFact{
        .name = std::move(name), .type = "datetime", .derived = std::move(derived)};
  };
  return {.type_id = "2-3465404",
          .plural = "cars",
          .singular = "cars",
          .label = "cars",
          .fully_qualified_name = "p1_cars",
          .first_id = 1001,
          .created_property = "hs_createdate",
          .modified_property = "hs_lastmodifieddate",
          .default_properties = {"hs_object_id", "hs_createdate", "hs_lastmodifieddate"},
          .properties = {system("hs_object_id", "object_id"),
                         system("hs_createdate", "created_at"),
                         system("hs_lastmodifieddate", "updated_at"),
                         {.name = "model", .type = "string", .field_type = "text"}}};
}

class TypesTest : public ::testing::Test {
 protected:
  Portal portal_{{.portal_id = 1}, hubspot::load_facts(), Instant(0s)};
  WriteContext context_{.now = Instant(10s)};
};

TEST_F(TypesTest, EveryNameHubSpotTakesFindsTheType) {
  for (const std::string_view name : {"contacts", "contact", "CONTACT", "Contacts", "0-1"}) {
    ASSERT_NE(portal_.find_type(name), nullptr) << name;
    EXPECT_EQ(portal_.find_type(name)->fact().type_id, "0-1") << name;
  }
  EXPECT_EQ(portal_.find_type("butterflies"), nullptr);
}

TEST_F(TypesTest, ACustomTypeIsFoundByItsFourNamesAndHoldsRecords) {
  const ObjectType* type = portal_.define_type(cars(), Instant(5s));
  ASSERT_NE(type, nullptr);
  for (const std::string_view name : {"cars", "Cars", "2-3465404", "p1_cars", "P1_CARS"}) {
    EXPECT_EQ(portal_.find_type(name), type) << name;
  }
  const auto made = portal_.create(type->index(), {{"model", "T"}}, context_);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ((*made)->id, 1001U);
  const auto changes = portal_.changes_after(0, 10);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].type_label->type_id, "2-3465404");
}

TEST_F(TypesTest, ANameIsTakenOnceAndFreeAfterRemoval) {
  const TypeIndex type = portal_.define_type(cars(), Instant(5s))->index();
  EXPECT_EQ(portal_.define_type(cars(), Instant(6s)), nullptr);
  const auto made = portal_.create(type, {{"model", "T"}}, context_);
  EXPECT_FALSE(portal_.remove_type(type)) << "it has a live record";
  EXPECT_TRUE(portal_.archive(type, (*made)->id, context_));
  EXPECT_TRUE(portal_.remove_type(type));
  EXPECT_EQ(portal_.find_type("cars"), nullptr);
  EXPECT_TRUE(portal_.type(type).removed());
  const ObjectType* again = portal_.define_type(cars(), Instant(7s));
  ASSERT_NE(again, nullptr);
  EXPECT_NE(again->index(), type) << "indexes are never reused: history names them";
}

}  // namespace
}  // namespace hubsim::portal

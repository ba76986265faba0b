#include "mock_server/portal/portal.h"

#include <gtest/gtest.h>

namespace hubsim::portal {
namespace {

using namespace std::chrono_literals;

/// The real facts: the tests below use contacts as HubSpot defines them.
class PortalTest : public ::testing::Test {
 protected:
  PortalTest() : portal_({.portal_id = 1}, hubspot::load_facts(), Instant(0s)) {
    portal_.subscribe([this](const Change& change) { seen_.push_back(change); });
  }

  ObjectId make(const PropertyWrites& writes) {
    auto created = portal_.create(contacts_, writes, context_);
    EXPECT_TRUE(created.ok());
    return created.ok() ? (*created)->id : 0;
  }
  PropertyIndex property(std::string_view name) {
    return portal_.type(contacts_).property_index(name).value();
  }
  std::size_t count(const SearchQuery& query) { return portal_.search(contacts_, query).total; }
  std::size_t count(Filter filter) { return count(SearchQuery{.groups = {{std::move(filter)}}}); }

  Portal portal_;
  TypeIndex contacts_ = portal_.find_type("contacts")->index();
  WriteContext context_{.now = Instant(10s), .source = {.change_source = "CRM_UI"}};
  std::vector<Change> seen_;
};

TEST_F(PortalTest, CreateKeepsNormalisedValuesAndPublishesOnce) {
  const ObjectId id = make({{"email", "Ada@Example.org"}, {"firstname", "Ada"}});
  const RecordPtr record = portal_.find(contacts_, id);
  ASSERT_TRUE(record);
  EXPECT_EQ(*record->value(property("email")), "ada@example.org");
  EXPECT_EQ(portal_.value_of(*record, property("hs_object_id")), std::to_string(id));
  EXPECT_EQ(portal_.value_of(*record, property("createdate")), "1970-01-01T00:00:10Z");
  ASSERT_EQ(seen_.size(), 1U);
  EXPECT_EQ(seen_[0].sequence, 1U);
  EXPECT_EQ(seen_[0].lineage, "ada@example.org");
}

TEST_F(PortalTest, AnEmailIsTakenWhateverItsCaseUntilItsHolderIsArchived) {
  const ObjectId first = make({{"email", "a@example.org"}});
  const auto again = portal_.create(contacts_, {{"email", "A@EXAMPLE.org"}}, context_);
  ASSERT_FALSE(again.ok());
  const auto* conflict = std::get_if<Conflict>(&again.error());
  ASSERT_NE(conflict, nullptr);
  EXPECT_EQ(conflict->existing_id, first);
  EXPECT_TRUE(portal_.archive(contacts_, first, context_));
  EXPECT_FALSE(portal_.archive(contacts_, first, context_));
  EXPECT_TRUE(portal_.create(contacts_, {{"email", "a@example.org"}}, context_).ok());
}

TEST_F(PortalTest, AllBadPropertiesAreReportedAndNothingIsCommitted) {
  const auto result =
      portal_.create(contacts_, {{"nope", "1"}, {"email", "not an email"}}, context_);
  ASSERT_FALSE(result.ok());
  const auto* invalid = std::get_if<InvalidProperties>(&result.error());
  ASSERT_NE(invalid, nullptr);
  ASSERT_EQ(invalid->errors.size(), 2U);
  EXPECT_EQ(invalid->errors[0].code, "PROPERTY_DOESNT_EXIST");
  EXPECT_EQ(portal_.last_sequence(), 0U);
  EXPECT_EQ(portal_.store(contacts_).live_count(), 0U);
}

TEST_F(PortalTest, UpdatePublishesOnlyWhatChanged) {
  const ObjectId id = make({{"email", "a@example.org"}, {"city", "Paris"}});
  context_.now = Instant(20s);
  ASSERT_TRUE(portal_.update(contacts_, id, {{"city", "Paris"}, {"phone", "1"}}, context_).ok());
  ASSERT_EQ(seen_.size(), 2U);
  ASSERT_EQ(seen_[1].properties.size(), 1U);
  EXPECT_EQ(seen_[1].properties[0].first, "phone");
  ASSERT_TRUE(portal_.update(contacts_, id, {{"city", "Paris"}}, context_).ok());
  EXPECT_EQ(seen_.size(), 2U);
}

TEST_F(PortalTest, OldVersionsStayAsTheyWere) {
  const ObjectId id = make({{"city", "Paris"}});
  const RecordPtr before = portal_.find(contacts_, id);
  ASSERT_TRUE(portal_.update(contacts_, id, {{"city", "Rome"}}, context_).ok());
  EXPECT_EQ(*before->value(property("city")), "Paris");
  EXPECT_EQ(*portal_.find(contacts_, id)->value(property("city")), "Rome");
}

TEST_F(PortalTest, ListPagesByTheIdOfTheNextRecord) {
  for (int i = 0; i < 5; ++i) {
    make({{"city", std::to_string(i)}});
  }
  const auto first = portal_.store(contacts_).list(0, 2, false);
  ASSERT_EQ(first.records.size(), 2U);
  ASSERT_TRUE(first.next);
  const auto rest = portal_.store(contacts_).list(*first.next, 10, false);
  EXPECT_EQ(rest.records.size(), 3U);
  EXPECT_FALSE(rest.next);
}

TEST_F(PortalTest, NegativeFiltersMatchTheUnset) {
  make({{"city", "Paris"}});
  make({{"firstname", "x"}});
  const PropertyIndex city = property("city");
  EXPECT_EQ(count({.property = city, .op = Operator::neq, .value = "Rome"}), 2U);
  EXPECT_EQ(count({.property = city, .op = Operator::not_in, .values = {"paris"}}), 1U);
  EXPECT_EQ(count({.property = city, .op = Operator::gt, .value = ""}), 1U);
  EXPECT_EQ(count({.property = city, .op = Operator::has_property}), 1U);
  EXPECT_EQ(count({.property = city, .op = Operator::not_has_property}), 1U);
}

TEST_F(PortalTest, EqualityIndexFollowsWrites) {
  const ObjectId id = make({{"city", "Paris"}});
  const Filter paris{.property = property("city"), .op = Operator::eq, .value = "PARIS"};
  const Filter rome{.property = property("city"), .op = Operator::eq, .value = "rome"};
  EXPECT_EQ(count(paris), 1U);
  ASSERT_TRUE(portal_.update(contacts_, id, {{"city", "Rome"}}, context_).ok());
  EXPECT_EQ(count(paris), 0U);
  EXPECT_EQ(count(rome), 1U);
  portal_.archive(contacts_, id, context_);
  EXPECT_EQ(count(rome), 0U);
}

TEST_F(PortalTest, TimesCompareAsTimesAndTokensAsWords) {
  make({{"email", "x@example.org"}});
  context_.now = Instant(100s);
  make({{"email", "y@other.example.com"}});
  EXPECT_EQ(
      count({.property = property("lastmodifieddate"), .op = Operator::gte, .value = "50000"}), 1U);
  EXPECT_EQ(
      count(
          {.property = property("email"), .op = Operator::contains_token, .value = "example.org"}),
      1U);
  EXPECT_EQ(count({.property = property("email"),
                   .op = Operator::contains_token,
                   .value = "*@other.example.*"}),
            1U);
}

TEST_F(PortalTest, SortIsStableAndPagingCutsAfterIt) {
  for (const char* city : {"b", "a", "c", "a"}) {
    make({{"city", city}});
  }
  const auto page =
      portal_.search(contacts_, {.sort = Sort{property("city"), true}, .offset = 1, .limit = 2});
  EXPECT_EQ(page.total, 4U);
  ASSERT_EQ(page.records.size(), 2U);
  EXPECT_EQ(*page.records[0]->value(property("city")), "b");
  EXPECT_EQ(*page.records[1]->value(property("city")), "a");
}

TEST_F(PortalTest, AFullLogShowsItsGap) {
  Portal small({.portal_id = 1, .history_capacity = 3}, hubspot::load_facts(), Instant(0s));
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(small.create(contacts_, {{"city", std::to_string(i)}}, context_).ok());
  }
  EXPECT_EQ(small.last_sequence(), 5U);
  EXPECT_EQ(small.first_available_sequence(), 3U);
  EXPECT_EQ(small.changes_after(0, 10).size(), 3U);
  EXPECT_EQ(small.changes_after(0, 10).front().sequence, 3U);
}

TEST(AssociationsTest, BothEndsListEachOther) {
  Associations associations;
  const Endpoint contact{0, 101};
  const Endpoint company{1, 501};
  EXPECT_TRUE(associations.add({contact, company, 279, 280}));
  EXPECT_FALSE(associations.add({contact, company, 279, 280}));
  EXPECT_TRUE(associations.add({contact, company, 1, 2}));
  const auto items = associations.list(contact, 1, 0, 10);
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].type_ids, (std::vector<int>{1, 279}));
  EXPECT_EQ(associations.count(company, 0), 1U);
  associations.take_record(company);
  EXPECT_EQ(associations.count(contact, 1), 0U);
}

}  // namespace
}  // namespace hubsim::portal

// Lists: what the history says of joining and leaving, bounds that move with the clock, copies.
// What the API answers is in contract_tests/cases/lists.
#include "mock_server/portal/lists/lists.h"

#include <gtest/gtest.h>

namespace hubsim::portal {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{std::chrono::seconds(1'774'000'000)};  // 2026-03-20T09:46:40Z

class ListsTest : public ::testing::Test {
 protected:
  ListsTest() : portal_({.portal_id = 1}, hubspot::load_facts(), start) {}

  ObjectId contact(const PropertyWrites& writes) {
    return portal_.create(contacts_, writes, {.now = now_}).value()->id;
  }
  List& dynamic(const char* filters) {
    const Json branch = json::parse(std::string(R"({"filterBranchType":"OR","filterBranches":[)"
                                                R"({"filterBranchType":"AND","filters":[)") +
                                    filters + "]}]}")
                            .value();
    List wanted{.name = filters, .type = contacts_, .processing = ProcessingType::dynamic};
    wanted.filter = read_filter_branch(portal_, contacts_, branch).value();
    return portal_.part<Lists>().create(portal_, std::move(wanted), {.now = now_});
  }
  void pass(Duration time) {
    now_ += time;
    portal_.run_due(now_);
  }

  Portal portal_;
  TypeIndex contacts_ = portal_.find_type("contacts")->index();
  Instant now_ = start;
};

TEST_F(ListsTest, JoiningAndLeavingAreChangesOfTheHistory) {
  const List& list =
      dynamic(R"({"filterType":"PROPERTY","property":"city","operation":)"
              R"({"operationType":"STRING","operator":"IS_EQUAL_TO","value":"Rome"}})");
  pass(10s);
  const ObjectId id = contact({{"email", "a@example.org"}, {"city", "Rome"}});
  pass(10s);
  ASSERT_TRUE(portal_.update(contacts_, id, {{"city", "Oslo"}}, {.now = now_}).ok());
  pass(10s);
  std::vector<std::string> told;
  for (const Change& change : portal_.changes_after(0, 100)) {
    told.emplace_back(change_kind_name(change.kind));
    if (change.list_id != 0) {
      EXPECT_EQ(change.list_id, list.id);
      EXPECT_EQ(change.object_id, id);
    }
  }
  EXPECT_EQ(told, (std::vector<std::string>{"created", "list_added", "updated", "list_removed"}));
}

TEST_F(ListsTest, ListsThatAskEachOtherSettleAndLoopsAreSeen) {
  List& first = dynamic(R"({"filterType":"CONSTANT","shouldAccept":true})");
  const List& second = dynamic((R"({"filterType":"IN_LIST","operator":"IN_LIST","listId":")" +
                                std::to_string(first.id) + "\"}")
                                   .c_str());
  const ObjectId id = contact({{"email", "a@example.org"}});
  pass(1min);
  EXPECT_TRUE(portal_.part<Lists>().member(second.id, contacts_, id));
  EXPECT_TRUE(portal_.part<Lists>().leads_back(first.id, *second.filter));
  EXPECT_FALSE(portal_.part<Lists>().leads_back(second.id, *second.filter));
}

TEST(TimeBoundTest, CalendarUnitsStartWhereTheyShould) {
  using From = TimeBound::From;
  const auto day = [](TimeBound bound) {
    return std::chrono::year_month_day(
        std::chrono::sys_days(std::chrono::days(bound.at(start) / 86'400'000)));
  };
  using std::chrono::year;
  EXPECT_EQ(day({From::day, 0}), year(2026) / 3 / 20);
  EXPECT_EQ(day({From::week, 0}), year(2026) / 3 / 16) << "weeks start on Monday";
  EXPECT_EQ(day({From::month, -1}), year(2026) / 2 / 1);
  EXPECT_EQ(day({From::quarter, -1}), year(2025) / 10 / 1);
  EXPECT_EQ(day({From::quarter, 1}), year(2026) / 4 / 1);
  EXPECT_EQ(day({From::year, -1}), year(2025) / 1 / 1);
}

}  // namespace
}  // namespace hubsim::portal

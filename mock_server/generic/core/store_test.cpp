#include "mock_server/generic/core/store.h"

#include <gtest/gtest.h>

namespace hubsim::generic {
namespace {

constexpr GenericStore::Limits plenty{1'000, 1'000'000};

Item item(const std::string& id, const std::string& text = "x") {
  Item made;
  made.id = id;
  made.live = std::make_shared<const Json>(Json{{"text", text}});
  return made;
}

struct GenericStoreTest : ::testing::Test {
  std::shared_ptr<const hubspot::Facts> facts = hubspot::load_facts();
  portal::Portal portal{{.portal_id = 7}, facts, Instant{}};
  GenericStore& store = portal.part<GenericStore>();
};

TEST_F(GenericStoreTest, an_item_takes_the_place_of_the_one_with_its_id) {
  ASSERT_TRUE(store.put("/a", item("1", "old"), plenty));
  ASSERT_TRUE(store.put("/a", item("2"), plenty));
  ASSERT_TRUE(store.put("/a", item("1", "new"), plenty));
  EXPECT_EQ(store.item_count(), 2U);
  EXPECT_EQ(store.find("/a", "1")->live->at("text"), "new");
  EXPECT_EQ(store.collection("/a").items().begin()->second->id, "1");
}

TEST_F(GenericStoreTest, limits_refuse_and_change_nothing) {
  ASSERT_TRUE(store.put("/a", item("1"), {1, 1'000'000}));
  EXPECT_FALSE(store.put("/a", item("2"), {1, 1'000'000}));
  EXPECT_FALSE(store.put("/a", item("1", std::string(5'000, 'x')), {1, 2'000}));
  EXPECT_EQ(store.item_count(), 1U);
  EXPECT_EQ(store.find("/a", "1")->live->at("text"), "x");
}

TEST_F(GenericStoreTest, what_an_item_owns_goes_with_it) {
  ASSERT_TRUE(store.put("/tables", item("1"), plenty));
  ASSERT_TRUE(store.put("/tables", item("10"), plenty));
  ASSERT_TRUE(store.put("/tables/1/rows", item("a"), plenty));
  ASSERT_TRUE(store.put("/tables/10/rows", item("b"), plenty));
  store.remove("/tables", "1");
  EXPECT_EQ(store.find("/tables/1/rows", "a"), nullptr);
  EXPECT_NE(store.find("/tables/10/rows", "b"), nullptr);
  store.remove("/tables", "10");
  EXPECT_EQ(store.item_count(), 0U);
  EXPECT_EQ(store.byte_count(), 0U);
}

TEST_F(GenericStoreTest, a_fork_keeps_what_it_had) {
  ASSERT_TRUE(store.put("/a", item("1", "old"), plenty));
  const auto fork = portal.copy(8);
  ASSERT_TRUE(store.put("/a", item("1", "new"), plenty));
  EXPECT_EQ(fork->part<GenericStore>().find("/a", "1")->live->at("text"), "old");
}

TEST_F(GenericStoreTest, the_oldest_tasks_make_room) {
  for (int i = 0; i < 10'001; ++i) {
    store.add_task({.id = std::to_string(i)});
  }
  EXPECT_EQ(store.find_task("0"), nullptr);
  EXPECT_NE(store.find_task("1"), nullptr);
  EXPECT_NE(store.find_task("10000"), nullptr);
}

}  // namespace
}  // namespace hubsim::generic

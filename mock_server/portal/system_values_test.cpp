// Every kind the data files name is known: a property would be empty for ever otherwise.
#include "mock_server/portal/system_values.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hubspot/rules/derived_values.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {
namespace {

const Instant start(std::chrono::hours(24 * 20'000));

struct World {
  Portal portal{{.portal_id = 1}, hubspot::load_facts(), start};

  TypeIndex type(const char* name) const { return portal.find_type(name)->index(); }
  RecordPtr make(const char* name, const PropertyWrites& writes, Duration after = {}) {
    return *portal.create(type(name), writes, {.now = start + after});
  }
  std::string shown(const RecordPtr& record, const char* name) const {
    const RecordPtr now = portal.find(record->type, record->id);
    const auto index = portal.type(record->type).property_index(name);
    return portal.value_of(*now, index.value()).value_or("(none)");
  }
};

TEST(SystemValues, EveryKindOfTheDataFilesIsKnown) {
  const std::vector<std::string_view> of_the_record{"object_id",    "created_at", "updated_at",
                                                    "email_domain", "source",     "source_id",
                                                    "source_label"};
  const auto facts = hubspot::load_facts();
  for (const auto& type : facts->object_types) {
    for (const auto& fact : type.properties) {
      const bool known = fact.derived.empty() || fact.derived.starts_with("constant:") ||
                         std::count(of_the_record.begin(), of_the_record.end(), fact.derived) > 0 ||
                         hubspot::is_derived_kind(fact.derived) || is_system_kind(fact.derived);
      EXPECT_TRUE(known) << type.plural << " " << fact.name << ": " << fact.derived;
    }
  }
  EXPECT_FALSE(is_system_kind("entered:dealstage"));
  EXPECT_FALSE(is_system_kind("guessed"));
}

TEST(SystemValues, TimesInStages) {
  World world;
  const RecordPtr deal = world.make("deals", {{"dealstage", "qualifiedtobuy"}});
  const auto move = [&](const char* stage, int hours) {
    ASSERT_TRUE(world.portal
                    .update(deal->type, deal->id, {{"dealstage", stage}},
                            {.now = start + std::chrono::hours(hours)})
                    .ok());
  };
  EXPECT_EQ(world.shown(deal, "hs_v2_date_exited_qualifiedtobuy"), "(none)");
  EXPECT_EQ(world.shown(deal, "hs_v2_latest_time_in_qualifiedtobuy"), "(none)");
  move("contractsent", 1);
  move("qualifiedtobuy", 3);
  move("closedwon", 7);
  EXPECT_EQ(world.shown(deal, "hs_v2_latest_time_in_qualifiedtobuy"), "14400000");
  EXPECT_EQ(world.shown(deal, "hs_v2_cumulative_time_in_qualifiedtobuy"), "18000000");
  EXPECT_EQ(world.shown(deal, "hs_v2_latest_time_in_closedwon"), "(none)");
  EXPECT_EQ(world.shown(deal, "hs_v2_date_entered_contractsent"),
            world.shown(deal, "hs_date_entered_contractsent"));
  world.portal.run_due(start + std::chrono::hours(9));
  EXPECT_EQ(world.shown(deal, "hs_time_in_closedwon"), "7200000");
  ASSERT_TRUE(world.portal.options().set("crm.stage_time_unit", "seconds").ok());
  EXPECT_EQ(world.shown(deal, "hs_time_in_closedwon"), "7200");
}

TEST(SystemValues, TasksAndTheirDueDates) {
  World world;
  const RecordPtr task = world.make("tasks", {{"hs_timestamp", "1728003600000"}});  // an hour later
  EXPECT_EQ(world.shown(task, "hs_task_is_overdue"), "false");
  world.portal.run_due(start + std::chrono::hours(2));
  EXPECT_EQ(world.shown(task, "hs_task_is_overdue"), "true");
  EXPECT_EQ(world.shown(task, "hs_task_missed_due_date_count"), "1");
  ASSERT_TRUE(world.portal
                  .update(task->type, task->id, {{"hs_task_status", "COMPLETED"}},
                          {.now = start + std::chrono::hours(2)})
                  .ok());
  EXPECT_EQ(world.shown(task, "hs_task_is_overdue"), "false");
  EXPECT_EQ(world.shown(task, "hs_task_is_past_due_date"), "true");
  EXPECT_EQ(world.shown(task, "hs_task_missed_due_date"), "true");
  EXPECT_EQ(world.shown(task, "hs_task_completion_count"), "1");
}

}  // namespace
}  // namespace hubsim::portal

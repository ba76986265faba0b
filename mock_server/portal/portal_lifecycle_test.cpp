#include <gtest/gtest.h>

#include "mock_server/portal/portal.h"

namespace hubsim::portal {
namespace {

using namespace std::chrono_literals;

class LifecycleTest : public ::testing::Test {
 protected:
  ObjectId make(TypeIndex type, const PropertyWrites& writes) {
    auto created = portal_.create(type, writes, at(10s));
    EXPECT_TRUE(created.ok());
    return created.ok() ? (*created)->id : 0;
  }
  static WriteContext at(std::chrono::seconds seconds) {
    return {.now = Instant(seconds), .source = {.change_source = "CRM_UI"}};
  }
  void link(ObjectId contact, ObjectId company) {
    portal_.associate({{contacts_, contact}, {companies_, company}, 279, 280}, at(10s));
  }
  std::size_t companies_of(ObjectId contact) {
    return portal_.associations().count({contacts_, contact}, companies_);
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> names;
    for (const Change& change : portal_.changes_after(0, 1000)) {
      names.emplace_back(change_kind_name(change.kind));
    }
    return names;
  }
  std::string value(const Record& record, std::string_view name) {
    return portal_.value_of(record, portal_.type(record.type).property_index(name).value())
        .value_or("(none)");
  }

  Portal portal_{{.portal_id = 1}, hubspot::load_facts(), Instant(0s)};
  TypeIndex contacts_ = portal_.find_type("contacts")->index();
  TypeIndex companies_ = portal_.find_type("companies")->index();
};

TEST_F(LifecycleTest, ArchivingTellsOfItsAssociationsAndRestoringBringsThemBack) {
  const ObjectId ada = make(contacts_, {{"email", "a@example.org"}});
  const ObjectId firm = make(companies_, {{"name", "Firm"}});
  link(ada, firm);
  EXPECT_TRUE(portal_.archive(contacts_, ada, at(20s)));
  EXPECT_EQ(companies_of(ada), 0U);
  ASSERT_TRUE(portal_.restore(contacts_, ada, at(30s)).ok());
  EXPECT_EQ(companies_of(ada), 1U);
  EXPECT_EQ(kinds(), (std::vector<std::string>{"created", "created", "associated", "associated",
                                               "dissociated", "dissociated", "archived", "restored",
                                               "associated", "associated"}));
}

TEST_F(LifecycleTest, RestoreIsRefusedWhereTheAddressIsTakenOrTimeIsUp) {
  const ObjectId ada = make(contacts_, {{"email", "a@example.org"}});
  portal_.archive(contacts_, ada, at(20s));
  const ObjectId other = make(contacts_, {{"email", "A@example.org"}});
  const auto taken = portal_.restore(contacts_, ada, at(30s));
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(std::get<Conflict>(taken.error()).existing_id, other);
  portal_.archive(contacts_, other, at(40s));
  EXPECT_FALSE(portal_.restore(contacts_, ada, {.now = Instant(24h * 91)}).ok());
  EXPECT_FALSE(portal_.restore(contacts_, 999, at(40s)).ok());
}

TEST_F(LifecycleTest, AMergeMovesValuesAndAssociationsAndRedirectsBothIds) {
  const ObjectId ada = make(contacts_, {{"email", "a@example.org"}, {"firstname", "Ada"}});
  const ObjectId bea = make(contacts_, {{"email", "b@example.org"}, {"city", "London"}});
  link(ada, make(companies_, {{"name", "One"}}));
  link(bea, make(companies_, {{"name", "Two"}}));
  const auto merged = portal_.merge(contacts_, ada, bea, at(20s));
  ASSERT_TRUE(merged.ok());
  const RecordPtr record = *merged;
  EXPECT_NE(record->id, ada);
  EXPECT_EQ(value(*record, "city"), "London");
  EXPECT_EQ(value(*record, "email"), "a@example.org");
  EXPECT_EQ(value(*record, "hs_additional_emails"), "b@example.org");
  EXPECT_EQ(companies_of(record->id), 2U);
  EXPECT_EQ(companies_of(ada) + companies_of(bea), 0U);
  EXPECT_EQ(portal_.resolve(contacts_, ada), record);
  EXPECT_EQ(portal_.resolve(contacts_, bea), record);
  const auto email = portal_.type(contacts_).property_index("email").value();
  EXPECT_EQ(portal_.find_by_unique(contacts_, email, "B@example.org"), record);
  const auto changes = portal_.changes_after(0, 1000);
  const auto merge = std::find_if(changes.begin(), changes.end(), [](const Change& change) {
    return change.kind == ChangeKind::merged;
  });
  ASSERT_NE(merge, changes.end());
  EXPECT_EQ(merge->object_id, record->id);
  EXPECT_EQ(merge->merge->primary_id, ada);
  EXPECT_EQ(merge->merge->merged_ids, std::vector<ObjectId>{bea});
  EXPECT_EQ(merge->merge->new_id, record->id);
  EXPECT_EQ(merge->merge->properties_moved, 1U) << "the city";
}

TEST_F(LifecycleTest, AMergeBefore2025KeepsThePrimary) {
  ASSERT_TRUE(portal_.options().set("crm.merge_id", "primary").ok());
  const ObjectId ada = make(contacts_, {{"email", "a@example.org"}});
  const ObjectId bea = make(contacts_, {{"email", "b@example.org"}, {"city", "London"}});
  const auto merged = portal_.merge(contacts_, ada, bea, at(20s));
  ASSERT_TRUE(merged.ok());
  EXPECT_EQ((*merged)->id, ada);
  EXPECT_EQ(portal_.resolve(contacts_, bea), *merged);
  EXPECT_EQ(portal_.history_of(**merged, portal_.type(contacts_).property_index("city").value())[0]
                .source.change_source,
            "MERGE_OBJECTS");
}

TEST_F(LifecycleTest, AMergeIsRefusedWithItselfAndBeyond250) {
  const ObjectId first = make(contacts_, {{"email", "a@example.org"}});
  EXPECT_EQ(portal_.merge(contacts_, first, first, at(20s)).error(), MergeRefusal::itself);
  EXPECT_EQ(portal_.merge(contacts_, first, 999, at(20s)).error(), MergeRefusal::no_other);
  ObjectId current = first;
  std::optional<MergeRefusal> refused;
  for (int i = 0; i < 300 && !refused; ++i) {
    const auto merged = portal_.merge(contacts_, current, make(contacts_, {}), at(20s));
    refused = merged.ok() ? std::nullopt : std::optional(merged.error());
    current = merged.ok() ? (*merged)->id : current;
  }
  EXPECT_EQ(refused, MergeRefusal::too_many);
}

TEST_F(LifecycleTest, AnErasedContactIsGoneWithItsValuesAndItsAddress) {
  const ObjectId ada = make(contacts_, {{"email", "a@example.org"}});
  EXPECT_TRUE(portal_.erase(contacts_, ada, at(20s)));
  EXPECT_FALSE(portal_.erase(contacts_, ada, at(20s)));
  EXPECT_TRUE(portal_.find(contacts_, ada)->values.empty());
  EXPECT_FALSE(portal_.restore(contacts_, ada, at(30s)).ok());
  EXPECT_FALSE(portal_.create(contacts_, {{"email", "A@example.org"}}, at(30s)).ok());
  ASSERT_TRUE(portal_.options().set("crm.gdpr_blocklist", "off").ok());
  EXPECT_TRUE(portal_.create(contacts_, {{"email", "a@example.org"}}, at(30s)).ok());
}

TEST_F(LifecycleTest, CountsOfAssociationsAddUp) {
  const ObjectId firm = make(companies_, {{"name", "Firm"}});
  EXPECT_EQ(value(*portal_.find(companies_, firm), "num_associated_contacts"), "0");
  const ObjectId ada = make(contacts_, {{"email", "a@example.org"}});
  link(ada, firm);
  link(make(contacts_, {}), firm);
  EXPECT_EQ(value(*portal_.find(companies_, firm), "num_associated_contacts"), "2");
  portal_.archive(contacts_, ada, at(20s));
  EXPECT_EQ(value(*portal_.find(companies_, firm), "num_associated_contacts"), "1");
}

TEST_F(LifecycleTest, StageDatesFollowTheHistory) {
  const ObjectId ada = make(contacts_, {{"lifecyclestage", "lead"}});
  ASSERT_TRUE(portal_.update(contacts_, ada, {{"lifecyclestage", "customer"}}, at(90s)).ok());
  const RecordPtr record = portal_.find(contacts_, ada);
  EXPECT_EQ(value(*record, "hs_v2_date_entered_lead"), "1970-01-01T00:00:10Z");
  EXPECT_EQ(value(*record, "hs_v2_date_entered_customer"), "1970-01-01T00:01:30Z");
  EXPECT_EQ(value(*record, "hs_v2_date_entered_opportunity"), "(none)");
}

}  // namespace
}  // namespace hubsim::portal

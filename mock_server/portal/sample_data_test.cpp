#include "mock_server/portal/sample_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace hubsim::portal {
namespace {

constexpr Instant now{std::chrono::seconds(1'769'081'993)};

struct World {
  explicit World(std::uint64_t seed) {
    for (const auto& [name, count] : std::vector<std::pair<const char*, std::size_t>>{
             {"companies", 200}, {"contacts", 4000}, {"deals", 300}, {"tickets", 300}}) {
      made[name] = generate_records(portal, type(name), count, seed, now);
      if (name == std::string("contacts")) {
        merges = merge_duplicates(portal, type(name), count, usual_merge_share, seed);
      }
    }
  }
  [[nodiscard]] TypeIndex type(const char* name) { return portal.find_type(name)->index(); }
  [[nodiscard]] const std::vector<RecordPtr>& records(const char* name) {
    return portal.store(type(name)).slots();
  }
  /// Records by value; "" under "(empty)", none under "(null)".
  std::map<std::string, std::size_t> counted(const char* of, const char* property) {
    const PropertyIndex index = portal.find_type(of)->property_index(property).value();
    std::map<std::string, std::size_t> counts;
    for (const RecordPtr& record : records(of)) {
      if (record->gone == Gone::merged) {
        continue;
      }
      const std::string* value = record->value(index);
      ++counts[value == nullptr ? "(null)" : value->empty() ? "(empty)" : *value];
    }
    return counts;
  }
  std::size_t partners(const char* from, ObjectId id, const char* to) {
    return portal.associations().count({type(from), id}, type(to));
  }

  Portal portal{{.portal_id = 1}, hubspot::load_facts(), Instant(std::chrono::seconds(1))};
  std::map<std::string, std::size_t> made;
  std::size_t merges = 0;
};

TEST(SampleData, MakesAllOfThem) {
  World world(1);
  EXPECT_EQ(world.made,
            (std::map<std::string, std::size_t>{
                {"companies", 200}, {"contacts", 4000}, {"deals", 300}, {"tickets", 300}}));
}

TEST(SampleData, EmployersFollowZipf) {
  World world(1);
  std::vector<std::size_t> sizes;
  for (const RecordPtr& company : world.records("companies")) {
    sizes.push_back(world.partners("companies", company->id, "contacts"));
  }
  std::sort(sizes.rbegin(), sizes.rend());
  EXPECT_GT(sizes[0], 10 * sizes[50]);
  EXPECT_GT(sizes[0], 300U);
  EXPECT_GT(sizes[100], 0U);
  // About nine of ten have one, labelled primary, and both sides agree.
  std::size_t employed = 0;
  for (const RecordPtr& contact : world.records("contacts")) {
    const auto items = world.portal.associations().list({world.type("contacts"), contact->id},
                                                        world.type("companies"), 0, 10);
    employed += items.empty() ? 0U : 1U;
    if (items.size() == 1) {
      EXPECT_EQ(items[0].type_ids, (std::vector<int>{1, 279}));
    }
  }
  EXPECT_GT(employed, 3400U);
  EXPECT_LT(employed, 3800U);
}

TEST(SampleData, AContactCarriesItsCompanysNameAndMostlyItsDomain) {
  World world(1);
  const ObjectType& contacts = *world.portal.find_type("contacts");
  const ObjectType& companies = *world.portal.find_type("companies");
  std::size_t same_name = 0;
  std::size_t same_domain = 0;
  std::size_t with_both = 0;
  for (const RecordPtr& contact : world.records("contacts")) {
    const auto items =
        world.portal.associations().list({contacts.index(), contact->id}, companies.index(), 0, 1);
    const std::string* name = contact->value(contacts.property_index("company").value());
    const std::string* email = contact->value(contacts.property_index("email").value());
    if (items.empty() || name == nullptr || name->empty() || email == nullptr) {
      continue;
    }
    const RecordPtr company = world.portal.find(companies.index(), items[0].to_id);
    ++with_both;
    same_name += *name == *company->value(companies.property_index("name").value()) ? 1U : 0U;
    const std::string& domain = *company->value(companies.property_index("domain").value());
    same_domain += email->ends_with("@" + domain) ? 1U : 0U;
  }
  // Of merged ones the name may be that of the other's company.
  EXPECT_GE(same_name + 20, with_both);
  EXPECT_GT(same_domain * 10, with_both * 8);
  EXPECT_LT(same_domain, with_both);
}

TEST(SampleData, NullAndEmptyAreDifferentAndBothThere) {
  World world(1);
  for (const char* property : {"phone", "city", "jobtitle", "address"}) {
    auto counts = world.counted("contacts", property);
    EXPECT_GT(counts["(null)"], 150U) << property;
    EXPECT_GT(counts["(empty)"], 50U) << property;
  }
  auto emails = world.counted("contacts", "email");
  EXPECT_GT(emails["(null)"], 20U);
  EXPECT_EQ(emails["(empty)"], 0U);
}

TEST(SampleData, EmailsAreUniqueAndNotAllOfOneForm) {
  World world(1);
  std::size_t plus = 0;
  std::size_t free_mail = 0;
  for (const auto& [email, count] : world.counted("contacts", "email")) {
    if (email == "(null)" || email == "(empty)") {
      continue;
    }
    EXPECT_EQ(count, 1U) << email;
    EXPECT_EQ(email.find(' '), std::string::npos) << email;
    plus += email.find('+') != std::string::npos ? 1U : 0U;
    free_mail += email.ends_with("@gmail.com") ? 1U : 0U;
  }
  EXPECT_GT(plus, 20U);
  EXPECT_GT(free_mail, 100U);
}

TEST(SampleData, ManyShareAnInstantAndTimeNeverGoesBack) {
  World world(1);
  std::map<Instant, std::size_t> at;
  Instant last = Instant::min();
  for (const Change& change : world.portal.changes_after(0, 100'000)) {
    EXPECT_GE(change.at, last);
    EXPECT_LE(change.at, now);
    last = change.at;
  }
  for (const RecordPtr& contact : world.records("contacts")) {
    ++at[contact->updated_at];
  }
  std::size_t tied = 0;
  for (const auto& [instant, count] : at) {
    tied += count > 1 ? count : 0;
  }
  EXPECT_GT(tied, 200U);
  EXPECT_LT(tied, 2'400U);
}

TEST(SampleData, DealsAndTicketsHaveAContactAndItsCompany) {
  World world(1);
  for (const char* type : {"deals", "tickets"}) {
    std::size_t whole = 0;
    for (const RecordPtr& record : world.records(type)) {
      ASSERT_EQ(world.partners(type, record->id, "contacts"), 1U);
      whole += world.partners(type, record->id, "companies");
    }
    EXPECT_GT(whole, 220U) << type;
  }
  EXPECT_GT(world.counted("deals", "dealstage").size(), 5U);
}

TEST(SampleData, AFewContactsWereMerged) {
  World world(1);
  const std::size_t merges = world.merges;
  EXPECT_GE(merges, 6U);
  EXPECT_LE(merges, 8U);
  const TypeIndex contacts = world.type("contacts");
  const auto& slots = world.portal.store(contacts).slots();
  const auto gone = std::count_if(slots.begin(), slots.end(), [](const RecordPtr& record) {
    return record->gone == Gone::merged;
  });
  EXPECT_EQ(static_cast<std::size_t>(gone), 2 * merges);
  EXPECT_EQ(world.portal.store(contacts).live_count(), 4'000 - merges);
}

TEST(SampleData, TheSeedDecides) {
  const auto texts = [](World& world) {
    std::string all;
    for (const Change& change : world.portal.changes_after(0, 100'000)) {
      for (const auto& [name, value] : change.properties) {
        all += name + "=" + value + ";";
      }
    }
    return all;
  };
  World one(7);
  World same(7);
  World other(8);
  EXPECT_EQ(texts(one), texts(same));
  EXPECT_NE(texts(one), texts(other));
}

}  // namespace
}  // namespace hubsim::portal

// Indexes against a plain scan: on random records and random questions, through updates, archives
// and index lag, both must find the same records in the same order.
#include "mock_server/portal/search.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/random/prng.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {
namespace {

using namespace std::chrono_literals;

constexpr std::array<const char*, 11> names{"",
                                            "Ada",
                                            "ada",
                                            "Bob",
                                            "bobby",
                                            "Bob Ada bob",
                                            "ada@bobby.example",
                                            "*obb*",
                                            "Christopher1",
                                            "christopher2",
                                            "CHRISTOPHER1"};
/// Free texts: too short to tell, in several values, with signs, in none.
constexpr std::array<const char*, 6> texts{"b", "bob", "ADA", "ada@bob", "stopher1", "nobody"};
constexpr std::array<const char*, 5> tags{"", "1", "2", "1;2", "2;3;1"};
constexpr std::array<const char*, 7> amounts{"", "5", "5.00", "-3", "1e2", "12345678.9", "0"};
constexpr std::array<const char*, 4> stages{"", "default", "closedwon", "qualifiedtobuy"};
constexpr std::array<const char*, 5> days{"", "2026-01-01", "2026-01-02", "1767225600000",
                                          "2026-03-01"};

class SearchJudge {
 public:
  explicit SearchJudge(std::uint64_t seed)
      : random_(seed), portal_({.portal_id = 1}, hubspot::load_facts(), now_) {
    portal_.search_view(deals_).index_from(1);
  }

  void change() {
    now_ += std::chrono::milliseconds(random_.below(3) * 700);
    const std::size_t count = portal_.store(deals_).slots().size();
    const std::uint64_t what = random_.below(10);
    if (count == 0 || what < 4) {
      (void)portal_.create(deals_, values(), context());
      return;
    }
    const ObjectId id = portal_.store(deals_).slots()[random_.below(count)]->id;
    if (what == 9) {
      (void)portal_.archive(deals_, id, context());
    } else {
      (void)portal_.update(deals_, id, values(), context());
    }
  }

  void ask() {
    SearchQuery query = question();
    const SearchPage indexed = portal_.search(deals_, query);
    query.scan = true;
    const SearchPage scanned = portal_.search(deals_, query);
    ASSERT_EQ(indexed.total, scanned.total) << told(query);
    ASSERT_EQ(indexed.records.size(), scanned.records.size()) << told(query);
    for (std::size_t i = 0; i < indexed.records.size(); ++i) {
      ASSERT_EQ(indexed.records[i], scanned.records[i]) << told(query) << " at " << i;
    }
  }

  Portal& portal() { return portal_; }

 private:
  template <std::size_t N>
  const char* pick(const std::array<const char*, N>& from) {
    return from[random_.below(N)];
  }
  WriteContext context() { return {.now = now_, .source = {.change_source = "API"}}; }
  PropertyWrites values() {
    PropertyWrites writes{{"dealname", pick(names)}};
    if (random_.below(2) == 0) {
      writes.emplace_back("amount", pick(amounts));
    }
    if (random_.below(2) == 0) {
      writes.emplace_back("dealstage", pick(stages));
    }
    if (random_.below(2) == 0) {
      writes.emplace_back("closedate", pick(days));
    }
    if (random_.below(2) == 0) {
      writes.emplace_back("hs_tag_ids", pick(tags));
    }
    return writes;
  }

  std::string operand(std::string_view property) {
    if (property == "amount") {
      return pick(amounts);
    }
    if (property == "dealstage") {
      return pick(stages);
    }
    if (property == "closedate") {
      return pick(days);
    }
    if (property == "hs_tag_ids") {
      return pick(tags);
    }
    const std::size_t count = portal_.store(deals_).slots().size();
    const RecordPtr any =
        count == 0 ? nullptr : portal_.store(deals_).slots()[random_.below(count)];
    if (property == "dealname" || any == nullptr) {
      return pick(names);
    }
    return property == "hs_object_id" ? std::to_string(any->id)
                                      : std::to_string(to_ms(property, *any));
  }
  static std::int64_t to_ms(std::string_view property, const Record& record) {
    const Instant at = property == "createdate" ? record.created_at : record.updated_at;
    return at.time_since_epoch().count() / 1000;
  }

  std::string_view some_property() {
    constexpr std::array<std::string_view, 9> all{
        "dealname",   "amount",     "dealstage",           "closedate",       "hs_object_id",
        "createdate", "hs_tag_ids", "hs_lastmodifieddate", "hs_is_closed_won"};
    const std::string_view name = all[random_.below(all.size())];
    return portal_.type(deals_).property_index(name) ? name : "dealname";
  }
  Filter filter(std::string_view property) {
    Filter filter{.property = portal_.type(deals_).property_index(property).value(),
                  .op = static_cast<Operator>(random_.below(13)),
                  .value = operand(property),
                  .high_value = operand(property)};
    filter.values = {operand(property), operand(property)};
    return filter;
  }
  SearchQuery question() {
    SearchQuery query{.query = random_.below(4) == 0 ? pick(texts) : "",
                      .offset = random_.below(4) * random_.below(20),
                      .limit = 1 + random_.below(15),
                      .now = now_ - std::chrono::milliseconds(random_.below(2))};
    const std::size_t groups = random_.below(3);
    for (std::size_t i = 0; i < groups; ++i) {
      auto& group = query.groups.emplace_back();
      const std::string_view same = some_property();
      const std::size_t filters = 1 + random_.below(3);
      const bool one_property = random_.below(2) == 0;
      for (std::size_t k = 0; k < filters; ++k) {
        group.push_back(filter(one_property ? same : some_property()));
      }
    }
    if (random_.below(3) != 0) {
      query.sort =
          Sort{portal_.type(deals_).property_index(some_property()).value(), random_.below(2) == 0};
    }
    return query;
  }
  std::string told(const SearchQuery& query) const {
    std::string text =
        fmt::format("query '{}' offset {} limit {}", query.query, query.offset, query.limit);
    for (const auto& group : query.groups) {
      text += " (";
      for (const Filter& filter : group) {
        text += fmt::format("{} op{} '{}' '{}'; ",
                            portal_.type(deals_).property(filter.property).fact.name,
                            static_cast<int>(filter.op), filter.value, filter.high_value);
      }
      text += ")";
    }
    if (query.sort) {
      text +=
          fmt::format(" sort {} {}", portal_.type(deals_).property(query.sort->property).fact.name,
                      query.sort->descending ? "down" : "up");
    }
    return text;
  }

  Prng random_;
  Instant now_{Instant(std::chrono::seconds(1'774'000'000))};
  Portal portal_;
  TypeIndex deals_ = portal_.find_type("deals")->index();
};

void judge(std::uint64_t seed, const char* options) {
  SCOPED_TRACE(fmt::format("seed {} {}", seed, options));
  SearchJudge judge(seed);
  if (*options != '\0') {
    ASSERT_TRUE(judge.portal().options().set_text(options).ok());
  }
  for (int round = 0; round < 40 && !::testing::Test::HasFatalFailure(); ++round) {
    for (int i = 0; i < 12; ++i) {
      judge.change();
    }
    for (int i = 0; i < 12 && !::testing::Test::HasFatalFailure(); ++i) {
      judge.ask();
    }
  }
}

/// Sanitizers cost ten times the CPU; the release run covers the rest.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HUBSIM_FEW_SEEDS
#endif
#endif
#ifdef HUBSIM_FEW_SEEDS
constexpr std::uint64_t seeds = 2;
#else
constexpr std::uint64_t seeds = 8;
#endif

TEST(SearchTest, IndexesAgreeWithAScan) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    judge(seed, "");
  }
}

TEST(SearchTest, IndexesAgreeWithAScanWhateverTheRules) {
  judge(21, "search.eq_ignores_case=off");
  judge(22, "search.enumeration_exact_case=off");
  judge(23, "search.negatives_match_null=off");
  judge(24, "search.sort_nulls=lowest");
  judge(25, "search.in_lower_case=off");
}

TEST(SearchTest, IndexesAgreeWithAScanBehindAnIndexLag) {
  for (std::uint64_t seed = 31; seed <= 30 + seeds / 2; ++seed) {
    judge(seed, "search.index_lag=typical");
  }
}

TEST(SortedIndexTest, RanksAndRunsThroughManyBlocks) {
  SortedIndex index(false);
  const SortedIndex::TextOf no_text = [](Slot) { return std::string_view(); };
  const auto entry = [](Slot slot) {
    return SortedIndex::Entry{{number_prefix(static_cast<double>(slot % 7)), {}}, slot};
  };
  for (Slot slot = 0; slot < 7000; ++slot) {
    index.insert(entry((slot * 4801) % 7000), no_text);
  }
  EXPECT_EQ(index.rank_before({number_prefix(3), {}}, no_text), 3000U);
  EXPECT_EQ(index.rank_after({number_prefix(3), {}}, no_text), 4000U);
  EXPECT_EQ(index.run_begin(3999, no_text), 3000U);
  EXPECT_EQ(index.at(3000), 3U);
  for (Slot slot = 0; slot < 7000; slot += 7) {
    index.erase(entry(slot), no_text);
  }
  EXPECT_EQ(index.size(), 6000U);
  EXPECT_EQ(index.rank_before({number_prefix(1), {}}, no_text), 0U);
}

}  // namespace
}  // namespace hubsim::portal

#include "mock_server/portal/associations.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

#include "common/random/prng.h"

namespace hubsim::portal {
namespace {

/// The plainest thing that does the same.
struct Model {
  std::map<std::tuple<Endpoint, Endpoint>, std::set<int>> edges;

  bool add(const AssociationEdge& edge) {
    edges[{edge.to, edge.from}].insert(edge.inverse_type_id);
    return edges[{edge.from, edge.to}].insert(edge.type_id).second;
  }
  bool remove_side(Endpoint from, Endpoint to, int type_id) {
    const auto it = edges.find({from, to});
    const bool removed = it != edges.end() && it->second.erase(type_id) == 1;
    if (removed && it->second.empty()) {
      edges.erase(it);
    }
    return removed;
  }
  bool remove(const AssociationEdge& edge) {
    remove_side(edge.to, edge.from, edge.inverse_type_id);
    return remove_side(edge.from, edge.to, edge.type_id);
  }
  bool remove_all(Endpoint from, Endpoint to) {
    edges.erase({to, from});
    return edges.erase({from, to}) == 1;
  }
  void remove_record(Endpoint record) {
    std::erase_if(edges, [&](const auto& edge) {
      return std::get<0>(edge.first) == record || std::get<1>(edge.first) == record;
    });
  }
  [[nodiscard]] std::vector<std::pair<ObjectId, std::vector<int>>> list(Endpoint from,
                                                                        TypeIndex to_type,
                                                                        ObjectId after,
                                                                        std::size_t limit) const {
    std::vector<std::pair<ObjectId, std::vector<int>>> items;
    for (const auto& [key, labels] : edges) {
      const auto& [a, b] = key;
      if (a == from && b.type == to_type && b.id > after && items.size() < limit) {
        items.emplace_back(b.id, std::vector<int>(labels.begin(), labels.end()));
      }
    }
    return items;
  }
};

Endpoint some_record(Prng& prng) {
  return {static_cast<TypeIndex>(prng.below(3)), 1 + prng.below(6)};
}

void expect_same(const Associations& tested, const Model& model, Prng& prng) {
  for (std::uint64_t number = 0; number < 3 * 6 * 3; ++number) {
    const Endpoint from{static_cast<TypeIndex>(number / 18), 1 + number / 3 % 6};
    const auto to = static_cast<TypeIndex>(number % 3);
    const ObjectId after = prng.below(7);
    const std::size_t limit = prng.below(5);
    std::vector<std::pair<ObjectId, std::vector<int>>> items;
    for (const auto& item : tested.list(from, to, after, limit)) {
      items.emplace_back(item.to_id, item.type_ids);
    }
    EXPECT_EQ(items, model.list(from, to, after, limit));
    EXPECT_EQ(tested.count(from, to), model.list(from, to, 0, 1000).size());
  }
}

TEST(Associations, DoWhatAPlainMapDoes) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Prng prng(seed);
    Associations tested;
    Model model;
    for (int step = 0; step < 300; ++step) {
      const int label = 1 + static_cast<int>(prng.below(4));
      const AssociationEdge edge{some_record(prng), some_record(prng), label, label + 10};
      if (edge.from == edge.to) {
        continue;
      }
      switch (prng.below(8)) {
        case 0:
          EXPECT_EQ(tested.remove(edge), model.remove(edge)) << "seed " << seed;
          break;
        case 1:
          EXPECT_EQ(tested.remove_all(edge.from, edge.to), model.remove_all(edge.from, edge.to));
          break;
        case 2:
          tested.take_record(edge.from);
          model.remove_record(edge.from);
          break;
        default:
          EXPECT_EQ(tested.add(edge), model.add(edge)) << "seed " << seed;
      }
    }
    expect_same(tested, model, prng);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST(Associations, ACopyStandsAlone) {
  Associations one;
  for (ObjectId id = 1; id <= 3; ++id) {
    one.add({{0, 1}, {1, id}, 279, 280});
  }
  const Associations two(one);
  one.take_record({0, 1});
  EXPECT_EQ(one.count({0, 1}, 1), 0U);
  EXPECT_EQ(two.count({0, 1}, 1), 3U);
  EXPECT_EQ(two.count({1, 2}, 0), 1U);
}

// Found by the walk over all operations: a batch read named such an id.
TEST(Associations, AnIdLargerThanAnyIsNotThere) {
  constexpr ObjectId huge = 9'223'372'036'854'775'807;
  Associations some;
  some.add({{0, 1}, {1, 2}, 279, 280});
  some.add({{0, 1}, {1, 3}, 279, 280});
  EXPECT_TRUE(some.list({0, huge}, 1, 0, 10).empty());
  EXPECT_TRUE(some.list({0, 1}, 1, huge, 10).empty());
  EXPECT_EQ(some.count({0, huge}, 1), 0U);
  EXPECT_FALSE(some.remove_all({0, huge}, {1, 2}));
  EXPECT_FALSE(some.remove_all({0, 1}, {1, huge}));
  EXPECT_EQ(some.count({0, 1}, 1), 2U);
}

}  // namespace
}  // namespace hubsim::portal

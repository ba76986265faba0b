// IndexRanges: what an ordered index knows of one group of filters without looking at a record:
// the ranks between which its hits lie, where all filters ask for one range of one column; and
// the fewest candidates that any filter names.
// Threads: under the portal's lock; lives for one search.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "hubspot/rules/options.h"
#include "mock_server/portal/record_store.h"
#include "mock_server/portal/search.h"
#include "mock_server/portal/search_filter.h"

namespace hubsim::portal {

struct RankRange {
  Column column;
  const SortedIndex* index = nullptr;
  std::size_t begin = 0;
  std::size_t end = 0;
  /// All values in it are equal: the slots stand in order.
  bool one_value = false;

  [[nodiscard]] std::size_t size() const noexcept { return end > begin ? end - begin : 0; }
};

class IndexRanges {
 public:
  IndexRanges(RecordStore& store, const ObjectType& type, const hubspot::Options& options)
      : store_(store), type_(type), options_(options) {}

  /// The one range that is the answer to all filters of the group.
  [[nodiscard]] std::optional<RankRange> exact(const std::vector<Filter>& group);
  /// Slots among which every hit of the group is, in no order; nothing: no index can tell, or too
  /// many to be worth it. `tests` are those of the filters.
  [[nodiscard]] std::optional<std::vector<Slot>> candidates(const std::vector<Filter>& group,
                                                            const std::vector<FilterTest>& tests);
  [[nodiscard]] const SortedIndex* sorted(PropertyIndex property);

 private:
  [[nodiscard]] std::optional<RankRange> range_of(const Filter& filter);
  /// Without an ordered index: associations, ids, rare texts.
  [[nodiscard]] std::optional<std::vector<Slot>> named(const Filter& filter,
                                                       const FilterTest& test);
  [[nodiscard]] std::optional<std::vector<Slot>> named_by_value(const Filter& filter,
                                                                std::string_view value);
  /// By the rarest token of the pattern.
  [[nodiscard]] std::optional<std::vector<Slot>> named_by_token(const Filter& filter,
                                                                const TokenPattern& pattern);
  /// Sets of options that hold the value.
  [[nodiscard]] std::optional<std::vector<Slot>> named_by_option(const Filter& filter,
                                                                 std::string_view value);
  void bound(RankRange& range, const Filter& filter, const SortedIndex::TextOf& text_of) const;
  [[nodiscard]] std::optional<RankRange> narrowest(const std::vector<Filter>& group);

  RecordStore& store_;
  const ObjectType& type_;
  const hubspot::Options& options_;
};

}  // namespace hubsim::portal

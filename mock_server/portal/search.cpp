#include "mock_server/portal/search.h"

#include <algorithm>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/portal/association_lag.h"
#include "mock_server/portal/portal.h"
#include "mock_server/portal/search_ranks.h"

namespace hubsim::portal {

using hubspot::Option;

namespace {

using SlotList = std::vector<Slot>;

/// A phone number as people type it: digits, blanks and signs, and digits enough to mean one.
std::string phone_digits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (std::string_view(" +-().").find(c) == std::string_view::npos) {
      return {};
    }
  }
  return digits.size() >= 4 ? digits : std::string();
}

/// Whether `word`, in lower case, stands in `text`, whatever its case: without a copy of the text,
/// because every record of a type may be asked.
bool contains_folded(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

/// The free text of a search (5): found in any searchable property, whatever the case; a phone
/// number by its digits.
class TextTest {
 public:
  TextTest(const Portal& portal, const ObjectType& type, const std::string& query)
      : portal_(portal), type_(type) {
    if (portal.options().is(Option::search_query_words, "each")) {
      for (const std::string_view word : split(query, ' ')) {
        if (!word.empty()) {
          words_.push_back(to_lower(word));
        }
      }
    } else if (!trim(query).empty()) {
      words_.push_back(to_lower(trim(query)));
    }
    if (portal.options().on(Option::search_phone_digits)) {
      digits_ = phone_digits(query);
    }
    for (const auto& name : type.fact().searchable_properties) {
      if (const auto index = type.property_index(name)) {
        searchable_.properties.push_back(*index);
        if (type.property(*index).fact.field_type == "phonenumber") {
          searchable_.phones.push_back(*index);
        }
        all_stored_ = all_stored_ && type.property(*index).derived == Derived::no;
      }
    }
  }

  /// Slots that may match, in order; nothing: any may.
  [[nodiscard]] std::optional<SlotList> candidates(RecordStore& store) const {
    const TextSieve* sieve = all_stored_ ? store.view().sieve(store.slots(), searchable_) : nullptr;
    if (sieve == nullptr) {
      return std::nullopt;
    }
    auto slots = sieve->candidates({words_.begin(), words_.end()});
    if (slots && !digits_.empty()) {
      const auto more = sieve->candidates({digits_});
      SlotList both;
      std::set_union(slots->begin(), slots->end(), more->begin(), more->end(),
                     std::back_inserter(both));
      return both;
    }
    return slots;
  }

  [[nodiscard]] bool matches(const Record& record) const {
    const bool by_words = std::all_of(words_.begin(), words_.end(),
                                      [&](const auto& word) { return any_contains(record, word); });
    return by_words || (!digits_.empty() && any_phone(record));
  }

 private:
  [[nodiscard]] bool any_contains(const Record& record, const std::string& word) const {
    return std::any_of(searchable_.properties.begin(), searchable_.properties.end(),
                       [&](PropertyIndex property) {
                         if (const std::string* stored = record.value(property)) {
                           return contains_folded(*stored, word);
                         }
                         if (type_.property(property).derived == Derived::no) {
                           return false;
                         }
                         const auto value = portal_.value_of(record, property);
                         return value && contains_folded(*value, word);
                       });
  }
  [[nodiscard]] bool any_phone(const Record& record) const {
    return std::any_of(searchable_.phones.begin(), searchable_.phones.end(),
                       [&](PropertyIndex property) {
                         const auto value = portal_.value_of(record, property);
                         return value && digits_of(*value).find(digits_) != std::string::npos;
                       });
  }

  const Portal& portal_;
  const ObjectType& type_;
  std::vector<std::string> words_;
  std::string digits_;
  SearchView::Searchable searchable_;
  bool all_stored_ = true;
};

class Search {
 public:
  Search(const Portal& portal, const ObjectType& type, RecordStore& store, const SearchQuery& query)
      : portal_(portal),
        type_(type),
        store_(store),
        query_(query),
        text_(portal, type, query.query),
        ranges_(store, type, portal.options()) {
    for (const auto& group : query.groups) {
      auto& tests = groups_.emplace_back();
      for (const Filter& filter : group) {
        tests.emplace_back(portal, type, filter);
      }
    }
    if (query.sort) {
      sort_column_ = column_of(type, query.sort->property);
      nulls_first_ =
          portal.options().is(Option::search_sort_nulls, "lowest") && !query.sort->descending;
    }
  }

  SearchPage run() {
    if (auto page = query_.scan ? std::nullopt : by_ranks()) {
      return std::move(*page);
    }
    SlotList hits = collect();
    const std::size_t total = hits.size();
    return page_of(total, query_.sort ? sorted_page(std::move(hits)) : cut(hits));
  }

 private:
  [[nodiscard]] const RecordPtr& version(Slot slot) const {
    return store_.view().version(store_.slots(), slot);
  }
  [[nodiscard]] std::size_t wanted() const { return query_.offset + query_.limit; }

  // ---- by ranks: the count is known without looking at a record

  [[nodiscard]] std::optional<SearchPage> by_ranks() {
    if (!query_.query.empty() || query_.groups.size() > 1) {
      return std::nullopt;
    }
    if (query_.groups.empty()) {
      return everything();
    }
    const auto range = ranges_.exact(query_.groups.front());
    if (!range) {
      return std::nullopt;
    }
    return page_of(range->size(), in_range(*range));
  }

  [[nodiscard]] std::optional<SearchPage> everything() {
    const SortedIndex* index = query_.sort ? ranges_.sorted(query_.sort->property) : nullptr;
    if (query_.sort && index == nullptr) {
      return std::nullopt;
    }
    return page_of(store_.view().visible(), walk(index, 0, index ? index->size() : 0, false));
  }

  [[nodiscard]] SlotList in_range(const RankRange& range) {
    const bool by_same = query_.sort && query_.sort->property == range.column.property;
    if (by_same) {
      return walk(range.index, range.begin, range.end, false, false);
    }
    if (!query_.sort && range.one_value) {
      SlotList slots;
      const std::size_t end = std::min(range.begin + wanted(), range.end);
      range.index->copy(std::min(range.begin + query_.offset, end), end, slots);
      return slots;
    }
    // Either look at all of the range, or go along the wanted order until the page is full.
    const std::size_t total = store_.slots().size();
    const std::size_t along = wanted() * total / std::max<std::size_t>(range.size(), 1);
    const SortedIndex* order =
        query_.sort && along < range.size() ? ranges_.sorted(query_.sort->property) : nullptr;
    if (along < range.size() && (order != nullptr || !query_.sort)) {
      return walk(order, 0, order ? order->size() : 0, true);
    }
    SlotList slots;
    range.index->copy(range.begin, range.end, slots);
    if (query_.sort) {
      return sorted_page(std::move(slots));
    }
    std::sort(slots.begin(), slots.end());
    return cut(slots);
  }

  /// The page out of an order: ranks of an index, up or down, then (or first) what has no value;
  /// without an index all in id order. With `tests` only what matches counts.
  [[nodiscard]] SlotList walk(const SortedIndex* index, std::size_t begin, std::size_t end,
                              bool tests, bool with_unset = true) {
    Page page{.skip = query_.offset, .take = query_.limit, .slots = {}};
    if (index == nullptr) {
      walk_slots(page, tests, false);
      return std::move(page.slots);
    }
    const bool unset = with_unset && store_.view().visible() > index->size();
    if (unset && nulls_first_) {
      walk_slots(page, tests, true);
    }
    if (query_.sort->descending) {
      walk_down(page, *index, begin, end, tests);
    } else {
      walk_up(page, *index, begin, end, tests);
    }
    if (unset && !nulls_first_) {
      walk_slots(page, tests, true);
    }
    return std::move(page.slots);
  }

  struct Page {
    std::size_t skip = 0;
    std::size_t take = 0;
    SlotList slots;

    [[nodiscard]] bool full() const { return slots.size() >= take; }
    void add(Slot slot) {
      if (skip > 0) {
        --skip;
      } else if (!full()) {
        slots.push_back(slot);
      }
    }
  };

  void walk_slots(Page& page, bool tests, bool only_unset) {
    for (std::size_t slot = 0; slot < store_.slots().size() && !page.full(); ++slot) {
      const RecordPtr& record = version(static_cast<Slot>(slot));
      const bool counts =
          record && (!only_unset || !sort_column_->key_of(*record)) && (!tests || matches(*record));
      if (counts) {
        page.add(static_cast<Slot>(slot));
      }
    }
  }

  void walk_up(Page& page, const SortedIndex& index, std::size_t begin, std::size_t end,
               bool tests) {
    constexpr std::size_t step = 256;
    SlotList chunk;
    if (!tests) {
      const std::size_t skipped = std::min(page.skip, end - begin);
      page.skip -= skipped;
      begin += skipped;
    }
    for (; begin < end && !page.full(); begin += step) {
      chunk.clear();
      index.copy(begin, std::min(begin + step, end), chunk);
      add_all(page, chunk, tests);
    }
  }

  /// Equal values stand in id order whichever way the sort goes.
  void walk_down(Page& page, const SortedIndex& index, std::size_t begin, std::size_t end,
                 bool tests) {
    const auto text_of = store_.view().text_of(store_.slots(), *sort_column_);
    while (end > begin && !page.full()) {
      const std::size_t first = std::max(begin, index.run_begin(end - 1, text_of));
      walk_up(page, index, first, end, tests);
      end = first;
    }
  }

  void add_all(Page& page, const SlotList& slots, bool tests) {
    for (const Slot slot : slots) {
      if (!tests || matches(*version(slot))) {
        page.add(slot);
      }
    }
  }

  // ---- by candidates, or a scan: every hit is looked at

  [[nodiscard]] SlotList collect() {
    SlotList hits;
    const auto consider = [&](Slot slot) {
      const RecordPtr& record = version(slot);
      if (record && matches(*record)) {
        hits.push_back(slot);
      }
    };
    const auto named = query_.scan ? std::nullopt : candidates();
    if (named) {
      std::for_each(named->begin(), named->end(), consider);
      return hits;
    }
    for (std::size_t slot = 0; slot < store_.slots().size(); ++slot) {
      consider(static_cast<Slot>(slot));
    }
    return hits;
  }

  /// In id order, each once; nothing means scan.
  [[nodiscard]] std::optional<SlotList> candidates() {
    if (query_.groups.empty()) {
      return query_.query.empty() ? std::nullopt : text_.candidates(store_);
    }
    SlotList all;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const auto some = ranges_.candidates(query_.groups[i], groups_[i]);
      if (!some) {
        return std::nullopt;
      }
      all.insert(all.end(), some->begin(), some->end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  [[nodiscard]] bool matches(const Record& record) const {
    const bool by_filters =
        groups_.empty() || std::any_of(groups_.begin(), groups_.end(), [&](const auto& group) {
          return std::all_of(group.begin(), group.end(),
                             [&](const FilterTest& test) { return test.matches(record); });
        });
    return by_filters && (query_.query.empty() || text_.matches(record));
  }

  // ---- pages

  [[nodiscard]] SlotList cut(const SlotList& hits) const {
    const std::size_t begin = std::min(query_.offset, hits.size());
    const std::size_t end = std::min(wanted(), hits.size());
    return {hits.begin() + static_cast<std::ptrdiff_t>(begin),
            hits.begin() + static_cast<std::ptrdiff_t>(end)};
  }

  struct Keyed {
    bool unset = false;
    std::uint64_t prefix = 0;
    std::string text;
    Slot slot = 0;
  };

  [[nodiscard]] Keyed keyed(Slot slot) const {
    const PropertyIndex property = query_.sort->property;
    Keyed key{.slot = slot};
    if (sort_column_) {
      const auto found = sort_column_->key_of(*version(slot));
      key.unset = !found;
      if (found) {
        key.prefix = found->prefix;
        key.text = found->text;
      }
      return key;
    }
    const Column as_stored{property, kind_of(type_.property(property))};
    key.text = portal_.value_of(*version(slot), property).value_or("");
    key.unset = key.text.empty();
    key.prefix = as_stored.key_of_text(key.text).prefix;
    if (!is_textual(as_stored.kind)) {
      key.text.clear();
    }
    return key;
  }

  [[nodiscard]] SlotList sorted_page(SlotList hits) const {
    std::vector<Keyed> keys;
    keys.reserve(hits.size());
    std::transform(hits.begin(), hits.end(), std::back_inserter(keys),
                   [&](Slot slot) { return keyed(slot); });
    const bool folds = kind_of(type_.property(query_.sort->property)) == ValueKind::text;
    const bool down = query_.sort->descending;
    const std::size_t kept = std::min(wanted(), keys.size());
    std::partial_sort(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(kept), keys.end(),
                      [&](const Keyed& a, const Keyed& b) {
                        if (a.unset != b.unset) {
                          return nulls_first_ ? a.unset : b.unset;
                        }
                        const int order =
                            a.unset ? 0
                                    : compare_keys({a.prefix, a.text}, {b.prefix, b.text}, folds);
                        return order == 0 ? a.slot < b.slot : down ? order > 0 : order < 0;
                      });
    hits.clear();
    for (std::size_t i = query_.offset; i < kept; ++i) {
      hits.push_back(keys[i].slot);
    }
    return hits;
  }

  [[nodiscard]] SearchPage page_of(std::size_t total, const SlotList& slots) const {
    SearchPage page{.total = total, .records = {}};
    page.records.reserve(slots.size());
    for (const Slot slot : slots) {
      page.records.push_back(version(slot));
    }
    return page;
  }

  const Portal& portal_;
  const ObjectType& type_;
  RecordStore& store_;
  const SearchQuery& query_;
  TextTest text_;
  IndexRanges ranges_;
  std::vector<std::vector<FilterTest>> groups_;
  std::optional<Column> sort_column_;
  bool nulls_first_ = false;
};

}  // namespace

SearchPage run_search(const Portal& portal, const ObjectType& type, RecordStore& store,
                      const SearchQuery& query) {
  store.view().advance(store.slots(), query.now);
  portal.part<AssociationLag>().advance(query.now);
  return Search(portal, type, store, query).run();
}

}  // namespace hubsim::portal

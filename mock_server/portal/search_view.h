// SearchView: what search sees of one type's records: the version of each that is already indexed
// (the newest one, unless index lag holds it back), and the indexes over those versions, built when
// a search first wants them and kept true from then on.
// Why here: the store holds the truth, and search may lag behind it; both share the records.
// Threads: guarded by the portal's lock. Invariants: every index names exactly the slots whose
// indexed version is live and has a value; a version never gives way to an older one.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_server/portal/sorted_index.h"
#include "mock_server/portal/text_sieve.h"

namespace hubsim::portal {

class SearchView {
 public:
  using Slots = std::vector<RecordPtr>;

  SearchView() = default;
  SearchView(SearchView&&) = default;
  SearchView& operator=(SearchView&&) = default;
  /// Indexes are not copied: the copy builds those it wants.
  SearchView(const SearchView& other)
      : held_(other.held_),
        waiting_(other.waiting_),
        last_number_(other.last_number_),
        visible_(other.visible_),
        index_from_(other.index_from_) {}
  SearchView& operator=(const SearchView&) = delete;
  ~SearchView() = default;

  /// Puts `record` at the end, or in the place of `slot`; search sees it from `seen_at` on
  /// (nothing: at once).
  void append(Slots& slots, RecordPtr record, std::optional<Instant> seen_at);
  void replace(Slots& slots, Slot slot, RecordPtr record, std::optional<Instant> seen_at);
  /// Indexes what search sees from `now` on; settle() all that waits.
  void advance(const Slots& slots, Instant now);
  void settle(const Slots& slots) { advance(slots, Instant::max()); }

  /// The indexed version; nullptr where search sees none (archived, or not yet indexed).
  [[nodiscard]] const RecordPtr& version(const Slots& slots, Slot slot) const;
  [[nodiscard]] std::size_t visible() const noexcept { return visible_; }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }

  /// Types with fewer records are scanned; changed by tests only.
  void index_from(std::size_t records) noexcept { index_from_ = records; }
  /// The ordered index of a column, built when it is first wanted; nullptr: scan.
  [[nodiscard]] const SortedIndex* sorted(const Slots& slots, const Column& column);
  [[nodiscard]] SortedIndex::TextOf text_of(const Slots& slots, const Column& column) const;
  /// Slots whose text equals `text` without regard to case (and a few that do not, perhaps), in no
  /// order; nothing: too many to be worth it, or scan.
  [[nodiscard]] std::optional<std::vector<Slot>> equal(const Slots& slots, const Column& column,
                                                       std::string_view text);
  /// The same of texts that have `token` among their tokens, or among their options.
  [[nodiscard]] std::optional<std::vector<Slot>> with_token(const Slots& slots,
                                                            const Column& column,
                                                            std::string_view token);
  /// What free text is looked for in: stored values, and of phone numbers also the digits alone.
  struct Searchable {
    std::vector<PropertyIndex> properties;
    std::vector<PropertyIndex> phones;
    bool operator==(const Searchable&) const = default;
  };
  /// Built when it is first wanted; nullptr: scan.
  [[nodiscard]] const TextSieve* sieve(const Slots& slots, const Searchable& searchable);
  [[nodiscard]] std::size_t index_count() const noexcept { return indexes_.size(); }

 private:
  /// Most values are rare. Where one is not, only that is kept: the ordered index knows better.
  struct SameText {
    boost::container::small_vector<Slot, 1> slots;
    bool many = false;
  };
  using HashIndex = boost::unordered_flat_map<std::uint64_t, SameText>;
  struct ColumnIndex {
    Column column;
    std::optional<SortedIndex> sorted;
    std::optional<HashIndex> equal;
    std::optional<HashIndex> tokens;
  };
  struct Held {
    RecordPtr version;  ///< nullptr: born, but not indexed yet
    std::uint64_t number = 0;
  };
  struct Waiting {
    Slot slot = 0;
    RecordPtr record;
    std::uint64_t number = 0;
  };
  static constexpr std::size_t rare = 512;
  static constexpr std::size_t most_indexes = 64;

  [[nodiscard]] ColumnIndex* column_index(const Slots& slots, const Column& column);
  void wait(Slot slot, RecordPtr record, Instant seen_at);
  /// Takes the entries of `before` out where `after` has others; true: put those of `after` in.
  [[nodiscard]] static bool changes(const Column& column, const RecordPtr& before,
                                    const RecordPtr& after);
  void take_out(const Slots& slots, Slot slot, const RecordPtr& before, const RecordPtr& after);
  void put_in(const Slots& slots, Slot slot, const RecordPtr& before, const RecordPtr& after);
  /// What the hash indexes keep of a value, once each.
  static void add_hashes(ColumnIndex& index, std::string_view text, Slot slot);
  static void remove_hashes(ColumnIndex& index, std::string_view text, Slot slot);
  [[nodiscard]] static std::optional<std::vector<Slot>> rare_slots(const HashIndex& index,
                                                                   std::string_view text);
  void add_to_sieve(const Record& record, Slot slot);
  static void add_equal(HashIndex& index, std::uint64_t hash, Slot slot);
  static void remove_equal(HashIndex& index, std::uint64_t hash, Slot slot);

  std::map<PropertyIndex, ColumnIndex> indexes_;
  Searchable searchable_;
  std::unique_ptr<TextSieve> sieve_;
  boost::unordered_flat_map<Slot, Held> held_;
  std::map<std::pair<Instant, std::uint64_t>, Waiting> waiting_;
  std::uint64_t last_number_ = 0;
  std::size_t visible_ = 0;
  std::size_t index_from_ = 512;
};

}  // namespace hubsim::portal

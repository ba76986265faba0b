// SortedIndex: the slots of the records that have a value of one column, in the order of the
// values (slots of equal ones in slot order), with ranks: how many come before a value is known
// without counting. Blocks of bounded size, so that an insert moves little.
// Threads: guarded by the portal's lock. Invariant: entries are unique and in order; 12 bytes each
// beside the slack of the blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "mock_server/portal/search_values.h"

namespace hubsim::portal {

using Slot = std::uint32_t;

class SortedIndex {
 public:
  /// The text of a slot's value, asked for where prefixes are equal.
  using TextOf = std::function<std::string_view(Slot)>;

  explicit SortedIndex(bool folds) : folds_(folds) {}
  struct Entry {
    SortKey key;
    Slot slot = 0;
  };
  /// Fills an empty index.
  void build(std::vector<Entry> entries);
  void insert(const Entry& entry, const TextOf& text_of);
  /// The entry must be there.
  void erase(const Entry& entry, const TextOf& text_of);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// How many stand before `key`, or up to and with it.
  [[nodiscard]] std::size_t rank_before(const SortKey& key, const TextOf& text_of) const;
  [[nodiscard]] std::size_t rank_after(const SortKey& key, const TextOf& text_of) const;
  [[nodiscard]] Slot at(std::size_t rank) const;
  /// Appends the slots of the ranks [begin, end).
  void copy(std::size_t begin, std::size_t end, std::vector<Slot>& out) const;
  /// First rank of the run of values equal to the one at `rank`.
  [[nodiscard]] std::size_t run_begin(std::size_t rank, const TextOf& text_of) const;

 private:
  struct Block {
    std::vector<std::uint64_t> prefixes;
    std::vector<Slot> slots;
  };
  struct Place {
    std::size_t block = 0;
    std::size_t offset = 0;
  };
  static constexpr std::size_t block_size = 512;

  [[nodiscard]] int compare(const Block& block, std::size_t offset, const SortKey& key,
                            const TextOf& text_of) const;
  /// First entry at or beyond (key, slot).
  [[nodiscard]] Place find(const SortKey& key, std::uint64_t slot, const TextOf& text_of) const;
  [[nodiscard]] Place place_of(std::size_t rank) const;
  [[nodiscard]] std::size_t rank_of(Place place) const;
  void refresh_starts() const;
  void split(std::size_t block);

  bool folds_;
  std::size_t size_ = 0;
  std::vector<Block> blocks_;
  /// Rank of each block's first entry; made anew when asked for after a change.
  mutable std::vector<std::size_t> starts_;
  mutable bool starts_true_ = false;
};

}  // namespace hubsim::portal

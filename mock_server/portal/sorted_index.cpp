#include "mock_server/portal/sorted_index.h"

#include <algorithm>

#include "common/base/assert.h"

namespace hubsim::portal {

void SortedIndex::build(std::vector<Entry> entries) {
  HUBSIM_ASSERT(size_ == 0);
  std::sort(entries.begin(), entries.end(), [this](const Entry& a, const Entry& b) {
    const int order = compare_keys(a.key, b.key, folds_);
    return order != 0 ? order < 0 : a.slot < b.slot;
  });
  size_ = entries.size();
  starts_true_ = false;
  // Blocks start three quarters full: the next inserts split none.
  constexpr std::size_t filled = block_size * 3 / 4;
  for (std::size_t begin = 0; begin < entries.size(); begin += filled) {
    const std::size_t end = std::min(begin + filled, entries.size());
    Block& block = blocks_.emplace_back();
    block.prefixes.reserve(block_size);
    block.slots.reserve(block_size);
    for (std::size_t i = begin; i < end; ++i) {
      block.prefixes.push_back(entries[i].key.prefix);
      block.slots.push_back(entries[i].slot);
    }
  }
}

int SortedIndex::compare(const Block& block, std::size_t offset, const SortKey& key,
                         const TextOf& text_of) const {
  const std::uint64_t prefix = block.prefixes[offset];
  if (prefix != key.prefix) {
    return prefix < key.prefix ? -1 : 1;
  }
  // Numbers have no text and are equal here.
  if (key.text.size() < 8) {
    return 0;
  }
  return compare_texts(text_of(block.slots[offset]), key.text, folds_);
}

SortedIndex::Place SortedIndex::find(const SortKey& key, std::uint64_t slot,
                                     const TextOf& text_of) const {
  const auto before = [&](const Block& block, std::size_t offset) {
    const int order = compare(block, offset, key, text_of);
    return order != 0 ? order < 0 : block.slots[offset] < slot;
  };
  std::size_t low = 0;
  std::size_t high = blocks_.size();
  while (low < high) {  // the first block whose last entry is not before
    const std::size_t middle = (low + high) / 2;
    if (before(blocks_[middle], blocks_[middle].slots.size() - 1)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == blocks_.size()) {
    return {low, 0};
  }
  const Block& block = blocks_[low];
  std::size_t first = 0;
  std::size_t last = block.slots.size();
  while (first < last) {
    const std::size_t middle = (first + last) / 2;
    if (before(block, middle)) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return {low, first};
}

void SortedIndex::insert(const Entry& entry, const TextOf& text_of) {
  if (blocks_.empty()) {
    build({entry});
    return;
  }
  Place place = find(entry.key, entry.slot, text_of);
  if (place.block == blocks_.size()) {
    place = {place.block - 1, blocks_.back().slots.size()};
  }
  Block& block = blocks_[place.block];
  const auto offset = static_cast<std::ptrdiff_t>(place.offset);
  block.prefixes.insert(block.prefixes.begin() + offset, entry.key.prefix);
  block.slots.insert(block.slots.begin() + offset, entry.slot);
  ++size_;
  starts_true_ = false;
  if (block.slots.size() >= block_size) {
    split(place.block);
  }
}

void SortedIndex::split(std::size_t index) {
  Block upper;
  Block& block = blocks_[index];
  const auto half = static_cast<std::ptrdiff_t>(block.slots.size() / 2);
  upper.prefixes.reserve(block_size);
  upper.slots.reserve(block_size);
  upper.prefixes.assign(block.prefixes.begin() + half, block.prefixes.end());
  upper.slots.assign(block.slots.begin() + half, block.slots.end());
  block.prefixes.resize(static_cast<std::size_t>(half));
  block.slots.resize(static_cast<std::size_t>(half));
  blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(index) + 1, std::move(upper));
}

void SortedIndex::erase(const Entry& entry, const TextOf& text_of) {
  const Place place = find(entry.key, entry.slot, text_of);
  HUBSIM_ASSERT(place.block < blocks_.size());
  Block& block = blocks_[place.block];
  HUBSIM_ASSERT(block.slots[place.offset] == entry.slot);
  const auto offset = static_cast<std::ptrdiff_t>(place.offset);
  block.prefixes.erase(block.prefixes.begin() + offset);
  block.slots.erase(block.slots.begin() + offset);
  if (block.slots.empty()) {
    blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(place.block));
  }
  --size_;
  starts_true_ = false;
}

void SortedIndex::refresh_starts() const {
  if (starts_true_) {
    return;
  }
  starts_.clear();
  std::size_t start = 0;
  for (const Block& block : blocks_) {
    starts_.push_back(start);
    start += block.slots.size();
  }
  starts_true_ = true;
}

SortedIndex::Place SortedIndex::place_of(std::size_t rank) const {
  refresh_starts();
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), rank);
  const auto block = static_cast<std::size_t>(after - starts_.begin()) - 1;
  return {block, rank - starts_[block]};
}

std::size_t SortedIndex::rank_of(Place place) const {
  refresh_starts();
  return place.block == blocks_.size() ? size_ : starts_[place.block] + place.offset;
}

std::size_t SortedIndex::rank_before(const SortKey& key, const TextOf& text_of) const {
  return rank_of(find(key, 0, text_of));
}

std::size_t SortedIndex::rank_after(const SortKey& key, const TextOf& text_of) const {
  return rank_of(find(key, UINT64_MAX, text_of));
}

Slot SortedIndex::at(std::size_t rank) const {
  const Place place = place_of(rank);
  return blocks_[place.block].slots[place.offset];
}

void SortedIndex::copy(std::size_t begin, std::size_t end, std::vector<Slot>& out) const {
  end = std::min(end, size_);
  if (begin >= end) {
    return;
  }
  out.reserve(out.size() + (end - begin));
  Place place = place_of(begin);
  while (begin < end) {
    const Block& block = blocks_[place.block];
    const std::size_t take = std::min(end - begin, block.slots.size() - place.offset);
    const auto from = block.slots.begin() + static_cast<std::ptrdiff_t>(place.offset);
    out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(take));
    begin += take;
    place = {place.block + 1, 0};
  }
}

std::size_t SortedIndex::run_begin(std::size_t rank, const TextOf& text_of) const {
  const Place place = place_of(rank);
  const Block& block = blocks_[place.block];
  SortKey key{block.prefixes[place.offset], {}};
  // A prefix of a number may end as that of a long text does; only a folded or exact text is read.
  const std::string_view text = text_of(block.slots[place.offset]);
  if (!text.empty()) {
    key.text = text;
  }
  // Most runs are short: look next door before searching.
  if (place.offset > 0 && compare(block, place.offset - 1, key, text_of) != 0) {
    return rank;
  }
  return rank_before(key, text_of);
}

}  // namespace hubsim::portal

#include "mock_server/portal/text_sieve.h"

#include <algorithm>
#include <bit>
#include <bitset>

#include "common/base/text.h"

namespace hubsim::portal {

namespace {

constexpr std::size_t run = 3;
constexpr std::size_t word_bits = 64;

using Signature = std::bitset<TextSieve::bits>;

void sign(Signature& signature, std::string_view text) {
  std::uint32_t last = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    last = (last << 8U | static_cast<unsigned char>(to_lower_ascii(text[i]))) & 0xffffffU;
    if (i + 1 >= run) {
      const std::uint64_t mixed = last * 0x9e3779b97f4a7c15ULL;
      signature.set((mixed >> 40U) % TextSieve::bits);
    }
  }
}

}  // namespace

void TextSieve::add(Slot slot, std::string_view text) {
  Signature signature;
  sign(signature, text);
  const std::size_t word = slot / word_bits;
  for (std::size_t bit = signature._Find_first(); bit < bits; bit = signature._Find_next(bit)) {
    Slice& slice = slices_[bit];
    if (slice.size() <= word) {
      slice.resize(word + 1);
    }
    slice[word] |= std::uint64_t{1} << (slot % word_bits);
  }
}

std::optional<std::vector<Slot>> TextSieve::candidates(
    const std::vector<std::string_view>& words) const {
  Signature signature;
  for (const std::string_view word : words) {
    sign(signature, word);
  }
  if (signature.none()) {
    return std::nullopt;
  }
  std::optional<Slice> common;
  for (std::size_t bit = signature._Find_first(); bit < bits; bit = signature._Find_next(bit)) {
    const Slice& slice = slices_[bit];
    if (!common) {
      common = slice;
      continue;
    }
    common->resize(std::min(common->size(), slice.size()));
    std::transform(common->begin(), common->end(), slice.begin(), common->begin(),
                   [](std::uint64_t a, std::uint64_t b) { return a & b; });
  }
  std::vector<Slot> slots;
  for (std::size_t word = 0; word < common->size(); ++word) {
    for (std::uint64_t left = (*common)[word]; left != 0; left &= left - 1) {
      slots.push_back(
          static_cast<Slot>(word * word_bits + static_cast<std::size_t>(std::countr_zero(left))));
    }
  }
  return slots;
}

}  // namespace hubsim::portal

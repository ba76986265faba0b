// TextSieve: which records may contain a text anywhere in their searchable values, for the free
// text of a search. Each record has a signature of the runs of three characters in its values; the
// signatures are kept bit by bit, so that a question reads only the few bits it asks for.
// Threads: guarded by the portal's lock. Invariant: it never leaves out a record that contains the
// text (values that were replaced stay in the signature: what it names has to be looked at).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mock_server/portal/sorted_index.h"

namespace hubsim::portal {

class TextSieve {
 public:
  /// 64 bytes a record.
  static constexpr std::size_t bits = 512;

  /// Whatever the case; texts of one record are added one by one.
  void add(Slot slot, std::string_view text);

  /// Slots that may contain each of the words (not necessarily in one value), in order; nothing
  /// when no word is long enough to tell.
  [[nodiscard]] std::optional<std::vector<Slot>> candidates(
      const std::vector<std::string_view>& words) const;

 private:
  using Slice = std::vector<std::uint64_t>;
  std::array<Slice, bits> slices_;
};

}  // namespace hubsim::portal

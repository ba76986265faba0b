// RenderedRecords: the texts of records as reads have shown them lately. A record's version never
// changes, so its text for one view does not either; integrations read the same records with the
// same properties again and again.
// Threads: guarded by the portal's lock. Invariants: bounded (slots, and bytes a text); a copy of
// the portal begins with none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/portal/part.h"
#include "mock_server/portal/record.h"

namespace hubsim::portal {
class Portal;
}

namespace hubsim::operations {

class RenderedRecords : public portal::PartOf<RenderedRecords> {
 public:
  explicit RenderedRecords(const portal::Portal&) {}
  RenderedRecords(const RenderedRecords& other) : PartOf(other) {}
  RenderedRecords& operator=(const RenderedRecords&) = delete;
  ~RenderedRecords() override = default;

  /// Empty when it is not there. `view` is the View's signature, which tells types apart too.
  [[nodiscard]] std::string_view find(const portal::Record& record,
                                      std::uint64_t view) const noexcept;
  void keep(const portal::Record& record, std::uint64_t view, std::string_view text);

 private:
  struct Slot {
    std::uint64_t version = 0;
    std::uint64_t view = 0;
    std::string text;
  };
  static constexpr std::size_t slot_count = 8192;
  static constexpr std::size_t longest_text = 1024;

  static std::size_t place(std::uint64_t version, std::uint64_t view) noexcept {
    return (version ^ (view >> 32U)) % slot_count;
  }

  std::vector<Slot> slots_;
};

}  // namespace hubsim::operations

#include "mock_server/operations/crm/rendered_records.h"

namespace hubsim::operations {

std::string_view RenderedRecords::find(const portal::Record& record,
                                       std::uint64_t view) const noexcept {
  if (slots_.empty()) {
    return {};
  }
  const Slot& slot = slots_[place(record.version, view)];
  return slot.version == record.version && slot.view == view ? std::string_view(slot.text)
                                                             : std::string_view();
}

void RenderedRecords::keep(const portal::Record& record, std::uint64_t view,
                           std::string_view text) {
  if (text.size() > longest_text) {
    return;
  }
  if (slots_.empty()) {
    slots_.resize(slot_count);
  }
  Slot& slot = slots_[place(record.version, view)];
  slot.version = record.version;
  slot.view = view;
  slot.text.assign(text);
}

}  // namespace hubsim::operations

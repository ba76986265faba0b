#include "mock_server/portal/change.h"

#include "common/base/assert.h"

namespace hubsim::portal {

const char* change_kind_name(ChangeKind kind) noexcept {
  switch (kind) {
    case ChangeKind::created:
      return "created";
    case ChangeKind::updated:
      return "updated";
    case ChangeKind::archived:
      return "archived";
    case ChangeKind::restored:
      return "restored";
    case ChangeKind::associated:
      return "associated";
    case ChangeKind::dissociated:
      return "dissociated";
    case ChangeKind::merged:
      return "merged";
    case ChangeKind::privacy_deleted:
      return "privacy_deleted";
    case ChangeKind::list_added:
      return "list_added";
    case ChangeKind::list_removed:
      return "list_removed";
  }
  return "unknown";
}

std::uint64_t ChangeLog::append(Entry entry) {
  if (entries_.size() == capacity_) {
    entries_.pop_front();
  }
  entries_.push_back(std::move(entry));
  return ++last_;
}

const ChangeLog::Entry& ChangeLog::at(std::uint64_t sequence) const {
  HUBSIM_ASSERT(sequence >= first_available() && sequence <= last_);
  return entries_[sequence - first_available()];
}

}  // namespace hubsim::portal

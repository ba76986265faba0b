#include "mock_server/operations/marketing/email_sends.h"

namespace hubsim::operations {

void EmailSends::add(EmailSend send) {
  if (sends_.size() >= max_sends) {
    by_id_.erase(sends_.begin()->second.status_id);
    sends_.erase(sends_.begin());
  }
  by_id_[send.status_id] = ++last_;
  sends_.emplace(last_, std::move(send));
}

const EmailSend* EmailSends::find(std::string_view status_id) const {
  const auto found = by_id_.find(status_id);
  return found == by_id_.end() ? nullptr : &sends_.at(found->second);
}

}  // namespace hubsim::operations

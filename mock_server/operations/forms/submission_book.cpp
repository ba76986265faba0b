#include "mock_server/operations/forms/submission_book.h"

namespace hubsim::operations {

std::string Submission::contact_value(std::string_view name) const {
  for (const SubmittedField& field : fields) {
    if (field.name == name && field.object_type_id == contact_type_id) {
      return field.value;
    }
  }
  return "";
}

std::uint64_t SubmissionBook::add(Submission submission) {
  if (all_.size() >= max_submissions) {
    all_.erase(all_.begin());
  }
  all_.emplace(++last_, std::move(submission));
  return last_;
}

const Submission* SubmissionBook::find(std::uint64_t number) const {
  const auto found = all_.find(number);
  return found == all_.end() ? nullptr : &found->second;
}

}  // namespace hubsim::operations

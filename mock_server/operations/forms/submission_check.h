// Submission check: what is wrong with a form submission, in the words of HubSpot's forms service:
// all problems at once, each with its errorType (behaviour reference 7, D/R).
// Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "common/json/json.h"
#include "mock_server/operations/forms/submission_book.h"
#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/subscriptions.h"

namespace hubsim::operations {

struct SubmissionProblem {
  std::string message;
  std::string error_type;  ///< INVALID_EMAIL, REQUIRED_FIELD, ...
};

/// The submission in the body; wrong JSON types are told as everywhere.
[[nodiscard]] Read<Submission> read_submission(const Context& context);

/// `form`: the definition; consents are held against the portal's subscription types.
[[nodiscard]] std::vector<SubmissionProblem> check_submission(
    const Submission& submission, const Json& form, const portal::SubscriptionBook& subscriptions);

/// 400 "The request is not valid" with them all.
[[nodiscard]] Reply invalid_submission(const Context& context,
                                       const std::vector<SubmissionProblem>& problems);

}  // namespace hubsim::operations

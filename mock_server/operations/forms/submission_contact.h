// Submission to contact: what a submission does to the CRM, a moment after it was answered: the
// contact of its e-mail is created or updated, and its consent written (behaviour reference 7, D:
// asynchronously).
// Threads: under the portal's lock.
#pragma once

#include "mock_server/portal/portal.h"

namespace hubsim::operations {

/// An agenda entry; `number`: of the submission in the portal's SubmissionBook.
void apply_submission(portal::Portal& portal, Instant now, std::uint64_t number);

}  // namespace hubsim::operations

// Credentials: who calls, from the Authorization header or the `hapikey` of the query, against the
// kinds that the operation takes (behaviour reference 1.1; what refusals say: 1.4).
// Threads: any; reads the apps registry under its own mutex, no portal's lock is needed.
#pragma once

#include <memory>

#include "common/base/result.h"
#include "common/http/message.h"
#include "common/time/clock.h"
#include "hubspot/catalogue/router.h"
#include "hubspot/rules/error_envelope.h"
#include "mock_server/portal/apps.h"

namespace hubsim::gateway {

struct CredentialCheck {
  const hubspot::Route& route;  ///< a found one
  const http::RequestView& request;
  const http::Query& query;
  Instant now{};
};

/// The caller, which lives as long as somebody holds it; or HubSpot's refusal.
[[nodiscard]] Result<std::shared_ptr<const portal::Caller>, hubspot::ApiError> identify(
    const CredentialCheck& check, const portal::Apps& apps);

/// "75 second(s)", "5 hour(s)", "19884 day(s)": in the largest unit of which two have passed
/// (recorded are 75 seconds that are no minute; the rule is inferred).
[[nodiscard]] std::string time_ago(Duration passed);

/// The token of a bearer header; empty when it is none.
[[nodiscard]] std::string_view bearer_token(const http::RequestView& request) noexcept;

}  // namespace hubsim::gateway

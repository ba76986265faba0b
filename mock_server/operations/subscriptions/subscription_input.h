// Subscription requests: what a caller wants an address to be subscribed to, checked.
// Threads: pure over the context.
#pragma once

#include "mock_server/operations/support/fields.h"
#include "mock_server/portal/subscriptions.h"

namespace hubsim::operations {

inline constexpr std::string_view legal_bases =
    "CONSENT_WITH_NOTICE, LEGITIMATE_INTEREST_CLIENT, LEGITIMATE_INTEREST_OTHER, "
    "LEGITIMATE_INTEREST_PQL, NON_GDPR, PERFORMANCE_OF_CONTRACT, PROCESS_AND_STORE";

/// An e-mail address as far as HubSpot looks at one here.
[[nodiscard]] std::optional<ApiError> check_address(std::string_view address);
/// The query's `channel`, which must be EMAIL.
[[nodiscard]] std::optional<ApiError> check_channel(const Context& context);
[[nodiscard]] Read<const portal::SubscriptionType*> find_type(const portal::SubscriptionBook& book,
                                                              const Json& id);
/// One input of v4: writes it and answers its status.
[[nodiscard]] Read<Json> write_status(Context& context, std::string_view address,
                                      const Json& input);

/// Members that POST /statuses/{subscriberIdString} and each input of its batch have.
inline constexpr Field status_fields[] = {
    {"subscriptionId", Field::Kind::whole, true},
    {"statusState", Field::Kind::text, true, "SUBSCRIBED, UNSUBSCRIBED, NOT_SPECIFIED"},
    {"channel", Field::Kind::text, true, "EMAIL"},
    {"legalBasis", Field::Kind::text, false, legal_bases},
    {"legalBasisExplanation"},
    {"subscriberIdString"}};

}  // namespace hubsim::operations

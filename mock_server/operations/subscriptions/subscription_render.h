// Subscription answers: a status as v3, and as v4 and the dated versions put it (behaviour
// reference 7, "Communication preferences").
// Threads: pure.
#pragma once

#include <string>
#include <string_view>

#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/subscriptions.h"

namespace hubsim::operations {

/// v3: {id, name, description, status, sourceOfStatus, …}
[[nodiscard]] Json status_v3(const portal::SubscriptionBook& book, std::string_view address,
                             const portal::SubscriptionType& type);
/// v4: {channel, source, status, subscriberIdString, subscriptionId, timestamp, …}
[[nodiscard]] Json status_v4(const portal::SubscriptionBook& book, std::string_view address,
                             const portal::SubscriptionType& type);
/// Of every type.
[[nodiscard]] Json statuses_v4(const portal::SubscriptionBook& book, std::string_view address);
/// Whether it wants anything at all: a list of one.
[[nodiscard]] Json wide_statuses(const portal::SubscriptionBook& book, std::string_view address);

/// {"status":"COMPLETE","results":…,"startedAt":…,"completedAt":…}
[[nodiscard]] Reply complete(const Context& context, Json results, int status = 200);

}  // namespace hubsim::operations

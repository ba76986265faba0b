// What the operations of the webhooks area share: which app, HubSpot's complaints about settings
// and subscriptions, booleans and whole numbers in bodies.
// Threads: under the lock of the developer account's portal.
#pragma once

#include <string>
#include <vector>

#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/webhooks/app_webhooks.h"

namespace hubsim::operations::hooks {

[[nodiscard]] portal::AppWebhooks& webhooks_of(Context& context);
/// The app's webhooks have changed: the emitter is told.
void changed(Context& context, portal::AppWebhooks& webhooks);

[[nodiscard]] ApiError invalid(std::string message);  ///< 400 VALIDATION_ERROR, text ours (U)
[[nodiscard]] ApiError settings_missing(std::uint64_t app_id);
[[nodiscard]] ApiError subscription_missing(std::string_view id);  ///< D: the spec's example

/// Absent: nothing. Of another type: Jackson's complaint.
[[nodiscard]] Read<std::optional<bool>> read_bool(const Members& members, const Json& object,
                                                  std::string_view name);
[[nodiscard]] Read<std::optional<std::int64_t>> read_whole(const Members& members,
                                                           const Json& object,
                                                           std::string_view name);
/// The path, with which faults are keyed.
[[nodiscard]] std::string key_path(Context& context);

}  // namespace hubsim::operations::hooks

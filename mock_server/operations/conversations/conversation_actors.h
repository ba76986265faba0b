// Actors: who takes part in conversations, by id: A-{userId} agents, V-{contactId} visitors,
// E-{address} those known by e-mail only, I-{appId} integrations, S-… the system (behaviour
// reference 7; B-… bots have no source here).
// Threads: under the portal's lock.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/json/json.h"
#include "mock_server/portal/apps.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

/// {"id","type","name"?,"email"?,"avatar"?}; nothing: there is nobody of that id.
[[nodiscard]] std::optional<Json> find_actor(const portal::Portal& portal, const portal::Apps& apps,
                                             std::string_view id);
[[nodiscard]] bool is_agent(const portal::Portal& portal, std::string_view id);
[[nodiscard]] std::string visitor_actor(portal::ObjectId contact, std::string_view address);
/// "" when the record has none.
[[nodiscard]] std::string contact_text(const portal::Portal& portal, portal::ObjectId contact,
                                       std::string_view property);

}  // namespace hubsim::operations

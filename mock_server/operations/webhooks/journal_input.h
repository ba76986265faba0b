// What the operations of the webhooks journal share: whose journal, which account, an entry's
// signed address.
// Threads: under the portal's lock.
#pragma once

#include <string>

#include "mock_server/operations/webhooks/input.h"
#include "mock_server/portal/webhooks/journal.h"

namespace hubsim::operations::hooks {

/// The caller's journal, without what is too old.
[[nodiscard]] portal::AppJournal& journal_of(Context& context);

/// An id in the path: a positive number, or HubSpot's complaint.
[[nodiscard]] Read<std::uint64_t> path_id(const Context& context, std::string_view name);

/// {"currentOffset","expiresAt","url"}: how long the address is good is U.
void append_entry(std::string& out, const Context& context, const portal::JournalFile& file);
/// Whether the signature is that of the file and time.
[[nodiscard]] bool is_signed(const Context& context, std::uint64_t app_id, std::string_view offset,
                             std::string_view expires, std::string_view signature);

[[nodiscard]] ApiError not_found(std::string message);  ///< 404 OBJECT_NOT_FOUND, text ours

}  // namespace hubsim::operations::hooks

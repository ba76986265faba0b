// Conversations in requests and answers: which thread a path names, pages, and the shapes of inbox,
// channel, account, thread and message (D docs "conversations").
// Threads: under the portal's lock.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/operations/conversations/conversation_book.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

[[nodiscard]] ConversationBook& conversations_of(const Context& context);
/// The caller's app, acting.
[[nodiscard]] Doing doing_of(const Context& context, std::string actor = "");
/// {"clientType":"INTEGRATION","integrationAppId":n}
[[nodiscard]] Json client_of(const Context& context);

/// Archived ones only with ?archived=true, and then no others (D).
[[nodiscard]] Read<Thread*> named_thread(const Context& context);
[[nodiscard]] Read<ChannelAccount*> find_account(const Context& context, std::string_view id);

[[nodiscard]] Json show_inbox(const Inbox& inbox);
[[nodiscard]] Json show_account(const ChannelAccount& account);
[[nodiscard]] Json show_thread(const Context& context, const Thread& thread);
[[nodiscard]] Json show_message(const Thread& thread, const Message& message);

/// One page of items that are in order already; `after` is how many were shown.
[[nodiscard]] Reply answer_items(const Context& context, const std::vector<Json>& items,
                                 LimitRange range);
/// The same of `count` items, of which only those of the page are rendered.
[[nodiscard]] Reply answer_page(const Context& context, std::size_t count,
                                const std::function<Json(std::size_t)>& render, LimitRange range);

}  // namespace hubsim::operations

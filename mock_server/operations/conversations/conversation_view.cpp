#include "mock_server/operations/conversations/conversation_view.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

void put_time(Json& out, const char* name, const std::optional<Instant>& at) {
  if (at) {
    out[name] = format_iso8601(*at);
  }
}

void put_text(Json& out, const char* name, const std::string& text) {
  if (!text.empty()) {
    out[name] = text;
  }
}

Json show_status(const Message& message) {
  Json status = {{"statusType", message.status}};
  if (message.status == "FAILED") {
    status["failureDetails"] = {{"errorMessageTokens", Json::object()},
                                {"errorMessage", message.error_message}};
  }
  return status;
}

/// What MESSAGE and COMMENT have and the thread's own notes lack.
void put_content(Json& out, const Message& message) {
  out["text"] = message.text;
  put_text(out, "richText", message.rich_text);
  out["attachments"] = message.attachments;
  if (message.type != "MESSAGE") {
    return;
  }
  put_text(out, "subject", message.subject);
  out["truncationStatus"] = "NOT_TRUNCATED";
  put_text(out, "inReplyToId", message.in_reply_to);
  out["status"] = show_status(message);
  out["direction"] = message.direction;
  out["channelId"] = std::to_string(message.channel);
  out["channelAccountId"] = std::to_string(message.channel_account);
}

}  // namespace

ConversationBook& conversations_of(const Context& context) {
  return context.portal.part<ConversationBook>();
}

Doing doing_of(const Context& context, std::string actor) {
  return {.now = context.now,
          .actor = actor.empty() ? "I-" + std::to_string(context.caller.app_id) : std::move(actor),
          .source = context.write().source};
}

Json client_of(const Context& context) {
  return {{"clientType", "INTEGRATION"}, {"integrationAppId", context.caller.app_id}};
}

Read<Thread*> named_thread(const Context& context) {
  const auto id = parse_uint(context.param("threadId"));
  Thread* thread = id ? conversations_of(context).find(*id) : nullptr;
  const bool archived = context.query.first("archived") == "true";
  if (thread == nullptr || thread->archived != archived) {
    return Failure{hubspot::object_not_found()};
  }
  return thread;
}

Read<ChannelAccount*> find_account(const Context& context, std::string_view text) {
  const auto id = parse_uint(text);
  ChannelAccount* account = id ? conversations_of(context).account(*id) : nullptr;
  if (account == nullptr) {
    return Failure{hubspot::object_not_found()};
  }
  return account;
}

Json show_inbox(const Inbox& inbox) {
  return {{"id", std::to_string(inbox.id)},
          {"name", inbox.name},
          {"type", inbox.type},
          {"createdAt", "2024-01-01T00:00:00Z"},
          {"updatedAt", "2024-01-01T00:00:00Z"},
          {"archived", false}};
}

Json show_account(const ChannelAccount& account) {
  Json out = {{"id", std::to_string(account.id)},
              {"name", account.name},
              {"channelId", std::to_string(account.channel)},
              {"inboxId", std::to_string(account.inbox)},
              {"active", account.authorized},
              {"authorized", account.authorized},
              {"archived", false},
              {"createdAt", format_iso8601(account.created)}};
  if (!account.delivery_identifier.is_null()) {
    out["deliveryIdentifier"] = account.delivery_identifier;
  }
  return out;
}

Json show_thread(const Context& context, const Thread& thread) {
  Json out = {{"id", std::to_string(thread.id)},
              {"createdAt", format_iso8601(thread.created)},
              {"status", thread.status},
              {"originalChannelId", std::to_string(thread.channel)},
              {"originalChannelAccountId", std::to_string(thread.channel_account)}};
  put_time(out, "closedAt", thread.closed);
  put_time(out, "latestMessageTimestamp", thread.latest);
  put_time(out, "latestMessageSentTimestamp", thread.latest_sent);
  put_time(out, "latestMessageReceivedTimestamp", thread.latest_received);
  put_text(out, "assignedTo", thread.assigned_to);
  out["spam"] = false;
  out["inboxId"] = std::to_string(thread.inbox);
  out["associatedContactId"] = thread.contact == 0 ? "" : std::to_string(thread.contact);
  out["archived"] = thread.archived;
  if (context.query.first("association") == "TICKET" && thread.ticket != 0) {
    out["threadAssociations"] = {{"associatedTicketId", std::to_string(thread.ticket)}};
  }
  return out;
}

Json show_message(const Thread& thread, const Message& message) {
  Json out = {{"id", message.id},
              {"type", message.type},
              {"conversationsThreadId", std::to_string(thread.id)},
              {"createdAt", format_iso8601(message.created)},
              {"updatedAt", format_iso8601(message.updated)},
              {"createdBy", message.created_by},
              {"client", message.client},
              {"senders", message.senders},
              {"recipients", message.recipients},
              {"archived", false}};
  if (message.type == "THREAD_STATUS_CHANGE") {
    out["newStatus"] = message.new_value;
  } else if (message.type == "ASSIGNMENT") {
    put_text(out, "assignedTo", message.new_value);
  } else {
    put_content(out, message);
  }
  return out;
}

Reply answer_items(const Context& context, const std::vector<Json>& items, LimitRange range) {
  return answer_page(context, items.size(), [&](std::size_t i) { return items[i]; }, range);
}

Reply answer_page(const Context& context, std::size_t count,
                  const std::function<Json(std::size_t)>& render, LimitRange range) {
  const auto limit = read_limit(context.query, range);
  const std::string_view cursor = context.query.first("after").value_or("");
  const auto shown = cursor.empty() ? std::optional<std::uint64_t>(0) : parse_uint(cursor);
  if (!limit || !shown) {
    return fail(context, limit ? hubspot::bad_query_parameter("after") : limit.error());
  }
  const std::size_t first = std::min<std::size_t>(*shown, count);
  const std::size_t end = std::min(first + *limit, count);
  Json results = Json::array();
  for (std::size_t i = first; i < end; ++i) {
    results.push_back(render(i));
  }
  std::string body = R"({"results":)" + json::dump(results);
  if (end < count) {
    body += ',';
    append_paging(body, context, std::to_string(end));
  }
  return answer(body + "}");
}

}  // namespace hubsim::operations

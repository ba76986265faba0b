// Messages of a thread: history, one, its original content, and what agents write by the API:
// messages to the visitor and comments among themselves (D docs "conversations").
#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/conversations/conversation_actors.h"
#include "mock_server/operations/conversations/conversation_view.h"
#include "mock_server/operations/conversations/custom_channel_book.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr LimitRange page{100, 500};       // D maximum 500, default U
constexpr std::size_t max_text = 100'000;  // ours
constexpr Field message_fields[] = {{"type", Field::Kind::text, true, "COMMENT, MESSAGE"},
                                    {"text", Field::Kind::text, true},
                                    {"richText"},
                                    {"attachments", Field::Kind::list},
                                    {"recipients", Field::Kind::list},
                                    {"senderActorId"},
                                    {"channelId"},
                                    {"channelAccountId"},
                                    {"subject"}};
constexpr Field recipient_fields[] = {{"actorId"},
                                      {"name"},
                                      {"recipientField"},
                                      {"deliveryIdentifier", Field::Kind::object},
                                      {"deliveryIdentifiers", Field::Kind::list}};

Reply run_list(Context& context) {
  const auto thread = named_thread(context);
  if (!thread) {
    return fail(context, thread.error());
  }
  const std::string_view sort = context.query.first("sort").value_or("createdAt");
  if (sort != "createdAt" && sort != "-createdAt") {
    return fail(context, hubspot::bad_query_parameter("sort"));
  }
  const auto& all = (*thread)->messages;
  const bool newest_first = sort.front() == '-';
  const auto shown = [&](std::size_t i) {
    return show_message(**thread, all[newest_first ? all.size() - 1 - i : i]);
  };
  return answer_page(context, all.size(), shown, page);
}

struct Named {
  Thread* thread = nullptr;
  Message* message = nullptr;
};
Read<Named> read_named(const Context& context) {
  const auto thread = named_thread(context);
  if (!thread) {
    return Failure{thread.error()};
  }
  Message* message = (*thread)->message(context.param("messageId"));
  if (message == nullptr) {
    return Failure{hubspot::object_not_found()};
  }
  return Named{*thread, message};
}

Reply run_read(Context& context) {
  const auto named = read_named(context);
  return named ? answer(json::dump(show_message(*named->thread, *named->message)))
               : fail(context, named.error());
}

Reply run_original(Context& context) {
  const auto named = read_named(context);
  if (!named) {
    return fail(context, named.error());
  }
  Json out = {{"text", named->message->text}};
  if (!named->message->rich_text.empty()) {
    out["richText"] = named->message->rich_text;
  }
  return answer(json::dump(out));
}

/// As answers have them: one delivery identifier each.
Read<Json> read_recipients(const Context& context, const Json& list) {
  const auto each = read_each(context.request.body, list, recipient_fields, "/recipients");
  if (!each) {
    return each;
  }
  Json recipients = Json::array();
  for (const Json& one : *each) {
    Json shown = one;
    if (const Json* many = json::find(one, "deliveryIdentifiers");
        many != nullptr && !many->empty()) {
      shown["deliveryIdentifier"] = many->front();
    }
    shown.erase("deliveryIdentifiers");
    recipients.push_back(std::move(shown));
  }
  return recipients;
}

/// Where a message goes out: the account must be of the channel that the body names.
std::optional<ApiError> read_channel(const Context& context, const Json& body, Message& message) {
  std::vector<std::string> missing;
  for (const char* name : {"senderActorId", "channelId", "channelAccountId", "recipients"}) {
    if (!body.contains(name)) {
      missing.emplace_back(name);
    }
  }
  if (!missing.empty()) {
    return hubspot::missing_fields(context.request.body, missing);
  }
  const std::string sender = body.at("senderActorId");
  if (!is_agent(context.portal, sender)) {
    return choices::validation("senderActorId must be an agent of the account: " + sender);  // U
  }
  const auto account = find_account(context, body.at("channelAccountId").get<std::string>());
  if (!account || std::to_string((*account)->channel) != json::text_of(body.at("channelId"))) {
    return choices::validation("There is no channel account " +
                               body.at("channelAccountId").get<std::string>() + " of channel " +
                               body.at("channelId").get<std::string>());  // U
  }
  auto recipients = read_recipients(context, body.at("recipients"));
  if (!recipients) {
    return recipients.error();
  }
  message.recipients = std::move(*recipients);
  message.channel = (*account)->channel;
  message.channel_account = (*account)->id;
  Json from = {{"actorId", sender}};
  if (!(*account)->delivery_identifier.is_null()) {
    from["deliveryIdentifier"] = (*account)->delivery_identifier;
  }
  message.senders = Json::array({std::move(from)});
  return std::nullopt;
}

Reply run_create(Context& context) {
  const auto thread = named_thread(context);
  const auto body = read_fields(context, message_fields);
  if (!thread || !body) {
    return fail(context, thread ? body.error() : thread.error());
  }
  Message message{.id = {},
                  .type = body->at("type"),
                  .client = client_of(context),
                  .text = body->at("text"),
                  .rich_text = body->value("richText", std::string()),
                  .subject = body->value("subject", std::string()),
                  .attachments = body->value("attachments", Json::array())};
  if (message.text.size() > max_text || message.rich_text.size() > max_text) {
    return fail(context, choices::validation("text is longer than 100000 characters"));
  }
  const std::string sender = body->value("senderActorId", std::string());
  if (message.type == "MESSAGE") {
    if (const auto error = read_channel(context, *body, message)) {
      return fail(context, *error);
    }
    message.direction = "OUTGOING";
    message.status = "SENT";
  }
  Message* kept = conversations_of(context).add_message(
      context.portal, **thread, std::move(message), doing_of(context, sender));
  if (kept == nullptr) {
    return fail(context, choices::validation("The thread has too many messages"));
  }
  tell_custom_channel(context, **thread, *kept);
  return answer(json::dump(show_message(**thread, *kept)), 201);
}

}  // namespace

void register_conversations_messages(OperationRegistry& registry);
void register_conversations_messages(OperationRegistry& registry) {
  registry.add({"conversations.threads.messages.list", run_list, path_key});
  registry.add({"conversations.threads.messages.create", run_create, path_key});
  registry.add({"conversations.threads.messages.read", run_read, path_key});
  registry.add({"conversations.threads.messages.original_content.read", run_original, path_key});
}

}  // namespace hubsim::operations

// Messages of custom channels: an app publishes what its channel's visitors wrote, or what agents
// wrote elsewhere, and says how far outgoing ones came (behaviour reference 7; D docs "custom
// channels").
#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/conversations/conversation_actors.h"
#include "mock_server/operations/conversations/custom_channel_book.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;
constexpr Field message_fields[] = {{"channelAccountId", Kind::text, true},
                                    {"text", Kind::text, true},
                                    {"attachments", Kind::list, true},
                                    {"messageDirection", Kind::text, true, "INCOMING, OUTGOING"},
                                    {"senders", Kind::list, true},
                                    {"recipients", Kind::list, true},
                                    {"timestamp", Kind::any, true},
                                    {"richText"},
                                    {"integrationThreadId"},
                                    {"integrationIdempotencyId"},
                                    {"inReplyToId"},
                                    {"associateWithContactId"},
                                    {"preResolvedContacts", Kind::object}};
constexpr Field participant_fields[] = {
    {"deliveryIdentifier", Kind::object, true}, {"name"}, {"senderActorId"}};
constexpr Field status_fields[] = {{"statusType", Kind::text, true, "FAILED, READ, SENT"},
                                   {"errorMessage"}};

/// Ids of messages by the idempotency ids that apps gave them. A part of the portal.
class PublishedMessages : public portal::PartOf<PublishedMessages> {
 public:
  static constexpr std::size_t max_kept = 100'000;
  explicit PublishedMessages(const portal::Portal& /*portal*/) {}
  struct Place {
    std::uint64_t thread = 0;
    std::string message;
  };
  std::map<std::string, Place> by_id;
};

std::string value_of(const Json& participant) {
  const Json* identifier = json::find(participant, "deliveryIdentifier");
  const Json* value = identifier != nullptr ? json::find(*identifier, "value") : nullptr;
  return value != nullptr ? json::text_of(*value) : "";
}

/// Whom the app says it is, or who has that e-mail address; 0: unknown.
portal::ObjectId contact_of(const Context& context, const Json& body, const std::string& visitor) {
  const portal::ObjectType& contacts = *context.portal.find_type("contacts");
  const auto id = parse_uint(body.value("associateWithContactId", std::string()));
  if (id) {
    const auto record = context.portal.resolve(contacts.index(), *id);
    return record && !record->archived ? record->id : 0;
  }
  const auto record = context.portal.find_by_unique(
      contacts.index(), *contacts.property_index("email"), to_lower(visitor));
  return record ? record->id : 0;
}

struct Published {
  Json body;
  ChannelAccount* account = nullptr;
  Json senders;
  Json recipients;
};

Read<Published> read_published(const Context& context) {
  const auto channel = named_channel(context);
  auto body = read_fields(context, message_fields);
  if (!channel || !body) {
    return Failure{channel ? body.error() : channel.error()};
  }
  const auto account = find_account(context, body->at("channelAccountId").get<std::string>());
  if (!account || (*account)->channel != channel->id) {
    return Failure{choices::validation("There is no channel account " +
                                       body->at("channelAccountId").get<std::string>())};  // U
  }
  const std::string_view text = context.request.body;
  auto senders = read_each(text, body->at("senders"), participant_fields, "/senders");
  auto recipients = read_each(text, body->at("recipients"), participant_fields, "/recipients");
  if (!senders || !recipients) {
    return Failure{senders ? recipients.error() : senders.error()};
  }
  if (value_of(senders->empty() ? Json() : senders->front()).empty() ||
      value_of(recipients->empty() ? Json() : recipients->front()).empty()) {
    return Failure{choices::validation(
        "A message has senders and recipients, each with a deliveryIdentifier")};  // U
  }
  return Published{std::move(*body), *account, std::move(*senders), std::move(*recipients)};
}

void name_senders(Json& senders, const std::string& actor) {
  for (Json& sender : senders) {
    const std::string given = sender.value("senderActorId", std::string());
    sender.erase("senderActorId");
    sender["actorId"] = given.empty() ? actor : given;
  }
}

ConversationBook::Written publish(Context& context, Published& published) {
  const Json& body = published.body;
  const bool incoming = body.at("messageDirection") == "INCOMING";
  const std::string visitor =
      value_of((incoming ? published.senders : published.recipients).front());
  const portal::ObjectId contact = contact_of(context, body, visitor);
  const std::string actor =
      incoming ? visitor_actor(contact, visitor) : "I-" + std::to_string(context.caller.app_id);
  name_senders(published.senders, actor);
  Message message{.client = client_of(context),
                  .senders = published.senders,
                  .recipients = published.recipients,
                  .text = body.at("text"),
                  .rich_text = body.value("richText", std::string()),
                  .attachments = body.at("attachments"),
                  .in_reply_to = body.value("inReplyToId", std::string())};
  auto& book = conversations_of(context);
  const Doing doing = doing_of(context, actor);
  ConversationBook::VisitorMessage from{
      .account = published.account->id,
      .thread = 0,
      .integration_thread = body.value("integrationThreadId", std::string()),
      .contact = contact,
      .visitor = visitor,
      .message = std::move(message)};
  return incoming ? book.visitor_writes(context.portal, std::move(from), doing)
                  : book.agent_writes(context.portal, std::move(from), doing);
}

/// The same integrationIdempotencyId again answers the message that is there.
Reply run_create(Context& context) {
  auto published = read_published(context);
  if (!published) {
    return fail(context, published.error());
  }
  auto& known = context.portal.part<PublishedMessages>().by_id;
  const std::string once = published->body.value("integrationIdempotencyId", std::string());
  const std::string key = std::to_string(published->account->channel) + "/" + once;
  if (const auto found = known.find(key); !once.empty() && found != known.end()) {
    Thread* thread = conversations_of(context).find(found->second.thread);
    Message* message = thread != nullptr ? thread->message(found->second.message) : nullptr;
    if (message != nullptr) {
      return answer(json::dump(show_message(*thread, *message)), 201);
    }
  }
  const auto written = publish(context, *published);
  if (written.message == nullptr) {
    return fail(context, choices::validation("The account has too many conversations"));
  }
  if (!once.empty() && known.size() < PublishedMessages::max_kept) {
    known[key] = {written.thread->id, written.message->id};
  }
  return answer(json::dump(show_message(*written.thread, *written.message)), 201);
}

Read<ConversationBook::Written> read_named(const Context& context) {
  const auto channel = named_channel(context);
  if (!channel) {
    return Failure{channel.error()};
  }
  Thread* thread = conversations_of(context).thread_of(context.param("messageId"));
  if (thread == nullptr || thread->channel != channel->id) {
    return Failure{hubspot::object_not_found()};
  }
  return ConversationBook::Written{thread, thread->message(context.param("messageId"))};
}

Reply run_read(Context& context) {
  const auto named = read_named(context);
  return named ? answer(json::dump(show_message(*named->thread, *named->message)))
               : fail(context, named.error());
}

Reply run_update(Context& context) {
  const auto named = read_named(context);
  const auto body = read_fields(context, status_fields);
  if (!named || !body) {
    return fail(context, named ? body.error() : named.error());
  }
  named->message->status = body->at("statusType");
  named->message->error_message = body->value("errorMessage", std::string());
  named->message->updated = context.now;
  return answer(json::dump(show_message(*named->thread, *named->message)));
}

}  // namespace

void register_conversations_channel_messages(OperationRegistry& registry);
void register_conversations_channel_messages(OperationRegistry& registry) {
  const std::string messages = "conversations.custom_channels.messages.";
  registry.add({messages + "create", run_create, path_key});
  registry.add({messages + "read", run_read, path_key});
  registry.add({messages + "update", run_update, path_key});
}

}  // namespace hubsim::operations

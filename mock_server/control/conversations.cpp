// The visitor's side of conversations: somebody writes to the portal by chat or e-mail, so that
// threads, messages and their webhooks can be tested (docs/conversations.md).
#include "common/base/text.h"
#include "mock_server/control/control.h"
#include "mock_server/operations/conversations/conversation_actors.h"
#include "mock_server/operations/conversations/conversation_book.h"

namespace hubsim::control {

namespace {

using operations::ConversationBook;

std::string text_at(const Json& item, std::string_view key) {
  const Json* value = json::find(item, key);
  return value != nullptr ? json::text_of(*value) : std::string();
}

constexpr const char* usage =
    R"(write {"text":"…","email":"ada@example.org"}; "contact_id", "thread_id", )"
    R"("channel_account_id", "channel" (LIVE_CHAT or EMAIL), "subject" and "name" are optional)";

/// The account that the body names, that of its thread, or the first of its channel.
const operations::ChannelAccount* account_of(ConversationBook& book, const Json& body,
                                             const operations::Thread* thread) {
  if (thread != nullptr) {
    return book.account(thread->channel_account);
  }
  const std::string wanted = text_at(body, "channel_account_id");
  if (!wanted.empty()) {
    return book.account(parse_uint(wanted).value_or(0));
  }
  const std::string channel = text_at(body, "channel");
  const bool mail = channel == "EMAIL";
  for (const auto& [id, account] : book.accounts()) {
    const std::uint64_t of = mail ? operations::email_channel : operations::chat_channel;
    if (account.channel == of && (mail || channel.empty() || channel == "LIVE_CHAT")) {
      return &account;
    }
  }
  return nullptr;
}

struct Visitor {
  portal::ObjectId contact = 0;
  std::string address;
};

Visitor visitor_of(const portal::Portal& portal, const Json& body) {
  const portal::ObjectType& contacts = *portal.find_type("contacts");
  Visitor visitor{.address = to_lower(text_at(body, "email"))};
  const auto id = parse_uint(text_at(body, "contact_id"));
  const auto record =
      id ? portal.find(contacts.index(), *id)
         : portal.find_by_unique(contacts.index(), *contacts.property_index("email"),
                                 visitor.address);
  if (record && !record->archived) {
    visitor.contact = record->id;
    if (visitor.address.empty()) {
      visitor.address = operations::contact_text(portal, record->id, "email");
    }
  }
  return visitor;
}

operations::Message message_of(const Json& body, const Visitor& visitor, const std::string& actor,
                               const operations::ChannelAccount& account) {
  operations::Message message;
  message.client = {{"clientType", "HUBSPOT"}};
  message.text = text_at(body, "text");
  message.rich_text = text_at(body, "rich_text");
  message.subject = text_at(body, "subject");
  Json sender = {{"actorId", actor}};
  if (const std::string name = text_at(body, "name"); !name.empty()) {
    sender["name"] = name;
  }
  if (!visitor.address.empty()) {
    sender["deliveryIdentifier"] = {{"type", "HS_EMAIL_ADDRESS"}, {"value", visitor.address}};
  }
  message.senders = Json::array({std::move(sender)});
  if (!account.delivery_identifier.is_null()) {
    message.recipients = Json::array(
        {{{"deliveryIdentifier", account.delivery_identifier}, {"recipientField", "TO"}}});
  }
  return message;
}

CommandReply visitor_writes(CommandCall& call) {
  if (text_at(call.body, "text").empty()) {
    return bad_request(usage);
  }
  const std::lock_guard lock(call.account.mutex);
  portal::Portal& portal = call.account.portal();
  auto& book = portal.part<ConversationBook>();
  const std::string wanted = text_at(call.body, "thread_id");
  operations::Thread* thread = wanted.empty() ? nullptr : book.find(parse_uint(wanted).value_or(0));
  if (!wanted.empty() && (thread == nullptr || thread->archived)) {
    return bad_request("there is no live thread " + wanted);
  }
  const Visitor visitor = visitor_of(portal, call.body);
  if (thread == nullptr && visitor.contact == 0 && visitor.address.empty()) {
    return bad_request(usage);
  }
  const auto* account = account_of(book, call.body, thread);
  if (account == nullptr) {
    return bad_request("there is no such channel account: GET …/channel-accounts lists them");
  }
  const portal::ObjectId contact =
      visitor.contact == 0 && thread != nullptr ? thread->contact : visitor.contact;
  const std::string actor = operations::visitor_actor(
      contact, visitor.address.empty() && thread != nullptr ? thread->visitor : visitor.address);
  const auto written =
      book.visitor_writes(portal,
                          {.account = account->id,
                           .thread = thread != nullptr ? thread->id : 0,
                           .integration_thread = {},
                           .contact = contact,
                           .visitor = visitor.address.empty() ? actor : visitor.address,
                           .message = message_of(call.body, visitor, actor, *account)},
                          {.now = call.rig.world.clock().now(), .actor = actor});
  if (written.message == nullptr) {
    return {.status = 409, .body = {{"error", "the portal has no room for more messages"}}};
  }
  return {.status = 201,
          .body = {{"thread_id", std::to_string(written.thread->id)},
                   {"message_id", written.message->id},
                   {"actor_id", actor}}};
}

}  // namespace

void register_command_conversations(CommandRegistry& registry) {
  registry.add({.name = "POST conversations/visitor",
                .method = http::Method::post,
                .path = "conversations/visitor",
                .help = "a visitor writes a message, by chat or e-mail",
                .run = visitor_writes});
}

}  // namespace hubsim::control

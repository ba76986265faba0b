#include "mock_server/operations/conversations/conversation_book.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/random/prng.h"
#include "mock_server/portal/association_types.h"
#include "mock_server/portal/webhooks/signals.h"

namespace hubsim::operations {

namespace {

constexpr std::uint64_t first_inbox = 255'197;       // U: of HubSpot's size
constexpr std::uint64_t first_account = 42'422'000;  // U
constexpr std::uint64_t first_thread = 3'560'000'000;
constexpr std::chrono::days kept_archived{30};  // D docs

/// The beginning, not cut inside of a character.
std::string beginning_of(const std::string& text, std::size_t most) {
  std::size_t end = std::min(text.size(), most);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

/// A thread of the help desk has a ticket, tied to its visitor (D knowledge base; subject U).
void open_ticket(portal::Portal& portal, Thread& thread, const std::string& text,
                 const Doing& doing) {
  constexpr std::size_t longest_subject = 80;
  const portal::ObjectType& tickets = *portal.find_type("tickets");
  const portal::WriteContext write{.now = doing.now, .source = doing.source};
  const auto made = portal.create(tickets.index(),
                                  {{"subject", beginning_of(text, longest_subject)},
                                   {"hs_pipeline", "0"},
                                   {"hs_pipeline_stage", "1"}},
                                  write);
  if (!made) {
    return;
  }
  thread.ticket = (*made)->id;
  const portal::ObjectType& contacts = *portal.find_type("contacts");
  const auto* fact = portal.part<portal::AssociationTypes>().plain(tickets, contacts);
  if (thread.contact != 0 && fact != nullptr) {
    portal.associate({.from = {tickets.index(), thread.ticket},
                      .to = {contacts.index(), thread.contact},
                      .type_id = fact->type_id,
                      .inverse_type_id = fact->inverse_type_id},
                     write);
  }
}

/// Under which a thread is found when the next message comes.
std::string key_of(const std::string& integration_thread, const std::string& visitor) {
  return integration_thread.empty() ? "visitor " + visitor : "thread " + integration_thread;
}

}  // namespace

Message* Thread::message(std::string_view wanted) {
  const auto found = std::find_if(messages.begin(), messages.end(),
                                  [&](const Message& each) { return each.id == wanted; });
  return found == messages.end() ? nullptr : &*found;
}

ConversationBook::ConversationBook(const portal::Portal& portal)
    : inboxes_{{first_inbox, "Inbox", "INBOX"}, {first_inbox + 1, "Help desk", "HELP_DESK"}} {
  (void)add_account({.channel = chat_channel,
                     .inbox = first_inbox,
                     .name = "Chat on the website",
                     .created = portal.now(),
                     .delivery_identifier = nullptr});
  (void)add_account(
      {.channel = email_channel,
       .inbox = first_inbox,
       .name = "Team e-mail",
       .created = portal.now(),
       .delivery_identifier = {{"type", "HS_EMAIL_ADDRESS"}, {"value", "support@example.com"}}});
}

const Inbox* ConversationBook::inbox(std::uint64_t id) const {
  const auto found = std::find_if(inboxes_.begin(), inboxes_.end(),
                                  [&](const Inbox& each) { return each.id == id; });
  return found == inboxes_.end() ? nullptr : &*found;
}

ChannelAccount* ConversationBook::account(std::uint64_t id) {
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? nullptr : &found->second;
}

ChannelAccount* ConversationBook::add_account(ChannelAccount account) {
  if (accounts_.size() >= max_accounts) {
    return nullptr;
  }
  account.id = first_account + ++last_account_;
  const std::uint64_t id = account.id;
  return &accounts_.emplace(id, std::move(account)).first->second;
}

Thread* ConversationBook::find(std::uint64_t id) {
  const auto found = threads_.find(id);
  return found == threads_.end() ? nullptr : &found->second;
}

Thread* ConversationBook::thread_of(std::string_view message_id) {
  const auto found = threads_by_message_.find(message_id);
  return found == threads_by_message_.end() ? nullptr : find(found->second);
}

Thread* ConversationBook::add_thread(portal::Portal& portal, Thread thread, const Doing& doing) {
  if (threads_.size() >= max_threads) {
    return nullptr;
  }
  thread.id = first_thread + ++last_thread_;
  thread.created = doing.now;
  const std::uint64_t id = thread.id;
  latest_[{thread.channel_account, key_of(thread.integration_id, thread.visitor)}] = id;
  Thread& kept = threads_.emplace(id, std::move(thread)).first->second;
  portal.part<portal::Signals>().tell(portal, {.kind = portal::WebhookEvent::creation,
                                               .thread = id,
                                               .at = doing.now,
                                               .source = doing.source});
  return &kept;
}

/// Ids look like HubSpot's hashes and are the same in every run.
Message& ConversationBook::log(Thread& thread, Message message, const Doing& doing) {
  const std::uint64_t number = ++last_message_;
  message.id = fmt::format("{:016x}{:016x}", stable_hash("message", number),
                           stable_hash("of a thread", thread.id + number));
  message.created = message.updated = doing.now;
  message.created_by = doing.actor;
  if (message.client.is_null()) {
    message.client = {{"clientType", "HUBSPOT"}};
  }
  threads_by_message_[message.id] = thread.id;
  thread.messages.push_back(std::move(message));
  return thread.messages.back();
}

Message* ConversationBook::add_message(portal::Portal& portal, Thread& thread, Message message,
                                       const Doing& doing) {
  if (thread.messages.size() >= max_messages) {
    return nullptr;
  }
  if (message.direction == "INCOMING" && thread.status == "CLOSED") {
    set_status(portal, thread, "OPEN", doing);
  }
  Message& kept = log(thread, std::move(message), doing);
  thread.latest = doing.now;
  if (kept.type == "MESSAGE") {
    (kept.direction == "INCOMING" ? thread.latest_received : thread.latest_sent) = doing.now;
  }
  portal.part<portal::Signals>().tell(portal, {.kind = portal::WebhookEvent::new_message,
                                               .thread = thread.id,
                                               .at = doing.now,
                                               .source = doing.source,
                                               .property = {},
                                               .value = {},
                                               .message_id = kept.id,
                                               .message_type = kept.type});
  return &kept;
}

void ConversationBook::tell_change(portal::Portal& portal, const Thread& thread,
                                   std::string property, std::string value, const Doing& doing) {
  portal.part<portal::Signals>().tell(portal, {.kind = portal::WebhookEvent::property_change,
                                               .thread = thread.id,
                                               .at = doing.now,
                                               .source = doing.source,
                                               .property = std::move(property),
                                               .value = std::move(value)});
}

void ConversationBook::set_status(portal::Portal& portal, Thread& thread, const std::string& status,
                                  const Doing& doing) {
  if (thread.status == status) {
    return;
  }
  thread.status = status;
  thread.closed = status == "CLOSED" ? std::optional(doing.now) : std::nullopt;
  Message change{.id = {}, .type = "THREAD_STATUS_CHANGE"};
  change.new_value = status;
  (void)portal.part<ConversationBook>().log(thread, std::move(change), doing);
  tell_change(portal, thread, "status", status, doing);
}

void ConversationBook::assign(portal::Portal& portal, Thread& thread, const std::string& actor,
                              const Doing& doing) {
  if (thread.assigned_to == actor) {
    return;
  }
  thread.assigned_to = actor;
  Message change{.id = {}, .type = "ASSIGNMENT"};
  change.new_value = actor;
  (void)portal.part<ConversationBook>().log(thread, std::move(change), doing);
  tell_change(portal, thread, "assignedTo", actor, doing);
}

void ConversationBook::set_archived(portal::Portal& portal, Thread& thread, bool archived,
                                    const Doing& doing) {
  if (thread.archived == archived) {
    return;
  }
  thread.archived = archived;
  thread.archived_at = doing.now;
  tell_change(portal, thread, "isArchived", archived ? "true" : "false", doing);
  if (archived) {
    portal.part<portal::Signals>().tell(portal, {.kind = portal::WebhookEvent::deletion,
                                                 .thread = thread.id,
                                                 .at = doing.now,
                                                 .source = doing.source});
    portal.schedule(doing.now + kept_archived, &ConversationBook::purge, thread.id);
  }
}

void ConversationBook::purge(portal::Portal& portal, Instant now, std::uint64_t id) {
  auto& book = portal.part<ConversationBook>();
  const Thread* thread = book.find(id);
  if (thread == nullptr || !thread->archived || thread->archived_at + kept_archived > now) {
    return;
  }
  portal.part<portal::Signals>().tell(portal, {.kind = portal::WebhookEvent::privacy_deletion,
                                               .thread = id,
                                               .at = now,
                                               .source = {.change_source = "CONVERSATIONS"}});
  for (const Message& message : thread->messages) {
    book.threads_by_message_.erase(message.id);
  }
  book.threads_.erase(id);
}

Thread* ConversationBook::open_thread(const VisitorMessage& from) {
  if (from.thread != 0) {
    return find(from.thread);
  }
  const auto found = latest_.find({from.account, key_of(from.integration_thread, from.visitor)});
  Thread* latest = found == latest_.end() ? nullptr : find(found->second);
  const bool goes_on = latest != nullptr && !latest->archived &&
                       (latest->status == "OPEN" || !from.integration_thread.empty());
  return goes_on ? latest : nullptr;
}

Thread* ConversationBook::thread_for(portal::Portal& portal, const VisitorMessage& from,
                                     const Doing& doing) {
  const ChannelAccount& at = *account(from.account);
  Thread* thread = open_thread(from);
  if (thread == nullptr) {
    thread = add_thread(portal,
                        {.inbox = at.inbox,
                         .contact = from.contact,
                         .channel = at.channel,
                         .channel_account = at.id,
                         .visitor = from.visitor,
                         .integration_id = from.integration_thread},
                        doing);
  }
  if (thread != nullptr && thread->contact == 0) {
    thread->contact = from.contact;
  }
  const Inbox* in = thread != nullptr ? inbox(thread->inbox) : nullptr;
  if (in != nullptr && in->type == "HELP_DESK" && thread->ticket == 0) {
    open_ticket(portal, *thread, from.message.text, doing);
  }
  return thread;
}

ConversationBook::Written ConversationBook::write_into_thread(portal::Portal& portal,
                                                              VisitorMessage from,
                                                              const Doing& doing) {
  Thread* thread = thread_for(portal, from, doing);
  if (thread == nullptr) {
    return {};
  }
  from.message.type = "MESSAGE";
  from.message.channel = thread->channel;
  from.message.channel_account = thread->channel_account;
  return {thread, add_message(portal, *thread, std::move(from.message), doing)};
}

ConversationBook::Written ConversationBook::visitor_writes(portal::Portal& portal,
                                                           VisitorMessage from,
                                                           const Doing& doing) {
  from.message.direction = "INCOMING";
  from.message.status = "RECEIVED";
  return write_into_thread(portal, std::move(from), doing);
}

ConversationBook::Written ConversationBook::agent_writes(portal::Portal& portal,
                                                         VisitorMessage from, const Doing& doing) {
  from.message.direction = "OUTGOING";
  from.message.status = "SENT";
  return write_into_thread(portal, std::move(from), doing);
}

}  // namespace hubsim::operations

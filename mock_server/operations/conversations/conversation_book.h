// ConversationBook: the conversations of a portal: inboxes, channels and their accounts, threads
// with their messages (behaviour reference 7, Conversations). A part of the portal. Every change of
// a thread is told to webhooks (portal/webhooks/signals.h) from here, whoever made it.
// Threads: under the portal's lock. Invariants: thread ids grow; at most max_threads, each with at
// most max_messages; an archived thread is gone for good thirty days later.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/json/json.h"
#include "common/time/clock.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

struct Inbox {
  std::uint64_t id = 0;
  std::string name;
  std::string type;  ///< INBOX or HELP_DESK
};

struct ChannelAccount {
  std::uint64_t id = 0;
  std::uint64_t channel = 0;
  std::uint64_t inbox = 0;
  std::string name;
  bool authorized = true;
  Instant created{};
  Json delivery_identifier;  ///< {"type","value"}, or null
};

struct Message {
  std::string id;
  std::string type;  ///< MESSAGE, COMMENT, THREAD_STATUS_CHANGE, ASSIGNMENT
  Instant created{};
  std::string created_by;  ///< an actor's id
  Json client;             ///< {"clientType", "integrationAppId"?}
  Json senders = Json::array();
  Json recipients = Json::array();
  std::string text;
  std::string rich_text;
  std::string subject;
  Json attachments = Json::array();
  std::uint64_t channel = 0;
  std::uint64_t channel_account = 0;
  std::string direction;      ///< INCOMING or OUTGOING
  std::string status;         ///< SENT, RECEIVED, FAILED, READ; "" for what has none
  std::string error_message;  ///< of FAILED
  std::string in_reply_to;
  std::string new_value;  ///< of a status change or an assignment
  Instant updated{};
};

struct Thread {
  std::uint64_t id = 0;
  std::uint64_t inbox = 0;
  std::string status = "OPEN";
  bool archived = false;
  Instant archived_at{};
  portal::ObjectId contact = 0;
  portal::ObjectId ticket = 0;
  std::string assigned_to;
  std::uint64_t channel = 0;
  std::uint64_t channel_account = 0;
  std::string visitor;         ///< whom replies go to: an address, or a channel's own id
  std::string integration_id;  ///< of the thread in a custom channel
  Instant created{};
  std::optional<Instant> closed;
  std::optional<Instant> latest;
  std::optional<Instant> latest_sent;
  std::optional<Instant> latest_received;
  std::deque<Message> messages;  ///< oldest first

  [[nodiscard]] Message* message(std::string_view wanted);
};

/// HubSpot's own channels (D docs).
inline constexpr std::uint64_t chat_channel = 1000;
inline constexpr std::uint64_t email_channel = 1002;
struct OwnChannel {
  std::uint64_t id;
  std::string_view name;
};
inline constexpr OwnChannel own_channels[] = {{chat_channel, "LIVE_CHAT"},
                                              {1001, "FB_MESSENGER"},
                                              {email_channel, "EMAIL"},
                                              {1003, "FORMS"},
                                              {1007, "WHATSAPP"}};

/// Who does something to a conversation, at what time.
struct Doing {
  Instant now{};
  std::string actor;
  portal::Source source{.change_source = "CONVERSATIONS"};
};

class ConversationBook : public portal::PartOf<ConversationBook> {
 public:
  static constexpr std::size_t max_threads = 100'000;
  static constexpr std::size_t max_messages = 10'000;
  static constexpr std::size_t max_accounts = 1'000;
  explicit ConversationBook(const portal::Portal& portal);

  [[nodiscard]] const std::vector<Inbox>& inboxes() const noexcept { return inboxes_; }
  [[nodiscard]] const Inbox* inbox(std::uint64_t id) const;
  [[nodiscard]] std::map<std::uint64_t, ChannelAccount>& accounts() noexcept { return accounts_; }
  [[nodiscard]] ChannelAccount* account(std::uint64_t id);
  /// Gives it its id; nullptr: there are too many.
  ChannelAccount* add_account(ChannelAccount account);

  [[nodiscard]] const std::map<std::uint64_t, Thread>& threads() const noexcept { return threads_; }
  [[nodiscard]] Thread* find(std::uint64_t id);
  /// nullptr: no message has that id.
  [[nodiscard]] Thread* thread_of(std::string_view message_id);
  /// nullptr: the portal has too many.
  Thread* add_thread(portal::Portal& portal, Thread thread, const Doing& doing);
  /// Of MESSAGE and COMMENT webhooks hear; an incoming message opens a closed thread. nullptr: the
  /// thread is full.
  Message* add_message(portal::Portal& portal, Thread& thread, Message message, const Doing& doing);
  static void set_status(portal::Portal& portal, Thread& thread, const std::string& status,
                         const Doing& doing);
  static void assign(portal::Portal& portal, Thread& thread, const std::string& actor,
                     const Doing& doing);
  static void set_archived(portal::Portal& portal, Thread& thread, bool archived,
                           const Doing& doing);

  struct Written {
    Thread* thread = nullptr;  ///< null: there is no room
    Message* message = nullptr;
  };
  /// A visitor writes: into the thread, or into the one it has open on that account, or into a new
  /// one.
  struct VisitorMessage {
    std::uint64_t account = 0;
    std::uint64_t thread = 0;
    std::string integration_thread;
    portal::ObjectId contact = 0;
    std::string visitor;  ///< address, or the channel's own id
    Message message;
  };
  Written visitor_writes(portal::Portal& portal, VisitorMessage from, const Doing& doing);
  /// An agent has written to that visitor elsewhere.
  Written agent_writes(portal::Portal& portal, VisitorMessage from, const Doing& doing);

 private:
  static void tell_change(portal::Portal& portal, const Thread& thread, std::string property,
                          std::string value, const Doing& doing);
  static void purge(portal::Portal& portal, Instant now, std::uint64_t thread);
  /// The thread that the message belongs in, made where there is none; nullptr: no room.
  Thread* thread_for(portal::Portal& portal, const VisitorMessage& from, const Doing& doing);
  Written write_into_thread(portal::Portal& portal, VisitorMessage from, const Doing& doing);
  Message& log(Thread& thread, Message message, const Doing& doing);
  [[nodiscard]] Thread* open_thread(const VisitorMessage& from);

  std::vector<Inbox> inboxes_;
  std::map<std::uint64_t, ChannelAccount> accounts_;
  std::uint64_t last_account_ = 0;
  std::map<std::uint64_t, Thread> threads_;
  std::uint64_t last_thread_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> threads_by_message_;
  /// The latest of each visitor, and of each thread of an integration, on an account.
  std::map<std::pair<std::uint64_t, std::string>, std::uint64_t> latest_;
  std::uint64_t last_message_ = 0;
};

}  // namespace hubsim::operations

// Signals: what happened in a portal beside its records, for webhooks: conversations that were
// made, changed, deleted, and their new messages (behaviour reference 8.1, 8.3). A queue: whoever
// delivers webhooks empties it (control/webhook_signals).
// Threads: under the portal's lock. Invariant: at most max_waiting; beyond it the newest are lost
// and counted.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mock_server/portal/part.h"
#include "mock_server/portal/portal.h"
#include "mock_server/portal/webhooks/event_types.h"

namespace hubsim::portal {

struct ConversationSignal {
  WebhookEvent kind = WebhookEvent::creation;
  std::uint64_t thread = 0;
  Instant at{};
  Source source;
  std::string property;  ///< of a change: assignedTo, status, isArchived
  std::string value;
  std::string message_id;    ///< of a new message
  std::string message_type;  ///< MESSAGE or COMMENT
};

class Signals : public PartOf<Signals> {
 public:
  static constexpr std::size_t max_waiting = 100'000;
  explicit Signals(const Portal& /*portal*/) {}

  void tell(Portal& portal, ConversationSignal signal) {
    if (waiting_.size() >= max_waiting) {
      ++lost_;
      return;
    }
    waiting_.push_back(std::move(signal));
    // Wakes whoever takes them: they look when an agenda is worked off.
    portal.schedule(waiting_.back().at, [](Portal&, Instant, std::uint64_t) {});
  }
  [[nodiscard]] std::vector<ConversationSignal> take() { return std::exchange(waiting_, {}); }
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

 private:
  std::vector<ConversationSignal> waiting_;
  std::uint64_t lost_ = 0;
};

}  // namespace hubsim::portal

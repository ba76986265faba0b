// EmailSends: e-mails that were asked to be sent, transactional and marketing, and how far each is.
// A part of the portal. Nothing is sent.
// Threads: guarded by the portal's lock. Invariant: at most max_sends, the oldest make room; a
// sendId is used once.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "common/time/clock.h"
#include "mock_server/portal/part.h"

namespace hubsim::portal {
class Portal;
}

namespace hubsim::operations {

struct EmailSend {
  std::string status_id;
  std::string event_id;
  std::string result;  ///< SENT, INVALID_TO_ADDRESS, ... (A3)
  Instant requested_at{};
  Instant started_at{};
  Instant completed_at{};
};

class EmailSends : public portal::PartOf<EmailSends> {
 public:
  static constexpr std::size_t max_sends = 100'000;
  explicit EmailSends(const portal::Portal& /*portal*/) {}

  void add(EmailSend send);
  [[nodiscard]] const EmailSend* find(std::string_view status_id) const;
  /// False when it was used before.
  bool use_send_id(const std::string& send_id) { return send_ids_.insert(send_id).second; }

 private:
  std::map<std::uint64_t, EmailSend> sends_;
  std::map<std::string, std::uint64_t, std::less<>> by_id_;
  std::set<std::string> send_ids_;
  std::uint64_t last_ = 0;
};

}  // namespace hubsim::operations

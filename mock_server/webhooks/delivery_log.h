// DeliveryLog: every webhook request sent, and every event that a rule suppressed, in a bounded
// ring ("journal" is HubSpot's word for another thing). Entries share their events' changes, they
// copy no values. When full the oldest go and first_available() moves. Threads: its own mutex;
// written by the background thread, read by the control API.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "mock_server/webhooks/event.h"
#include "mock_server/webhooks/request.h"

namespace hubsim::webhooks {

enum class DeliveryOutcome { in_flight, acked, rejected, timeout, connection_failed, suppressed };
[[nodiscard]] std::string_view outcome_name(DeliveryOutcome outcome) noexcept;

struct DeliveryRecord {
  std::uint64_t number = 0;
  Instant at{};
  std::uint64_t app_id = 0;
  std::string url;
  int attempt = 0;
  std::shared_ptr<const std::vector<Event>> events;
  std::optional<faults::Forgery> forged{};
  std::optional<faults::Malformation> malformed{};
  std::string rule_id{};            ///< of a replay: its events are real and do not name it
  std::uint64_t redelivery_of = 0;  ///< number of the delivery whose events were asked for again
  RequestFacts request{};           ///< with the events, all the request was made of
  Duration timeout{0};
  DeliveryOutcome outcome = DeliveryOutcome::in_flight;
  int status = 0;
  Duration ack{0};
  std::string error{};  ///< why nobody answered
};
[[nodiscard]] Json to_json(const DeliveryRecord& record);
/// The request that was sent, byte for byte, in the form `hubsim webhooks listen --save` writes:
/// {"at_ms","url","headers","body","body_exact"}. The secret is the app's.
[[nodiscard]] Json request_json(const DeliveryRecord& record, std::string_view client_secret);
using SecretOf = std::function<std::string(std::uint64_t app_id)>;

class DeliveryLog {
 public:
  explicit DeliveryLog(std::size_t capacity = 100'000, std::size_t event_capacity = 1'000'000);

  /// Numbers it, from 1.
  std::uint64_t add(DeliveryRecord record);
  struct Completion {
    DeliveryOutcome outcome = DeliveryOutcome::acked;
    int status = 0;
    Duration ack{0};
    std::string error{};
  };
  void complete(std::uint64_t number, Completion completion);
  /// Forgets the entries; numbers go on.
  void clear();
  /// Nothing when it left the ring or never was.
  [[nodiscard]] std::optional<DeliveryRecord> find(std::uint64_t number) const;
  /// {"results","next_after","first_available","lost"}; stops before a delivery still in flight, so
  /// that a follower sees each entry once and final.
  /// With a way to the secrets each entry that was sent has its `request`.
  [[nodiscard]] Json page(std::uint64_t after, std::size_t limit,
                          const SecretOf& secret_of = {}) const;

 private:
  void drop_oldest();
  const std::size_t capacity_;
  const std::size_t event_capacity_;
  mutable std::mutex mutex_;
  std::deque<DeliveryRecord> records_;
  std::size_t events_ = 0;
  std::uint64_t next_ = 1;
  std::uint64_t base_ = 1;  ///< first number since clear()
};

}  // namespace hubsim::webhooks

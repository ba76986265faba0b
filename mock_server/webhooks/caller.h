// Caller: single HTTP calls that HubSpot makes to apps: custom actions and webhooks of workflows.
// Each has one answer in the end: 2xx; any other status but 429 and 5xx; or giving up. 429, 5xx and
// nobody answering are tried again, for three days (behaviour reference 8.4, D; the gaps are U).
// What is sent is kept in a bounded log. A state machine like the emitter: no thread, no socket.
// Threads: call(), reset() and callbacks on the background thread; log_of() and in_flight() from
// any. Destroy it after that thread has ended. Invariant: each call calls back once, unless reset.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "common/time/clock.h"
#include "common/time/timer_queue.h"
#include "mock_server/webhooks/settings.h"
#include "mock_server/webhooks/transport.h"

namespace hubsim::webhooks {

/// Connect and whole answer (8.4, D).
inline constexpr std::chrono::seconds call_connect_timeout{3};
inline constexpr std::chrono::seconds call_timeout{30};
inline constexpr std::chrono::days call_patience{3};

struct CallPlan {
  std::string name;  ///< of the log: a callback id
  std::string method = "POST";
  std::string url;
  std::string body;
  std::string secret;  ///< "": not signed
  std::vector<std::pair<std::string, std::string>> headers;
  RetrySchedule retry = RetrySchedule::hubspot;
  net::TlsOptions tls{};
};

/// What came of it in the end.
struct CallOutcome {
  bool answered = false;
  int status = 0;
  std::string body;
  std::string error;
  int attempts = 0;
};

class Caller {
 public:
  static constexpr std::size_t max_log = 20'000;
  static constexpr std::size_t max_kept_body = 64 * 1024;
  static constexpr std::size_t max_waiting = 20'000;
  struct Parts {
    const Clock& clock;
    TimerQueue& timers;
    Transport& transport;
    /// Stamps v3 signatures: a receiver checks them against its own clock.
    const Clock& signature_clock;
  };
  explicit Caller(Parts parts, std::uint64_t seed = 1) : parts_(parts), seed_(seed) {}
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;
  ~Caller() = default;

  using Done = std::function<void(const CallOutcome&)>;
  void call(CallPlan plan, Done done);
  /// Every attempt of calls of that name (empty: of all), oldest first: the request as it was sent,
  /// and what came back.
  [[nodiscard]] Json log_of(std::string_view name, std::size_t limit) const;
  [[nodiscard]] std::size_t in_flight() const;
  /// Forgets calls and log; nobody is called back.
  void reset();

 private:
  struct Open {
    CallPlan plan;
    Done done;
    Instant started{};
    int attempt = 0;
  };
  struct Attempt {
    std::string name;
    std::uint64_t number = 0;
    Instant at{};
    int attempt = 0;
    DeliveryRequest request;
    bool over = false;
    DeliveryResult result;
  };
  struct Epoch {};
  void send(const std::shared_ptr<Open>& open);
  void finish(const std::shared_ptr<Open>& open, std::uint64_t number, DeliveryResult result);
  [[nodiscard]] std::optional<Duration> gap_before_next(const Open& open,
                                                        const DeliveryResult& result) const;
  [[nodiscard]] static Json to_json(const Attempt& attempt);

  const Parts parts_;
  const std::uint64_t seed_;
  mutable std::mutex mutex_;  ///< guards what follows but the epoch
  std::deque<Attempt> log_;
  std::uint64_t last_number_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t open_ = 0;
  std::shared_ptr<Epoch> epoch_ = std::make_shared<Epoch>();
};

}  // namespace hubsim::webhooks

// Emitter: turns committed changes into HubSpot's webhooks: events by subscription, batches of up to
// 100, signatures, retries, the cap on concurrent requests; misbehaving where rules say so (behaviour
// reference, section 8). A state machine on a clock, a timer queue and a Transport: no thread, no
// socket. What happens to an event is decided when it is born, by key, so timing does not change it.
// Threads: on_change() under the portal's lock; configure(), settings(), state(), log() from any
// thread; timers and transport callbacks on one background thread. Destroy it after that has ended.
// Invariant: born = delivered + failed + dropped + overflowed + what is queued, flying or waiting.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/time/clock.h"
#include "common/time/timer_queue.h"
#include "mock_server/faults/effect.h"
#include "mock_server/webhooks/delivery_log.h"
#include "mock_server/webhooks/event.h"
#include "mock_server/webhooks/settings.h"
#include "mock_server/webhooks/transport.h"

namespace hubsim::webhooks {

inline constexpr std::size_t max_batch = 100;

struct EmitterConfig {
  std::uint64_t portal_id = 0;
  std::uint64_t seed = 1;
  /// By TypeIndex. Changes of types beyond it are emitted by no subscription.
  TypeNames types;
  /// Events queued, waiting, delayed or flying; one more is dropped and counted as overflowed.
  std::size_t max_queued_events = 200'000;
};

/// RuleBook::decide_delivery, asked under the portal's lock; may be empty.
using DeliveryRules = std::function<faults::DeliveryEffect(const faults::DeliveryFacts&)>;

/// What `GET webhooks` counts. Events, but for the ones said to be requests.
struct EmitterState {
  std::size_t queued_events = 0;     ///< gathered, delayed, or waiting for a free request
  std::size_t in_flight = 0;         ///< requests
  std::size_t waiting_retries = 0;   ///< requests
  std::uint64_t born = 0;            ///< real ones with their duplicates, without forged ones
  std::uint64_t delivered = 0;
  std::uint64_t failed = 0;          ///< given up after the last attempt
  std::uint64_t dropped = 0;         ///< suppressed by a rule
  std::uint64_t overflowed = 0;
  std::uint64_t forged_sent = 0;
  std::uint64_t forged_acked = 0;
  std::uint64_t requests = 0;        ///< requests sent, retries and forged ones included
};

class Emitter {
 public:
  struct Parts {
    const Clock& clock;
    TimerQueue& timers;
    Transport& transport;
    /// Stamps the signatures: a receiver checks them against its own clock (design 3a).
    const Clock& signature_clock;
    DeliveryRules rules;
  };
  Emitter(EmitterConfig config, Parts parts);
  ~Emitter();
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;

  /// A subscriber of the portal's stream.
  void on_change(const portal::Change& change);

  /// Sets or replaces one app's settings; events born before keep their subscription.
  void configure(AppSettings settings);
  /// Settings of an app; defaults with that id when it has none.
  [[nodiscard]] AppSettings settings(std::uint64_t app_id) const;

  [[nodiscard]] EmitterState state() const;
  /// The app's settings and the state, as `GET webhooks` answers.
  [[nodiscard]] Json to_json(std::uint64_t app_id) const;
  [[nodiscard]] DeliveryLog& log() noexcept { return log_; }
  [[nodiscard]] const DeliveryLog& log() const noexcept { return log_; }

  /// Requests without an answer yet.
  [[nodiscard]] std::size_t in_flight() const;
  /// Nothing queued, delayed or in flight. Retries that wait do not count.
  [[nodiscard]] bool idle() const;
  /// Forgets events, retries, log and counters; keeps settings. Answers still to come are ignored.
  /// On the background thread, or while it stands still.
  void reset();

 private:
  struct App;
  struct Batch;
  class Intake;
  // see emitter.cpp
};

}  // namespace hubsim::webhooks

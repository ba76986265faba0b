// Emitter: turns committed changes into HubSpot's webhooks: events by subscription, batches of up
// to 100, signatures, retries, the cap on concurrent requests; misbehaving where rules say so
// (behaviour reference, section 8). A state machine on a clock, a timer queue and a Transport: no
// thread, no socket. What happens to an event is decided when it is born, by key, so timing does
// not change it. Threads: on_change() under the portal's lock; configure(), settings(), state(),
// log(), holding and redelivering from any thread; timers and transport callbacks on one background
// thread. Destroy it after that has ended. Invariant: born = delivered + failed + dropped +
// overflowed + what is queued, flying or waiting.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "common/time/timer_queue.h"
#include "mock_server/faults/effect.h"
#include "mock_server/portal/portal.h"
#include "mock_server/webhooks/delivery_log.h"
#include "mock_server/webhooks/event.h"
#include "mock_server/webhooks/hold_queue.h"
#include "mock_server/webhooks/routes.h"
#include "mock_server/webhooks/settings.h"
#include "mock_server/webhooks/transport.h"

namespace hubsim::webhooks {

inline constexpr std::size_t max_batch = 100;

struct EmitterConfig {
  /// Of changes that come without their portal (tests).
  std::uint64_t portal_id = 0;
  std::uint64_t seed = 1;
  /// By TypeIndex, for changes that do not name their type (tests).
  TypeNames types;
  /// Of one app: events queued, waiting, delayed or flying; one more is dropped and counted as
  /// overflowed.
  std::size_t max_queued_events = 200'000;
};

/// RuleBook::decide_delivery, asked under the portal's lock; may be empty.
using DeliveryRules = std::function<faults::DeliveryEffect(const faults::DeliveryFacts&)>;
/// Whether the app is installed in the portal: elsewhere it hears nothing. Empty: everywhere.
using Installed = std::function<bool(std::uint64_t app_id, std::uint64_t portal_id)>;

/// What of the emitter's behaviour is an option (hubspot/rules/options.def, webhooks.*).
struct EmitterRules {
  std::string_view creation_flag = "CREATED";
  bool redirect_is_success = false;
  bool regroups_retries = false;
  /// Settings are looked at again when the copy is older; nothing: always.
  Duration settings_cache{0};
  Duration timeout = default_timeout;
  bool redacts_sensitive = true;
  Routes::Rules events{};
};

/// An event that no record's change stands behind: conversation.*, event.completed (8.1).
struct Signal {
  EventKind kind = EventKind::completed;
  std::uint64_t portal_id = 0;
  TypeName type;
  portal::Change change;  ///< when, who, which object, properties; its type is unused
  std::optional<Message> message{};
  std::string event_type_name{};
};

/// What `GET webhooks` counts. Events, but for the ones said to be requests.
struct EmitterState {
  std::size_t queued_events = 0;    ///< gathered, delayed, held, or waiting for a free request
  std::size_t held_events = 0;      ///< those of them that wait for release
  std::size_t in_flight = 0;        ///< requests
  std::size_t waiting_retries = 0;  ///< requests
  std::uint64_t born = 0;           ///< real ones, duplicates and redeliveries; nothing forged
  std::uint64_t delivered = 0;
  std::uint64_t failed = 0;   ///< given up after the last attempt
  std::uint64_t dropped = 0;  ///< suppressed by a rule
  std::uint64_t overflowed = 0;
  std::uint64_t forged_sent = 0;
  std::uint64_t forged_acked = 0;
  std::uint64_t malformed_sent = 0;  ///< once for each hit, however often one request has it
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
    Installed installed{};
  };
  Emitter(EmitterConfig config, Parts parts);
  ~Emitter();
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;

  /// A subscriber of a portal's stream; one emitter serves all portals.
  void on_change(const portal::Portal& portal, const portal::Change& change);
  /// The same without a portal to look at.
  void on_change(const portal::Change& change);

  /// Under the portal's lock like a change. Says how many events it brought.
  std::size_t on_signal(const Signal& signal);

  /// Sets or replaces one app's settings, at once or when HubSpot's copy of them is too old (8.1,
  /// option webhooks.settings_cache); events born before keep their subscription.
  void configure(AppSettings settings);
  /// Options of the portals, as of the last change or this call.
  void set_options(const hubspot::Options& options);
  /// Settings of an app; defaults with that id when it has none.
  [[nodiscard]] AppSettings settings(std::uint64_t app_id) const;
  [[nodiscard]] std::string client_secret(std::uint64_t app_id) const {
    return settings(app_id).client_secret;
  }

  [[nodiscard]] EmitterState state() const;
  /// Settings and the state, as `GET webhooks` answers.
  [[nodiscard]] Json to_json(const AppSettings& settings) const;
  [[nodiscard]] DeliveryLog& log() noexcept { return log_; }
  [[nodiscard]] const DeliveryLog& log() const noexcept { return log_; }

  /// Keeps back every event born from now on, until release_all().
  void hold_all();
  /// Lets everything held go, and holds no longer. Says how many events went; they leave on the
  /// background thread.
  std::size_t release_all();
  /// Lets go what the rule holds (empty: what any rule holds); the rule may hold new ones.
  std::size_t release_rule(std::string_view rule_id);
  /// Sends a delivery's events again, as its next attempt, signed anew. A problem says why not.
  struct Refusal {
    bool not_found = false;
    std::string reason;
  };
  [[nodiscard]] std::optional<Refusal> redeliver(std::uint64_t number);

  /// Requests without an answer yet.
  [[nodiscard]] std::size_t in_flight() const;
  /// Nothing queued, delayed or in flight. Retries that wait do not count.
  [[nodiscard]] bool idle() const;
  /// Forgets events, retries, log, counters and settings. Answers still to come are ignored.
  /// On the background thread, or while it stands still.
  void reset();

 private:
  struct Batch {
    std::uint64_t app_id = 0;
    std::shared_ptr<const std::vector<Event>> events;
    std::optional<faults::Forgery> forged;
    std::optional<faults::Malformation> malformed;  ///< of this attempt
    /// Still to be set off by the first whole delivery.
    std::vector<faults::DeliveryEffect::Replay> replays;
    std::string rule_id;               ///< replays only
    std::optional<Instant> signed_at;  ///< replays only; others are signed when sent
    int attempt = 0;
    std::uint64_t redelivery_of = 0;

    [[nodiscard]] bool is_extra() const noexcept { return forged || events->front().is_extra(); }
  };
  /// What misbehaves in one way travels in requests of its own: real ones first.
  static constexpr std::size_t lanes = 10;
  struct App {
    std::array<std::deque<Event>, lanes> ready;
    std::deque<Batch> again;  ///< retries whose time has come
    int in_flight = 0;
    bool pumping = false;
    bool pump_due = false;  ///< a timer is going to
  };
  /// Whoever calls back late finds this gone: after reset() and after the end.
  struct Epoch {};

  // Settings and options; under mutex_.
  void adopt(const hubspot::Options& options);
  void install_due_settings();
  void make_routes(const AppSettings& settings);

  // The portal's side; under mutex_.
  struct Birth {
    const Routes& routes;
    const std::shared_ptr<const SharedChange> source;
    Instant now{};
  };
  void emit(const portal::Portal* portal, const portal::Change& change);
  [[nodiscard]] TypeLabelPtr label_of(const TypeLabelPtr& told, portal::TypeIndex index) const;
  [[nodiscard]] std::shared_ptr<SharedChange> share(const portal::Portal* portal,
                                                    const portal::Change& change) const;
  void mark_sensitive(const portal::ObjectType& type, SharedChange& shared) const;
  void bear(const Birth& birth, const Routes::Match& match);
  void bear_all(const Birth& birth);
  [[nodiscard]] Event forge(const Event& event, const faults::DeliveryEffect::Forged& forged);
  bool bear_malformed(const Event& event, const faults::DeliveryEffect& effect, Instant now);
  [[nodiscard]] Event malform(const Event& event,
                              const faults::DeliveryEffect::Malformed& malformed);
  /// Counts it in, unless the app's queue is full.
  [[nodiscard]] bool admit(const Event& event);
  void take_in(Pending pending, const std::vector<HoldQueue::Hold>& holds);
  void end_at(Instant until);
  template <class Ends>
  std::size_t let_go(const Ends& ends);
  void arm(Instant due);
  [[nodiscard]] std::uint64_t next_event_id();

  // The background thread's side.
  void flush();
  void sort_in(Pending pending, Instant now);
  void make_ready(Event event);
  void pump_soon(std::uint64_t app_id);
  void suppress(const Event& event);
  void pump(std::uint64_t app_id);
  struct Pumping {
    std::uint64_t app_id = 0;
    std::shared_ptr<const Routes> routes;
    EmitterRules rules{};
  };
  [[nodiscard]] static std::optional<Batch> next_batch(App& app, const Pumping& pumping);
  [[nodiscard]] static Batch next_retry(App& app, const Pumping& pumping);
  void send(const Pumping& pumping, Batch batch);
  void set_off_replays(Batch& batch, Instant signed_at);
  void finish(const Batch& batch, std::uint64_t number, const DeliveryResult& result);
  void settle(const Batch& batch, bool acked);
  void retry_later(Batch batch);
  void send_at(Instant due, Batch batch);

  const EmitterConfig config_;
  const Parts parts_;
  DeliveryLog log_;

  mutable std::mutex mutex_;
  std::vector<TypeLabelPtr> labels_;
  EmitterRules rules_;
  hubspot::Options seen_options_;
  std::map<std::uint64_t, AppSettings> told_;  ///< as configure() last heard
  /// Settings that take effect at that time.
  std::map<std::uint64_t, Instant> waiting_settings_;
  std::map<std::uint64_t, Instant> first_loaded_;
  std::map<std::uint64_t, std::shared_ptr<Routes>> routes_;
  std::vector<Routes::Match> matches_;
  std::vector<Pending> intake_;
  HoldQueue holds_;
  std::set<Instant> hold_ends_;  ///< for which a timer is set
  bool holding_all_ = false;
  std::optional<Instant> armed_;
  std::uint64_t events_born_ = 0;
  /// Events of each app that are not settled yet, forged ones included.
  std::map<std::uint64_t, std::size_t> held_;
  EmitterState state_;

  std::map<std::uint64_t, App> apps_;
  std::shared_ptr<Epoch> epoch_ = std::make_shared<Epoch>();
};

}  // namespace hubsim::webhooks

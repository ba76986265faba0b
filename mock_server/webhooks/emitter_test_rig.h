// What the emitter's tests share: an emitter on a manual clock with a transport in memory, changes
// made by hand, and the events read back from what was sent.
// Threads: one.
#pragma once

#include <string>
#include <vector>

#include "common/base/assert.h"
#include "common/json/json.h"
#include "common/time/format.h"
#include "mock_server/faults/rule_book.h"
#include "mock_server/webhooks/emitter.h"
#include "mock_server/webhooks/memory_transport.h"

namespace hubsim::webhooks {

inline constexpr std::uint64_t rig_app = 19635961;
inline constexpr std::string_view rig_secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";

inline DeliveryResult answered(int status) { return {.status = status}; }

struct EmitterRig {
  explicit EmitterRig(std::uint64_t seed = 1, MemoryTransport::Answer answer = {},
                      std::size_t max_queued = 200'000)
      : transport(std::move(answer)),
        rules(kinds(), seed),
        emitter({.portal_id = 242711451,
                 .seed = seed,
                 .types = {{"0-1", "contact"}, {"0-2", "company"}},
                 .max_queued_events = max_queued},
                {.clock = clock,
                 .timers = timers,
                 .transport = transport,
                 .signature_clock = signature_clock,
                 .rules = [this](const auto& facts) { return rules.decide_delivery(facts); }}) {}

  static const faults::FaultRegistry& kinds() {
    static const auto* registry = [] {
      auto* filled = new faults::FaultRegistry();
      faults::register_all_faults(*filled);
      return filled;
    }();
    return *registry;
  }

  void subscribe(const std::vector<std::string>& subscriptions, int concurrency = 10) {
    AppSettings settings = emitter.settings(rig_app);
    settings.client_secret = rig_secret;
    const Json body = {{"target_url", "https://www.example.com/webhook_uri"},
                       {"subscriptions", subscriptions},
                       {"max_concurrent_requests", concurrency}};
    HUBSIM_ASSERT(apply_json(body, settings).empty());
    emitter.configure(std::move(settings));
  }
  void put_rule(const std::string& id, const char* rule) {
    HUBSIM_ASSERT(rules.put(id, json::parse(rule).value()).empty());
  }

  portal::Change change(portal::ChangeKind kind, std::uint64_t object_id) {
    return {.sequence = ++sequence,
            .at = clock.now(),
            .kind = kind,
            .object_id = object_id,
            .lineage = "people/" + std::to_string(object_id),
            .source = {.change_source = "CRM_UI", .source_id = "userId:52530071"}};
  }
  void create(std::uint64_t object_id) {
    emitter.on_change(change(portal::ChangeKind::created, object_id));
  }
  void update(std::uint64_t object_id, const std::string& name, const std::string& value) {
    auto update = change(portal::ChangeKind::updated, object_id);
    update.properties = {{name, value}};
    emitter.on_change(update);
  }
  void archive(std::uint64_t object_id) {
    emitter.on_change(change(portal::ChangeKind::archived, object_id));
  }
  /// Fires what falls due on the way, at its own instant.
  void advance(Duration by) {
    const Instant target = clock.now() + by;
    while (timers.next_due() && *timers.next_due() <= target) {
      clock.set(std::max(*timers.next_due(), clock.now()));
      timers.run_due(clock.now());
    }
    clock.set(target);
  }
  [[nodiscard]] std::vector<Json> events() const {
    std::vector<Json> all;
    for (const DeliveryRequest& request : transport.requests) {
      const Json body = json::parse(request.body).value();
      for (const Json& event : body) {
        all.push_back(event);
      }
    }
    return all;
  }

  ManualClock clock{from_unix_ms(1'769'081'993'375)};
  ManualClock signature_clock{from_unix_ms(1'700'000'300'000)};
  TimerQueue timers;
  MemoryTransport transport;
  faults::RuleBook rules;
  Emitter emitter;
  std::uint64_t sequence = 0;
};

}  // namespace hubsim::webhooks

// SimulatedRig: the whole mock on a manual clock with memory in place of sockets: gateway, portal,
// faults, webhooks. One thread; a seed makes a run byte-identical.
// Invariant: advance() fires timers in order, at their own instants.
#pragma once

#include <string>
#include <utility>

#include "common/time/timer_queue.h"
#include "mock_server/gateway/gateway.h"
#include "mock_server/webhooks/emitter.h"
#include "mock_server/webhooks/memory_transport.h"

namespace hubsim::simulation {

/// Seeds to try: sanitizers cost ten times the CPU, and the release run covers the rest.
constexpr int seeds_to_try(int in_release) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return in_release / 10;
#endif
#endif
  return in_release;
}

class SimulatedRig {
 public:
  explicit SimulatedRig(std::uint64_t seed)
      : world_({.seed = seed, .limits_on = false}, facts(), clock_),
        gateway_(world_),
        emitter_({.portal_id = world_.portal().config().portal_id, .seed = world_.config().seed},
                 {.clock = clock_,
                  .timers = timers_,
                  .transport = transport,
                  .signature_clock = clock_,
                  .rules = [this](const faults::DeliveryFacts& facts) {
                    return world_.faults().decide_delivery(facts);
                  }}) {
    world_.subscribe(
        [this](const portal::Change& change) { emitter_.on_change(world_.portal(), change); });
    world_.apps().on_part_changed([this](std::uint64_t app_id) {
      emitter_.configure(portal::signed_webhooks_of(world_.apps(), app_id));
    });
  }

  http::Response call(http::Method method, std::string target, const std::string& body = "") {
    const http::Request request{
        .method = method,
        .target = std::move(target),
        .headers = {{"Authorization", "Bearer " + world_.main_app().access_token},
                    {"Accept", "application/json"}},
        .body = body};
    return gateway_.handle(request.view()).response;
  }

  void advance(Duration by) {
    const Instant target = clock_.now() + by;
    for (auto due = timers_.next_due(); due && *due <= target; due = timers_.next_due()) {
      clock_.set(std::max(*due, clock_.now()));
      timers_.run_due(clock_.now());
    }
    clock_.set(target);
  }

  /// Webhooks of contacts to a receiver in memory.
  void subscribe_contacts() {
    subscribe({"contact.creation", "contact.deletion", "contact.propertyChange"});
  }
  void subscribe(const std::vector<std::string>& subscriptions) {
    const std::uint64_t app_id = world_.main_app().caller.app_id;
    const std::lock_guard lock(world_.mutex);
    const auto problems = webhooks::apply_json(
        Json{{"target_url", "http://receiver/webhooks"}, {"subscriptions", subscriptions}},
        portal::webhooks_of(world_.apps(), app_id));
    HUBSIM_ASSERT(problems.empty());
    world_.apps().part_changed(app_id);
  }

  [[nodiscard]] gateway::World& world() noexcept { return world_; }
  [[nodiscard]] webhooks::Emitter& emitter() noexcept { return emitter_; }

  /// Answers deliveries at once; tests may replace it before the first change.
  webhooks::MemoryTransport transport{
      [this](const webhooks::DeliveryRequest& request) { return receive(request); }};
  /// What the receiver answers; 204 unless a test says otherwise.
  std::function<int(const webhooks::DeliveryRequest&)> receiver;

 private:
  /// Read once a process: reading them takes longer than most simulated runs.
  static std::shared_ptr<const hubspot::Facts> facts() {
    static const auto loaded = hubspot::load_facts();
    return loaded;
  }
  webhooks::DeliveryResult receive(const webhooks::DeliveryRequest& request) {
    return {.status = receiver ? receiver(request) : 204, .ack = std::chrono::milliseconds(3)};
  }

  ManualClock clock_{Instant(std::chrono::seconds(1'700'000'000))};
  TimerQueue timers_;
  gateway::World world_;
  gateway::Gateway gateway_;
  webhooks::Emitter emitter_;
};

}  // namespace hubsim::simulation

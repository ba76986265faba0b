// What one webhook event costs, from the committed change to the acknowledged delivery: the part
// under the portal's lock alone, and the whole way with rendering and both signatures. And what a
// change costs that nobody has subscribed to.
#include <benchmark/benchmark.h>

#include "common/time/format.h"
#include "mock_server/webhooks/emitter.h"
#include "mock_server/webhooks/memory_transport.h"

namespace hubsim::webhooks {
namespace {

using namespace std::chrono_literals;

/// Answers 204 at once and keeps nothing.
class SinkTransport final : public Transport {
 public:
  void post(DeliveryRequest request, Callback done) override {
    benchmark::DoNotOptimize(request.body.data());
    done({.status = 204});
  }
};

struct Rig {
  Rig() {
    AppSettings settings{.app_id = 19635961,
                         .client_secret = "00000000-0000-4000-8000-0000005ec2e7",
                         .target_url = "http://127.0.0.1:3000/webhooks"};
    settings.subscriptions = {*parse_subscription("contact.propertyChange"),
                              *parse_subscription("contact.creation")};
    emitter.configure(std::move(settings));
  }
  void drain() {
    clock.set(clock.now() + 1s);
    timers.run_due(clock.now());
  }

  ManualClock clock{from_unix_ms(1'769'081'993'375)};
  TimerQueue timers;
  SinkTransport transport;
  Emitter emitter{{.portal_id = 242711451, .types = {{"0-1", "contact"}}},
                  {.clock = clock,
                   .timers = timers,
                   .transport = transport,
                   .signature_clock = clock,
                   .rules = {}}};
  portal::Change change{
      .sequence = 1,
      .at = clock.now(),
      .type_label = std::make_shared<const portal::TypeLabel>(portal::TypeLabel{"0-1", "contact"}),
      .object_id = 267448862446,
      .lineage = "people/1234",
      .source = {.change_source = "CRM_UI", .source_id = "userId:52530071"},
      .properties = {{"phone", "+1 555 123 4567"}}};
};

/// An app with a target and subscriptions to other types: every change of a contact passes by.
void nobody_listens(benchmark::State& state) {
  Rig rig;
  AppSettings settings = rig.emitter.settings(19635961);
  settings.subscriptions = {*parse_subscription("deal.creation"),
                            *parse_subscription("deal.propertyChange")};
  rig.emitter.configure(std::move(settings));
  for (auto _ : state) {
    rig.emitter.on_change(rig.change);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(nobody_listens);

void under_the_lock(benchmark::State& state) {
  Rig rig;
  int queued = 0;
  for (auto _ : state) {
    rig.emitter.on_change(rig.change);
    if (++queued == 10'000) {
      state.PauseTiming();
      rig.drain();
      queued = 0;
      state.ResumeTiming();
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(under_the_lock);

void whole_way(benchmark::State& state) {
  Rig rig;
  for (auto _ : state) {
    for (int i = 0; i < 1000; ++i) {
      rig.emitter.on_change(rig.change);
    }
    rig.drain();
  }
  state.SetItemsProcessed(state.iterations() * 1000);
  state.counters["delivered"] = static_cast<double>(rig.emitter.state().delivered);
}
BENCHMARK(whole_way);

}  // namespace
}  // namespace hubsim::webhooks

BENCHMARK_MAIN();

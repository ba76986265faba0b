// The emitter as it runs in the mock: changes from several threads under one lock, timers and
// answers on a background thread, settings, state and log read and written from others, which also
// hold, release and redeliver. For ThreadSanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "mock_server/webhooks/emitter.h"
#include "mock_server/webhooks/memory_transport.h"

namespace hubsim::webhooks {
namespace {

constexpr std::uint64_t app = 1;
constexpr int changes_each = 3000;

AppSettings settings_of(int concurrency) {
  AppSettings settings{.app_id = app,
                       .client_secret = "s",
                       .target_url = "http://127.0.0.1/w",
                       .max_concurrent_requests = concurrency,
                       .batch_window = std::chrono::microseconds(200)};
  settings.subscriptions = {*parse_subscription("contact.creation")};
  return settings;
}

TEST(EmitterThreads, LosesNoEventBetweenTheThreads) {
  RealClock clock;
  TimerQueue timers;
  MemoryTransport transport([](const DeliveryRequest&) { return DeliveryResult{.status = 200}; });
  Emitter emitter({.portal_id = 1, .types = {{"0-1", "contact"}}}, {.clock = clock,
                                                                    .timers = timers,
                                                                    .transport = transport,
                                                                    .signature_clock = clock,
                                                                    .rules = {}});
  emitter.configure(settings_of(1));
  std::mutex portal_lock;
  std::uint64_t sequence = 0;
  std::atomic<bool> stop{false};
  std::atomic<bool> stop_looking{false};
  std::uint64_t redelivered = 0;

  std::jthread background([&] {
    while (!stop) {
      timers.run_due(clock.now());
      std::this_thread::yield();
    }
  });
  std::jthread onlooker([&] {
    for (int i = 0; !stop_looking; ++i) {
      emitter.configure(settings_of(1 + i % 5));
      (void)emitter.to_json(emitter.settings(app));
      (void)emitter.log().page(0, 3);
      emitter.hold_all();
      std::this_thread::yield();
      emitter.release_rule("none");
      emitter.release_all();
      if (redelivered < 100 && !emitter.redeliver(static_cast<std::uint64_t>(i))) {
        redelivered += emitter.log().find(static_cast<std::uint64_t>(i))->events->size();
      }
      std::this_thread::yield();
    }
  });
  const auto change_records = [&] {
    for (int i = 0; i < changes_each; ++i) {
      const std::lock_guard lock(portal_lock);
      emitter.on_change({.sequence = ++sequence,
                         .at = clock.now(),
                         .kind = portal::ChangeKind::created,
                         .object_id = sequence});
    }
  };
  {
    std::jthread one(change_records);
    std::jthread two(change_records);
  }
  stop_looking = true;
  onlooker.join();
  while (!emitter.idle()) {
    std::this_thread::yield();
  }
  stop = true;
  EXPECT_EQ(emitter.state().born, 2U * changes_each + redelivered);
  EXPECT_EQ(emitter.state().delivered, 2U * changes_each + redelivered);
}

}  // namespace
}  // namespace hubsim::webhooks

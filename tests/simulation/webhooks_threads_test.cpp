// Webhooks as the mock runs them: workers change records while others put settings and
// subscriptions through the management API, subscribe to the journal and read its files, and
// retries fire on a background thread. For ThreadSanitizer; whatever the interleaving, every event
// is accounted for.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "mock_server/gateway/gateway.h"
#include "mock_server/portal/webhooks/journal.h"
#include "mock_server/webhooks/emitter.h"
#include "mock_server/webhooks/memory_transport.h"

namespace hubsim::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int records_each = 150;
constexpr std::string_view app_token = "client-credentials-of-the-test";

struct Rig {
  Rig()
      : world({.limits_on = false}, hubspot::load_facts(), clock),
        gateway(world),
        emitter({.portal_id = 1}, {.clock = clock,
                                   .timers = timers,
                                   .transport = transport,
                                   .signature_clock = clock,
                                   .rules = {}}) {
    world.subscribe(
        [this](const portal::Change& change) { emitter.on_change(world.portal(), change); });
    world.apps().on_part_changed([this](std::uint64_t app_id) {
      emitter.configure(portal::signed_webhooks_of(world.apps(), app_id));
    });
    portal::Caller caller = world.main_app().caller;
    caller.credential = hubspot::Credential::client_credentials;
    world.apps().put_token(
        {.token = std::string(app_token), .caller = caller, .issued_at = clock.now()});
    app = std::to_string(caller.app_id);
    key = "?hapikey=" + world.main_app().developer_api_key;
  }

  int call(http::Method method, std::string target, std::string body, std::string_view token) {
    const http::Request request{.method = method,
                                .target = std::move(target),
                                .headers = {{"Authorization", "Bearer " + std::string(token)},
                                            {"Accept", "application/json"}},
                                .body = std::move(body)};
    return gateway.handle(request.view()).response.status;
  }
  int by_key(http::Method method, const std::string& path, std::string body) {
    return call(method, "/webhooks/v3/" + app + path + key, std::move(body), "");
  }

  RealClock clock;
  TimerQueue timers;
  webhooks::MemoryTransport transport{
      [](const webhooks::DeliveryRequest&) { return webhooks::DeliveryResult{.status = 204}; }};
  gateway::World world;
  gateway::Gateway gateway;
  webhooks::Emitter emitter;
  std::string app;
  std::string key;
};

void change_records(Rig& rig, int worker, std::atomic<int>& created) {
  for (int i = 0; i < records_each; ++i) {
    const int status =
        rig.call(http::Method::post, "/crm/v3/objects/contacts",
                 fmt::format(R"({{"properties":{{"email":"w{}-{}@example.org"}}}})", worker, i),
                 rig.world.main_app().access_token);
    created += status == 201 ? 1 : 0;
  }
}

void change_settings(Rig& rig) {
  for (int i = 0; i < 40; ++i) {
    rig.by_key(http::Method::put, "/settings",
               fmt::format(R"({{"targetUrl":"http://127.0.0.1/w{}",)"
                           R"("throttling":{{"maxConcurrentRequests":{}}}}})",
                           i % 3, 6 + i % 5));
    rig.by_key(http::Method::post, "/subscriptions",
               fmt::format(R"({{"eventType":"contact.propertyChange","propertyName":"p{}",)"
                           R"("active":true}})",
                           i));
    rig.by_key(http::Method::get, "/subscriptions", "");
    std::this_thread::yield();
  }
}

void use_journal(Rig& rig) {
  for (int i = 0; i < 60; ++i) {
    rig.call(http::Method::post, "/webhooks-journal/subscriptions/2026-03",
             fmt::format(R"({{"subscriptionType":"OBJECT","portalId":{},"objectTypeId":"0-1",)"
                         R"("actions":["CREATE"]}})",
                         rig.world.main_app().caller.portal_id),
             app_token);
    rig.call(http::Method::get, "/webhooks-journal/journal/2026-03/latest", "", app_token);
    rig.call(http::Method::get, "/webhooks-journal/journal/2026-03/batch/earliest/5", "",
             app_token);
    std::this_thread::yield();
  }
}

TEST(WebhookThreads, SettingsJournalAndDeliveriesGoOnTogether) {
  Rig rig;
  ASSERT_EQ(rig.by_key(http::Method::put, "/settings",
                       R"({"targetUrl":"http://127.0.0.1/w",)"
                       R"("throttling":{"maxConcurrentRequests":10}})"),
            200);
  ASSERT_EQ(rig.by_key(http::Method::post, "/subscriptions",
                       R"({"eventType":"contact.creation","active":true})"),
            201);
  std::atomic<int> created{0};
  std::atomic<bool> stop{false};
  std::jthread background([&] {
    while (!stop) {
      rig.timers.run_due(rig.clock.now());
      std::this_thread::yield();
    }
  });
  {
    std::jthread one([&] { change_records(rig, 1, created); });
    std::jthread two([&] { change_records(rig, 2, created); });
    std::jthread settings([&] { change_settings(rig); });
    std::jthread journal([&] { use_journal(rig); });
    std::jthread looking([&] {
      for (int i = 0; i < 50; ++i) {
        (void)rig.emitter.state();
        (void)rig.emitter.log().page(0, 5);
      }
    });
  }
  while (!rig.emitter.idle()) {
    std::this_thread::yield();
  }
  stop = true;
  background.join();
  EXPECT_EQ(created.load(), 2 * records_each);
  EXPECT_EQ(rig.emitter.state().born, static_cast<std::uint64_t>(created.load()));
  EXPECT_EQ(rig.emitter.state().delivered, static_cast<std::uint64_t>(created.load()));
}

}  // namespace
}  // namespace hubsim::simulation

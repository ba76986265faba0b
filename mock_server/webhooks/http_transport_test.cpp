#include "mock_server/webhooks/http_transport.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>

#include "common/crypto/throwaway_ca.h"
#include "common/net/testing/test_server.h"
#include "mock_server/webhooks/emitter.h"

namespace hubsim::webhooks {
namespace {

using namespace std::chrono_literals;
using net::testing::TestAnswer;
using net::testing::TestRequest;
using net::testing::TestServer;

DeliveryResult deliver(const std::string& url, Duration timeout = 5s,
                       const net::TlsOptions& tls = {}) {
  net::EventLoop loop;
  HttpTransport transport(loop);
  std::optional<DeliveryResult> result;
  transport.post({.url = url,
                  .headers = {{"accept", "*/*"}, {"x-hubspot-signature-version", "v1"}},
                  .body = "[{}]",
                  .timeout = timeout,
                  .tls = tls},
                 [&](DeliveryResult answer) { result = answer; });
  for (int i = 0; i < 200 && !result; ++i) {
    loop.run_once(100ms);
  }
  EXPECT_TRUE(result.has_value());
  return result.value_or(DeliveryResult{});
}

TEST(HttpTransport, SendsTheRequestAndTimesTheAnswer) {
  TestRequest seen;
  TestServer server([&](const TestRequest& request) {
    seen = request;
    return TestAnswer{.bytes = net::testing::http_answer(204, ""), .delay = 30ms};
  });
  const auto result = deliver(server.url() + "/webhooks?x=1");
  EXPECT_EQ(result.kind, DeliveryResult::Kind::answered);
  EXPECT_EQ(result.status, 204);
  EXPECT_GE(result.ack, 25ms);
  EXPECT_EQ(seen.method(), "POST");
  EXPECT_EQ(seen.target(), "/webhooks?x=1");
  EXPECT_EQ(seen.body, "[{}]");
  EXPECT_NE(seen.head.find("x-hubspot-signature-version: v1\r\n"), std::string::npos);
}

TEST(HttpTransport, TellsTimeoutsFromFailedConnections) {
  TestServer slow([](const TestRequest&) {
    return TestAnswer{.bytes = net::testing::http_answer(200, ""), .delay = 2s};
  });
  EXPECT_EQ(deliver(slow.url(), 50ms).kind, DeliveryResult::Kind::timeout);

  TestServer broken([](const TestRequest&) {
    return TestAnswer{.bytes = "", .after = TestAnswer::After::reset};
  });
  EXPECT_EQ(deliver(broken.url()).kind, DeliveryResult::Kind::connection_failed);

  std::string gone;
  {
    TestServer closed([](const TestRequest&) { return TestAnswer{}; });
    gone = closed.url();
  }
  EXPECT_EQ(deliver(gone).kind, DeliveryResult::Kind::connection_failed);
  EXPECT_EQ(deliver("no url").kind, DeliveryResult::Kind::connection_failed);
}

TEST(HttpTransport, AnHttpsReceiverIsBelievedOnlyAsTheSettingsSay) {
  const crypto::ThrowawayCa ca;
  const auto shown = ca.issue({});
  TestServer server(
      [](const TestRequest&) { return TestAnswer{.bytes = net::testing::http_answer(204, "")}; },
      *net::TlsContext::for_server({shown.certificate, shown.private_key}));
  const auto refused = deliver(server.url());
  EXPECT_EQ(refused.kind, DeliveryResult::Kind::connection_failed);
  EXPECT_NE(refused.error.find("authority that is not trusted"), std::string::npos);
  EXPECT_EQ(server.requests(), 0U);
  EXPECT_EQ(deliver(server.url(), 5s, {.verify = false}).status, 204);
}

TEST(HttpTransport, AnAnswerThatIsNoHttpIsAFailedConnection) {
  TestServer odd([](const TestRequest&) {
    return TestAnswer{.bytes = "hello\r\n\r\n", .after = TestAnswer::After::close};
  });
  const auto result = deliver(odd.url());
  EXPECT_EQ(result.kind, DeliveryResult::Kind::connection_failed);
  EXPECT_EQ(result.status, 0);
}

/// An emitter on real sockets, all in this thread.
struct SocketRig {
  explicit SocketRig(const std::string& url, std::size_t max_queued) : queue_bound(max_queued) {
    AppSettings settings{.app_id = 1,
                         .client_secret = "secret",
                         .target_url = url,
                         .batch_window = 0ms,
                         .timeout = 60s};
    settings.subscriptions = {*parse_subscription("contact.propertyChange")};
    emitter.configure(std::move(settings));
  }
  void change(std::uint64_t object_id) {
    emitter.on_change({.sequence = object_id,
                       .at = clock.now(),
                       .object_id = object_id,
                       .properties = {{"phone", "1"}}});
  }
  void step() {
    timers.run_due(clock.now());
    loop.run_once(1ms);
  }

  std::size_t queue_bound;
  RealClock clock;
  TimerQueue timers;
  net::EventLoop loop;
  HttpTransport transport{loop};
  Emitter emitter{{.portal_id = 1, .types = {{"0-1", "contact"}}, .max_queued_events = queue_bound},
                  {.clock = clock,
                   .timers = timers,
                   .transport = transport,
                   .signature_clock = clock,
                   .rules = {}}};
};

TEST(HttpTransport, AStalledReceiverCostsABoundedQueueAndEveryLossIsCounted) {
  TestServer stalled([](const TestRequest&) {
    return TestAnswer{.bytes = net::testing::http_answer(204, ""), .delay = 1h};
  });
  SocketRig rig(stalled.url(), 5'000);
  constexpr std::uint64_t events = 100'000;
  for (std::uint64_t i = 1; i <= events; ++i) {
    rig.change(i);
    if (i % 1000 == 0) {
      rig.step();
    }
    const EmitterState now = rig.emitter.state();
    ASSERT_LE(now.queued_events + now.in_flight * max_batch, rig.queue_bound + 10 * max_batch);
  }
  const EmitterState state = rig.emitter.state();
  EXPECT_EQ(state.born, events);
  EXPECT_EQ(state.overflowed, events - rig.queue_bound);  // not one lost without being counted
  EXPECT_LE(state.in_flight, 10U);
  EXPECT_LE(stalled.connections(), 10U);
  const Json shown = rig.emitter.to_json(AppSettings{.app_id = 1});
  EXPECT_EQ(shown["overflowed"], state.overflowed);
  EXPECT_EQ(shown["queued_events"], state.queued_events);
}

TEST(HttpTransport, AReceiverThatRecoversGetsWhatWasQueued) {
  std::atomic<bool> stalls{true};
  TestServer server([&](const TestRequest&) -> TestAnswer {
    return {.bytes = net::testing::http_answer(204, ""),
            .delay = stalls ? std::chrono::nanoseconds(50ms) : std::chrono::nanoseconds(0)};
  });
  SocketRig rig(server.url(), 5'000);
  for (std::uint64_t i = 1; i <= 6'000; ++i) {
    rig.change(i);
  }
  stalls = false;
  for (int i = 0; i < 20'000 && rig.emitter.state().delivered < 5'000; ++i) {
    rig.step();
  }
  const EmitterState state = rig.emitter.state();
  EXPECT_EQ(state.delivered, 5'000U);
  EXPECT_EQ(state.overflowed, 1'000U);
  EXPECT_EQ(state.queued_events, 0U);
}

}  // namespace
}  // namespace hubsim::webhooks

#include "mock_server/webhooks/http_transport.h"

#include <gtest/gtest.h>

#include <optional>

#include "common/crypto/throwaway_ca.h"
#include "common/net/testing/test_server.h"

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

}  // namespace
}  // namespace hubsim::webhooks

// The server over TLS: the same answers, the same breakage, and http beside it on the same port.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "common/crypto/throwaway_ca.h"
#include "common/net/blocking_client.h"
#include "tests/integration/support/echo_server.h"
#include "tests/integration/support/raw_client.h"

namespace hubsim::testing {
namespace {

using gateway::WireEnding;
using gateway::WirePlan;
using net::ErrorKind;
using std::chrono::milliseconds;

net::TlsContext::Ptr throwaway_context() {
  const crypto::ThrowawayCa authority;
  const auto issued = authority.issue({});
  return *net::TlsContext::for_server({issued.certificate, issued.private_key});
}

serve::Options secure(bool only = false) {
  return {.threads = 1, .tls = throwaway_context(), .tls_only = only};
}

EchoServer::Answer always(std::string body, WirePlan plan) {
  return [=](const http::RequestView&) { return outcome_of(body, plan); };
}

net::ClientResult post(net::BlockingHttpClient& client, const EchoServer& server,
                       std::string body = "") {
  return client.send({.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/a",
                      .method = "POST",
                      .body = std::move(body),
                      .timeout = std::chrono::seconds(20),
                      .tls = {.verify = false}});
}

TEST(WireTls, AnswersAndKeepsTheConnection) {
  EchoServer server(secure());
  net::BlockingHttpClient client;
  const auto first = post(client, server, "hello");
  ASSERT_TRUE(first.ok()) << first.error_text;
  EXPECT_NE(first.body.find("POST /a"), std::string::npos);
  EXPECT_NE(first.body.find("hello"), std::string::npos);
  EXPECT_TRUE(post(client, server).reused_connection);
  for (const auto& sent : server.wait_for_sent(2)) {
    EXPECT_TRUE(sent.complete);
  }
}

TEST(WireTls, LargeBodiesGoBothWays) {
  const std::string large(8'000'000, 'x');
  EchoServer server(secure(), [](const http::RequestView& request) {
    return outcome_of(std::string(request.body));
  });
  net::BlockingHttpClient client;
  const auto result = post(client, server, large);
  ASSERT_TRUE(result.ok()) << result.error_text;
  EXPECT_EQ(result.body, large);
  const auto sent = server.wait_for_sent(1);
  EXPECT_TRUE(sent.at(0).complete);
  EXPECT_GT(sent.at(0).bytes, large.size());
}

TEST(WireTls, HttpIsServedBesideItUnlessRefused) {
  EchoServer both(secure());
  RawClient plain(both.port());
  plain.send(get_request("/plain"));
  EXPECT_EQ(plain.read_response().status, 200);
  EchoServer only(secure(true));
  RawClient refused(only.port());
  refused.send(get_request("/plain"));
  const auto answer = refused.read_response();
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("https only"), std::string::npos);
  EXPECT_EQ(only.handled(), 0U);
}

TEST(WireTls, BreaksTheConnectionAsPlanned) {
  const std::string body(100, 'b');
  for (const WireEnding ending :
       {WireEnding::close, WireEnding::reset, WireEnding::truncate, WireEnding::reset_mid}) {
    EchoServer server(secure(), always(body, {.ending = ending, .cut_after_bytes = 10}));
    net::BlockingHttpClient client;
    const auto result = post(client, server);
    EXPECT_EQ(result.error, ErrorKind::connection_reset) << result.error_text;
    EXPECT_TRUE(result.may_have_arrived());
    EXPECT_FALSE(server.wait_for_sent(1).at(0).complete);
  }
}

TEST(WireTls, DripsAndDelays) {
  EchoServer server(secure(), always("drip by drip", {.delay = milliseconds(20),
                                                      .ending = WireEnding::drip,
                                                      .drip_bytes = 7,
                                                      .drip_interval = milliseconds(1)}));
  net::BlockingHttpClient client;
  const auto result = post(client, server);
  ASSERT_TRUE(result.ok()) << result.error_text;
  EXPECT_EQ(result.body, "drip by drip");
  EXPECT_TRUE(post(client, server).ok());
}

TEST(WireTls, AClientThatDoesNotTrustIsNoHarm) {
  EchoServer server(secure());
  net::BlockingHttpClient client;
  const auto refused = client.get("https://127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(refused.error, ErrorKind::certificate_refused);
  EXPECT_TRUE(post(client, server).ok());
  EXPECT_EQ(server.handled(), 1U);
}

TEST(WireTls, SilentAndBrokenHandshakesHoldNobodyUp) {
  EchoServer server(secure());
  std::vector<RawClient> silent;
  for (int i = 0; i < 50; ++i) {
    silent.emplace_back(server.port());
  }
  RawClient broken(server.port());
  broken.send(std::string("\x16\x03\x01\x00\x05hello", 10));
  EXPECT_FALSE(broken.read_to_end().empty());  // an alert
  net::BlockingHttpClient client;
  EXPECT_TRUE(post(client, server).ok());
}

}  // namespace
}  // namespace hubsim::testing

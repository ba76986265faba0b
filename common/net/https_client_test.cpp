// HttpClient over TLS, on real sockets, with certificates made here.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>

#include "common/crypto/throwaway_ca.h"
#include "common/net/blocking_client.h"
#include "common/net/http_client.h"
#include "common/net/testing/test_server.h"

namespace hubsim::net {
namespace {

using crypto::CertificateWish;
using crypto::ThrowawayCa;
using std::chrono::hours;
using std::chrono::milliseconds;
using testing::http_answer;
using testing::TestAnswer;
using testing::TestRequest;
using testing::TestServer;
using After = TestAnswer::After;

TlsContext::Ptr server_context(const ThrowawayCa& ca, const CertificateWish& wish = {}) {
  const auto issued = ca.issue(wish);
  auto context = TlsContext::for_server({issued.certificate, issued.private_key});
  EXPECT_TRUE(context.ok());
  return *context;
}

/// An authority whose certificate is in a file that goes away with the test.
class Trust {
 public:
  Trust()
      : path_(std::filesystem::temp_directory_path() /
              ("hubsim_https_test_" + std::to_string(::getpid()) + "_" + std::to_string(++made_) +
               ".pem")) {
    write();
  }
  ~Trust() { std::filesystem::remove(path_); }
  Trust(const Trust&) = delete;
  Trust& operator=(const Trust&) = delete;

  [[nodiscard]] TlsOptions options() const { return {.ca_file = path_.string()}; }
  void write(const ThrowawayCa& authority) const {
    std::ofstream(path_) << authority.certificate();
  }
  void write() const { write(ca); }

  const ThrowawayCa ca;

 private:
  static inline int made_ = 0;
  std::filesystem::path path_;
};

TestAnswer echo(const TestRequest& request) {
  return {http_answer(200, request.method() + " " + request.target() + " " + request.body)};
}

ClientResult ask(BlockingHttpClient& client, const std::string& url, const TlsOptions& tls) {
  return client.send({.url = url, .timeout = std::chrono::seconds(10), .tls = tls});
}

TEST(HttpsClient, SendsReadsAndReusesTheConnection) {
  const Trust trust;
  TestServer server(echo, server_context(trust.ca));
  BlockingHttpClient client;
  const auto first = client.send(
      {.url = server.url() + "/a?b=c", .method = "POST", .body = "{}", .tls = trust.options()});
  ASSERT_TRUE(first.ok()) << first.error_text;
  EXPECT_EQ(first.body, "POST /a?b=c {}");
  EXPECT_TRUE(ask(client, server.url(), trust.options()).reused_connection);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpsClient, LargeBodiesGoBothWays) {
  const Trust trust;
  TestServer server(
      [](const TestRequest& request) { return TestAnswer{http_answer(200, request.body)}; },
      server_context(trust.ca));
  BlockingHttpClient client;
  const std::string body(5'000'000, 'b');
  const auto result =
      client.send({.url = server.url(), .method = "PUT", .body = body, .tls = trust.options()});
  ASSERT_TRUE(result.ok()) << result.error_text;
  EXPECT_EQ(result.body, body);
  EXPECT_LE(result.stamps.sent, result.stamps.sent_last);
  EXPECT_LE(result.stamps.sent_last, result.stamps.done);
}

TEST(HttpsClient, ANewConnectionResumesTheSession) {
  const Trust trust;
  TestServer server(
      [](const TestRequest&) { return TestAnswer{http_answer(200, ""), After::close}; },
      server_context(trust.ca));
  BlockingHttpClient client;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(ask(client, server.url(), trust.options()).ok());
  }
  EXPECT_EQ(server.connections(), 3U);
  EXPECT_EQ(server.resumed(), 2U);
}

TEST(HttpsClient, RefusesWhomNobodyVouchesFor) {
  const Trust trust;
  const ThrowawayCa stranger;
  TestServer server(echo, server_context(stranger));
  BlockingHttpClient client;
  const auto by_file = ask(client, server.url(), trust.options());
  EXPECT_EQ(by_file.error, ErrorKind::certificate_refused);
  EXPECT_NE(by_file.error_text.find("authority that is not trusted"), std::string::npos)
      << by_file.error_text;
  EXPECT_FALSE(by_file.may_have_arrived());
  EXPECT_EQ(ask(client, server.url(), {}).error, ErrorKind::certificate_refused);
  EXPECT_EQ(server.requests(), 0U);
  EXPECT_TRUE(ask(client, server.url(), {.verify = false}).ok());
}

TEST(HttpsClient, RefusesAnExpiredCertificate) {
  const Trust trust;
  TestServer server(echo, server_context(trust.ca, {.begins = -hours(48), .ends = -hours(24)}));
  BlockingHttpClient client;
  const auto result = ask(client, server.url(), trust.options());
  EXPECT_EQ(result.error, ErrorKind::certificate_refused);
  EXPECT_EQ(result.error_text, "the certificate of '127.0.0.1' has expired");
  EXPECT_EQ(server.requests(), 0U);
}

TEST(HttpsClient, RefusesACertificateOfAnotherHost) {
  const Trust trust;
  for (const char* other : {"example.org", "127.0.0.2"}) {
    TestServer server(echo, server_context(trust.ca, {.hosts = {other}}));
    BlockingHttpClient client;
    const auto result = ask(client, server.url(), trust.options());
    EXPECT_EQ(result.error, ErrorKind::certificate_refused);
    EXPECT_EQ(result.error_text, "the certificate is for another host, not for '127.0.0.1'");
    const auto by_name =
        ask(client, "https://localhost:" + std::to_string(server.port()), trust.options());
    EXPECT_EQ(by_name.error, ErrorKind::certificate_refused);
    EXPECT_EQ(server.requests(), 0U);
  }
}

TEST(HttpsClient, TakesANameThatTheCertificateHas) {
  const Trust trust;
  TestServer server(echo, server_context(trust.ca, {.hosts = {"localhost"}}));
  BlockingHttpClient client;
  EXPECT_TRUE(
      ask(client, "https://localhost:" + std::to_string(server.port()), trust.options()).ok());
}

TEST(HttpsClient, SaysThatTheCaFileCannotBeRead) {
  BlockingHttpClient client;
  const auto result = ask(client, "https://127.0.0.1:1", {.ca_file = "/no/such/file.pem"});
  EXPECT_EQ(result.error, ErrorKind::tls_failed);
  EXPECT_NE(result.error_text.find("/no/such/file.pem"), std::string::npos);
}

TEST(HttpsClient, ReadsACaFileAgainThatHasChanged) {
  Trust trust;
  const ThrowawayCa renewed;
  TestServer server(
      [](const TestRequest&) { return TestAnswer{http_answer(200, ""), After::close}; },
      server_context(renewed));
  BlockingHttpClient client;
  EXPECT_EQ(ask(client, server.url(), trust.options()).error, ErrorKind::certificate_refused);
  trust.write(renewed);
  std::filesystem::last_write_time(
      trust.options().ca_file,
      std::filesystem::last_write_time(trust.options().ca_file) + std::chrono::seconds(2));
  const auto result = ask(client, server.url(), trust.options());
  EXPECT_TRUE(result.ok()) << result.error_text;
}

TEST(HttpsClient, AnEndWithoutCloseNotifyIsNoEndOfAnAnswer) {
  const Trust trust;
  const std::string by_close = "HTTP/1.1 200 OK\r\n\r\nis this all";
  TestServer server(
      [&](const TestRequest& request) -> TestAnswer {
        const bool cut = request.target() == "/cut";
        return {by_close, cut ? After::cut : After::close};
      },
      server_context(trust.ca));
  BlockingHttpClient client;
  const auto whole = ask(client, server.url() + "/whole", trust.options());
  EXPECT_TRUE(whole.ok()) << whole.error_text;
  EXPECT_EQ(whole.body, "is this all");
  const auto cut = ask(client, server.url() + "/cut", trust.options());
  EXPECT_EQ(cut.error, ErrorKind::connection_reset);
  EXPECT_EQ(cut.error_text, "the connection ended without TLS's close_notify");
}

TEST(HttpsClient, AnswersThatAreCompleteNeedNoCloseNotify) {
  const Trust trust;
  TestServer server(
      [](const TestRequest&) {
        return TestAnswer{http_answer(200, "ok", "Connection: close\r\n"), After::cut};
      },
      server_context(trust.ca));
  BlockingHttpClient client;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(ask(client, server.url(), trust.options()).ok());
  }
}

TEST(HttpsClient, AResetAfterTheRequestMayHaveArrived) {
  const Trust trust;
  TestServer server([](const TestRequest&) { return TestAnswer{"", After::reset}; },
                    server_context(trust.ca));
  BlockingHttpClient client;
  const auto result = ask(client, server.url(), trust.options());
  EXPECT_EQ(result.error, ErrorKind::connection_reset) << result.error_text;
  EXPECT_TRUE(result.may_have_arrived());
}

/// Accepts, and breaks off once something of the handshake has come.
class HandshakeBreaker final : public IoHandler {
 public:
  HandshakeBreaker(EventLoop& loop, bool resets, std::string says = "")
      : loop_(loop), resets_(resets), says_(std::move(says)) {
    auto listening = listen_on_loopback(0);
    EXPECT_TRUE(listening.ok());
    listen_ = std::move(*listening);
    loop_.watch(listen_.get(), *this, true, false);
  }
  ~HandshakeBreaker() override { loop_.unwatch(listen_.get()); }
  [[nodiscard]] std::string url() const {
    return "https://127.0.0.1:" + std::to_string(local_port(listen_.get()));
  }
  void on_io(bool /*readable*/, bool /*writable*/) override {
    if (!peer_.valid()) {
      peer_ = Fd(::accept4(listen_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      loop_.watch(peer_.get(), *this, true, false);
      return;
    }
    std::vector<char> hello(std::size_t{16} * 1024);
    EXPECT_GT(::recv(peer_.get(), hello.data(), hello.size(), 0), 0);
    ::send(peer_.get(), says_.data(), says_.size(), MSG_NOSIGNAL);
    const linger hard{resets_ ? 1 : 0, 0};
    ::setsockopt(peer_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    loop_.unwatch(peer_.get());
    peer_.reset();
  }

 private:
  EventLoop& loop_;
  bool resets_;
  std::string says_;
  Fd listen_;
  Fd peer_;
};

ClientResult ask_breaker(EventLoop& loop, const HandshakeBreaker& breaker) {
  HttpClient client(loop);
  std::optional<ClientResult> answer;
  client.send({.url = breaker.url()}, [&](ClientResult result) { answer = std::move(result); });
  while (!answer) {
    loop.run_once(std::chrono::seconds(5));
  }
  return std::move(*answer);
}

TEST(HttpsClient, SaysThatTheOtherSideSpeaksHttp) {
  EventLoop loop;
  const HandshakeBreaker server(loop, false, "HTTP/1.1 400 Bad Request\r\n\r\n");
  const auto result = ask_breaker(loop, server);
  EXPECT_EQ(result.error, ErrorKind::tls_failed);
  EXPECT_EQ(result.error_text, "the other side does not speak TLS here (is it http?)");
}

TEST(HttpsClient, AReceiverThatBreaksOffTheHandshakeHasSeenNothing) {
  for (const bool resets : {true, false}) {
    EventLoop loop;
    const HandshakeBreaker breaker(loop, resets);
    const auto result = ask_breaker(loop, breaker);
    EXPECT_EQ(result.error, ErrorKind::connection_reset) << result.error_text;
    EXPECT_FALSE(result.may_have_arrived());
    EXPECT_NE(result.error_text.find("handshake"), std::string::npos) << result.error_text;
  }
}

TEST(HttpsClient, ASilentServerIsAConnectTimeout) {
  auto listening = listen_on_loopback(0);
  ASSERT_TRUE(listening.ok());
  BlockingHttpClient client;
  const auto result =
      client.send({.url = "https://127.0.0.1:" + std::to_string(local_port(listening->get())),
                   .connect_timeout = milliseconds(50)});
  EXPECT_EQ(result.error, ErrorKind::connect_timeout);
  EXPECT_EQ(result.error_text, "no TLS handshake within the connect timeout");
  EXPECT_FALSE(result.may_have_arrived());
}

TEST(HttpsClient, RequestsThatTrustOthersShareNoConnection) {
  const Trust trust;
  TestServer server(echo, server_context(trust.ca));
  BlockingHttpClient client;
  ASSERT_TRUE(ask(client, server.url(), {.verify = false}).ok());
  EXPECT_FALSE(ask(client, server.url(), trust.options()).reused_connection);
  EXPECT_EQ(ask(client, server.url(), {}).error, ErrorKind::certificate_refused);
}

TEST(HttpsClient, AnIdleConnectionThatTheServerClosedIsNotUsed) {
  const Trust trust;
  TestServer server(echo, server_context(trust.ca));
  BlockingHttpClient client;
  for (int i = 0; i < 10; ++i) {
    const auto result = ask(client, server.url(), trust.options());
    ASSERT_TRUE(result.ok()) << i << ": " << result.error_text;
    EXPECT_FALSE(result.reused_connection);
    server.close_all();
    while (server.open_connections() != 0) {
      std::this_thread::yield();
    }
  }
}

}  // namespace
}  // namespace hubsim::net

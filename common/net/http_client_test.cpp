#include "common/net/http_client.h"

#include <gtest/gtest.h>

#include <chrono>

#include "common/net/blocking_client.h"
#include "common/net/testing/test_server.h"

namespace hubsim::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::http_answer;
using testing::TestAnswer;
using testing::TestRequest;
using testing::TestServer;
using After = TestAnswer::After;

/// Sends all at once and waits for the answers, in the order they were sent.
std::vector<ClientResult> send_all(EventLoop& loop, HttpClient& client,
                                   std::vector<ClientRequest> requests) {
  std::vector<ClientResult> results(requests.size());
  std::size_t left = requests.size();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    client.send(std::move(requests[i]), [&results, &left, i](ClientResult result) {
      results[i] = std::move(result);
      --left;
    });
  }
  while (left > 0) {
    loop.run_once(seconds(5));
  }
  return results;
}

TEST(HttpClient, SendsAndReadsAndReusesTheConnection) {
  TestServer server([](const TestRequest& request) {
    return TestAnswer{http_answer(
        201, request.method() + " " + request.target() + " " + request.body, "X-Id: 7\r\n")};
  });
  BlockingHttpClient client;
  const auto first = client.send_json("POST", server.url() + "/a?b=c", "{}");
  ASSERT_TRUE(first.ok()) << first.error_text;
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(first.body, "POST /a?b=c {}");
  EXPECT_EQ(*first.header("x-id"), "7");
  EXPECT_FALSE(first.reused_connection);
  const Stamps& s = first.stamps;
  EXPECT_LE(s.queued, s.sent);
  EXPECT_LE(s.sent, s.sent_last);
  EXPECT_LE(s.sent_last, s.first_byte);
  EXPECT_LE(s.first_byte, s.done);
  EXPECT_TRUE(client.get(server.url()).reused_connection);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpClient, SaysWhatWentWrong) {
  TestServer server([](const TestRequest& request) -> TestAnswer {
    const std::string target = request.target();
    if (target == "/reset") return {"", After::reset};
    if (target == "/close") return {"", After::close};
    if (target == "/half") return {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal", After::close};
    if (target == "/garbage") return {"what?\r\n\r\n", After::keep};
    if (target == "/slow") return {http_answer(200, ""), After::keep, seconds(60)};
    return {http_answer(200, std::string(2000, 'x'))};
  });
  ClientOptions options;
  options.max_body_bytes = 1000;
  BlockingHttpClient client(options);
  const auto kind = [&](const std::string& target) {
    ClientRequest request{.url = server.url() + target, .timeout = milliseconds(100)};
    return client.send(std::move(request)).error;
  };
  EXPECT_EQ(kind("/reset"), ErrorKind::connection_reset);
  EXPECT_EQ(kind("/close"), ErrorKind::connection_reset);
  EXPECT_EQ(kind("/half"), ErrorKind::connection_reset);
  EXPECT_EQ(kind("/garbage"), ErrorKind::malformed);
  EXPECT_EQ(kind("/slow"), ErrorKind::timeout);
  EXPECT_EQ(kind("/large"), ErrorKind::too_large);
  EXPECT_EQ(client.get("nonsense").error, ErrorKind::bad_request);
  EXPECT_EQ(client.get("http://no-such-host.invalid/").error, ErrorKind::resolve_failed);
  EXPECT_EQ(client.send({.url = server.url(), .method = "GE T"}).error, ErrorKind::bad_request);
  EXPECT_EQ(client.send({.url = server.url(), .headers = {{"A", "b\r\nC: d"}}}).error,
            ErrorKind::bad_request);
}

TEST(HttpClient, ARefusedConnectionNeverArrived) {
  const auto port = pick_free_port();
  ASSERT_TRUE(port.ok());
  BlockingHttpClient client;
  const auto result = client.get("http://127.0.0.1:" + std::to_string(*port));
  EXPECT_EQ(result.error, ErrorKind::connection_refused);
  EXPECT_FALSE(result.may_have_arrived());
}

TEST(HttpClient, ResetAfterSendingMayHaveArrived) {
  TestServer server([](const TestRequest&) { return TestAnswer{"", After::reset}; });
  BlockingHttpClient client;
  EXPECT_TRUE(client.get(server.url()).may_have_arrived());
}

TEST(HttpClient, HoldsToItsConnectionLimitAndQueue) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, "ok"), After::keep, milliseconds(20)};
  });
  ClientOptions options;
  options.max_connections_per_origin = 2;
  options.max_waiting_per_origin = 3;
  EventLoop loop;
  HttpClient client(loop, options);
  const auto results = send_all(loop, client, std::vector<ClientRequest>(6, {.url = server.url()}));
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_TRUE(results[i].ok()) << i << ": " << results[i].error_text;
  }
  EXPECT_EQ(results[5].error, ErrorKind::queue_full);
  EXPECT_EQ(server.connections(), 2U);
  EXPECT_EQ(client.open_requests(), 0U);
  // The last to be served waited for two rounds before it: its time counts from send().
  EXPECT_GE(results[4].stamps.done - results[4].stamps.queued, milliseconds(60));
  EXPECT_LT(results[4].stamps.done - results[4].stamps.sent, milliseconds(59));
}

TEST(HttpClient, TimesOutWhileWaitingForAConnection) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, "ok"), After::keep, milliseconds(200)};
  });
  ClientOptions options;
  options.max_connections_per_origin = 1;
  EventLoop loop;
  HttpClient client(loop, options);
  const auto results = send_all(
      loop, client, {{.url = server.url()}, {.url = server.url(), .timeout = milliseconds(30)}});
  EXPECT_TRUE(results[0].ok());
  EXPECT_EQ(results[1].error, ErrorKind::timeout);
  EXPECT_FALSE(results[1].may_have_arrived());
}

TEST(HttpClient, AnIdleConnectionThatTheServerClosedIsNotUsed) {
  TestServer server([](const TestRequest&) { return TestAnswer{http_answer(200, "ok")}; });
  BlockingHttpClient client;
  for (int i = 0; i < 20; ++i) {
    const auto result = client.get(server.url());
    ASSERT_TRUE(result.ok()) << i << ": " << result.error_text;
    EXPECT_FALSE(result.reused_connection);
    server.close_all();
    while (server.open_connections() != 0) {
      std::this_thread::yield();
    }
  }
}

TEST(HttpClient, ClosesWhenTheAnswerSaysSo) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, "ok", "Connection: close\r\n")};
  });
  BlockingHttpClient client;
  EXPECT_TRUE(client.get(server.url()).ok());
  EXPECT_FALSE(client.get(server.url()).reused_connection);
}

TEST(HttpClient, LargeBodiesGoBothWays) {
  TestServer server(
      [](const TestRequest& request) { return TestAnswer{http_answer(200, request.body)}; });
  BlockingHttpClient client;
  const std::string body(5'000'000, 'b');
  const auto result = client.send({.url = server.url(), .method = "PUT", .body = body});
  ASSERT_TRUE(result.ok()) << result.error_text;
  EXPECT_EQ(result.body, body);
}

TEST(HttpClient, ClosingItAnswersWhatIsOpen) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, "ok"), After::keep, seconds(60)};
  });
  EventLoop loop;
  int cancelled = 0;
  {
    ClientOptions options;
    options.max_connections_per_origin = 1;
    HttpClient client(loop, options);
    for (int i = 0; i < 3; ++i) {
      client.send({.url = server.url()}, [&](ClientResult result) {
        cancelled += result.error == ErrorKind::cancelled ? 1 : 0;
      });
    }
    loop.run_once(milliseconds(100));
  }
  EXPECT_EQ(cancelled, 3);
}

TEST(HttpClient, ACallbackMaySendTheNextRequest) {
  TestServer server([](const TestRequest&) { return TestAnswer{http_answer(200, "ok")}; });
  EventLoop loop;
  HttpClient client(loop);
  int left = 50;
  std::function<void(ClientResult)> next = [&](const ClientResult& result) {
    EXPECT_TRUE(result.ok());
    if (--left == 0) {
      loop.stop();
    } else {
      client.send({.url = server.url()}, next);
    }
  };
  client.send({.url = server.url()}, next);
  loop.run();
  EXPECT_EQ(server.connections(), 1U);
}

}  // namespace
}  // namespace hubsim::net

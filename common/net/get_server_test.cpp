#include "common/net/get_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/net/blocking_client.h"

namespace hubsim::net {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<GetServer> start_server() {
  auto server = GetServer::start("127.0.0.1:0", [](std::string_view path) {
    return path == "/metrics" ? GetAnswer{200, "text/x", "hello"} : GetAnswer{404, "text/x", ""};
  });
  EXPECT_TRUE(server.ok()) << server.error();
  return std::move(*server);
}

std::string url_of(const GetServer& server, const char* path) {
  return "http://127.0.0.1:" + std::to_string(server.port()) + path;
}

TEST(GetServer, AnswersGetAndNothingElse) {
  const auto server = start_server();
  BlockingHttpClient client;
  const ClientResult found = client.get(url_of(*server, "/metrics?x=1"));
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(found.body, "hello");
  EXPECT_EQ(*found.header("content-type"), "text/x");
  EXPECT_EQ(client.get(url_of(*server, "/")).status, 404);
  const ClientResult posted = client.send_json("POST", url_of(*server, "/metrics"), "{}");
  EXPECT_EQ(posted.status, 405);
  EXPECT_EQ(*posted.header("allow"), "GET");
}

TEST(GetServer, SaysWhatItCannotListenOn) {
  const auto none = [](std::string_view) { return GetAnswer{}; };
  EXPECT_THAT(GetServer::start("9400", none).error(), HasSubstr("such as 127.0.0.1:9400"));
  EXPECT_THAT(GetServer::start("127.0.0.1:99999", none).error(), HasSubstr("no address"));
  const auto first = start_server();
  const std::string taken = "127.0.0.1:" + std::to_string(first->port());
  EXPECT_THAT(GetServer::start(taken, none).error(), HasSubstr("in use"));
}

TEST(GetServer, EndsWhileSomebodyDawdles) {
  auto server = start_server();
  const auto addresses = resolve("127.0.0.1", server->port());
  const auto dawdler = start_connect(addresses->front());
  ASSERT_TRUE(dawdler.ok());
  server.reset();  // within the second it waits for the rest of a request
}

}  // namespace
}  // namespace hubsim::net

// A made-up endpoint in a file as those of hubspot/data/catalogue/overlay answers, remembers and
// validates, with no C++ written for it.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "hubspot/catalogue/packed.h"
#include "mock_server/gateway/gateway.h"

namespace hubsim::gateway {
namespace {

using http::Method;

std::string packed() {
  std::ifstream file(MADE_UP_FILE, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class MadeUp : public ::testing::Test {
 protected:
  MadeUp()
      : world_({.more_rows = hubspot::unpack_rows(packed())}, hubspot::load_facts(), clock_),
        gateway_(world_) {}

  Outcome call(Method method, std::string target, std::string body = "") {
    const http::Request request{
        .method = method,
        .target = std::move(target),
        .headers = {{"Authorization", "Bearer " + world_.main_app().access_token},
                    {"Accept", "application/json"},
                    {"Content-Type", "application/json"}},
        .body = std::move(body)};
    return gateway_.handle(request.view());
  }
  static Json body_of(const Outcome& outcome) {
    const auto parsed = json::parse(outcome.response.body);
    return parsed.ok() ? *parsed : Json();
  }

  ManualClock clock_{Instant(std::chrono::seconds(1'700'000'000))};
  World world_;
  Gateway gateway_;
};

TEST_F(MadeUp, answers_and_remembers_in_every_version) {
  const Outcome made = call(Method::post, "/made-up/v3/gizmos", R"({"name":"one","size":3})");
  ASSERT_EQ(made.response.status, 201) << made.response.body;
  const std::string id = body_of(made).at("id").get<std::string>();
  const Outcome read = call(Method::get, "/made-up/2026-03/gizmos/" + id);
  ASSERT_EQ(read.response.status, 200);
  EXPECT_EQ(body_of(read).at("name"), "one");
  EXPECT_EQ(body_of(read).at("size"), 3);
  EXPECT_EQ(body_of(call(Method::get, "/made-up/v3/gizmos")).at("results").size(), 1U);
  EXPECT_EQ(call(Method::del, "/made-up/v3/gizmos/" + id).response.status, 204);
  EXPECT_EQ(call(Method::get, "/made-up/v3/gizmos/" + id).response.status, 404);
}

TEST_F(MadeUp, validates) {
  EXPECT_EQ(call(Method::post, "/made-up/v3/gizmos", R"({"size":3})").response.status, 400);
  EXPECT_EQ(
      call(Method::post, "/made-up/v3/gizmos", R"({"name":"x","size":"big"})").response.status,
      400);
}

}  // namespace
}  // namespace hubsim::gateway

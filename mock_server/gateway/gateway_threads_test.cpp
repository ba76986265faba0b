// The gateway as the server's workers use it: several threads at once, while others look at the
// world and reset it. ThreadSanitizer runs this.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "mock_server/gateway/gateway.h"

namespace hubsim::gateway {
namespace {

TEST(GatewayThreads, WorkersShareOneOrderOfChanges) {
  const RealClock clock;
  World world({.limits_on = false}, hubspot::load_facts(), clock);
  Gateway gateway(world);
  std::atomic<int> created{0};
  const auto work = [&](int worker) {
    for (int i = 0; i < 200; ++i) {
      const http::Request request{
          .method = http::Method::post,
          .target = "/crm/v3/objects/contacts",
          .headers = {{"Authorization", "Bearer " + world.main_app().access_token}},
          .body = R"({"properties":{"email":"w)" + std::to_string(worker) + "-" +
                  std::to_string(i) + R"(@example.org"}})"};
      const Outcome outcome = gateway.handle(request.view());
      created += outcome.response.status == 201 ? 1 : 0;
      gateway.sent({.request_number = outcome.request_number, .bytes = 1, .complete = true});
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back(work, i);
    }
    workers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        (void)world.request_log().page(0, 100);
        const std::lock_guard lock(world.mutex);
        (void)world.portal().changes_after(0, 100);
      }
    });
  }
  EXPECT_EQ(created.load(), 800);
  EXPECT_EQ(world.portal().last_sequence(), 800U);
  EXPECT_EQ(world.portal().changes_after(0, 1000).size(), 800U);
}

TEST(GatewayThreads, PortalsAreForkedRestoredAndRemovedWhileOthersWrite) {
  ManualClock clock{Instant(std::chrono::seconds(1'700'000'000))};
  World world({.limits_on = false}, hubspot::load_facts(), clock);
  Gateway gateway(world);
  std::atomic<int> created{0};
  const auto create = [&](const std::string& token, const std::string& email) {
    const http::Request request{.method = http::Method::post,
                                .target = "/crm/v3/objects/contacts",
                                .headers = {{"Authorization", "Bearer " + token}},
                                .body = R"({"properties":{"email":")" + email + R"("}})"};
    return gateway.handle(request.view()).response.status;
  };
  const auto one_portal_per_test = [&](int worker) {
    for (int i = 0; i < 10; ++i) {
      const auto account =
          world.add_account({.fork_of = world.find_account(world.main().portal_id())});
      const std::string& token = world.main_app(**account).access_token;
      created += create(token, "w" + std::to_string(worker) + "@example.org") == 201 ? 1 : 0;
      world.restore(**account, *world.add_snapshot(**account)->portal);
      EXPECT_TRUE(world.remove_account((*account)->portal_id()));
      EXPECT_EQ(create(token, "late@example.org"), 401);
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 3; ++i) {
      workers.emplace_back(one_portal_per_test, i);
    }
    workers.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        created +=
            create(world.main_app().access_token, "m" + std::to_string(i) + "@example.org") == 201
                ? 1
                : 0;
        world.run_due();
      }
    });
  }
  EXPECT_EQ(created.load(), 130);
  EXPECT_EQ(world.accounts().size(), 1U);
}

TEST(GatewayThreads, TokensExpireAndAreRefreshedWhileOthersCall) {
  ManualClock clock{Instant(std::chrono::seconds(1'700'000'000))};
  World world({.limits_on = false, .private_app = false}, hubspot::load_facts(), clock);
  Gateway gateway(world);
  world.apps().put_refresh_token({.token = "refresh",
                                  .app_id = world.main_app().caller.app_id,
                                  .portal_id = world.main().portal_id(),
                                  .scopes = {"*"}});
  const auto send = [&](const http::Request& request) { return gateway.handle(request.view()); };
  std::atomic<int> refreshed{0};
  std::atomic<int> strange{0};
  const auto client = [&] {
    std::string token = "none";
    for (int i = 0; i < 100; ++i) {
      const http::Request read{.method = http::Method::get,
                               .target = "/crm/v3/objects/contacts",
                               .headers = {{"Authorization", "Bearer " + token}}};
      const int status = send(read).response.status;
      strange += status != 200 && status != 401 ? 1 : 0;
      if (status != 401) {
        continue;
      }
      const http::Request refresh{
          .method = http::Method::post,
          .target = "/oauth/v1/token",
          .body = "grant_type=refresh_token&refresh_token=refresh&client_id=" +
                  world.main_app().client_id + "&client_secret=" + world.main_app().client_secret};
      const auto answer = send(refresh).response;
      strange += answer.status != 200 ? 1 : 0;
      token = json::text_of(json::parse(answer.body)->at("access_token"));
      ++refreshed;
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 3; ++i) {
      workers.emplace_back(client);
    }
    workers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        clock.set(clock.now() + std::chrono::minutes(7));
      }
    });
  }
  EXPECT_EQ(strange.load(), 0);
  EXPECT_GE(refreshed.load(), 3);
}

}  // namespace
}  // namespace hubsim::gateway

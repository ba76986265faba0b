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

}  // namespace
}  // namespace hubsim::gateway

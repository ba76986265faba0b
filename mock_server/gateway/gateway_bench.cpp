// What the machine itself costs per call, without sockets: the share of the server's CPU that is
// not HTTP. Compare with the floor that tests/bench/run.sh measures.
#include <benchmark/benchmark.h>

#include "mock_server/gateway/gateway.h"
#include "mock_server/portal/sample_data.h"

namespace hubsim::gateway {
namespace {

struct Rig {
  Rig() : world({.limits_on = true}, hubspot::load_facts(), clock), gateway(world) {
    portal::generate_records(world.portal(), 0, 1000, 1, clock.now());
    for (const auto& record : world.portal().store(0).slots()) {
      ids.push_back(std::to_string(record->id));
    }
  }
  http::Request request(http::Method method, std::string target, std::string body = "") {
    return {.method = method,
            .target = std::move(target),
            .headers = {{"Host", "127.0.0.1:8400"},
                        {"Authorization", "Bearer " + world.main_app().access_token},
                        {"Accept", "application/json"}},
            .body = std::move(body)};
  }
  void run(benchmark::State& state, const http::Request& request, int status) {
    for (auto _ : state) {
      clock.set(clock.now() + std::chrono::milliseconds(300));
      const Outcome outcome = gateway.handle(request.view());
      if (outcome.response.status != status) {
        state.SkipWithError(outcome.response.body.c_str());
        break;
      }
    }
  }

  ManualClock clock{Instant(std::chrono::seconds(1'700'000'000))};
  World world;
  Gateway gateway;
  std::vector<std::string> ids;
};

void read_contact(benchmark::State& state) {
  Rig rig;
  rig.run(state, rig.request(http::Method::get, "/crm/v3/objects/contacts/" + rig.ids[5]), 200);
}
BENCHMARK(read_contact);

void update_contact(benchmark::State& state) {
  Rig rig;
  rig.run(state,
          rig.request(http::Method::patch, "/crm/v3/objects/contacts/" + rig.ids[5],
                      R"({"properties":{"phone":"+1 555 0000001"}})"),
          200);
}
BENCHMARK(update_contact);

void create_contact(benchmark::State& state) {
  Rig rig;
  std::uint64_t number = 0;
  for (auto _ : state) {
    rig.clock.set(rig.clock.now() + std::chrono::milliseconds(300));
    const http::Request request =
        rig.request(http::Method::post, "/crm/v3/objects/contacts",
                    R"({"properties":{"email":"new)" + std::to_string(number++) +
                        R"(@example.org","firstname":"Ada","lastname":"Byron"}})");
    benchmark::DoNotOptimize(rig.gateway.handle(request.view()));
  }
}
BENCHMARK(create_contact);

void search_by_email(benchmark::State& state) {
  Rig rig;
  const auto index = rig.world.portal().type(0).property_index("email").value();
  const std::string email = *rig.world.portal().store(0).slots()[5]->value(index);
  rig.run(state,
          rig.request(http::Method::post, "/crm/v3/objects/contacts/search",
                      R"({"filterGroups":[{"filters":[{"propertyName":"email","operator":"EQ",)"
                      R"("value":")" +
                          email + R"("}]}]})"),
          200);
}
BENCHMARK(search_by_email);

void batch_read_100(benchmark::State& state) {
  Rig rig;
  std::string body = R"({"properties":["email","firstname","lastname","phone"],"inputs":[)";
  for (int i = 0; i < 100; ++i) {
    body += (i > 0 ? ",{\"id\":\"" : "{\"id\":\"") + rig.ids[static_cast<std::size_t>(i)] + "\"}";
  }
  rig.run(state,
          rig.request(http::Method::post, "/crm/v3/objects/contacts/batch/read", body + "]}"), 200);
}
BENCHMARK(batch_read_100);

}  // namespace
}  // namespace hubsim::gateway

BENCHMARK_MAIN();

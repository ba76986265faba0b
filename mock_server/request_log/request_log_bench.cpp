// What logging one request costs; the budget is 300 ns, close() included.
#include <benchmark/benchmark.h>

#include "mock_server/request_log/request_log.h"

namespace {

void log_one_request(benchmark::State& state) {
  hubsim::request_log::RequestLog log(64 * 1024);
  for (auto _ : state) {
    const auto number = log.next_number();
    log.record({.number = number,
                .method = "GET",
                .path = "/crm/v3/objects/contacts/512345678",
                .query = "properties=email,firstname,lastname",
                .operation = "crm.objects.read",
                .object_type = "contacts",
                .app_id = 19635961,
                .status = 200,
                .correlation_id = "019d0c1e-8f21-7de8-8fdd-be8390cd979e",
                .ending = "complete",
                .key = "people/512345"});
    log.close(number, 812, true, std::chrono::microseconds(35));
  }
}
BENCHMARK(log_one_request);

}  // namespace

BENCHMARK_MAIN();

#include "loadgen/plan_fingerprint.h"

#include <gtest/gtest.h>

#include <set>

namespace hubsim::loadgen {
namespace {

TEST(PlanFingerprint, IsOfThePlanAndNotOfThePart) {
  LoadOptions options;
  options.url = "http://127.0.0.1:1/";
  const std::string whole = plan_fingerprint(options, {});
  options.shard = {2, 5};
  options.threads = 4;
  options.start = AgreedStart{};
  EXPECT_EQ(plan_fingerprint(options, {}), whole);
  EXPECT_EQ(whole.size(), 32U);
}

TEST(PlanFingerprint, ChangesWithEveryOptionThatChangesThePlan) {
  using Change = void (*)(LoadOptions&);
  const std::vector<Change> changes{
      [](LoadOptions& o) { o.url = "http://127.0.0.1:2/"; },
      [](LoadOptions& o) { o.method = "PUT"; },
      [](LoadOptions& o) { o.headers = {{"A", "b"}}; },
      [](LoadOptions& o) { o.body = "x"; },
      [](LoadOptions& o) { o.rate_per_s = 100; },
      [](LoadOptions& o) { o.to_per_s = 100; },
      [](LoadOptions& o) { o.shape = "steps(3)"; },
      [](LoadOptions& o) { o.arrivals = "poisson"; },
      [](LoadOptions& o) { o.warmup = std::chrono::seconds(1); },
      [](LoadOptions& o) { o.duration = std::chrono::seconds(1); },
      [](LoadOptions& o) { o.timeout = std::chrono::seconds(1); },
      [](LoadOptions& o) { o.connections = 3; },
      [](LoadOptions& o) { o.http = HttpChoice::http2; },
      [](LoadOptions& o) { o.streams = 3; },
      [](LoadOptions& o) { o.policy = ConnectionPolicy::fresh; },
      [](LoadOptions& o) { o.expect = {204}; },
      [](LoadOptions& o) { o.tls.verify = false; },
      [](LoadOptions& o) { o.seed = 2; },
      [](LoadOptions& o) { o.rules.max_errors = 0.5; },
      [](LoadOptions& o) { o.rules.max_stolen = 0.5; },
      [](LoadOptions& o) { o.rules.max_throttled = 0.5; },
      [](LoadOptions& o) { o.rules.max_lag = std::chrono::seconds(3); },
      [](LoadOptions& o) { o.rules.require = {*LoadRequirement::parse("p99 < 500ms")}; },
  };
  std::set<std::string> all{plan_fingerprint({}, {}), plan_fingerprint({}, {{"file", "x"}})};
  for (const Change change : changes) {
    LoadOptions options;
    change(options);
    all.insert(plan_fingerprint(options, {}));
  }
  EXPECT_EQ(all.size(), changes.size() + 2);
}

}  // namespace
}  // namespace hubsim::loadgen

#include "loadgen/plan_fingerprint.h"

#include "common/crypto/digest.h"

namespace hubsim::loadgen {

namespace {

Json request_json(const LoadOptions& options) {
  return {{"url", options.url},
          {"method", options.method},
          {"headers", options.headers},
          {"body", options.body},
          {"timeout", options.timeout.count()},
          {"expect", options.expect},
          {"verify", options.tls.verify}};
}

Json arrivals_json(const LoadOptions& options) {
  return {{"rate", options.rate_per_s ? Json(*options.rate_per_s) : Json()},
          {"to", options.to_per_s ? Json(*options.to_per_s) : Json()},
          {"shape", options.shape},
          {"arrivals", options.arrivals},
          {"seed", options.seed},
          {"warmup", options.warmup.count()},
          {"duration", options.duration.count()}};
}

Json rules_json(const VerdictRules& rules) {
  Json require = Json::array();
  for (const LoadRequirement& requirement : rules.require) {
    require.push_back(requirement.text());
  }
  return {{"require", std::move(require)},
          {"max_errors", rules.max_errors},
          {"max_lag", lag_bound(rules).count()},
          {"max_throttled", rules.max_throttled},
          {"max_stolen", rules.max_stolen}};
}

}  // namespace

std::string plan_fingerprint(const LoadOptions& options, const Json& replay) {
  const Json plan{
      {"request", request_json(options)},       {"arrivals", arrivals_json(options)},
      {"connections", options.connections},     {"policy", static_cast<int>(options.policy)},
      {"http", static_cast<int>(options.http)}, {"streams", options.streams.value_or(0)},
      {"rules", rules_json(options.rules)},     {"replay", replay}};
  constexpr std::size_t digits = 32;
  return crypto::sha256_hex(json::dump(plan)).substr(0, digits);
}

}  // namespace hubsim::loadgen

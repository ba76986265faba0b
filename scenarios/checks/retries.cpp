#include "scenarios/checks/retries.h"

#include <algorithm>
#include <unordered_map>

namespace hubsim::scenarios {

std::string identity_of(const RequestRecord& request) {
  if (!request.key.empty()) {
    return request.operation + "|" + request.key;
  }
  const bool has_body = request.method == "POST" || request.method == "PUT";
  return has_body ? "" : request.method + " " + request.path + "?" + request.query;
}

std::vector<Attempts> attempt_chains(const std::vector<RequestRecord>& requests) {
  std::vector<Attempts> chains;
  std::unordered_map<std::string, std::size_t> open;
  for (const RequestRecord& request : requests) {
    const std::string identity = identity_of(request);
    if (identity.empty()) {
      continue;
    }
    const auto [it, is_new] = open.try_emplace(identity, chains.size());
    if (is_new) {
      chains.emplace_back();
    }
    chains[it->second].push_back(&request);
    if (!request.retryable()) {
      open.erase(it);
    }
  }
  return chains;
}

std::int64_t Retry::waited_ms() const noexcept {
  return std::max<std::int64_t>(0, next->at_ms - failed->done_ms());
}

std::vector<Retry> retries_of(const RunEvidence& evidence) {
  std::vector<Retry> retries;
  for (const Attempts& chain : attempt_chains(evidence.requests)) {
    for (std::size_t i = 1; i < chain.size(); ++i) {
      const Retry retry{.failed = chain[i - 1], .next = chain[i]};
      const bool restarted =
          std::any_of(evidence.outages.begin(), evidence.outages.end(), [&](const Outage& outage) {
            return outage.start_ms <= retry.next->at_ms && outage.end_ms >= retry.failed->at_ms;
          });
      if (!restarted) {
        retries.push_back(retry);
      }
    }
  }
  return retries;
}

std::int64_t asked_wait_ms(const RequestRecord& failed, std::int64_t floor_ms) {
  if (failed.retry_after_ms > 0) {
    return failed.retry_after_ms;
  }
  return failed.status == 429 ? floor_ms : 0;
}

bool is_early(const Retry& retry, std::int64_t floor_ms) {
  const std::int64_t asked_ms = asked_wait_ms(*retry.failed, floor_ms);
  return retry.waited_ms() * 100 < asked_ms * 95;
}

}  // namespace hubsim::scenarios

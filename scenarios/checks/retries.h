// Retries: which calls of the integration were the same call tried again, and how long it waited.
// The same call: same operation and same fault key (the records it is about); where the request
// log has no key, same method, path and query, but only for calls that carry no body.
// Threads: pure. The results point into the request records.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/checks/evidence.h"

namespace hubsim::scenarios {

/// What makes two calls the same; empty where it cannot be told.
[[nodiscard]] std::string identity_of(const RequestRecord& request);

/// All attempts at one thing in order of arrival, up to and with the first that was not answered
/// with "try again"; the next such call begins a new chain.
using Attempts = std::vector<const RequestRecord*>;
[[nodiscard]] std::vector<Attempts> attempt_chains(const std::vector<RequestRecord>& requests);

/// A failed attempt and the next one.
struct Retry {
  const RequestRecord* failed = nullptr;
  const RequestRecord* next = nullptr;
  /// From the end of the failed answer to the arrival of the next attempt; a caller that did not
  /// wait for the answer's end shows as 0.
  [[nodiscard]] std::int64_t waited_ms() const noexcept;
};

/// Retries by a process that lived through the wait: pairs that span an outage are left out, for a
/// restarted process knows nothing of what was asked of the one before.
[[nodiscard]] std::vector<Retry> retries_of(const RunEvidence& evidence);

/// How long the answer asked the caller to wait: Retry-After where there is one, else `floor_ms`
/// for a 429 (HubSpot's burst answer names no time, behaviour reference 2.3), else nothing.
[[nodiscard]] std::int64_t asked_wait_ms(const RequestRecord& failed, std::int64_t floor_ms);
/// Sooner than asked, beyond what timers and the network blur (5 %).
[[nodiscard]] bool is_early(const Retry& retry, std::int64_t floor_ms);

}  // namespace hubsim::scenarios

// Behaviour: how the integration used HubSpot's API in one run, as the request log shows it: what
// a later run is held against, beside its speed. The section `behaviour` of run.json.
// A logical change is one thing that had to be carried over: a change of a record that did not
// come through the API, or a write the integration accepted from a driver. What the integration
// itself writes is no logical change, or an echo would look like thrift.
// Threads: plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hubsim::reports {

/// Sizes of batches or pages.
struct Sizes {
  std::uint64_t count = 0;
  std::uint64_t min = 0;
  std::uint64_t p50 = 0;
  std::uint64_t p90 = 0;
  std::uint64_t max = 0;
};

struct OperationBehaviour {
  std::string operation;
  std::uint64_t calls = 0;
  std::optional<double> calls_per_change;  ///< absent: nothing changed
  std::uint64_t retries = 0;
  std::uint64_t early_retries = 0;
  std::uint64_t met_429 = 0;
  std::uint64_t met_5xx = 0;
  std::optional<Sizes> batch_sizes;  ///< of batch operations: inputs of a call
  std::optional<Sizes> page_sizes;   ///< of calls that name a `limit`
  /// One line for each kind of call: its scopes, of which one is enough, with " | " between.
  std::vector<std::string> scopes;
  /// Key paths of the bodies, sorted: "inputs[].properties.email".
  std::vector<std::string> payload;
  bool payload_cut = false;  ///< there were more paths than are kept
};

struct Behaviour {
  std::uint64_t changes = 0;
  std::uint64_t calls = 0;
  std::optional<double> calls_per_change;
  std::uint64_t retries = 0;
  std::uint64_t early_retries = 0;
  double share_429 = 0;
  double share_5xx = 0;
  std::vector<OperationBehaviour> operations;  ///< by name
};

}  // namespace hubsim::reports

// Driver: what traffic does. It turns arrivals that are due into requests and reads the answers;
// when they leave and how long they take is the engine's business. One file a kind.
// Threads: prepare() before the run, render() and judge() on the engine's thread only.
// Invariant: what the i-th arrival asks for depends on the seed and i, not on timing, unless the
// kind says otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/config/fields.h"
#include "common/config/registry.h"
#include "common/net/http_client.h"
#include "loadgen/workloads/workload.h"

namespace hubsim::loadgen {

struct Arrival {
  std::uint64_t index = 0;  ///< counts from 0 over the whole run
  std::chrono::nanoseconds intended{0};
};

/// What an answer makes a driver ask next: the next page, the next step of a flow. It belongs to
/// the arrival that began it, and is due so long after the answer.
struct FollowUp {
  net::ClientRequest request;
  std::chrono::nanoseconds delay{0};
};

/// One request that carries one arrival or, where a kind coalesces, several in order.
struct Call {
  net::ClientRequest request;
  std::vector<Arrival> arrivals;
};

enum class Outcome { ok, failed, unknown };

struct Judgement {
  Outcome outcome = Outcome::ok;
  std::string why;  ///< "status 500", "connection_reset"; empty when ok
  /// With ok: a value that the other side has thereby promised to write; empty for none.
  std::string accepted{};
};

struct DriverContext {
  std::string id;
  std::string control_url;  ///< "http://127.0.0.1:8400/_hubsim/v1"
  std::string target_url;   ///< "http://127.0.0.1:3000"
  std::uint64_t seed = 0;
};

class Driver {
 public:
  Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  virtual ~Driver() = default;

  /// Reads what it needs to know from the other side; may block.
  virtual Status<> prepare() { return Done{}; }
  virtual std::vector<Call> render(std::span<const Arrival> due) = 0;
  /// One judgement for each of the call's arrivals.
  virtual std::vector<Judgement> judge(const Call& call, const net::ClientResult& result) = 0;
  /// Asked after judge(), for the same answer.
  virtual std::optional<FollowUp> follow(const Call& /*call*/,
                                         const net::ClientResult& /*result*/) {
    return std::nullopt;
  }
  /// Times of its own for the next phase it takes part in, of that length; null: the workload's.
  virtual std::unique_ptr<ArrivalStream> own_arrivals(std::chrono::nanoseconds /*length*/) {
    return nullptr;
  }
};

struct DriverKind {
  std::string name;
  std::string help;
  config::Fields fields;
  /// No I/O. Problems point into the settings; the driver is null when there are any.
  std::unique_ptr<Driver> (*make)(const config::Settings& settings, const DriverContext& context,
                                  config::Problems& problems) = nullptr;
  bool own_times = false;  ///< it knows when; a rate says only during which phases
};

using DriverRegistry = config::Registry<DriverKind>;
void register_all_drivers(DriverRegistry& registry);

/// What an error of the client means for an arrival: never sent is failed, sent is unknown.
[[nodiscard]] Judgement judge_error(const net::ClientResult& result);

}  // namespace hubsim::loadgen

// ClosedUsers: so many people, each of whom sends, waits for the answer, thinks, and sends again.
// Their rate is what the other side makes of it: who wants to know response times under a given
// rate takes an open workload.
// Threads: one. Think times come from the seed, the user and the turn.
#pragma once

#include <queue>
#include <vector>

#include "loadgen/workloads/traffic_share.h"
#include "loadgen/workloads/workload.h"

namespace hubsim::loadgen {

class ClosedUsers final : public ArrivalStream {
 public:
  /// Users begin within their first think time, not all at once.
  ClosedUsers(const TrafficShare& share, std::chrono::nanoseconds length, Prng prng);

  std::optional<std::chrono::nanoseconds> next() override;
  [[nodiscard]] bool is_closed() const override { return true; }
  [[nodiscard]] bool waits() const override { return out_ > 0; }
  void take_back(std::chrono::nanoseconds unsent) override;
  void returned(std::chrono::nanoseconds at) override;

 private:
  config::Distribution think_;
  std::chrono::nanoseconds length_;
  Prng prng_;
  std::priority_queue<std::chrono::nanoseconds, std::vector<std::chrono::nanoseconds>,
                      std::greater<>>
      ready_;
  std::size_t out_ = 0;
};

}  // namespace hubsim::loadgen

// DriverRun: one driver's plan and books within the engine: which arrivals are due, what became of
// each, per phase. Knows no sockets; OpenEngine sends what it renders.
// Threads: the engine's thread, but `counters`, which anybody may read.
// Invariant: every planned arrival that fell due is counted once as ok, failed, unknown or
// overflow.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/stats/time_series.h"
#include "loadgen/drivers/driver.h"
#include "loadgen/metrics/driver_report.h"
#include "loadgen/shard/sliced_stream.h"
#include "loadgen/telemetry/metrics_board.h"
#include "loadgen/workloads/traffic_share.h"
#include "loadgen/workloads/workload.h"

namespace hubsim::loadgen {

struct LiveCounters {
  std::atomic<std::uint64_t> planned{0};
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> ok{0};
  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::uint64_t> unknown{0};
  std::atomic<std::uint64_t> overflow{0};
  std::atomic<std::uint64_t> in_flight{0};
};

struct DriverSetup {
  std::string id;
  std::string kind;
  std::unique_ptr<Driver> driver;
  const WorkloadKind* workload = nullptr;
  std::uint64_t seed = 0;
  std::size_t max_in_flight = 10'000;
  Slice slice;  ///< of each phase's arrivals, and of its users
};

class DriverRun {
 public:
  DriverRun(DriverSetup setup, std::chrono::nanoseconds t0);

  /// `start` is monotonic; phases come in order of time.
  void add_phase(const std::string& name, std::chrono::nanoseconds start, TrafficShare share);
  /// Arrivals intended for `at` or later are given up.
  void cut(std::chrono::nanoseconds at);

  [[nodiscard]] std::optional<std::chrono::nanoseconds> next_due() const;
  /// Takes what is due at `now`; counts what is over the limit, renders the rest.
  std::vector<Call> take_due(std::chrono::nanoseconds now);
  /// What the answer makes the driver ask next, if anything; it is to be sent when it is due.
  std::optional<Call> on_result(const Call& call, const net::ClientResult& result);
  /// Counts a call that on_result() gave, now that it is due; false: it is given up.
  bool start_follow_up(const Call& call);
  [[nodiscard]] bool drained() const noexcept;

  [[nodiscard]] const std::string& id() const noexcept { return setup_.id; }
  [[nodiscard]] const LiveCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] DriverReport report() const;
  /// So far, on the engine's thread.
  [[nodiscard]] std::vector<PhaseMetrics> metrics() const;

 private:
  struct Phase {
    PhaseReport report;                 ///< its response times are in `response` until report()
    stats::IntervalLog response;        ///< counts from t0
    std::chrono::nanoseconds start{0};  ///< monotonic
    std::chrono::nanoseconds cut = std::chrono::nanoseconds::max();
    std::unique_ptr<ArrivalStream> stream;
    const SlicedStream* numbers = nullptr;  ///< the stream, where it is open
    std::uint64_t users_turns = 0;          ///< arrivals so far, where it is not
    std::uint64_t first_index = 0;
    std::chrono::nanoseconds first_intended{0};
    std::chrono::nanoseconds last_intended{0};
    std::chrono::nanoseconds first_sent{0};
    std::chrono::nanoseconds last_sent{0};
  };

  void advance();
  void make_stream(Phase& phase, TrafficShare share);
  [[nodiscard]] std::uint64_t number_next(Phase& phase);
  std::optional<Call> follow_up(const Call& call, const net::ClientResult& result);
  void on_back(std::uint64_t index, std::chrono::nanoseconds at);
  [[nodiscard]] bool is_stuck() const;
  void count_planned(Phase& phase, std::chrono::nanoseconds intended);
  void count_overflow(Phase& phase, std::chrono::nanoseconds now);
  void count_arrival(const Arrival& arrival, const Judgement& judgement,
                     const net::ClientResult& result);
  void count_times(Phase& phase, const Arrival& arrival, const net::Stamps& stamps);
  void count_failure(const std::string& why);
  void count_accepted(const std::string& value, std::chrono::nanoseconds at);
  Phase& phase_of(std::uint64_t index);

  DriverSetup setup_;
  std::chrono::nanoseconds t0_;
  Prng prng_;
  std::deque<Phase> phases_;
  std::size_t current_ = 0;  ///< the phase whose stream gives the next arrival
  std::optional<std::chrono::nanoseconds> next_;
  std::uint64_t next_index_ = 0;
  std::uint64_t index_ = 0;  ///< from here on no arrival of any shard has its number yet
  stats::TimeSeries series_;
  std::map<std::string, std::uint64_t> failures_;
  std::map<int, std::uint64_t> statuses_;
  std::vector<AcceptedValue> accepted_;
  bool accepted_full_ = false;
  std::uint64_t requests_ = 0;
  LiveCounters counters_;
};

}  // namespace hubsim::loadgen

#include "loadgen/engine/load_engine.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "common/net/event_loop.h"
#include "common/net/url.h"
#include "common/time/clock.h"

namespace hubsim::loadgen {

namespace {

std::bitset<600> expected_statuses(const std::vector<int>& expect) {
  std::bitset<600> set;
  for (int status = 200; expect.empty() && status < 300; ++status) {
    set.set(static_cast<std::size_t>(status));
  }
  for (const int status : expect) {
    set.set(static_cast<std::size_t>(std::clamp(status, 0, 599)));
  }
  return set;
}

/// What all workers have in common; the rest is set for each.
struct Common {
  PatchedRequest request;
  PatchedFields fields;
  HttpVersion version = HttpVersion::http11;
  net::Address address;
  net::TlsStart tls;
};

Result<net::TlsContext::Ptr> tls_context(net::TlsOptions options, bool offer_h2) {
  options.offer_h2 = offer_h2;
  return net::TlsContext::for_client(options);
}

/// Which version, and what of it must be there before the first request.
Result<Common> settle_version(const LoadPlan& plan, Common common) {
  const auto version = agree_on_version(plan.http, common.address, common.tls);
  if (!version) {
    return Failure{version.error()};
  }
  common.version = *version;
  if (*version == HttpVersion::http2) {
    auto fields = PatchedFields::make(plan.request);
    if (!fields) {
      return Failure{fields.error()};
    }
    common.fields = std::move(*fields);
  } else if (plan.http != HttpChoice::http11 && common.tls.context) {
    auto context = tls_context(plan.request.tls, false);
    if (!context) {
      return Failure{context.error()};
    }
    common.tls.context = std::move(*context);
  }
  return common;
}

Result<Common> prepare(const LoadPlan& plan) {
  const auto url = net::parse_url(plan.request.url);
  if (!url) {
    return Failure{url.error()};
  }
  auto request = PatchedRequest::make(plan.request);
  if (!request) {
    return Failure{request.error()};
  }
  Common common;
  common.request = std::move(*request);
  common.tls.host = url->host;
  if (url->scheme == "https") {
    auto context = tls_context(plan.request.tls, plan.http != HttpChoice::http11);
    if (!context) {
      return Failure{context.error()};
    }
    common.tls.context = std::move(*context);
  }
  const auto address = reachable_address(*url);
  if (!address) {
    return Failure{address.error()};
  }
  common.address = *address;
  return settle_version(plan, std::move(common));
}

WorkerPlan worker_plan(const LoadPlan& plan, const Common& common, std::size_t number,
                       std::chrono::nanoseconds start) {
  const Slice slice = plan.shard.slice().part(number, plan.threads);
  WorkerPlan worker{
      .request = common.request,
      .version = common.version,
      .fields = common.fields,
      .streams = std::max<std::size_t>(plan.streams, 1),
      .address = common.address,
      .tls = {common.tls.context, common.tls.host, std::make_shared<net::TlsSession>()},
      .connections = slice.share_of(plan.connections),
      .policy = plan.policy,
      .arrivals = nullptr,
      .slice = slice,
      .max_waiting = std::max<std::size_t>(plan.max_waiting / plan.threads, 1),
      .start = start,
      .main_from = start + plan.warmup,
      .end = start + plan.warmup + plan.duration,
      .timeout = plan.request.timeout,
      .expect = expected_statuses(plan.expect),
      .metrics = plan.metrics,
      .interrupted = plan.interrupted};
  if (plan.arrivals) {
    worker.arrivals = std::make_unique<SlicedStream>(
        plan.arrivals->spacing->make(RatePlan(plan.arrivals->rate), Prng(plan.arrivals->seed)),
        slice);
  }
  return worker;
}

PhaseReport phase_report(const std::string& name, const PhaseBooks& books, bool planned,
                         std::chrono::nanoseconds length) {
  PhaseReport phase;
  phase.phase = name;
  phase.length = length;
  phase.sent = books.sent.count;
  phase.ok = books.ok;
  phase.failed = books.failed;
  phase.unknown = books.unknown;
  phase.overflow = books.overflow;
  // A closed loop plans nothing: what it sent is what it meant to send.
  phase.planned = planned ? books.planned.count : books.sent.count;
  phase.sent_per_s = planned ? books.sent.per_second()
                             : static_cast<double>(phase.sent) * 1e9 /
                                   static_cast<double>(std::max<std::int64_t>(length.count(), 1));
  phase.planned_per_s = planned ? books.planned.per_second() : phase.sent_per_s;
  phase.planned_times = books.planned;
  phase.sent_times = books.sent;
  phase.response = books.response.whole();
  phase.intervals = books.response.intervals();
  phase.service = planned ? books.service : phase.response;
  phase.first_byte = books.first_byte;
  phase.lag = books.lag;
  return phase;
}

void add_worker(DriverReport& report, const LoadWorker& worker) {
  for (const stats::SecondPoint& point : worker.recorded().series().points()) {
    add_second(report.series, point);
  }
  const auto& statuses = worker.recorded().statuses();
  for (std::size_t status = 0; status < statuses.size(); ++status) {
    if (statuses[status] > 0) {
      report.statuses[static_cast<int>(status)] += statuses[status];
    }
  }
  for (const auto& [why, count] : worker.recorded().failures()) {
    report.failures[why] += count;
  }
  report.cpu += worker.main_cpu();
  report.connections += worker.opened();
  const auto wall = static_cast<double>(std::max<std::int64_t>(worker.main_wall().count(), 1));
  report.busiest_thread =
      std::max(report.busiest_thread, static_cast<double>(worker.main_cpu().count()) / wall);
}

DriverReport make_report(const LoadPlan& plan,
                         const std::vector<std::unique_ptr<LoadWorker>>& workers,
                         std::chrono::nanoseconds start) {
  DriverReport report;
  report.id = "load";
  report.kind = plan.arrivals ? "open" : "closed";
  PhaseBooks warmup{start};
  PhaseBooks main{start};
  bool is_full = false;
  for (const auto& worker : workers) {
    warmup.add(worker->recorded().warmup());
    main.add(worker->recorded().main());
    add_worker(report, *worker);
    is_full = is_full || worker->recorded().series().full();
  }
  if (is_full) {
    report.invalid.emplace_back("the run outlasted its series");
  }
  const bool planned = plan.arrivals.has_value();
  if (plan.warmup.count() > 0) {
    report.phases.push_back(phase_report("warmup", warmup, planned, plan.warmup));
  }
  report.phases.push_back(phase_report("main", main, planned, plan.duration));
  report.phases.back().start = plan.warmup;
  if (workers.size() > 1) {
    make_quantiles_exact(report);
  }
  for (const PhaseReport& phase : report.phases) {
    report.requests += phase.sent;
    if (phase.overflow > 0) {
      report.invalid.push_back(std::to_string(phase.overflow) + " arrivals of " + phase.phase +
                               " were never sent: more than " + std::to_string(plan.max_waiting) +
                               " waited for a connection");
    }
  }
  return report;
}

/// The caller's thread while the workers run: it tells the seconds and samples the machine.
class Watcher {
 public:
  Watcher(const LoadPlan& plan, std::chrono::nanoseconds start) : plan_(plan), start_(start) {
    loop_.run_at(start + plan.warmup, [this] { from_ = sample_machine(); });
    loop_.run_at(start + plan.warmup + plan.duration, [this] { to_ = sample_machine(); });
    next_tick();
  }

  void run(const std::vector<std::unique_ptr<LoadWorker>>& workers) {
    running_ = workers.size();
    std::vector<std::thread> threads;
    for (const auto& worker : workers) {
      threads.emplace_back([this, &worker] {
        worker->run();
        HUBSIM_ASSERT(loop_.post([this] { on_worker_done(); }));
      });
    }
    loop_.run();
    for (std::thread& thread : threads) {
      thread.join();
    }
  }

  [[nodiscard]] LiveBoard& board() noexcept { return board_; }
  [[nodiscard]] MachineUse machine() const {
    return from_.at.count() == 0 ? MachineUse{}
                                 : use_between(from_, to_.at.count() == 0 ? sample_machine() : to_);
  }

 private:
  void on_worker_done() {
    if (--running_ == 0) {
      loop_.stop();
    }
  }

  /// A little after the second, when the workers have closed it.
  void next_tick() {
    constexpr auto slack = std::chrono::milliseconds(120);
    ++ticks_;
    loop_.run_at(start_ + std::chrono::seconds(ticks_) + slack, [this] {
      tell_seconds();
      next_tick();
    });
  }

  void tell_seconds() {
    if (!plan_.on_second) {
      return;
    }
    for (const stats::SecondPoint& point : board_.take_before(static_cast<std::uint64_t>(ticks_))) {
      if (point.second >= told_) {
        plan_.on_second(point);
        told_ = point.second + 1;
      }
    }
  }

  const LoadPlan& plan_;
  std::chrono::nanoseconds start_;
  net::EventLoop loop_;
  LiveBoard board_;
  MachineSample from_;
  MachineSample to_;
  std::size_t running_ = 0;
  std::int64_t ticks_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace

Result<DriverReport> run_load_engine(const LoadPlan& given) {
  LoadPlan plan = given;
  const std::size_t connections = plan.shard.slice().share_of(plan.connections);
  if (connections == 0) {
    return Failure{std::to_string(plan.connections) + " connections for " +
                   std::to_string(plan.shard.count) + " shards leave shard " + plan.shard.text() +
                   " none: give --connections at least as many as there are shards"};
  }
  plan.threads = std::clamp<std::size_t>(plan.threads, 1, connections);
  const auto common = prepare(plan);
  if (!common) {
    return Failure{common.error()};
  }
  // The first arrival of a plan must not be late because threads were being made.
  const auto start =
      plan.start.value_or(monotonic_now() + std::chrono::milliseconds(plan.arrivals ? 5 : 0));
  Watcher watcher(plan, start);
  std::vector<std::unique_ptr<LoadWorker>> workers;
  for (std::size_t i = 0; i < plan.threads; ++i) {
    WorkerPlan worker = worker_plan(plan, *common, i, start);
    worker.board = plan.on_second ? &watcher.board() : nullptr;
    workers.push_back(std::make_unique<LoadWorker>(std::move(worker)));
  }
  watcher.run(workers);
  DriverReport report = make_report(plan, workers, start);
  for (PhaseReport& phase : report.phases) {
    phase.planned_times = phase.planned_times.since(start);
    phase.sent_times = phase.sent_times.since(start);
  }
  report.machine = watcher.machine();
  report.started = start;
  report.http = common->version == HttpVersion::http2 ? "HTTP/2" : "HTTP/1.1";
  return report;
}

}  // namespace hubsim::loadgen

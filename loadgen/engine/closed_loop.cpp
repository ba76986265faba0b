#include "loadgen/engine/closed_loop.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "common/net/url.h"
#include "common/time/clock.h"
#include "loadgen/engine/closed_worker.h"

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

/// The first address that takes a connection, so that "localhost" finds its server.
Result<net::Address> reachable_address(const net::Url& url) {
  const auto addresses = net::resolve(url.host, url.port);
  if (!addresses) {
    return Failure{addresses.error()};
  }
  std::string why;
  for (const net::Address& address : *addresses) {
    auto fd = net::start_connect(address);
    if (fd.ok()) {
      net::Poller poller;
      poller.add(fd->get(), 0, false, true);
      const auto limit = monotonic_now() + std::chrono::seconds(5);
      while (poller.wait(limit - monotonic_now()).empty() && monotonic_now() < limit) {
      }
    }
    const int error = fd.ok() ? net::connect_error(fd->get()) : fd.error();
    if (error == 0) {
      return address;
    }
    why = net::describe_errno(error);
  }
  return Failure{"cannot connect to " + url.origin() + ": " + why};
}

void add_phase(DriverReport& report, const std::string& name, const WorkerPhase& worker,
               std::chrono::nanoseconds start, std::chrono::nanoseconds length) {
  auto place = std::find_if(report.phases.begin(), report.phases.end(),
                            [&](const PhaseReport& phase) { return phase.phase == name; });
  if (place == report.phases.end()) {
    place = report.phases.emplace(report.phases.end());
    place->phase = name;
    place->start = start;
    place->length = length;
  }
  const std::uint64_t sent = worker.ok + worker.failed + worker.unknown;
  place->planned += sent;  // a closed loop plans nothing: what it sent is what it meant to send
  place->sent += sent;
  place->ok += worker.ok;
  place->failed += worker.failed;
  place->unknown += worker.unknown;
  place->response.add(worker.service);
  place->service.add(worker.service);
  place->sent_per_s = static_cast<double>(place->sent) * 1e9 / static_cast<double>(length.count());
  place->planned_per_s = place->sent_per_s;
}

void add_series(std::vector<stats::SecondPoint>& all, const std::vector<stats::SecondPoint>& more) {
  for (const stats::SecondPoint& point : more) {
    auto place = std::lower_bound(
        all.begin(), all.end(), point.second,
        [](const stats::SecondPoint& one, std::uint64_t second) { return one.second < second; });
    if (place == all.end() || place->second != point.second) {
      all.insert(place, point);
      continue;
    }
    place->ok += point.ok;
    place->failed += point.failed;
    place->unknown += point.unknown;
    for (std::size_t i = 0; i < point.status_class.size(); ++i) {
      place->status_class[i] += point.status_class[i];
    }
    place->p50 = std::max(place->p50, point.p50);
    place->p99 = std::max(place->p99, point.p99);
    place->max = std::max(place->max, point.max);
  }
}

void add_worker(DriverReport& report, const ClosedWorker& worker, const ClosedLoopPlan& plan) {
  if (plan.warmup.count() > 0) {
    add_phase(report, "warmup", worker.warmup(), std::chrono::nanoseconds(0), plan.warmup);
  }
  add_phase(report, "main", worker.main(), plan.warmup, plan.duration);
  add_series(report.series, worker.series().points());
  for (std::size_t status = 0; status < worker.statuses().size(); ++status) {
    if (worker.statuses()[status] > 0) {
      report.statuses[static_cast<int>(status)] += worker.statuses()[status];
    }
  }
  for (const auto& [why, count] : worker.failures()) {
    report.failures[why] += count;
  }
  report.cpu += worker.main_cpu();
}

}  // namespace

Result<DriverReport> run_closed_loop(const ClosedLoopPlan& plan) {
  const auto url = net::parse_url(plan.request.url);
  if (!url) {
    return Failure{url.error()};
  }
  const auto request = PatchedRequest::make(plan.request);
  if (!request) {
    return Failure{request.error()};
  }
  const auto address = reachable_address(*url);
  if (!address) {
    return Failure{address.error()};
  }
  const std::size_t threads = std::clamp<std::size_t>(plan.threads, 1, plan.connections);
  const auto start = monotonic_now();
  std::vector<std::unique_ptr<ClosedWorker>> workers;
  for (std::size_t i = 0; i < threads; ++i) {
    workers.push_back(std::make_unique<ClosedWorker>(WorkerPlan{
        .request = *request,
        .address = *address,
        .connections = plan.connections / threads + (i < plan.connections % threads ? 1 : 0),
        .first_index = i,
        .index_step = threads,
        .start = start,
        .main_from = start + plan.warmup,
        .end = start + plan.warmup + plan.duration,
        .timeout = plan.request.timeout,
        .expect = expected_statuses(plan.expect)}));
  }
  std::vector<std::thread> running;
  for (const auto& worker : workers) {
    running.emplace_back([&worker] { worker->run(); });
  }
  for (std::thread& thread : running) {
    thread.join();
  }
  DriverReport report;
  report.id = "load";
  report.kind = "closed";
  for (const auto& worker : workers) {
    add_worker(report, *worker, plan);
  }
  for (const PhaseReport& phase : report.phases) {
    report.requests += phase.sent;
  }
  return report;
}

}  // namespace hubsim::loadgen

// The tables of a result: operations, convergence, drivers, the machine.
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>

#include "common/base/text.h"
#include "common/stats/histogram.h"
#include "loadgen/metrics/machine.h"
#include "scenarios/checks/retries.h"
#include "scenarios/run/result.h"

namespace hubsim::scenarios {

namespace {

/// HubSpot names no wait after a burst 429; the same second `early_retries` takes by default.
constexpr std::int64_t floor_ms = 1000;

double milliseconds(std::chrono::nanoseconds span) {
  return std::chrono::duration<double, std::milli>(span).count();
}

reports::Quantiles quantiles_of(const stats::Histogram& histogram) {
  return {.count = histogram.count(),
          .min = milliseconds(histogram.min()),
          .mean = histogram.count() == 0 ? 0 : histogram.mean_ns() / 1e6,
          .p50 = milliseconds(histogram.quantile(0.5)),
          .p90 = milliseconds(histogram.quantile(0.9)),
          .p99 = milliseconds(histogram.quantile(0.99)),
          .p999 = milliseconds(histogram.quantile(0.999)),
          .max = milliseconds(histogram.max())};
}

std::string first_line_with(const char* file, std::string_view start) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(start)) {
      const auto colon = line.find(':');
      return std::string(
          trim(std::string_view(line).substr(colon == std::string::npos ? 0 : colon + 1)));
    }
  }
  return "";
}

}  // namespace

std::vector<reports::Operation> operations_of(const RunEvidence& evidence) {
  std::map<std::string, reports::Operation> by_name;
  std::map<std::string, std::vector<std::int64_t>> times;
  for (const RequestRecord& request : evidence.requests) {
    const std::string name = request.operation.empty() ? "(no such operation)" : request.operation;
    reports::Operation& operation = by_name[name];
    operation.operation = name;
    ++operation.calls;
    ++operation.statuses[request.broken() ? request.ending : std::to_string(request.status)];
    times[name].push_back(request.took_us);
  }
  for (const Retry& retry : retries_of(evidence)) {
    const auto it = by_name.find(retry.failed->operation);
    if (it != by_name.end()) {
      ++it->second.retries;
      it->second.early_retries += is_early(retry, floor_ms) ? 1U : 0U;
    }
  }
  std::vector<reports::Operation> all;
  for (auto& [name, operation] : by_name) {
    auto& sample = times[name];
    std::sort(sample.begin(), sample.end());
    // The smallest sample that a share of all does not exceed.
    const auto at = [&](double share) {
      const auto rank =
          static_cast<std::size_t>(std::ceil(share * static_cast<double>(sample.size())));
      return static_cast<double>(sample[std::max<std::size_t>(rank, 1) - 1]) / 1000;
    };
    operation.p50_ms = at(0.5);
    operation.p90_ms = at(0.9);
    operation.p99_ms = at(0.99);
    operation.p999_ms = at(0.999);
    operation.p9999_ms = at(0.9999);
    operation.max_ms = at(1);
    all.push_back(std::move(operation));
  }
  return all;
}

namespace {

/// By the second of the change: records that changed together share their fate.
std::string convergence_log(const ResultContext& context) {
  std::map<std::int64_t, std::vector<std::int64_t>> by_second;
  for (const MirrorEvidence& mirror : context.evidence.mirrors) {
    for (const RecordConvergence& record : mirror.findings.converged) {
      if (record.changed_ms >= context.started_ms) {
        by_second[(record.changed_ms - context.started_ms) / 1000].push_back(
            std::max<std::int64_t>(0, record.latest_ms - record.changed_ms));
      }
    }
  }
  std::string log;
  stats::Histogram one;
  for (const auto& [second, times] : by_second) {
    one.reset();
    for (const std::int64_t time : times) {
      one.record(std::chrono::milliseconds(time));
    }
    log += stats::log_line("convergence", static_cast<double>(second), 1, one);
  }
  return log;
}

}  // namespace

reports::Convergence convergence_of(const ResultContext& context) {
  reports::Convergence out;
  stats::Histogram times;
  for (const MirrorEvidence& mirror : context.evidence.mirrors) {
    out.records += mirror.findings.records;
    out.not_converged += mirror.findings.not_converged.size();
    for (const RecordConvergence& record : mirror.findings.converged) {
      if (record.changed_ms < context.started_ms) {
        continue;
      }
      times.record(std::chrono::milliseconds(
          std::max<std::int64_t>(0, record.latest_ms - record.changed_ms)));
      out.resolution_ms =
          std::max(out.resolution_ms, static_cast<double>(record.latest_ms - record.earliest_ms));
    }
  }
  out.time_ms = quantiles_of(times);
  out.hdr_log = convergence_log(context);
  return out;
}

reports::Driver driver_of(const loadgen::DriverReport& report, double cpu_us_per_request) {
  reports::Driver out{.id = report.id, .kind = report.kind};
  for (const loadgen::PhaseReport& phase : report.phases) {
    out.phases.push_back({.phase = phase.phase,
                          .planned = phase.planned,
                          .sent = phase.sent,
                          .ok = phase.ok,
                          .failed = phase.failed + phase.unknown + phase.overflow,
                          .unknown = phase.unknown,
                          .overflow = phase.overflow,
                          .planned_per_s = phase.planned_per_s,
                          .sent_per_s = phase.sent_per_s,
                          .response = quantiles_of(phase.response),
                          .service = quantiles_of(phase.service),
                          .first_byte = quantiles_of(phase.first_byte),
                          .schedule_lag = quantiles_of(phase.lag)});
  }
  out.failures = report.failures;
  for (const auto& [status, count] : report.statuses) {
    out.statuses[std::to_string(status)] = count;
  }
  out.cpu_us_per_request = cpu_us_per_request;
  out.hdr_log = report.hdr_log();
  return out;
}

double load_average() {
  double load = 0;
  return ::getloadavg(&load, 1) == 1 ? load : 0;
}

reports::Environment environment(std::size_t connections) {
  reports::Environment out;
  out.cpu_count = ::sysconf(_SC_NPROCESSORS_ONLN);
  out.cpu_model = first_line_with("/proc/cpuinfo", "model name");
  utsname name{};
  if (::uname(&name) == 0) {
    out.kernel = fmt::format("{} {} {}", name.sysname, name.release, name.machine);
  }
#if defined(__clang__)
  out.compiler = "clang " __clang_version__;
#else
  out.compiler = "g++ " __VERSION__;
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(_GLIBCXX_ASSERTIONS)
  out.build_type = "checked";
  out.notes.emplace_back("this is no release build: latencies are not what ships");
#else
  out.build_type = "release";
#endif
  for (const loadgen::AuditItem& item : loadgen::audit_machine(connections)) {
    const bool told = item.name == "cores" || item.name == "kernel" || item.name == "load average";
    if (!told) {
      out.notes.push_back(item.name + ": " + item.value +
                          (item.warning.empty() ? "" : " (" + item.warning + ")"));
    }
  }
  out.hubsim_version = HUBSIM_VERSION;
  return out;
}

}  // namespace hubsim::scenarios

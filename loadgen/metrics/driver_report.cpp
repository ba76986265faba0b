#include "loadgen/metrics/driver_report.h"

namespace hubsim::loadgen {

namespace {

double ms_of(std::chrono::nanoseconds span) { return static_cast<double>(span.count()) / 1e6; }
double seconds_of(std::chrono::nanoseconds span) { return static_cast<double>(span.count()) / 1e9; }

Json phase_json(const PhaseReport& phase) {
  return Json{{"phase", phase.phase},
              {"start_ms", ms_of(phase.start)},
              {"length_ms", ms_of(phase.length)},
              {"planned", phase.planned},
              {"sent", phase.sent},
              {"ok", phase.ok},
              {"failed", phase.failed},
              {"unknown", phase.unknown},
              {"overflow", phase.overflow},
              {"planned_per_s", phase.planned_per_s},
              {"sent_per_s", phase.sent_per_s},
              {"response", quantiles_json(phase.response)},
              {"service", quantiles_json(phase.service)},
              {"first_byte", quantiles_json(phase.first_byte)},
              {"schedule_lag", quantiles_json(phase.lag)}};
}

Json second_json(const stats::SecondPoint& point) {
  return Json{{"second", point.second},       {"ok", point.ok},
              {"failed", point.failed},       {"unknown", point.unknown},
              {"overflow", point.overflow},   {"no_answer", point.status_class[0]},
              {"2xx", point.status_class[2]}, {"3xx", point.status_class[3]},
              {"4xx", point.status_class[4]}, {"5xx", point.status_class[5]},
              {"429", point.throttled},       {"p50_ms", ms_of(point.p50)},
              {"p99_ms", ms_of(point.p99)},   {"max_ms", ms_of(point.max)}};
}

}  // namespace

Json quantiles_json(const stats::Histogram& histogram) {
  return Json{{"count", histogram.count()},
              {"min_ms", ms_of(histogram.min())},
              {"mean_ms", histogram.mean_ns() / 1e6},
              {"p50_ms", ms_of(histogram.quantile(0.5))},
              {"p90_ms", ms_of(histogram.quantile(0.9))},
              {"p99_ms", ms_of(histogram.quantile(0.99))},
              {"p999_ms", ms_of(histogram.quantile(0.999))},
              {"max_ms", ms_of(histogram.max())}};
}

std::string DriverReport::hdr_log() const {
  std::string log = stats::log_head(0);
  for (const PhaseReport& phase : phases) {
    const double start_s = seconds_of(phase.start);
    const double length_s = seconds_of(phase.length);
    const std::string tag = id + "/" + phase.phase + "/";
    for (const stats::Interval& one : phase.intervals) {
      log +=
          stats::log_line(tag + "response", static_cast<double>(one.second), 1, one.max, one.cells);
    }
    log += stats::log_line(tag + "service", start_s, length_s, phase.service);
    log += stats::log_line(tag + "first_byte", start_s, length_s, phase.first_byte);
    log += stats::log_line(tag + "schedule_lag", start_s, length_s, phase.lag);
  }
  return log;
}

Json to_json(const DriverReport& report) {
  Json json{{"id", report.id},
            {"kind", report.kind},
            {"requests", report.requests},
            {"cpu_ms", ms_of(report.cpu)},
            {"busiest_thread", report.busiest_thread},
            {"connections", report.connections},
            {"http", report.http},
            {"invalid", report.invalid}};
  json["phases"] = Json::array();
  for (const PhaseReport& phase : report.phases) {
    json["phases"].push_back(phase_json(phase));
  }
  json["statuses"] = Json::object();
  for (const auto& [status, count] : report.statuses) {
    json["statuses"][std::to_string(status)] = count;
  }
  json["failures"] = report.failures;
  json["series"] = Json::array();
  for (const stats::SecondPoint& point : report.series) {
    json["series"].push_back(second_json(point));
  }
  return json;
}

}  // namespace hubsim::loadgen

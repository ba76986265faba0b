#include "common/json/json.h"
#include "loadgen/telemetry/exposition.h"

namespace hubsim::loadgen {

namespace {

Json attribute(const char* key, const std::string& value) {
  return {{"key", key}, {"value", {{"stringValue", value}}}};
}

/// 64-bit numbers are text in OTLP's JSON.
std::string number(std::uint64_t value) { return std::to_string(value); }

class Metrics {
 public:
  Metrics(std::int64_t start_ns, std::int64_t now_ns)
      : start_(std::to_string(start_ns)), now_(std::to_string(now_ns)) {}

  Json point(Json attributes) const {
    return {{"attributes", std::move(attributes)},
            {"startTimeUnixNano", start_},
            {"timeUnixNano", now_}};
  }
  void add(const char* name, const char* unit, const char* kind, Json data) {
    if (!data["dataPoints"].empty()) {
      all_.push_back({{"name", name}, {"unit", unit}, {kind, std::move(data)}});
    }
  }
  void sum(const char* name, Json points) {
    add(name, "{request}", "sum",
        {{"aggregationTemporality", 2}, {"isMonotonic", true}, {"dataPoints", std::move(points)}});
  }
  void gauge(const char* name, const char* unit, Json points) {
    add(name, unit, "gauge", {{"dataPoints", std::move(points)}});
  }
  void histogram(const char* name, Json points) {
    add(name, "s", "histogram", {{"aggregationTemporality", 2}, {"dataPoints", std::move(points)}});
  }
  Json take() { return std::move(all_); }

 private:
  std::string start_;
  std::string now_;
  Json all_ = Json::array();
};

Json labels_of(const PhaseMetrics& phase) {
  return Json::array({attribute("driver", phase.driver), attribute("phase", phase.phase)});
}

Json int_point(const Metrics& metrics, Json attributes, std::uint64_t value) {
  Json point = metrics.point(std::move(attributes));
  point["asInt"] = number(value);
  return point;
}

Json counts(const Metrics& metrics, const MetricsTotals& totals,
            std::uint64_t PhaseMetrics::* value) {
  Json points = Json::array();
  for (const PhaseMetrics& phase : totals.phases) {
    points.push_back(int_point(metrics, labels_of(phase), phase.*value));
  }
  return points;
}

Json outcomes(const Metrics& metrics, const MetricsTotals& totals) {
  Json points = Json::array();
  const auto one = [&](const PhaseMetrics& phase, const char* outcome, std::uint64_t value) {
    Json attributes = labels_of(phase);
    attributes.push_back(attribute("outcome", outcome));
    points.push_back(int_point(metrics, std::move(attributes), value));
  };
  for (const PhaseMetrics& phase : totals.phases) {
    one(phase, "ok", phase.ok);
    one(phase, "failed", phase.failed);
    one(phase, "unknown", phase.unknown);
    one(phase, "overflow", phase.overflow);
  }
  return points;
}

/// OTLP has the counts between the bounds, one more of them than bounds.
Json histogram_points(const Metrics& metrics, const MetricsTotals& totals,
                      LatencyBuckets PhaseMetrics::* latency) {
  Json points = Json::array();
  for (const PhaseMetrics& phase : totals.phases) {
    const LatencyBuckets& buckets = phase.*latency;
    Json point = metrics.point(labels_of(phase));
    point["count"] = number(buckets.count);
    point["sum"] = buckets.sum_s;
    point["bucketCounts"] = Json::array();
    std::uint64_t below = 0;
    for (const std::uint64_t at_most : buckets.at_most) {
      point["bucketCounts"].push_back(number(at_most - below));
      below = at_most;
    }
    point["bucketCounts"].push_back(number(buckets.count - below));
    point["explicitBounds"] = bucket_bounds_s;
    points.push_back(std::move(point));
  }
  return points;
}

void add_end(Metrics& metrics, const RunEnd& end) {
  metrics.gauge(
      "hubsim.run.verdict", "1",
      Json::array({int_point(metrics, Json::array({attribute("verdict", end.verdict)}), 1)}));
  Json points = Json::array();
  for (const auto& [id, passed] : end.requirements) {
    points.push_back(
        int_point(metrics, Json::array({attribute("requirement", id)}), passed ? 1 : 0));
  }
  metrics.gauge("hubsim.requirement.passed", "1", std::move(points));
}

Json all_metrics(const MetricsTotals& totals, const RunIdentity& run, std::int64_t now_ns) {
  Metrics metrics(run.started_unix_ns, now_ns);
  metrics.sum("hubsim.requests.planned", counts(metrics, totals, &PhaseMetrics::planned));
  metrics.sum("hubsim.requests.sent", counts(metrics, totals, &PhaseMetrics::sent));
  metrics.sum("hubsim.requests", outcomes(metrics, totals));
  metrics.histogram("hubsim.response.duration",
                    histogram_points(metrics, totals, &PhaseMetrics::response));
  metrics.histogram("hubsim.schedule.lag", histogram_points(metrics, totals, &PhaseMetrics::lag));
  Json in_flight = Json::array();
  for (const auto& [driver, value] : totals.in_flight) {
    in_flight.push_back(int_point(metrics, Json::array({attribute("driver", driver)}), value));
  }
  metrics.gauge("hubsim.requests.in_flight", "{request}", std::move(in_flight));
  if (totals.end) {
    add_end(metrics, *totals.end);
  }
  return metrics.take();
}

}  // namespace

std::string otlp_json(const MetricsTotals& totals, const RunIdentity& run,
                      std::int64_t now_unix_ns) {
  const Json resource{{"attributes", Json::array({attribute("service.name", "hubsim"),
                                                  attribute("service.version", run.version),
                                                  attribute("service.instance.id", run.run_id),
                                                  attribute("hubsim.run.id", run.run_id),
                                                  attribute("hubsim.run.name", run.name)})}};
  const Json scope{{"scope", {{"name", "hubsim"}, {"version", run.version}}},
                   {"metrics", all_metrics(totals, run, now_unix_ns)}};
  return json::dump({{"resourceMetrics", Json::array({{{"resource", resource},
                                                       {"scopeMetrics", Json::array({scope})}}})}});
}

}  // namespace hubsim::loadgen

#include <fmt/format.h>

#include "loadgen/telemetry/exposition.h"

namespace hubsim::loadgen {

namespace {

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') {
      out += '\\';
    }
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string labels_of(const PhaseMetrics& phase) {
  return fmt::format("driver=\"{}\",phase=\"{}\"", escaped(phase.driver), escaped(phase.phase));
}

class Text {
 public:
  void family(const char* name, const char* type, const char* help) {
    out_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
  }
  template <class Value>
  void sample(std::string_view name, std::string_view labels, Value value) {
    out_ += labels.empty() ? fmt::format("{} {}\n", name, value)
                           : fmt::format("{}{{{}}} {}\n", name, labels, value);
  }
  void histogram(const char* name, const std::string& labels, const LatencyBuckets& buckets) {
    const std::string bucket = std::string(name) + "_bucket";
    for (std::size_t i = 0; i < bucket_bounds_s.size(); ++i) {
      sample(bucket, fmt::format("{},le=\"{}\"", labels, bucket_bounds_s[i]), buckets.at_most[i]);
    }
    sample(bucket, labels + ",le=\"+Inf\"", buckets.count);
    sample(std::string(name) + "_sum", labels, buckets.sum_s);
    sample(std::string(name) + "_count", labels, buckets.count);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void counter(Text& text, const MetricsTotals& totals, const char* name, const char* help,
             std::uint64_t PhaseMetrics::* value) {
  text.family(name, "counter", help);
  for (const PhaseMetrics& phase : totals.phases) {
    text.sample(name, labels_of(phase), phase.*value);
  }
}

void outcomes(Text& text, const MetricsTotals& totals) {
  constexpr const char* name = "hubsim_requests_total";
  text.family(name, "counter", "Planned arrivals by what became of them.");
  for (const PhaseMetrics& phase : totals.phases) {
    const auto one = [&](const char* outcome, std::uint64_t value) {
      text.sample(name, fmt::format("{},outcome=\"{}\"", labels_of(phase), outcome), value);
    };
    one("ok", phase.ok);
    one("failed", phase.failed);
    one("unknown", phase.unknown);
    one("overflow", phase.overflow);
  }
}

void end_of_run(Text& text, const MetricsTotals& totals) {
  text.family("hubsim_run_ended", "gauge", "1 when the run is over.");
  text.sample("hubsim_run_ended", "", totals.end ? 1 : 0);
  if (!totals.end) {
    return;
  }
  text.family("hubsim_run_verdict", "gauge", "1 for the verdict the run got.");
  for (const char* verdict : {"PASS", "FAIL", "INVALID", "UNREACHABLE"}) {
    text.sample("hubsim_run_verdict", fmt::format("verdict=\"{}\"", verdict),
                totals.end->verdict == verdict ? 1 : 0);
  }
  if (!totals.end->requirements.empty()) {
    text.family("hubsim_requirement_passed", "gauge", "1 when the requirement held.");
    for (const auto& [id, passed] : totals.end->requirements) {
      text.sample("hubsim_requirement_passed", fmt::format("requirement=\"{}\"", escaped(id)),
                  passed ? 1 : 0);
    }
  }
}

}  // namespace

std::string prometheus_text(const MetricsTotals& totals, const RunIdentity& run) {
  Text text;
  text.family("hubsim_run_info", "gauge", "Always 1: which run this is.");
  text.sample("hubsim_run_info",
              fmt::format("run_id=\"{}\",name=\"{}\",version=\"{}\"", escaped(run.run_id),
                          escaped(run.name), escaped(run.version)),
              1);
  counter(text, totals, "hubsim_requests_planned_total", "Arrivals of the plan that fell due.",
          &PhaseMetrics::planned);
  counter(text, totals, "hubsim_requests_sent_total", "Of these, handed to the kernel.",
          &PhaseMetrics::sent);
  outcomes(text, totals);
  text.family("hubsim_response_seconds", "histogram",
              "From the moment the plan named to the answer.");
  for (const PhaseMetrics& phase : totals.phases) {
    text.histogram("hubsim_response_seconds", labels_of(phase), phase.response);
  }
  text.family("hubsim_schedule_lag_seconds", "histogram",
              "How late the generator sent, against its plan.");
  for (const PhaseMetrics& phase : totals.phases) {
    text.histogram("hubsim_schedule_lag_seconds", labels_of(phase), phase.lag);
  }
  text.family("hubsim_requests_in_flight", "gauge", "Sent or waiting, and not yet answered.");
  for (const auto& [driver, value] : totals.in_flight) {
    text.sample("hubsim_requests_in_flight", fmt::format("driver=\"{}\"", escaped(driver)), value);
  }
  end_of_run(text, totals);
  return text.take();
}

}  // namespace hubsim::loadgen

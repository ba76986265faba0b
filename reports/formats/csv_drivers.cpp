// drivers.csv: every driver and phase as one row, with all its counts and times.
#include <string>
#include <vector>

#include "reports/formats/csv_text.h"
#include "reports/formats/format.h"

namespace hubsim::reports {
namespace {

void add_names(std::vector<std::string>& fields, const std::string& latency) {
  fields.push_back(latency + "_count");
  for (const char* name : {"min", "mean", "p50", "p90", "p99", "p999", "max"}) {
    fields.push_back(latency + "_" + name + "_ms");
  }
}

void add_times(std::vector<std::string>& fields, const Quantiles& times) {
  fields.push_back(std::to_string(times.count));
  for (const double value :
       {times.min, times.mean, times.p50, times.p90, times.p99, times.p999, times.max}) {
    fields.push_back(csv_number(times.count > 0 ? std::optional(value) : std::nullopt));
  }
}

bool is_measured(const RunResult& result, const std::string& name) {
  for (const Phase& phase : result.phases) {
    if (phase.name == name) {
      return phase.measured;
    }
  }
  return true;
}

std::vector<std::string> row_of(const RunResult& result, const Driver& driver,
                                const DriverPhase& phase) {
  std::vector<std::string> fields{csv_field(driver.id),
                                  csv_field(driver.kind),
                                  csv_field(phase.phase),
                                  is_measured(result, phase.phase) ? "true" : "false",
                                  std::to_string(phase.planned),
                                  std::to_string(phase.sent),
                                  std::to_string(phase.ok),
                                  std::to_string(phase.failed),
                                  std::to_string(phase.unknown),
                                  std::to_string(phase.overflow),
                                  csv_number(phase.planned_per_s),
                                  csv_number(phase.sent_per_s),
                                  csv_number(driver.cpu_us_per_request)};
  for (const Quantiles* times :
       {&phase.response, &phase.service, &phase.first_byte, &phase.schedule_lag}) {
    add_times(fields, *times);
  }
  return fields;
}

std::string render_drivers(const RunResult& result) {
  std::vector<std::string> fields{"driver",
                                  "kind",
                                  "phase",
                                  "measured",
                                  "planned",
                                  "sent",
                                  "ok",
                                  "failed",
                                  "unknown",
                                  "overflow",
                                  "planned_per_s",
                                  "sent_per_s",
                                  "cpu_us_per_request"};
  for (const char* latency : {"response", "service", "first_byte", "schedule_lag"}) {
    add_names(fields, latency);
  }
  std::string out = csv_row(fields);
  for (const Driver& driver : result.drivers) {
    for (const DriverPhase& phase : driver.phases) {
      out += csv_row(row_of(result, driver, phase));
    }
  }
  return out;
}

}  // namespace

void register_format_csv_drivers(FormatRegistry& registry);
void register_format_csv_drivers(FormatRegistry& registry) {
  registry.add({"drivers", "drivers.csv", "every driver and phase as a row", &render_drivers});
}

}  // namespace hubsim::reports

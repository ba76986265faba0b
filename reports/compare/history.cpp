#include "reports/compare/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <system_error>

#include "common/time/format.h"

namespace hubsim::reports {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_numbers = 500;

std::string phase_number(const Driver& driver, const DriverPhase& phase, const char* what) {
  return driver.id + "/" + phase.phase + " " + what;
}

void add_phases(const RunResult& run, std::map<std::string, double>& numbers) {
  for (const Driver& driver : run.drivers) {
    for (const DriverPhase& phase : driver.phases) {
      const bool of_portal =
          driver.kind == "crm_changes";  // its calls do not reach the integration
      if (of_portal || phase.response.count == 0 || numbers.size() + 5 > max_numbers) {
        continue;
      }
      const auto answers = static_cast<double>(std::max<std::uint64_t>(phase.ok + phase.failed, 1));
      numbers[phase_number(driver, phase, "p50 ms")] = phase.response.p50;
      numbers[phase_number(driver, phase, "p90 ms")] = phase.response.p90;
      numbers[phase_number(driver, phase, "p99 ms")] = phase.response.p99;
      numbers[phase_number(driver, phase, "errors")] = static_cast<double>(phase.failed) / answers;
      numbers[phase_number(driver, phase, "rate")] = phase.sent_per_s;
    }
  }
}

Json to_json(const HistoryRun& run) {
  return {{"format", 1},
          {"started_at_ms", run.started_at_ms},
          {"scenario", run.scenario},
          {"label", run.label},
          {"verdict", run.verdict},
          {"hubsim_version", run.hubsim_version},
          {"numbers", run.numbers}};
}

/// Nothing where the line is no run.
std::optional<HistoryRun> from_line(const std::string& line) {
  const auto value = json::parse(line);
  const Json* at = value.ok() ? json::find(*value, "started_at_ms") : nullptr;
  const Json* numbers = value.ok() ? json::find(*value, "numbers") : nullptr;
  if (at == nullptr || numbers == nullptr || !at->is_number_integer() || !numbers->is_object()) {
    return std::nullopt;
  }
  const auto text = [&](const char* key) {
    const Json* member = json::find(*value, key);
    return member == nullptr ? std::string() : json::text_of(*member);
  };
  HistoryRun run{.started_at_ms = at->get<std::int64_t>(),
                 .scenario = text("scenario"),
                 .label = text("label"),
                 .verdict = text("verdict"),
                 .hubsim_version = text("hubsim_version"),
                 .numbers = {}};
  for (const auto& [name, number] : numbers->items()) {
    if (!number.is_number()) {
      return std::nullopt;
    }
    run.numbers[name] = number.get<double>();
  }
  return run;
}

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) {
    return *middle;
  }
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

void judge(Trend& trend) {
  std::vector<double> before(trend.values.begin(), trend.values.end() - 1);
  if (before.size() < least_before) {
    return;
  }
  trend.median = median_of(before);
  for (double& value : before) {
    value = std::abs(value - *trend.median);
  }
  constexpr double to_standard = 1.4826;  // of a normal distribution
  trend.deviation = to_standard * median_of(before);
  const double away = trend.last - *trend.median;
  const double bound = std::max(5 * trend.deviation, 0.1 * std::abs(*trend.median));
  trend.outlier = std::abs(away) > bound;
  trend.worse = trend.outlier && (trend.name.ends_with(" rate") ? away < 0 : away > 0);
}

std::string sparkline(const std::vector<double>& values) {
  constexpr const char* bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  std::string line;
  for (const double value : values) {
    const double height = *high > *low ? (value - *low) / (*high - *low) : 0;
    line += bars[static_cast<std::size_t>(std::lround(height * 7))];
  }
  return line;
}

std::string safe(std::string text) {
  for (char& c : text) {
    c = static_cast<unsigned char>(c) < 0x20 || c == '\x7f' ? ' ' : c;
  }
  return text;
}

std::string trend_text(const Trend& trend) {
  const std::string usual = trend.median
                                ? fmt::format("{:>10.4g} ±{:<8.3g}", *trend.median, trend.deviation)
                                : fmt::format("{:>20}", "too few runs");
  const char* flag = trend.worse ? "  OUTLIER, worse" : trend.outlier ? "  outlier, better" : "";
  return fmt::format("  {:<36} {:>10.4g}  {}  {}{}\n", safe(trend.name), trend.last, usual,
                     sparkline(trend.values), flag);
}

}  // namespace

HistoryRun history_run(const RunResult& run, const std::string& label) {
  HistoryRun out{.started_at_ms = run.started_at_ms,
                 .scenario = run.scenario_name,
                 .label = label,
                 .verdict = std::string(name_of(run.verdict)),
                 .hubsim_version = run.environment.hubsim_version,
                 .numbers = {}};
  add_phases(run, out.numbers);
  if (run.convergence.records > 0) {
    out.numbers["convergence p50 ms"] = run.convergence.time_ms.p50;
    out.numbers["convergence p90 ms"] = run.convergence.time_ms.p90;
    out.numbers["not converged"] = static_cast<double>(run.convergence.not_converged);
  }
  if (run.behaviour) {
    const auto calls = static_cast<double>(std::max<std::uint64_t>(run.behaviour->calls, 1));
    out.numbers["retries per call"] = static_cast<double>(run.behaviour->retries) / calls;
    if (run.behaviour->calls_per_change) {
      out.numbers["calls per change"] = *run.behaviour->calls_per_change;
    }
  }
  return out;
}

Result<std::vector<HistoryRun>> read_history(const fs::path& file) {
  std::vector<HistoryRun> runs;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    return runs;
  }
  std::ifstream in(file);
  if (!in || fs::is_directory(file, ignored)) {
    return Failure{file.string() + " cannot be read"};
  }
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty()) {
      continue;
    }
    auto run = from_line(line);
    if (!run) {
      return Failure{
          fmt::format("{}:{}: this is not a run of a history: take the line out, or "
                      "keep the file aside and begin a new one",
                      file.string(), number)};
    }
    runs.push_back(std::move(*run));
  }
  return runs;
}

void add_to_history(std::vector<HistoryRun>& runs, HistoryRun run) {
  const auto is_same = [&](const HistoryRun& other) {
    return other.started_at_ms == run.started_at_ms && other.scenario == run.scenario &&
           other.label == run.label;
  };
  runs.erase(std::remove_if(runs.begin(), runs.end(), is_same), runs.end());
  runs.push_back(std::move(run));
  if (runs.size() > max_history_runs) {
    runs.erase(runs.begin(),
               runs.begin() + static_cast<std::ptrdiff_t>(runs.size() - max_history_runs));
  }
}

Status<> write_history(const fs::path& file, const std::vector<HistoryRun>& runs) {
  fs::path draft = file;
  draft += ".part";
  std::ofstream out(draft, std::ios::binary | std::ios::trunc);
  for (const HistoryRun& run : runs) {
    out << json::dump(to_json(run)) << '\n';
  }
  out.close();
  std::error_code error;
  if (out) {
    fs::rename(draft, file, error);
  }
  if (!out || error) {
    return Failure{"cannot write " + file.string()};
  }
  return Done{};
}

namespace {

/// The newest window + 1 runs of each scenario, in the order the scenarios appear.
std::vector<ScenarioTrends> by_scenario(const std::vector<HistoryRun>& runs, std::size_t window) {
  std::vector<ScenarioTrends> all;
  for (const HistoryRun& run : runs) {
    auto it = std::find_if(all.begin(), all.end(), [&](const ScenarioTrends& trends) {
      return trends.scenario == run.scenario;
    });
    if (it == all.end()) {
      it = all.insert(all.end(), {.scenario = run.scenario, .runs = {}, .trends = {}});
    }
    it->runs.push_back(run);
    if (it->runs.size() > window + 1) {
      it->runs.erase(it->runs.begin());
    }
  }
  return all;
}

Trend trend_of(const std::vector<HistoryRun>& runs, const std::string& name, double last) {
  Trend trend{.name = name, .last = last};
  for (const HistoryRun& run : runs) {
    if (const auto number = run.numbers.find(name); number != run.numbers.end()) {
      trend.values.push_back(number->second);
    }
  }
  judge(trend);
  return trend;
}

}  // namespace

std::vector<ScenarioTrends> trends_of(const std::vector<HistoryRun>& runs, std::size_t window) {
  std::vector<ScenarioTrends> all = by_scenario(runs, window);
  for (ScenarioTrends& trends : all) {
    for (const auto& [name, last] : trends.runs.back().numbers) {
      trends.trends.push_back(trend_of(trends.runs, name, last));
    }
  }
  return all;
}

std::string history_text(const std::vector<ScenarioTrends>& trends) {
  std::string text;
  for (const ScenarioTrends& scenario : trends) {
    text += fmt::format("{}{}: the newest {} runs\n", text.empty() ? "" : "\n",
                        safe(scenario.scenario), scenario.runs.size());
    for (const HistoryRun& run : scenario.runs) {
      text += fmt::format("  {}  {:<7}  {}\n",
                          format_iso8601(from_unix_ms(run.started_at_ms)).substr(0, 19),
                          safe(run.verdict), safe(run.label));
    }
    text += fmt::format("  {:<36} {:>10}  {:>20}  trend\n", "number", "last", "median before");
    for (const Trend& trend : scenario.trends) {
      text += trend_text(trend);
    }
  }
  return text.empty() ? "no runs yet\n" : text;
}

}  // namespace hubsim::reports

#include "loadgen/load_verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/text.h"
#include "loadgen/load_health.h"

namespace hubsim::loadgen {

namespace {

constexpr std::chrono::milliseconds usual_lag{10};
constexpr std::chrono::milliseconds least_lag{1};

constexpr std::array<std::pair<const char*, double>, 5> quantiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1}}};

double ms_of(std::chrono::nanoseconds span) { return static_cast<double>(span.count()) / 1e6; }

double quantile_ms(const stats::Histogram& histogram, double share) {
  return ms_of(share >= 1 ? histogram.max() : histogram.quantile(share));
}

std::optional<double> share_named(std::string_view name) {
  for (const auto& [known, share] : quantiles) {
    if (name == known) {
      return share;
    }
  }
  return std::nullopt;
}

std::uint64_t errors_of(const PhaseReport& phase) { return phase.failed + phase.unknown; }

std::vector<std::string> doubts_of(const DriverReport& report, const VerdictRules& rules) {
  std::vector<std::string> doubts;
  for (RigItem& item : rig_items(report, rules)) {
    if (!item.ok) {
      doubts.push_back(std::move(item.reason));
    }
  }
  return doubts;
}

bool nobody_answered(const DriverReport& report) {
  return report.statuses.size() == 1 && report.statuses.begin()->first == 0;
}

void judge(const LoadRequirement& requirement, const PhaseReport& main, Conclusion& out) {
  const auto got = requirement.measured(main);
  if (!got) {
    out.verdict = LoadVerdict::invalid;
    out.reasons.push_back(requirement.text() + ": saw nothing");
    return;
  }
  if (!requirement.bound.holds(*got)) {
    out.verdict = out.verdict == LoadVerdict::invalid ? LoadVerdict::invalid : LoadVerdict::fail;
    out.reasons.push_back(fmt::format("{}: got {:.3f}{}", requirement.text(), *got,
                                      requirement.what == "rate" ? "/s" : " ms"));
  }
}

Json latency_json(const stats::Histogram& histogram) {
  Json json = Json::object();
  for (const auto& [name, share] : quantiles) {
    json[std::string(name) + "_ms"] = quantile_ms(histogram, share);
  }
  return json;
}

std::string latency_line(const char* name, const stats::Histogram& histogram) {
  std::string line = fmt::format("  {:<10}", name);
  for (const auto& [quantile, share] : quantiles) {
    line += fmt::format("{:>10.3f}", quantile_ms(histogram, share));
  }
  return line + "\n";
}

}  // namespace

std::optional<double> LoadRequirement::measured(const PhaseReport& main) const {
  if (what == "rate") {
    return main.sent < 2 ? std::nullopt : std::optional(main.sent_per_s);
  }
  if (main.response.count() == 0) {
    return std::nullopt;
  }
  return quantile_ms(main.response, share_named(what).value_or(1));
}

bool is_open(const DriverReport& report) { return report.kind != "closed"; }

double share_failed(const PhaseReport& phase) {
  return phase.planned == 0
             ? 0
             : static_cast<double>(errors_of(phase)) / static_cast<double>(phase.planned);
}

double cpu_us_per_request(const DriverReport& report) {
  const auto requests = static_cast<double>(std::max<std::uint64_t>(report.phases.back().sent, 1));
  return static_cast<double>(report.cpu.count()) / 1e3 / requests;
}

Result<LoadRequirement> LoadRequirement::parse(std::string_view text) {
  const std::vector<std::string> known{"p50", "p90", "p99", "p999", "max", "rate"};
  text = trim(text);
  const auto end = std::min(text.find_first_of(" <>="), text.size());
  const std::string what(text.substr(0, end));
  if (std::find(known.begin(), known.end(), what) == known.end()) {
    return Failure{"'" + what + "' is nothing to require" + did_you_mean(what, known) +
                   "; known: " + join(known, ", ") + ", as in 'p99 < 50ms'"};
  }
  auto bound = config::parse_condition(text.substr(end));
  if (!bound) {
    return Failure{"'" + std::string(text) + "': " + bound.error()};
  }
  if (bound->is_duration == (what == "rate")) {
    return Failure{"'" + std::string(text) + "': " +
                   (what == "rate" ? "a rate is bound by a number a second, as in 'rate >= 990'"
                                   : "a latency is bound by a time, as in 'p99 < 50ms'")};
  }
  return LoadRequirement{what, *bound};
}

std::string_view name_of(LoadVerdict verdict) noexcept {
  constexpr std::array<std::string_view, 4> names{"PASS", "FAIL", "INVALID", "UNREACHABLE"};
  return names.at(static_cast<std::size_t>(verdict));
}

// As app/exit_codes.h has them.
int exit_code_of(LoadVerdict verdict) noexcept {
  constexpr std::array<int, 4> codes{0, 1, 3, 4};
  return codes.at(static_cast<std::size_t>(verdict));
}

std::chrono::nanoseconds lag_bound(const VerdictRules& rules) {
  if (rules.max_lag) {
    return *rules.max_lag;
  }
  std::chrono::nanoseconds bound = usual_lag;
  for (const LoadRequirement& requirement : rules.require) {
    if (requirement.what != "rate") {
      const auto share =
          std::chrono::nanoseconds(static_cast<std::int64_t>(requirement.bound.bound * 1e6 / 10));
      bound = std::min(bound, std::max<std::chrono::nanoseconds>(share, least_lag));
    }
  }
  return bound;
}

VerdictRules rules_of_part(VerdictRules rules) {
  rules.max_lag = lag_bound(rules);
  rules.require.clear();
  rules.only_soundness = true;
  return rules;
}

Conclusion conclude(const DriverReport& report, const VerdictRules& rules) {
  const PhaseReport& main = report.phases.back();
  if (nobody_answered(report)) {
    return {LoadVerdict::unreachable, {"not one answer"}};
  }
  const double share = share_failed(main);
  auto doubts = doubts_of(report, rules);
  if (rules.only_soundness) {
    return {doubts.empty() ? LoadVerdict::pass : LoadVerdict::invalid, std::move(doubts)};
  }
  if (share > rules.max_errors) {
    Conclusion failed{LoadVerdict::fail,
                      {fmt::format("{:.3f}% of the requests failed, allowed {:.3f}%", share * 100,
                                   rules.max_errors * 100)}};
    failed.reasons.insert(failed.reasons.end(), doubts.begin(), doubts.end());
    return failed;
  }
  Conclusion out{doubts.empty() ? LoadVerdict::pass : LoadVerdict::invalid, std::move(doubts)};
  for (const LoadRequirement& requirement : rules.require) {
    judge(requirement, main, out);
  }
  return out;
}

Json result_json(const DriverReport& report, const Conclusion& conclusion) {
  const PhaseReport& main = report.phases.back();
  Json json{{"verdict", name_of(conclusion.verdict)},
            {"reasons", conclusion.reasons},
            {"requests", main.sent},
            {"errors", errors_of(main)},
            {"rate_achieved", main.sent_per_s},
            {"rate_planned", is_open(report) ? Json(main.planned_per_s) : Json()},
            {"cpu_us_per_request", cpu_us_per_request(report)},
            {"latency",
             {{"response", latency_json(main.response)},
              {"service", latency_json(main.service)},
              {"first_byte", latency_json(main.first_byte)},
              {"schedule_lag", latency_json(main.lag)}}},
            {"machine",
             {{"throttled", report.machine.throttled},
              {"stolen", report.machine.stolen},
              {"busiest_thread", report.busiest_thread}}}};
  json["report"] = to_json(report);
  return json;
}

std::string result_text(const DriverReport& report) {
  const PhaseReport& main = report.phases.back();
  const bool open = is_open(report);
  std::string text = fmt::format("  {} sent, {} ok, {} failed, {} unknown, {} never sent\n",
                                 main.sent, main.ok, main.failed, main.unknown, main.overflow);
  text +=
      open ? fmt::format("  rate {:.2f}/s, planned {:.2f}/s\n", main.sent_per_s, main.planned_per_s)
           : fmt::format("  rate {:.1f}/s\n", main.sent_per_s);
  text += "  ms               p50       p90       p99     p99.9       max\n";
  if (open) {
    text += latency_line("response", main.response);
  }
  text += latency_line("service", main.service);
  text += latency_line("first byte", main.first_byte);
  if (open) {
    text += latency_line("lag", main.lag);
  } else {
    text += "  no arrival plan: response time is service time, and a stall hides the load it met\n";
  }
  for (const auto& [why, count] : report.failures) {
    text += fmt::format("  {} x {}\n", count, why);
  }
  for (const auto& [status, count] : report.statuses) {
    if (status != 0 && status / 100 != 2) {
      text += fmt::format("  {} x status {}\n", count, status);
    }
  }
  text += fmt::format(
      "  generator: {:.2f} us CPU a request, busiest thread {:.0f}%, {} connections of {}\n",
      cpu_us_per_request(report), report.busiest_thread * 100, report.connections, report.http);
  return text;
}

}  // namespace hubsim::loadgen

#include "scenarios/run/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/time/format.h"
#include "scenarios/checks/check.h"

namespace hubsim::scenarios {

namespace {

using reports::HealthItem;
using reports::RequirementVerdict;
using reports::Verdict;

constexpr double least_sent_share = 0.995;  // DESIGN 6
constexpr double lag_share = 0.10;          // of the tightest latency requirement
constexpr double least_lag_budget_ms = 20;  // a wake-up on a busy two-core machine
constexpr double handling_budget_ms = 25;   // the mock's own p99
constexpr double most_busy = 0.85;          // of a core, by the generator's thread
constexpr double most_throttled = 0.01;     // of a measured phase, by the cgroup's quota
constexpr double most_stolen = 0.10;        // of the cores' time, by other guests
/// Verdicts on these are about speed: a rig that was not itself proves nothing about them.
constexpr std::string_view latency_checks[] = {"webhook_ack", "converged"};

bool is_latency(const reports::Requirement& requirement) {
  return std::find(std::begin(latency_checks), std::end(latency_checks), requirement.check) !=
         std::end(latency_checks);
}

double milliseconds(std::chrono::nanoseconds span) {
  return std::chrono::duration<double, std::milli>(span).count();
}

bool measured(const Scenario& scenario, const std::string& phase) {
  return std::any_of(scenario.phases.begin(), scenario.phases.end(),
                     [&](const PhaseSpec& spec) { return spec.name == phase && spec.measure; });
}

/// The generator's honesty, by driver and measured phase.
class GeneratorHealth {
 public:
  GeneratorHealth(const Scenario& scenario, std::vector<HealthItem>& items)
      : scenario_(scenario),
        lag_budget_ms_(std::max(least_lag_budget_ms, lag_share * tightest_latency_ms(scenario))),
        items_(items) {}

  void add(const loadgen::DriverReport& driver) {
    std::uint64_t overflow = 0;
    for (const loadgen::PhaseReport& phase : driver.phases) {
      overflow += phase.overflow;
      if (measured(scenario_, phase.phase) && phase.planned > 0) {
        add_phase(driver.id + "/" + phase.phase, phase);
      }
    }
    items_.push_back({.name = driver.id + " queue overflow",
                      .value = std::to_string(overflow),
                      .budget = "0",
                      .ok = overflow == 0});
    for (const std::string& reason : driver.invalid) {
      items_.push_back({.name = driver.id, .value = reason, .budget = "none", .ok = false});
    }
    items_.push_back({.name = driver.id + " generator CPU",
                      .value = fmt::format("{:.0f} ms, {:.0f}% of a core", milliseconds(driver.cpu),
                                           driver.busiest_thread * 100),
                      .budget = fmt::format("<= {:.0f}%", most_busy * 100),
                      .ok = driver.busiest_thread <= most_busy});
    for (const char* failure : {loadgen::out_of_descriptors, loadgen::out_of_ports}) {
      if (const auto count = driver.failures.find(failure); count != driver.failures.end()) {
        items_.push_back({.name = driver.id + " " + failure,
                          .value = std::to_string(count->second),
                          .budget = "0",
                          .ok = false});
      }
    }
  }

 private:
  /// What could not be connected was tried in time: that is the target's fault, not the rig's.
  void add_phase(const std::string& name, const loadgen::PhaseReport& phase) {
    const auto tried = static_cast<double>(phase.ok + phase.failed + phase.unknown);
    const double share = tried / static_cast<double>(phase.planned);
    items_.push_back({.name = name + " sent of plan",
                      .value = fmt::format("{:.1f}%", share * 100),
                      .budget = fmt::format(">= {:.1f}%", least_sent_share * 100),
                      .ok = share >= least_sent_share});
    const double lag_ms = milliseconds(phase.lag.quantile(0.99));
    items_.push_back({.name = name + " schedule lag p99",
                      .value = fmt::format("{:.1f} ms", lag_ms),
                      .budget = fmt::format("<= {:.0f} ms", lag_budget_ms_),
                      .ok = lag_ms <= lag_budget_ms_});
  }

  const Scenario& scenario_;
  double lag_budget_ms_;
  std::vector<HealthItem>& items_;
};

HealthItem handling_health(const RunEvidence& evidence) {
  std::vector<std::int64_t> handling;
  handling.reserve(evidence.requests.size());
  for (const RequestRecord& request : evidence.requests) {
    handling.push_back(request.handling_us);
  }
  std::sort(handling.begin(), handling.end());
  const std::size_t rank = handling.size() * 99 / 100;
  const double p99_ms = handling.empty() ? 0 : static_cast<double>(handling[rank]) / 1000;
  return {.name = "mock's own handling p99",
          .value = fmt::format("{:.1f} ms", p99_ms),
          .budget = fmt::format("<= {:.0f} ms", handling_budget_ms),
          .ok = p99_ms <= handling_budget_ms};
}

/// A quota or a neighbour that takes the cores makes every number of a measured phase suspect.
void add_machine_health(const RunEvidence& evidence, const RigState& rig,
                        std::vector<HealthItem>& items) {
  double throttled = 0;
  double stolen = 0;
  for (std::size_t i = 0; i < std::min(rig.machine.size(), evidence.phases.size()); ++i) {
    if (evidence.phases[i].measured) {
      throttled = std::max(throttled, rig.machine[i].throttled);
      stolen = std::max(stolen, rig.machine[i].stolen);
    }
  }
  items.push_back({.name = "CPU throttled, worst phase",
                   .value = fmt::format("{:.1f}%", throttled * 100),
                   .budget = fmt::format("<= {:.0f}%", most_throttled * 100),
                   .ok = throttled <= most_throttled});
  items.push_back({.name = "CPU stolen, worst phase",
                   .value = fmt::format("{:.1f}%", stolen * 100),
                   .budget = fmt::format("<= {:.0f}%", most_stolen * 100),
                   .ok = stolen <= most_stolen});
}

void add_fault_health(const Scenario& scenario, const RunEvidence& evidence,
                      std::vector<HealthItem>& items) {
  for (const FaultSpec& spec : scenario.faults) {
    const auto it = std::find_if(evidence.faults.begin(), evidence.faults.end(),
                                 [&](const FaultCount& count) { return count.id == spec.id; });
    const std::uint64_t hits = it != evidence.faults.end() ? it->hits : 0;
    const std::uint64_t eligible = it != evidence.faults.end() ? it->eligible : 0;
    if (hits == 0 && spec.share > 0) {
      items.push_back({.name = "fault " + spec.id,
                       .value = fmt::format("never hit, of {} it could have", eligible),
                       .budget = ">= 1",
                       .ok = false});
    }
  }
}

reports::Requirement evaluate(const RequireSpec& spec, const CheckRegistry& registry,
                              const RunEvidence& evidence, bool& data_loss) {
  reports::Requirement out{.id = spec.id, .check = spec.check};
  const auto kind = registry.get(spec.check);
  config::Problems problems;
  std::unique_ptr<Check> check;
  if (kind.ok()) {
    const auto settings = config::read_settings((*kind)->fields, spec.settings, "", problems);
    check = problems.empty() ? (*kind)->make(settings, "", problems) : nullptr;
  }
  if (check == nullptr || !problems.empty()) {
    out.explanation =
        kind.ok() ? problems.empty() ? "the check refused its settings" : problems.front().message
                  : kind.error();
    return out;
  }
  CheckOutcome outcome = check->evaluate(evidence);
  out.wanted = check->wanted();
  out.phases = check->phases();
  out.got = std::move(outcome.got);
  out.verdict = outcome.verdict;
  out.margin = outcome.margin;
  out.explanation = std::move(outcome.explanation);
  out.advice = out.verdict == RequirementVerdict::fail ? (*kind)->advice : "";
  out.evidence = std::move(outcome.evidence);
  data_loss = outcome.data_loss && out.verdict == RequirementVerdict::fail;
  return out;
}

void note_failed(const JudgedRequirements& judged, std::vector<std::string>& reasons) {
  for (const auto& requirement : judged.requirements) {
    if (requirement.verdict == RequirementVerdict::fail) {
      reasons.push_back(fmt::format("{} ({}) failed: wanted {}, got {}", requirement.id,
                                    requirement.check, requirement.wanted, requirement.got));
    }
  }
}

std::vector<std::string> invalid_reasons(const JudgedRequirements& judged,
                                         const std::vector<HealthItem>& health,
                                         const RunEvidence& evidence) {
  std::vector<std::string> reasons;
  if (!evidence.gap.empty()) {
    reasons.push_back("the records are incomplete: " + evidence.gap);
  }
  for (const HealthItem& item : health) {
    if (!item.ok) {
      reasons.push_back(fmt::format("{}: {}, budget {}", item.name, item.value, item.budget));
    }
  }
  for (const auto& requirement : judged.requirements) {
    const std::string name = fmt::format("{} ({})", requirement.id, requirement.check);
    if (requirement.verdict == RequirementVerdict::vacuous) {
      reasons.push_back(name + " saw nothing: " + requirement.explanation);
    } else if (requirement.verdict == RequirementVerdict::invalid) {
      reasons.push_back(name + " is invalid: " + requirement.explanation);
    }
  }
  return reasons;
}

}  // namespace

double tightest_latency_ms(const Scenario& scenario) {
  double tightest = 0;
  for (const RequireSpec& spec : scenario.require) {
    for (const auto& [key, value] : spec.settings.items()) {
      const auto bound = value.is_string() ? config::parse_condition(value.get<std::string>())
                                           : Result<config::Condition>(Failure{std::string()});
      const bool names_latency = bound.ok() && bound->is_duration && key.starts_with("p");
      if (names_latency && (tightest == 0 || bound->bound < tightest)) {
        tightest = bound->bound;
      }
    }
  }
  return tightest;
}

JudgedRequirements judge_requirements(const Scenario& scenario, const RunEvidence& evidence) {
  CheckRegistry registry("check");
  register_all_checks(registry);
  JudgedRequirements judged;
  for (const RequireSpec& spec : scenario.require) {
    bool data_loss = false;
    judged.requirements.push_back(evaluate(spec, registry, evidence, data_loss));
    judged.data_loss.push_back(data_loss);
  }
  return judged;
}

std::vector<HealthItem> judge_health(const Scenario& scenario, const RunEvidence& evidence,
                                     const RigState& rig) {
  std::vector<HealthItem> items;
  GeneratorHealth generator(scenario, items);
  for (const loadgen::DriverReport& driver : rig.drivers) {
    generator.add(driver);
  }
  items.push_back(handling_health(evidence));
  items.push_back({.name = "webhook queue overflow",
                   .value = std::to_string(rig.webhook_overflow),
                   .budget = "0",
                   .ok = rig.webhook_overflow == 0});
  items.push_back({.name = "observations lost",
                   .value = std::to_string(rig.lost_observations),
                   .budget = "0",
                   .ok = rig.lost_observations == 0});
  add_machine_health(evidence, rig, items);
  add_fault_health(scenario, evidence, items);
  return items;
}

VerdictWithReasons conclude(const JudgedRequirements& judged, const std::vector<HealthItem>& health,
                            const RunEvidence& evidence, const RigState& rig) {
  VerdictWithReasons out;
  bool failed = !rig.target_ended.empty();
  bool lost_data = false;
  const std::vector<std::string> invalid = invalid_reasons(judged, health, evidence);
  for (std::size_t i = 0; i < judged.requirements.size(); ++i) {
    const auto& requirement = judged.requirements[i];
    const bool carries = invalid.empty() || !is_latency(requirement) || judged.data_loss[i];
    failed = failed || (requirement.verdict == RequirementVerdict::fail && carries);
    lost_data = lost_data || judged.data_loss[i];
  }
  if (!rig.target_ended.empty()) {
    out.reasons.push_back("the integration ended by itself (" + rig.target_ended + ")");
  }
  if (lost_data || (failed && evidence.gap.empty())) {
    out.verdict = Verdict::fail;
    note_failed(judged, out.reasons);
    out.reasons.insert(out.reasons.end(), invalid.begin(), invalid.end());
  } else {
    out.verdict = invalid.empty() ? Verdict::pass : Verdict::invalid;
    out.reasons.insert(out.reasons.end(), invalid.begin(), invalid.end());
    note_failed(judged, out.reasons);
  }
  return out;
}

}  // namespace hubsim::scenarios

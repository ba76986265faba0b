#include "reports/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/compare/behaviour.h"
#include "reports/compare/convergence.h"
#include "reports/compare/phases.h"
#include "reports/compare/words.h"
#include "reports/compare/worst.h"

namespace hubsim::reports {

namespace {

RunName name_of_run(const RunResult& run) {
  return {.file = "",
          .scenario = run.scenario_name,
          .verdict = std::string(name_of(run.verdict)),
          .started_at_ms = run.started_at_ms,
          .hubsim_version = run.environment.hubsim_version};
}

void warn_of(std::vector<std::string>& warnings, const char* what, const std::string& base,
             const std::string& fresh) {
  if (base != fresh) {
    warnings.push_back(fmt::format("different {}: '{}' and '{}'", what, base, fresh));
  }
}

std::string phase_plan(const RunResult& run) {
  std::string text;
  for (const Phase& phase : run.phases) {
    text += (text.empty() ? "" : ", ") + phase.name;
  }
  return text;
}

std::string fault_plan(const RunResult& run) {
  std::string text;
  for (const FaultRule& rule : run.faults) {
    text += (text.empty() ? "" : ", ") + rule.id + ": " + rule.summary;
  }
  return text;
}

std::vector<std::string> comparability(const RunResult& base, const RunResult& fresh) {
  std::vector<std::string> warnings;
  warn_of(warnings, "scenarios", base.scenario_name, fresh.scenario_name);
  warn_of(warnings, "seeds", std::to_string(base.seed), std::to_string(fresh.seed));
  warn_of(warnings, "phases", phase_plan(base), phase_plan(fresh));
  warn_of(warnings, "faults", fault_plan(base), fault_plan(fresh));
  const Environment& before = base.environment;
  const Environment& now = fresh.environment;
  warn_of(warnings, "processors", before.cpu_model, now.cpu_model);
  warn_of(warnings, "numbers of cores", std::to_string(before.cpu_count),
          std::to_string(now.cpu_count));
  warn_of(warnings, "kernels", before.kernel, now.kernel);
  warn_of(warnings, "builds", before.build_type, now.build_type);
  warn_of(warnings, "compilers", before.compiler, now.compiler);
  warn_of(warnings, "versions of hubsim", before.hubsim_version, now.hubsim_version);
  for (const auto& [name, run] : {std::pair{"base", &base}, std::pair{"new", &fresh}}) {
    if (run->verdict == Verdict::invalid) {
      warnings.push_back(fmt::format("the {} run is INVALID: its times prove nothing", name));
    }
  }
  return warnings;
}

ChangeVerdict verdict_of(RequirementVerdict base, RequirementVerdict fresh) {
  if (fresh == RequirementVerdict::fail) {
    return ChangeVerdict::regressed;
  }
  if (fresh == RequirementVerdict::pass) {
    return base == RequirementVerdict::fail ? ChangeVerdict::improved : ChangeVerdict::same;
  }
  return ChangeVerdict::unclear;  // invalid or vacuous: it can be told no more
}

/// Those whose verdict changed, and those that only one run has.
std::vector<RequirementChange> compare_requirements(const RunResult& base, const RunResult& fresh,
                                                    bool& any_in_common) {
  std::map<std::string, const Requirement*> before;
  for (const Requirement& one : base.requirements) {
    if (one.check != comparison_check) {
      before[one.id] = &one;
    }
  }
  std::vector<RequirementChange> changes;
  for (const Requirement& one : fresh.requirements) {
    if (one.check == comparison_check) {
      continue;
    }
    const auto it = before.find(one.id);
    const std::string now(name_of(one.verdict));
    if (it == before.end()) {
      changes.push_back({one.id, one.check, "", now, one.got, ChangeVerdict::same});
      continue;
    }
    any_in_common = true;
    if (it->second->verdict != one.verdict) {
      changes.push_back({one.id, one.check, std::string(name_of(it->second->verdict)), now, one.got,
                         verdict_of(it->second->verdict, one.verdict)});
    }
    before.erase(it);
  }
  for (const auto& [id, one] : before) {
    changes.push_back(
        {id, one->check, std::string(name_of(one->verdict)), "", "", ChangeVerdict::same});
  }
  return changes;
}

/// Times of a run that proves nothing about itself prove nothing here either.
void doubt_times(Comparison& out) {
  for (PhaseComparison& phase : out.phases) {
    for (Change& change : phase.changes) {
      const bool judged =
          change.verdict == ChangeVerdict::regressed || change.verdict == ChangeVerdict::improved;
      if (judged && change.what != "errors") {
        change.verdict = ChangeVerdict::unclear;
        change.why += "; but a run is INVALID (see its reasons, or allow_invalid)";
        phase.verdict = ChangeVerdict::unclear;
      }
    }
    const auto worst = worst_of(phase.changes);
    phase.verdict = worst == ChangeVerdict::same ? phase.verdict : worst;
  }
}

void note_change(std::vector<std::string>& reasons, const std::string& name, const Change& change) {
  if (change.verdict == ChangeVerdict::regressed) {
    reasons.push_back(fmt::format("{} {} went from {} to {} ({})", name, change.what,
                                  value_text(change, change.base), value_text(change, change.fresh),
                                  change.why));
  }
}

std::vector<std::string> reasons_of(const Comparison& out) {
  std::vector<std::string> reasons;
  for (const RequirementChange& change : out.requirements) {
    if (change.verdict == ChangeVerdict::regressed) {
      reasons.push_back(fmt::format("requirement {} ({}) went from {} to {}: {}", change.id,
                                    change.check, change.base, change.fresh, change.got));
    }
  }
  for (const PhaseComparison& phase : out.phases) {
    for (const Change& change : phase.changes) {
      note_change(reasons, phase.driver + "/" + phase.phase, change);
    }
  }
  for (const Change& change : out.convergence) {
    note_change(reasons, "convergence", change);
  }
  for (const BehaviourChange& change : out.behaviour) {
    if (change.verdict == ChangeVerdict::regressed) {
      reasons.push_back(fmt::format("{}{}: {}", change.kind,
                                    change.operation.empty() ? "" : " of " + change.operation,
                                    change.text));
    }
  }
  return reasons;
}

ChangeVerdict verdict_of(const Comparison& out) {
  std::vector<ChangeVerdict> verdicts;
  const auto take = [&](const auto& changes) {
    for (const auto& change : changes) {
      verdicts.push_back(change.verdict);
    }
  };
  take(out.phases);
  take(out.convergence);
  take(out.requirements);
  take(out.behaviour);
  struct Of {
    ChangeVerdict verdict;
  };
  std::vector<Of> all;
  for (const ChangeVerdict verdict : verdicts) {
    all.push_back({verdict});
  }
  return worst_of(all);
}

}  // namespace

Result<Comparison> compare(const RunResult& base, const RunResult& fresh,
                           const CompareRules& rules) {
  Comparison out{.base = name_of_run(base), .fresh = name_of_run(fresh)};
  out.gates = gates_text(rules);
  out.warnings = comparability(base, fresh);
  auto phases = compare_phases(base, fresh, rules, out.warnings);
  if (!phases.ok()) {
    return Failure{phases.error()};
  }
  out.phases = std::move(*phases);
  auto convergence = compare_convergence(base.convergence, fresh.convergence, rules);
  if (!convergence.ok()) {
    return Failure{convergence.error()};
  }
  out.convergence = std::move(*convergence);
  bool requirements_in_common = false;
  out.requirements = compare_requirements(base, fresh, requirements_in_common);
  const bool behaviours = base.behaviour && fresh.behaviour;
  if (behaviours) {
    out.behaviour = compare_behaviour(*base.behaviour, *fresh.behaviour, rules);
  } else if (base.behaviour || fresh.behaviour) {
    out.warnings.emplace_back("only one of the runs tells of the integration's behaviour");
  }
  if (out.phases.empty() && out.convergence.empty() && !requirements_in_common && !behaviours) {
    return Failure{
        fmt::format("'{}' and '{}' have no driver with a phase, no requirement and no "
                    "observed record in common: there is nothing to compare",
                    base.scenario_name, fresh.scenario_name)};
  }
  const bool invalid = base.verdict == Verdict::invalid || fresh.verdict == Verdict::invalid;
  if (invalid && !rules.allow_invalid) {
    doubt_times(out);
  }
  out.reasons = reasons_of(out);
  out.verdict = verdict_of(out);
  return out;
}

void add_comparison(RunResult& run, Comparison comparison) {
  const bool regressed = comparison.verdict == ChangeVerdict::regressed;
  Requirement requirement{.id = std::string(comparison_check),
                          .check = std::string(comparison_check),
                          .wanted = "nothing regressed against " + comparison.base.file,
                          .got = std::string(name_of(comparison.verdict))};
  requirement.verdict = regressed ? RequirementVerdict::fail : RequirementVerdict::pass;
  for (const std::string& reason : comparison.reasons) {
    requirement.explanation += (requirement.explanation.empty() ? "" : "; ") + reason;
    run.reasons.push_back("regressed: " + reason);
  }
  run.requirements.push_back(std::move(requirement));
  if (regressed && run.verdict == Verdict::pass) {
    run.verdict = Verdict::fail;
  }
  run.comparison = std::move(comparison);
}

}  // namespace hubsim::reports

#include "scenarios/run/runner.h"

#include "common/time/format.h"
#include "reports/compare/compare.h"
#include "reports/formats/format.h"
#include "scenarios/run/behaviour.h"
#include "scenarios/run/judge.h"
#include "scenarios/run/result.h"

namespace hubsim::scenarios {

namespace {

RigState rig_of(const Session& session) {
  const auto& samples = session.collector().webhook_samples();
  return {.drivers = session.drivers(),
          .lost_observations = session.lost_observations(),
          .webhook_overflow = samples.empty() ? 0 : samples.back().overflowed,
          .machine = session.machine_use(),
          .target_ended = session.target_ended().value_or("")};
}

std::vector<DriverEvidence> driver_evidence(const std::vector<loadgen::DriverReport>& reports) {
  std::vector<DriverEvidence> all;
  for (const loadgen::DriverReport& report : reports) {
    DriverEvidence evidence{.id = report.id, .kind = report.kind, .statuses = report.statuses};
    for (const loadgen::PhaseReport& phase : report.phases) {
      evidence.planned += phase.planned;
      evidence.sent += phase.sent;
      evidence.ok += phase.ok;
      evidence.failed += phase.failed + phase.unknown;
    }
    all.push_back(std::move(evidence));
  }
  return all;
}

std::vector<reports::Phase> phases_of(const Session& session, const RunEvidence& evidence) {
  std::vector<reports::Phase> all;
  for (std::size_t i = 0; i < evidence.phases.size(); ++i) {
    const PhaseSpan& span = evidence.phases[i];
    all.push_back({.name = span.name,
                   .start_ms = span.start_ms - session.started_ms(),
                   .end_ms = span.end_ms - session.started_ms(),
                   .measured = span.measured,
                   .note = session.phase_notes()[i]});
  }
  return all;
}

std::vector<reports::FaultRule> rules_of(const Session& session, const RunEvidence& evidence) {
  auto rules = session.faults().rules();
  for (reports::FaultRule& rule : rules) {
    for (reports::Window& window : rule.windows) {
      window.start_ms -= session.started_ms();
      window.end_ms -= session.started_ms();
    }
    for (const FaultCount& count : evidence.faults) {
      if (count.id == rule.id) {
        rule.eligible = count.eligible;
        rule.hits = count.hits;
      }
    }
  }
  return rules;
}

/// The driver of changes writes through the control API: its statuses are the mock's, not answers
/// of the integration.
std::vector<DriverEvidence> target_drivers(const Scenario& scenario,
                                           std::vector<DriverEvidence> all) {
  for (DriverEvidence& driver : all) {
    for (const TrafficSpec& traffic : scenario.traffic) {
      if (traffic.id == driver.id && !calls_target(traffic)) {
        driver.statuses.clear();
      }
    }
  }
  return all;
}

/// All drivers share the generator's thread, whose time each report has.
double cpu_us_per_request(const std::vector<loadgen::DriverReport>& reports) {
  std::uint64_t requests = 0;
  for (const loadgen::DriverReport& report : reports) {
    requests += report.requests;
  }
  return requests == 0 ? 0
                       : static_cast<double>(reports.front().cpu.count()) / 1e3 /
                             static_cast<double>(requests);
}

reports::RunResult make_result(Session& session, const RunOptions& options) {
  const Scenario& scenario = session.scenario();
  RunEvidence& evidence = session.evidence();
  evidence.drivers = target_drivers(scenario, driver_evidence(session.drivers()));
  const RigState rig = rig_of(session);
  const JudgedRequirements judged = judge_requirements(scenario, evidence);
  const ResultContext context{evidence, session.started_ms(), session.ended_ms()};

  reports::RunResult result;
  result.health = judge_health(scenario, evidence, rig);
  VerdictWithReasons verdict = conclude(judged, result.health, evidence, rig);
  result.verdict = verdict.verdict;
  result.reasons = std::move(verdict.reasons);
  result.seed = scenario.seed.value_or(0);
  result.scenario_name = scenario.name;
  result.scenario_description = scenario.description;
  result.scenario_file = scenario.file_name;
  result.scenario_text = options.scenario_text;
  result.replay_command = options.replay_command;
  result.started_at_ms = session.started_ms();
  result.ended_at_ms = session.ended_ms();
  result.phases = phases_of(session, evidence);
  result.faults = rules_of(session, evidence);
  result.requirements = judged.requirements;
  for (const loadgen::DriverReport& report : session.drivers()) {
    result.drivers.push_back(driver_of(report, cpu_us_per_request(session.drivers())));
  }
  result.timeline =
      timeline_series(context, session.collector().webhook_samples(), session.divergence());
  result.operations = operations_of(evidence);
  result.convergence = convergence_of(context);
  result.behaviour = behaviour_of(evidence);
  result.worst_records = worst_records(context, judged.requirements);
  result.links = {{.name = "run.json", .target = "run.json"},
                  {.name = "histograms by second (HdrHistogram)", .target = "latency.hlog"},
                  {.name = "timeline as CSV", .target = "series.csv"},
                  {.name = "drivers as CSV", .target = "drivers.csv"},
                  {.name = "summary for a pull request", .target = "summary.md"},
                  {.name = "output of the integration", .target = "integration.log"}};
  return result;
}

/// Runs that cannot be compared leave the requirement without anything to judge: INVALID.
void compare_with_base(const RunOptions& options, reports::RunResult& result) {
  auto comparison = reports::compare(options.base->run, result, options.base->rules);
  if (comparison.ok()) {
    comparison->base.file = options.base->file;
    comparison->fresh.file = (options.session.out / "run.json").string();
    return reports::add_comparison(result, std::move(*comparison));
  }
  result.requirements.push_back({.id = std::string(reports::comparison_check),
                                 .check = std::string(reports::comparison_check),
                                 .wanted = "nothing regressed against " + options.base->file,
                                 .got = "not comparable",
                                 .verdict = reports::RequirementVerdict::vacuous,
                                 .phases = {},
                                 .margin = std::nullopt,
                                 .explanation = comparison.error(),
                                 .evidence = {}});
  result.reasons.push_back("not comparable: " + comparison.error());
  result.verdict =
      result.verdict == reports::Verdict::pass ? reports::Verdict::invalid : result.verdict;
}

}  // namespace

RunOutcome run_scenario(const RunOptions& options, const std::atomic<bool>& interrupted) {
  const double load_at_start = load_average();
  const std::filesystem::path out = options.session.out;
  Session session(options.session, interrupted);
  for (auto step : {&Session::setup, &Session::play, &Session::finish}) {
    SessionError error = (session.*step)();
    if (error.kind != SessionError::Kind::none) {
      return {.error = std::move(error), .result = std::nullopt};
    }
  }
  RunOutcome outcome{.error = {}, .result = make_result(session, options)};
  outcome.result->environment = environment();
  outcome.result->environment.load_at_start = load_at_start;
  outcome.result->environment.load_at_end = load_average();
  if (options.base) {
    compare_with_base(options, *outcome.result);
  }
  if (options.before_reports) {
    options.before_reports(*outcome.result);
  }
  const auto written = reports::write_reports(*outcome.result, out, {});
  if (!written.ok()) {
    outcome.error = {.kind = SessionError::Kind::bad_setup, .text = written.error()};
  }
  return outcome;
}

}  // namespace hubsim::scenarios

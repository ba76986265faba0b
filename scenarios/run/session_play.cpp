// Session: the phases on one timeline, and the last look at the end.
#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "scenarios/run/behaviour.h"
#include "scenarios/run/session.h"

namespace hubsim::scenarios {

namespace {

using std::chrono::milliseconds;

/// Between deciding when a phase begins and its begin: rules and plans are put in that time.
constexpr std::int64_t lead_ms = 150;
/// No change for so long: nothing is on its way any more that a look would miss.
constexpr std::int64_t quiet_ms = 1000;
constexpr std::chrono::seconds traffic_grace{3};
constexpr std::chrono::seconds final_look_limit{60};

std::int64_t ms(Duration duration) { return duration.count() / 1000; }

/// HubSpot writes e-mail addresses in lower case.
std::string awaited_key(const std::string& type, const std::string& property,
                        const std::string& value) {
  return type + "|" + property + "|" + to_lower(value);
}

}  // namespace

void Session::start_ticks() {
  pump_.every(milliseconds(5), [this] { tick(); });
  pump_.every(milliseconds(250), [this] { read_logs(); });
  pump_.every(milliseconds(500), [this] { show_progress(); });
}

void Session::tick() {
  if (const auto done = faults_->tick(clock_.now_ms()); !done.ok() && broken_.empty()) {
    broken_ = done.error();
  }
  target_->watch();
}

void Session::read_logs() {
  collector_->read_all();
  collector_->sample_webhooks(clock_.now_ms());
  judge_mirrors();
}

void Session::judge_mirrors() {
  divergent_ = 0;
  all_converged_ = !mirrors_.empty();
  for (const MirrorJudge& mirror : mirrors_) {
    const Divergence now = mirror.oracle.divergence();
    divergent_ += now.count + now.pending;
    all_converged_ = all_converged_ && now.converged();
  }
}

void Session::on_observation(std::size_t index, Observation observation) {
  Watched& watched = watched_[index];
  watched.last_from_ms = observation.from_ms;
  watched.last_complete = observation.complete;
  ++watched.seen;
  const std::int64_t at_ms = observation.to_ms;
  collector_->read_history();
  if (!watched.is_mirror) {
    effects_[watched.judge].ledger.add_observation(observation);
    return;
  }
  const bool complete = observation.complete;
  mirrors_[watched.judge].oracle.add_observation(std::move(observation));
  judge_mirrors();
  if (complete) {
    divergence_points_.push_back({at_ms, divergent_});
  }
}

void Session::show_progress() {
  if (!phase_) {
    return;
  }
  const PhaseSpec& phase = scenario_.phases[*phase_];
  const double at_s = static_cast<double>(clock_.now_ms() - phase_start_ms_) / 1000;
  const RunEvidence& seen = collector_->evidence();
  const auto& samples = collector_->webhook_samples();
  console_.progress(fmt::format(
      "{} {:.0f}s/{}{} | changes {} | calls {} (429: {}, 5xx: {}) | webhooks {} queued {} | "
      "differs {}",
      phase.name, std::max(0.0, at_s), phase.until_converged ? "<" : "",
      format_duration(phase.length), seen.history.size(), seen.requests.size(),
      collector_->count_429(), collector_->count_5xx(), seen.deliveries.size(),
      samples.empty() ? 0 : samples.back().queued_events, divergent_));
}

KnownPhases Session::known_from(std::size_t first, std::int64_t start_ms) const {
  KnownPhases known{.first = first, .starts = {}, .end = std::nullopt};
  for (std::size_t i = first; i < scenario_.phases.size(); ++i) {
    known.starts.push_back(start_ms);
    if (scenario_.phases[i].until_converged) {
      return known;
    }
    start_ms += ms(scenario_.phases[i].length);
  }
  known.end = start_ms;
  return known;
}

std::vector<loadgen::DriverPlan> Session::plans_for(std::size_t phase) const {
  std::vector<loadgen::DriverPlan> plans;
  for (const TrafficSpec& traffic : scenario_.traffic) {
    if (const auto rate = rate_in(scenario_, traffic, phase)) {
      loadgen::DriverPlan plan{
          .driver_id = traffic.id, .segments = {}, .users = rate->users, .think = rate->think};
      for (const RatePiece& piece : rate->pieces) {
        plan.segments.push_back({.start = piece.start,
                                 .length = piece.length,
                                 .from_per_s = piece.from_per_s,
                                 .to_per_s = piece.to_per_s});
      }
      plans.push_back(std::move(plan));
    }
  }
  return plans;
}

bool Session::has_traffic(std::size_t phase) const {
  return std::any_of(scenario_.traffic.begin(), scenario_.traffic.end(), [&](const auto& traffic) {
    return rate_in(scenario_, traffic, phase).has_value();
  });
}

/// Rules and rates of all phases whose begin is known, before the first begins.
void Session::announce(const KnownPhases& known) {
  if (const auto done = faults_->phases_known(known); !done.ok() && broken_.empty()) {
    broken_ = done.error();
  }
  for (std::size_t i = known.first; i <= known.last(); ++i) {
    traffic_->begin_phase(scenario_.phases[i].name, clock_.monotonic_of(known.start_of(i)),
                          plans_for(i));
  }
}

SessionError Session::ended_early() const {
  if (pump_.interrupted()) {
    return {.kind = SessionError::Kind::interrupted, .text = "interrupted"};
  }
  if (!broken_.empty()) {
    return {.kind = SessionError::Kind::broken, .text = broken_};
  }
  return {};
}

SessionError Session::play() {
  machine_since_ = loadgen::sample_machine();
  std::int64_t start_ms = clock_.now_ms() + lead_ms;
  std::size_t next = 0;
  while (next < scenario_.phases.size()) {
    const KnownPhases known = known_from(next, start_ms);
    announce(known);
    for (; next <= known.last(); ++next) {
      const auto end_ms = known.end_of(next);
      const bool done = end_ms ? play_fixed(next, known.start_of(next), *end_ms)
                               : play_until_converged(next, known.start_of(next));
      if (!done || !broken_.empty()) {
        return ended_early();
      }
    }
    start_ms = evidence().phases.back().end_ms;
  }
  phase_.reset();
  return {};
}

void Session::note_phase(const PhaseSpec& spec, std::int64_t start_ms, std::int64_t end_ms) {
  evidence().phases.push_back(
      {.name = spec.name, .start_ms = start_ms, .end_ms = end_ms, .measured = spec.measure});
  const loadgen::MachineSample now = loadgen::sample_machine();
  machine_use_.push_back(loadgen::use_between(machine_since_, now));
  machine_since_ = now;
}

bool Session::play_fixed(std::size_t phase, std::int64_t start_ms, std::int64_t end_ms) {
  const PhaseSpec& spec = scenario_.phases[phase];
  phase_ = phase;
  phase_start_ms_ = start_ms;
  console_.line(fmt::format("{:>7.1f}s  {} ({})",
                            static_cast<double>(start_ms - started_ms_) / 1000, spec.name,
                            format_duration(spec.length)));
  if (!pump_.run_until(clock_.monotonic_of(end_ms), [this] { return !broken_.empty(); })) {
    return false;
  }
  note_phase(spec, start_ms, end_ms);
  phase_notes_.emplace_back();
  quiet_since_ms_ = has_traffic(phase) ? end_ms : quiet_since_ms_;
  return true;
}

bool Session::play_until_converged(std::size_t phase, std::int64_t start_ms) {
  const PhaseSpec& spec = scenario_.phases[phase];
  phase_ = phase;
  phase_start_ms_ = start_ms;
  console_.line(fmt::format("{:>7.1f}s  {} (until the data is equal, at most {})",
                            static_cast<double>(start_ms - started_ms_) / 1000, spec.name,
                            format_duration(spec.length)));
  if (!end_traffic_before(phase)) {
    return false;
  }
  bool equal = false;
  const auto deadline = clock_.monotonic_of(start_ms) + spec.length;
  if (!pump_.run_until(deadline, [&] {
        equal = settled(phase, start_ms);
        return equal || !broken_.empty();
      })) {
    return false;
  }
  // The next phase begins where this one ends, a little ahead, so that its rules can be put.
  const bool last = phase + 1 == scenario_.phases.size();
  const std::int64_t end_ms = std::max(start_ms, clock_.now_ms()) + (last ? 0 : lead_ms);
  if (traffic_) {
    traffic_->end_phase(clock_.monotonic_of(end_ms));
  }
  if (const auto done = faults_->phase_ended(phase, end_ms); !done.ok() && broken_.empty()) {
    broken_ = done.error();
  }
  note_phase(spec, start_ms, end_ms);
  const double took_s = static_cast<double>(end_ms - start_ms) / 1000;
  phase_notes_.push_back(equal ? fmt::format("equal after {:.1f} s", took_s)
                               : fmt::format("not equal after {:.1f} s", took_s));
  console_.line(fmt::format("{:>7.1f}s    {}", static_cast<double>(end_ms - started_ms_) / 1000,
                            phase_notes_.back()));
  quiet_since_ms_ = has_traffic(phase) ? end_ms : quiet_since_ms_;
  return true;
}

bool Session::webhooks_quiet() const {
  if (!scenario_.world.webhooks) {
    return true;
  }
  const auto& samples = collector_->webhook_samples();
  if (samples.empty() || samples.back().at_ms < collector_->last_change_ms()) {
    return false;
  }
  // HubSpot's own schedule retries for hours: no phase waits for that.
  const bool retries = scenario_.world.webhooks->retry == "compressed";
  const WebhookSample& now = samples.back();
  return now.queued_events == 0 && now.in_flight == 0 && (!retries || now.waiting_retries == 0);
}

/// Equal, and nothing on its way any more that could undo it.
bool Session::settled(std::size_t phase, std::int64_t start_ms) {
  if (!all_converged_ || clock_.now_ms() < start_ms) {
    return false;
  }
  for (const Watched& watched : watched_) {
    if (watched.is_mirror && (!watched.last_complete || watched.last_from_ms < start_ms)) {
      return false;
    }
  }
  const bool quiet = clock_.now_ms() - collector_->last_change_ms() >= quiet_ms;
  const bool drained = has_traffic(phase) || !traffic_ || traffic_->drained();
  return quiet && drained && webhooks_quiet() && accepted_writes_arrived();
}

/// What the integration accepted from a driver has to reach HubSpot before the run is over.
bool Session::accepted_writes_arrived() {
  const auto& history = collector_->evidence().history;
  for (; history_searched_ < history.size() && !awaited_.empty(); ++history_searched_) {
    const HistoryEntry& entry = history[history_searched_];
    for (const auto& [name, value] : entry.properties) {
      awaited_.erase(awaited_key(entry.object_type, name, value));
    }
  }
  return awaited_.empty();
}

/// Joins the generator; from then on it is known what the integration accepted.
void Session::stop_traffic() {
  if (!traffic_) {
    return;
  }
  traffic_->stop(traffic_grace);
  driver_reports_ = traffic_->report();
  traffic_.reset();
  for (std::size_t i = 0; i < driver_reports_.size(); ++i) {
    const Json* writes = json::find(scenario_.traffic[i].settings, "writes");
    for (const loadgen::AcceptedValue& accepted : driver_reports_[i].accepted) {
      AcceptedWrite write{
          .driver = driver_reports_[i].id,
          .at_ms = started_ms_ + ms(std::chrono::duration_cast<Duration>(accepted.at)),
          .object_type = object_type_id(writes->value("object_type", "contacts")),
          .property = writes->value("property", ""),
          .value = accepted.value};
      awaited_.insert(awaited_key(write.object_type, write.property, write.value));
      evidence().accepted_writes.push_back(std::move(write));
    }
  }
}

/// Before the last wait for convergence nothing is planned any more: the answers come in, and the
/// wait can include what they promised.
bool Session::end_traffic_before(std::size_t phase) {
  for (std::size_t i = phase; i < scenario_.phases.size(); ++i) {
    if (has_traffic(i)) {
      return true;
    }
  }
  if (phase == 0 || !traffic_) {
    return true;
  }
  const auto limit = monotonic_now() + traffic_grace;
  const bool done = pump_.run_until(limit, [this] { return traffic_->drained(); });
  stop_traffic();
  return done;
}

bool Session::take_final_look(std::int64_t since_ms) {
  std::vector<std::uint64_t> seen_before;
  for (Watched& watched : watched_) {
    seen_before.push_back(watched.seen);
    watched.thread->wake();
  }
  const auto looked = [&] {
    bool all = true;
    for (std::size_t i = 0; i < watched_.size(); ++i) {
      Watched& watched = watched_[i];
      const bool fresh = watched.last_from_ms >= since_ms && watched.last_complete;
      // Three reads that fail or began too early are an answer as well.
      const bool given_up = watched.seen >= seen_before[i] + 4;
      if (!fresh && !given_up && watched.last_from_ms < since_ms) {
        watched.thread->wake();
      }
      all = all && (fresh || given_up);
    }
    return all;
  };
  return pump_.run_until(monotonic_now() + final_look_limit, looked);
}

void Session::collect_faults() {
  const auto answer = control_->get("faults?removed=true");
  const Json* results = answer.ok() ? json::find(*answer, "results") : nullptr;
  if (results == nullptr) {
    evidence().gap = answer.ok() ? "GET faults: no 'results'" : answer.error();
    return;
  }
  for (const Json& rule : *results) {
    auto count = fault_count_from_json(rule);
    if (count.ok()) {
      evidence().faults.push_back(std::move(*count));
    } else {
      evidence().gap = "faults: " + count.error();
    }
  }
  const auto& process = faults_->process_counts();
  evidence().faults.insert(evidence().faults.end(), process.begin(), process.end());
}

SessionError Session::finish() {
  console_.progress("taking the last look");
  stop_traffic();
  const std::int64_t since_ms = clock_.now_ms();
  if (!take_final_look(since_ms)) {
    return ended_early();
  }
  ended_ms_ = clock_.now_ms();
  watched_.clear();
  collector_->read_all();
  collector_->sample_webhooks(clock_.now_ms());
  faults_->finish(ended_ms_);
  collect_faults();
  evidence().outages = faults_->outages();
  const Deadline deadline{.quiet_since_ms = quiet_since_ms_, .grace_ms = 0};
  for (const MirrorJudge& mirror : mirrors_) {
    evidence().mirrors.push_back({mirror.observer, mirror.oracle.judge(deadline)});
  }
  for (const EffectsJudge& effects : effects_) {
    evidence().effects.push_back({effects.observer, effects.ledger.judge()});
  }
  if (const auto shapes = control_->get("behaviour"); shapes.ok()) {
    evidence().call_shapes = call_shapes_from_json(*shapes);
  }
  if (const auto settings = control_->get("webhooks"); settings.ok()) {
    const Json* timeout = json::find(*settings, "timeout_ms");
    if (timeout != nullptr && timeout->is_number()) {
      evidence().delivery_timeout_ms = timeout->get<double>();
    }
  }
  target_->stop(pump_);
  return pump_.interrupted() ? ended_early() : SessionError{};
}

}  // namespace hubsim::scenarios

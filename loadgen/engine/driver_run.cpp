#include "loadgen/engine/driver_run.h"

#include <algorithm>

#include "common/base/assert.h"
#include "loadgen/workloads/closed_users.h"

namespace hubsim::loadgen {

namespace {

constexpr std::size_t max_failure_kinds = 100;
/// At most this many arrivals leave in one turn, so that answers are read in between.
constexpr std::size_t max_turn = 256;

std::chrono::nanoseconds since(std::chrono::nanoseconds start, std::chrono::nanoseconds at) {
  return std::max(at - start, std::chrono::nanoseconds(0));
}

stats::TimeSeries::Result result_of(Outcome outcome) {
  return outcome == Outcome::ok       ? stats::TimeSeries::Result::ok
         : outcome == Outcome::failed ? stats::TimeSeries::Result::failed
                                      : stats::TimeSeries::Result::unknown;
}

}  // namespace

DriverRun::DriverRun(DriverSetup setup, std::chrono::nanoseconds t0)
    : setup_(std::move(setup)), t0_(t0), prng_(setup_.seed), series_(t0) {}

void DriverRun::make_stream(Phase& phase, TrafficShare share) {
  // A generator of its own for each phase: the length of one does not shift the next.
  const Prng prng = prng_.split(phase.report.phase);
  if (share.users > 0) {
    share.users = setup_.slice.share_of(share.users);
    // Users of different shards do not think in step.
    const Prng own = setup_.slice.step == 1 ? prng : prng.split(std::to_string(setup_.slice.first));
    phase.stream = std::make_unique<ClosedUsers>(share, phase.report.length, own);
    return;
  }
  auto whole = setup_.driver->own_arrivals(phase.report.length);
  if (whole != nullptr && whole->is_closed()) {
    phase.stream = std::move(whole);  // goes by its answers: the driver's own business
    return;
  }
  if (whole == nullptr) {
    whole = setup_.workload->make(RatePlan(std::move(share.segments)), prng);
  }
  auto sliced = std::make_unique<SlicedStream>(std::move(whole), setup_.slice);
  phase.numbers = sliced.get();
  phase.stream = std::move(sliced);
}

/// Of the arrival the phase's stream gave last, over the whole run and all shards.
std::uint64_t DriverRun::number_next(Phase& phase) {
  return phase.first_index + (phase.numbers != nullptr
                                  ? phase.numbers->index()
                                  : setup_.slice.first + setup_.slice.step * phase.users_turns);
}

void DriverRun::add_phase(const std::string& name, std::chrono::nanoseconds start,
                          TrafficShare share) {
  if (share.segments.empty()) {
    return;
  }
  Phase phase;
  phase.response = stats::IntervalLog(t0_);
  phase.report.phase = name;
  phase.report.start = since(t0_, start);
  for (const RateSegment& segment : share.segments) {
    phase.report.length += segment.length;
  }
  phase.start = start;
  make_stream(phase, std::move(share));
  const bool idle = !next_ && !is_stuck();
  phases_.push_back(std::move(phase));
  if (idle) {
    current_ = phases_.size() - 1;
    advance();
  }
}

/// The phase at hand waits for its users, and nothing is planned until they are back.
bool DriverRun::is_stuck() const {
  return !next_ && current_ < phases_.size() && phases_[current_].stream->waits();
}

void DriverRun::advance() {
  next_.reset();
  for (; current_ < phases_.size(); ++current_) {
    Phase& phase = phases_[current_];
    if (phase.report.planned == 0) {
      phase.first_index = index_;
    }
    const auto offset = phase.stream->next();
    if (offset && phase.start + *offset < phase.cut) {
      next_ = phase.start + *offset;
      next_index_ = number_next(phase);
      return;
    }
    if (phase.stream->waits()) {
      return;
    }
    if (!offset && phase.numbers != nullptr) {
      index_ = std::max(index_, phase.first_index + phase.numbers->passed());
    }
  }
}

void DriverRun::cut(std::chrono::nanoseconds at) {
  for (Phase& phase : phases_) {
    phase.cut = std::min(phase.cut, at);
    phase.report.length = std::min(phase.report.length, since(phase.start, at));
  }
  if (next_ && *next_ >= at) {
    next_.reset();
    current_ = phases_.size();
  }
}

std::optional<std::chrono::nanoseconds> DriverRun::next_due() const {
  // Users who are still out do not hold up the next phase.
  return is_stuck() && current_ + 1 < phases_.size() ? phases_[current_ + 1].start : next_;
}

bool DriverRun::drained() const noexcept { return !next_ && counters_.in_flight.load() == 0; }

std::vector<Call> DriverRun::take_due(std::chrono::nanoseconds now) {
  std::vector<Arrival> due;
  const std::uint64_t in_flight = counters_.in_flight.load(std::memory_order_relaxed);
  if (is_stuck() && current_ + 1 < phases_.size() && phases_[current_ + 1].start <= now) {
    ++current_;
    advance();
  }
  while (next_ && *next_ <= now && due.size() < max_turn) {
    Phase& phase = phases_[current_];
    const Arrival arrival{next_index_, *next_};
    index_ = next_index_ + 1;
    ++phase.users_turns;
    count_planned(phase, *next_);
    if (in_flight + due.size() < setup_.max_in_flight) {
      due.push_back(arrival);
    } else {
      count_overflow(phase, now);
    }
    advance();
  }
  if (due.empty()) {
    return {};
  }
  counters_.in_flight.fetch_add(due.size());
  std::vector<Call> calls = setup_.driver->render(due);
  requests_ += calls.size();
  return calls;
}

void DriverRun::count_planned(Phase& phase, std::chrono::nanoseconds intended) {
  if (phase.report.planned++ == 0) {
    phase.first_intended = intended;
  }
  phase.last_intended = std::max(phase.last_intended, intended);
  counters_.planned.fetch_add(1, std::memory_order_relaxed);
}

void DriverRun::count_overflow(Phase& phase, std::chrono::nanoseconds now) {
  ++phase.report.overflow;
  counters_.overflow.fetch_add(1, std::memory_order_relaxed);
  series_.count_overflow(now);
}

DriverRun::Phase& DriverRun::phase_of(std::uint64_t index) {
  for (std::size_t i = std::min(current_ + 1, phases_.size()); i-- > 1;) {
    if (phases_[i].report.planned > 0 && index >= phases_[i].first_index) {
      return phases_[i];
    }
  }
  return phases_.front();
}

std::optional<Call> DriverRun::on_result(const Call& call, const net::ClientResult& result) {
  counters_.in_flight.fetch_sub(call.arrivals.size());
  if (result.error == net::ErrorKind::queue_full) {
    for (const Arrival& arrival : call.arrivals) {
      count_overflow(phase_of(arrival.index), result.stamps.done);
      on_back(arrival.index, result.stamps.done);
    }
    return std::nullopt;
  }
  const std::vector<Judgement> judgements = setup_.driver->judge(call, result);
  HUBSIM_ASSERT(judgements.size() == call.arrivals.size());
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    count_arrival(call.arrivals[i], judgements[i], result);
  }
  auto next = follow_up(call, result);
  for (std::size_t i = 0; i < call.arrivals.size() && !next; ++i) {
    on_back(call.arrivals[i].index, result.stamps.done);
  }
  return next;
}

std::optional<Call> DriverRun::follow_up(const Call& call, const net::ClientResult& result) {
  auto follow = setup_.driver->follow(call, result);
  if (!follow) {
    return std::nullopt;
  }
  const std::uint64_t index = call.arrivals.front().index;
  const auto due = result.stamps.done + follow->delay;
  if (due >= phase_of(index).cut) {
    return std::nullopt;
  }
  counters_.in_flight.fetch_add(1);
  return Call{std::move(follow->request), {Arrival{index, due}}};
}

bool DriverRun::start_follow_up(const Call& call) {
  Phase& phase = phase_of(call.arrivals.front().index);
  if (call.arrivals.front().intended >= phase.cut) {
    counters_.in_flight.fetch_sub(1);
    return false;
  }
  count_planned(phase, call.arrivals.front().intended);
  ++requests_;
  return true;
}

/// Of closed users: one is back, and may now be the next to send.
void DriverRun::on_back(std::uint64_t index, std::chrono::nanoseconds at) {
  Phase& phase = phase_of(index);
  if (!phase.stream->is_closed()) {
    return;
  }
  const bool at_hand = current_ < phases_.size() && &phase == &phases_[current_];
  if (at_hand && next_) {
    phase.stream->take_back(*next_ - phase.start);
  }
  phase.stream->returned(at - phase.start);
  if (at_hand) {
    advance();
  }
}

void DriverRun::count_arrival(const Arrival& arrival, const Judgement& judgement,
                              const net::ClientResult& result) {
  Phase& phase = phase_of(arrival.index);
  switch (judgement.outcome) {
    case Outcome::ok:
      ++phase.report.ok;
      counters_.ok.fetch_add(1, std::memory_order_relaxed);
      count_accepted(judgement.accepted, result.stamps.done);
      break;
    case Outcome::failed:
      ++phase.report.failed;
      counters_.failed.fetch_add(1, std::memory_order_relaxed);
      count_failure(judgement.why);
      break;
    case Outcome::unknown:
      ++phase.report.unknown;
      counters_.unknown.fetch_add(1, std::memory_order_relaxed);
      count_failure(judgement.why);
      break;
  }
  ++statuses_[result.ok() ? result.status : 0];
  series_.record(result.stamps.done, result_of(judgement.outcome), result.ok() ? result.status : 0,
                 result.stamps.done - arrival.intended);
  count_times(phase, arrival, result.stamps);
}

void DriverRun::count_accepted(const std::string& value, std::chrono::nanoseconds at) {
  constexpr std::size_t most = 1'000'000;
  if (value.empty()) {
    return;
  }
  accepted_full_ = accepted_full_ || accepted_.size() >= most;
  if (!accepted_full_) {
    accepted_.push_back({at - t0_, value});
  }
}

void DriverRun::count_times(Phase& phase, const Arrival& arrival, const net::Stamps& stamps) {
  phase.response.record(stamps.done, stamps.done - arrival.intended);
  if (stamps.sent.count() == 0) {
    return;  // never left: neither lag nor service time
  }
  ++phase.report.sent;
  counters_.sent.fetch_add(1, std::memory_order_relaxed);
  phase.report.lag.record(stamps.sent - arrival.intended);
  phase.report.service.record(stamps.done - stamps.sent);
  if (stamps.first_byte.count() != 0) {
    phase.report.first_byte.record(stamps.first_byte - stamps.sent);
  }
  phase.first_sent =
      phase.first_sent.count() == 0 ? stamps.sent : std::min(phase.first_sent, stamps.sent);
  phase.last_sent = std::max(phase.last_sent, stamps.sent);
}

void DriverRun::count_failure(const std::string& why) {
  if (failures_.size() < max_failure_kinds || failures_.contains(why)) {
    ++failures_[why];
  } else {
    ++failures_["other"];
  }
}

std::vector<PhaseMetrics> DriverRun::metrics() const {
  std::vector<PhaseMetrics> all;
  for (const Phase& phase : phases_) {
    const PhaseReport& counted = phase.report;
    all.push_back({.driver = setup_.id,
                   .phase = counted.phase,
                   .planned = counted.planned,
                   .sent = counted.sent,
                   .ok = counted.ok,
                   .failed = counted.failed,
                   .unknown = counted.unknown,
                   .overflow = counted.overflow,
                   .response = buckets_of(phase.response.whole()),
                   .lag = buckets_of(counted.lag)});
  }
  return all;
}

DriverReport DriverRun::report() const {
  DriverReport report;
  report.id = setup_.id;
  report.kind = setup_.kind;
  report.series = series_.points();
  report.failures = failures_;
  report.statuses = statuses_;
  report.requests = requests_;
  for (const Phase& phase : phases_) {
    PhaseReport copy = phase.report;
    copy.response = phase.response.whole();
    copy.intervals = phase.response.intervals();
    copy.planned_times =
        EventSpan{copy.planned, phase.first_intended, phase.last_intended}.since(t0_);
    copy.sent_times = EventSpan{copy.sent, phase.first_sent, phase.last_sent}.since(t0_);
    copy.planned_per_s = copy.planned_times.per_second();
    copy.sent_per_s = copy.sent_times.per_second();
    if (copy.overflow > 0) {
      report.invalid.push_back("driver " + report.id + ", phase " + copy.phase + ": " +
                               std::to_string(copy.overflow) +
                               " arrivals were never sent, too many were open");
    }
    report.phases.push_back(std::move(copy));
  }
  report.accepted = accepted_;
  if (accepted_full_) {
    report.invalid.push_back("driver " + report.id + ": more values were accepted than are kept");
  }
  if (series_.full()) {
    report.invalid.push_back("driver " + report.id + ": the run outlasted its series");
  }
  return report;
}

}  // namespace hubsim::loadgen

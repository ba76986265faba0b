#include "loadgen/engine/load_books.h"

namespace hubsim::loadgen {

using Result = stats::TimeSeries::Result;

void PhaseBooks::add(const PhaseBooks& other) {
  response.add(other.response);
  service.add(other.service);
  first_byte.add(other.first_byte);
  lag.add(other.lag);
  planned.add(other.planned);
  sent.add(other.sent);
  ok += other.ok;
  failed += other.failed;
  unknown += other.unknown;
  overflow += other.overflow;
}

LoadBooks::LoadBooks(std::chrono::nanoseconds start, std::chrono::nanoseconds main_from,
                     bool planned)
    : main_from_(main_from), planned_(planned), warmup_(start), main_(start), series_(start) {}

// Without a plan response is service and there is no lag: whoever reads the books knows.
void LoadBooks::record(PhaseBooks& phase, const RequestStamps& stamps) {
  phase.sent.add(stamps.sent);
  phase.response.record(stamps.done, stamps.done - stamps.intended);
  if (stamps.first_byte.count() != 0) {
    phase.first_byte.record(stamps.first_byte - stamps.sent);
  }
  if (planned_) {
    phase.service.record(stamps.done - stamps.sent);
    phase.lag.record(stamps.sent - stamps.intended);
  }
}

void LoadBooks::answered(const RequestStamps& stamps, int status, bool good) {
  PhaseBooks& phase = phase_at(stamps.intended);
  ++(good ? phase.ok : phase.failed);
  ++statuses_[static_cast<std::size_t>(status)];
  record(phase, stamps);
  series_.record(stamps.done, good ? Result::ok : Result::failed, status,
                 stamps.done - stamps.intended);
}

void LoadBooks::broken(const RequestStamps& stamps, const std::string& why) {
  PhaseBooks& phase = phase_at(stamps.intended);
  ++phase.unknown;
  ++statuses_[0];
  ++failures_[why];
  record(phase, stamps);
  series_.record(stamps.done, Result::unknown, 0, stamps.done - stamps.intended);
}

void LoadBooks::refused(const RequestStamps& stamps, const std::string& why) {
  PhaseBooks& phase = phase_at(stamps.intended);
  ++phase.failed;
  ++statuses_[0];
  ++failures_[why];
  record(phase, stamps);
  series_.record(stamps.done, Result::failed, 0, stamps.done - stamps.intended);
}

void LoadBooks::never_sent(std::chrono::nanoseconds intended, std::chrono::nanoseconds now,
                           const std::string& why) {
  PhaseBooks& phase = phase_at(intended);
  ++phase.failed;
  ++statuses_[0];
  ++failures_[why];
  phase.response.record(now, now - intended);
  series_.record(now, Result::failed, 0, now - intended);
}

std::vector<PhaseMetrics> LoadBooks::metrics(const std::string& driver) const {
  std::vector<PhaseMetrics> all;
  for (const auto& [name, phase] : {std::pair("warmup", &warmup_), std::pair("main", &main_)}) {
    const std::uint64_t planned = planned_ ? phase->planned.count : phase->sent.count;
    if (planned > 0) {
      all.push_back({.driver = driver,
                     .phase = name,
                     .planned = planned,
                     .sent = phase->sent.count,
                     .ok = phase->ok,
                     .failed = phase->failed,
                     .unknown = phase->unknown,
                     .overflow = phase->overflow,
                     .response = buckets_of(phase->response.whole()),
                     .lag = buckets_of(phase->lag)});
    }
  }
  return all;
}

void LoadBooks::overflowed(std::chrono::nanoseconds intended, std::chrono::nanoseconds now) {
  ++phase_at(intended).overflow;
  series_.count_overflow(now);
}

}  // namespace hubsim::loadgen

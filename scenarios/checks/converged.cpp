// converged: every record of the mirror equals HubSpot in time and stays so to the end.
// With `after`, in time means by that phase's end plus `within`; without it, within that time of
// each record's own last change. A record equal at the last observation became so between the look
// before (which was not equal) and the first equal look: late only when even the earlier is too
// late, in time only when even the later is in time, otherwise the observer is too slow to tell:
// invalid.
#include <fmt/format.h>

#include <algorithm>

#include "common/time/format.h"
#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

namespace {

struct Tally {
  std::uint64_t records = 0;
  std::vector<std::string> apart;
  std::vector<std::string> late;
  std::uint64_t unsure = 0;
  std::int64_t slowest_ms = 0;
  std::int64_t error_ms = 0;  ///< of the slowest
};

class Converged final : public Check {
 public:
  explicit Converged(const config::Settings& settings)
      : within_(settings.duration("within")),
        after_(settings.has("after") ? settings.text("after") : ""),
        observers_(settings.has("observer") ? settings.text_list("observer")
                                            : std::vector<std::string>()) {}
  std::string wanted() const override {
    return "all equal within " + format_duration(within_) +
           (after_.empty() ? " of the last change" : " after " + after_);
  }
  std::vector<std::string> phases() const override {
    return after_.empty() ? std::vector<std::string>() : std::vector{after_};
  }
  std::vector<std::string> observers() const override { return observers_; }
  CheckOutcome evaluate(const RunEvidence& evidence) const override;

 private:
  std::optional<CheckOutcome> add(const MirrorEvidence& mirror, const PhaseSpan* after,
                                  Tally& tally) const;
  void add_record(const RecordConvergence& record, const PhaseSpan* after, Tally& tally) const;
  CheckOutcome conclude(Tally tally) const;

  Duration within_;
  std::string after_;
  std::vector<std::string> observers_;
};

CheckOutcome Converged::evaluate(const RunEvidence& evidence) const {
  if (auto outcome = unusable(evidence, phases())) {
    return *outcome;
  }
  Tally tally;
  for (const MirrorEvidence& mirror : evidence.mirrors) {
    const bool meant = observers_.empty() || std::find(observers_.begin(), observers_.end(),
                                                       mirror.observer) != observers_.end();
    if (!meant) {
      continue;
    }
    if (auto outcome = add(mirror, after_.empty() ? nullptr : evidence.phase(after_), tally)) {
      return *outcome;
    }
  }
  return conclude(std::move(tally));
}

std::optional<CheckOutcome> Converged::add(const MirrorEvidence& mirror, const PhaseSpan* after,
                                           Tally& tally) const {
  const Findings& found = mirror.findings;
  if (!found.judged) {
    return invalid("observer '" + mirror.observer + "': " + found.why_not);
  }
  tally.records += found.converged.size() + found.not_converged.size();
  tally.apart.insert(tally.apart.end(), found.not_converged.begin(), found.not_converged.end());
  for (const RecordConvergence& record : found.converged) {
    add_record(record, after, tally);
  }
  return std::nullopt;
}

void Converged::add_record(const RecordConvergence& record, const PhaseSpan* after,
                           Tally& tally) const {
  const std::int64_t start_ms = after == nullptr ? record.changed_ms : after->end_ms;
  const std::int64_t within_ms = within_.count() / 1000;
  if (record.changed_ms > start_ms + within_ms) {
    return;  // changed anew after the time in question
  }
  const std::int64_t took_ms = std::max<std::int64_t>(0, record.latest_ms - start_ms);
  if (took_ms >= tally.slowest_ms) {
    tally.slowest_ms = took_ms;
    tally.error_ms = record.latest_ms - record.earliest_ms;
  }
  if (record.earliest_ms > start_ms + within_ms) {
    tally.late.push_back(record.key);
  } else if (took_ms > within_ms) {
    ++tally.unsure;
  }
}

CheckOutcome Converged::conclude(Tally tally) const {
  if (tally.records == 0) {
    return vacuous("no record was there to converge");
  }
  CheckOutcome outcome;
  const double slowest_s = static_cast<double>(tally.slowest_ms) / 1000;
  outcome.got = fmt::format("{} equal, the last after {:.1f}s (known to {:.1f}s)",
                            counted(tally.records, "record"), slowest_s,
                            static_cast<double>(tally.error_ms) / 1000);
  outcome.margin = margin_below(slowest_s, static_cast<double>(within_.count()) / 1e6);
  if (!tally.apart.empty()) {
    outcome.verdict = CheckVerdict::fail;
    outcome.data_loss = true;
    outcome.got = fmt::format("{} of {} never became equal", tally.apart.size(),
                              counted(tally.records, "record"));
    outcome.margin.reset();
    outcome.evidence = std::move(tally.apart);
  } else if (!tally.late.empty()) {
    outcome.verdict = CheckVerdict::fail;
    outcome.explanation =
        fmt::format("{} became equal too late", counted(tally.late.size(), "record"));
    outcome.evidence = std::move(tally.late);
  } else if (tally.unsure > 0) {
    outcome.verdict = CheckVerdict::invalid;
    outcome.explanation =
        fmt::format("{} may have been in time or not: observe more often (the observer's `every`)",
                    counted(tally.unsure, "record"));
  } else {
    outcome.verdict = CheckVerdict::pass;
  }
  outcome.evidence.resize(std::min(outcome.evidence.size(), max_evidence));
  return outcome;
}

}  // namespace

void register_check_converged(CheckRegistry& registry) {
  registry.add(
      {.name = "converged",
       .help = "every record equals HubSpot in time and stays so",
       .advice = "The other system stayed behind. Look at the first record named: did its event "
                 "arrive, was it answered 2xx, and what was called afterwards? Lost events need a "
                 "reconciliation that reads what changed since the last one.",
       .fields = {{.name = "within",
                   .type = config::Type::duration,
                   .help = "how long it may take",
                   .required = true},
                  {.name = "after",
                   .type = config::Type::text,
                   .help = "the phase at whose end time starts to count; without it, each "
                           "record's last change"},
                  observer_field()},
       .make = [](const config::Settings& settings, const std::string&, config::Problems&) {
         return std::make_unique<Converged>(settings);
       }});
}

}  // namespace hubsim::scenarios

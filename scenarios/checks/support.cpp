#include "scenarios/checks/support.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/base/text.h"

namespace hubsim::scenarios {

namespace {

CheckOutcome nothing_seen(CheckVerdict verdict, std::string why) {
  return {.verdict = verdict, .got = "nothing to judge", .explanation = std::move(why)};
}

class CountFindings final : public Check {
 public:
  CountFindings(FindingCheck definition, const config::Settings& settings)
      : definition_(std::move(definition)), at_most_(settings.integer("at_most")) {
    if (settings.has("observer")) {
      observers_ = settings.text_list("observer");
    }
  }
  std::string wanted() const override { return fmt::format("at most {}", at_most_); }
  std::vector<std::string> observers() const override { return observers_; }
  CheckOutcome evaluate(const RunEvidence& evidence) const override;

 private:
  bool is_meant(const std::string& observer) const {
    return observers_.empty() ||
           std::find(observers_.begin(), observers_.end(), observer) != observers_.end();
  }
  std::optional<CheckOutcome> not_judged(const RunEvidence& evidence) const;

  FindingCheck definition_;
  std::int64_t at_most_;
  std::vector<std::string> observers_;
};

std::optional<CheckOutcome> CountFindings::not_judged(const RunEvidence& evidence) const {
  bool any = false;
  for (const MirrorEvidence& mirror : evidence.mirrors) {
    if (!is_meant(mirror.observer)) {
      continue;
    }
    any = true;
    if (!mirror.findings.judged) {
      return invalid("observer '" + mirror.observer + "': " + mirror.findings.why_not);
    }
  }
  return any ? std::nullopt : std::optional(vacuous("no observer showed the other system"));
}

CheckOutcome CountFindings::evaluate(const RunEvidence& evidence) const {
  if (auto outcome = not_judged(evidence)) {
    return *outcome;
  }
  CheckOutcome outcome;
  std::uint64_t count = 0;
  std::uint64_t records = 0;
  std::set<std::string> keys;
  for (const MirrorEvidence& mirror : evidence.mirrors) {
    if (!is_meant(mirror.observer)) {
      continue;
    }
    records += mirror.findings.records;
    for (const Finding& finding : mirror.findings.findings) {
      const auto& kinds = definition_.kinds;
      if (std::find(kinds.begin(), kinds.end(), finding.kind) == kinds.end()) {
        continue;
      }
      ++count;
      if (keys.insert(finding.key).second && keys.size() <= max_evidence) {
        outcome.evidence.push_back(finding.key);
      }
      if (count <= 3) {
        outcome.explanation += fmt::format("{} {}. ", finding.key, finding.text());
      }
    }
  }
  const auto others =
      definition_.others ? definition_.others(evidence) : std::vector<std::string>();
  for (std::size_t i = 0; i < std::min<std::size_t>(others.size(), 3); ++i) {
    outcome.explanation += others[i] + ". ";
  }
  count += others.size();
  const bool pass = count <= static_cast<std::uint64_t>(at_most_);
  outcome.verdict = pass ? CheckVerdict::pass : CheckVerdict::fail;
  outcome.data_loss = !pass;
  outcome.got =
      fmt::format("{} ({} compared)", counted(count, definition_.noun), counted(records, "record"));
  outcome.margin = margin_below(static_cast<double>(count), static_cast<double>(at_most_));
  return outcome;
}

}  // namespace

CheckOutcome vacuous(std::string why) {
  return nothing_seen(CheckVerdict::vacuous, std::move(why));
}
CheckOutcome invalid(std::string why) {
  return nothing_seen(CheckVerdict::invalid, std::move(why));
}

std::optional<CheckOutcome> unusable(const RunEvidence& evidence,
                                     const std::vector<std::string>& phases) {
  if (!evidence.gap.empty()) {
    return invalid("the run's records are incomplete: " + evidence.gap);
  }
  for (const std::string& name : phases) {
    if (evidence.phase(name) == nullptr) {
      return invalid("phase '" + name + "' never began");
    }
  }
  return std::nullopt;
}

std::optional<double> margin_below(double value, double bound) {
  return bound > 0 ? std::optional((bound - value) / bound) : std::nullopt;
}

std::string in_phases_text(const std::vector<std::string>& phases) {
  return phases.empty() ? "" : " in " + join(phases, ", ");
}

bool in_phases(const RunEvidence& evidence, const std::vector<std::string>& phases,
               std::int64_t at_ms) {
  return phases.empty() || std::any_of(phases.begin(), phases.end(), [&](const auto& name) {
           const PhaseSpan* span = evidence.phase(name);
           return span != nullptr && span->start_ms <= at_ms && at_ms < span->end_ms;
         });
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

config::Field at_most_field(std::string help) {
  return {.name = "at_most",
          .type = config::Type::integer,
          .help = std::move(help),
          .default_value = "0",
          .min = 0};
}

config::Field phases_field() {
  return {.name = "phases",
          .type = config::Type::text_list,
          .help = "phases it is about; without it the whole run"};
}

config::Field observer_field() {
  return {.name = "observer",
          .type = config::Type::text_list,
          .help = "observers it is about; without it all that show records"};
}

CheckKind finding_check(FindingCheck definition) {
  CheckKind kind{.name = definition.name,
                 .help = definition.help,
                 .advice = definition.advice,
                 .fields = {},
                 .make = {}};
  kind.fields = {at_most_field("how many are tolerated"), observer_field()};
  kind.make = [definition = std::move(definition)](const config::Settings& settings,
                                                   const std::string&, config::Problems&) {
    return std::make_unique<CountFindings>(definition, settings);
  };
  return kind;
}

}  // namespace hubsim::scenarios

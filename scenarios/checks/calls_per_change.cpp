// calls_per_change: API calls of the integration for each change it had to deal with.
// Calls: every call the mock answered in the phases, failed and repeated ones too, because all of
// them use up HubSpot's limits; `operations` narrows them (globs) where polling should stay out.
// Changes: every committed change of a record in the same phases, by others (to be taken over) and
// by the integration (written). Without `phases`, all measured ones. Name the phase in which a
// backlog is worked off as well, or an integration that merely falls behind looks thrifty.
#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"
#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

namespace {

class CallsPerChange final : public Check {
 public:
  explicit CallsPerChange(const config::Settings& settings)
      : at_most_(settings.number("at_most")),
        operations_(settings.text_list("operations")),
        phases_(settings.has("phases") ? settings.text_list("phases")
                                       : std::vector<std::string>()) {}
  std::string wanted() const override {
    return fmt::format("at most {:g} calls a change{}", at_most_, in_phases_text(phases_));
  }
  std::vector<std::string> phases() const override { return phases_; }
  CheckOutcome evaluate(const RunEvidence& evidence) const override;

 private:
  std::vector<std::string> spans(const RunEvidence& evidence) const;
  bool is_counted(const RequestRecord& request) const {
    return std::any_of(operations_.begin(), operations_.end(), [&](const std::string& glob) {
      return glob_matches(glob, request.operation);
    });
  }

  double at_most_;
  std::vector<std::string> operations_;
  std::vector<std::string> phases_;
};

std::vector<std::string> CallsPerChange::spans(const RunEvidence& evidence) const {
  std::vector<std::string> names = phases_;
  for (const PhaseSpan& span : evidence.phases) {
    if (phases_.empty() && span.measured) {
      names.push_back(span.name);
    }
  }
  return names;
}

CheckOutcome CallsPerChange::evaluate(const RunEvidence& evidence) const {
  if (auto outcome = unusable(evidence, phases_)) {
    return *outcome;
  }
  const std::vector<std::string> names = spans(evidence);
  std::uint64_t changes = 0;
  for (const HistoryEntry& entry : evidence.history) {
    const bool record = is_of_record(entry.kind);
    changes += record && in_phases(evidence, names, entry.at_ms) ? 1U : 0U;
  }
  std::uint64_t calls = 0;
  for (const RequestRecord& request : evidence.requests) {
    calls += is_counted(request) && in_phases(evidence, names, request.at_ms) ? 1U : 0U;
  }
  if (changes == 0 || calls == 0) {
    return vacuous(fmt::format("{} and {}{}: nothing to compare", counted(changes, "change"),
                               counted(calls, "call"), in_phases_text(names)));
  }
  const double ratio = static_cast<double>(calls) / static_cast<double>(changes);
  CheckOutcome outcome;
  outcome.verdict = ratio <= at_most_ ? CheckVerdict::pass : CheckVerdict::fail;
  outcome.got =
      fmt::format("{:.2f} ({} for {})", ratio, counted(calls, "call"), counted(changes, "change"));
  outcome.margin = margin_below(ratio, at_most_);
  return outcome;
}

}  // namespace

void register_check_calls_per_change(CheckRegistry& registry) {
  registry.add(
      {.name = "calls_per_change",
       .help = "API calls of the integration for each change",
       .advice = "Many calls for few changes: single calls where a batch would do, polling beside "
                 "webhooks, or records read again though the event carried the value. The table of "
                 "client behaviour names the operations.",
       .fields = {{.name = "at_most",
                   .type = config::Type::number,
                   .help = "calls for each change",
                   .required = true,
                   .min = 0},
                  {.name = "operations",
                   .type = config::Type::text_list,
                   .help = "operations that count, as globs such as 'crm.objects.batch.*'",
                   .default_value = "*"},
                  phases_field()},
       .make = [](const config::Settings& settings, const std::string&, config::Problems&) {
         return std::make_unique<CallsPerChange>(settings);
       }});
}

}  // namespace hubsim::scenarios

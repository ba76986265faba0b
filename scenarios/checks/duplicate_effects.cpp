// duplicate_effects: something done once for a record (a welcome mail) that was done more often
// than the changes that warrant it: creations by others than the integration, at least one.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

namespace {

class DuplicateEffects final : public Check {
 public:
  explicit DuplicateEffects(const config::Settings& settings)
      : at_most_(settings.integer("at_most")) {}
  std::string wanted() const override { return fmt::format("at most {}", at_most_); }
  CheckOutcome evaluate(const RunEvidence& evidence) const override;

 private:
  std::int64_t at_most_;
};

CheckOutcome DuplicateEffects::evaluate(const RunEvidence& evidence) const {
  if (auto outcome = unusable(evidence)) {
    return *outcome;
  }
  if (evidence.effects.empty()) {
    return vacuous("no observer has the role 'effects'");
  }
  CheckOutcome outcome;
  std::uint64_t duplicates = 0;
  std::uint64_t effects = 0;
  for (const EffectsEvidence& observed : evidence.effects) {
    const EffectsFindings& found = observed.findings;
    if (!found.judged) {
      return vacuous("observer '" + observed.observer + "': " + found.why_not);
    }
    duplicates += found.duplicates;
    effects += found.effects;
    for (const DuplicateEffect& record : found.records) {
      if (outcome.evidence.size() < 3) {
        outcome.explanation += fmt::format("{}: done {} times, called for {} times. ", record.key,
                                           record.done, record.warranted);
      }
      if (outcome.evidence.size() < max_evidence) {
        outcome.evidence.push_back(record.key);
      }
    }
  }
  const bool pass = duplicates <= static_cast<std::uint64_t>(at_most_);
  outcome.verdict = pass ? CheckVerdict::pass : CheckVerdict::fail;
  outcome.data_loss = !pass;
  outcome.got =
      fmt::format("{} among {}", counted(duplicates, "duplicate"), counted(effects, "effect"));
  outcome.margin = margin_below(static_cast<double>(duplicates), static_cast<double>(at_most_));
  return outcome;
}

}  // namespace

void register_check_duplicate_effects(CheckRegistry& registry) {
  registry.add(
      {.name = "duplicate_effects",
       .help = "effects done more often than the changes that warrant them",
       .advice =
           "Something was done twice. HubSpot sends events again (same eventId, attemptNumber "
           "over 0) and answers can be lost after the work was done: remember what was handled "
           "under a key of its own before doing it.",
       .fields = {at_most_field("how many are tolerated")},
       .make = [](const config::Settings& settings, const std::string&, config::Problems&) {
         return std::make_unique<DuplicateEffects>(settings);
       }});
}

}  // namespace hubsim::scenarios

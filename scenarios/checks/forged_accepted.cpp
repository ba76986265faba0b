// forged_accepted: deliveries with a wrong signature or an old timestamp that the integration
// answered with 2xx, and values planted by them that the other system shows at the deadline.
// Refusing is enough: an integration that answers 4xx or 5xx, or not at all, has not accepted.
#include <fmt/format.h>

#include <set>

#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

namespace {

class ForgedAccepted final : public Check {
 public:
  explicit ForgedAccepted(const config::Settings& settings)
      : at_most_(settings.integer("at_most")) {}
  std::string wanted() const override { return fmt::format("at most {}", at_most_); }
  CheckOutcome evaluate(const RunEvidence& evidence) const override;

 private:
  std::int64_t at_most_;
};

struct Forged {
  std::uint64_t answered = 0;
  std::uint64_t accepted = 0;
  std::uint64_t shown = 0;
};

void count_deliveries(const RunEvidence& evidence, Forged& forged, CheckOutcome& outcome) {
  for (const DeliveryRecord& delivery : evidence.deliveries) {
    if (delivery.forged.empty() || delivery.status == 0) {
      continue;
    }
    ++forged.answered;
    if (delivery.status < 200 || delivery.status >= 300) {
      continue;
    }
    ++forged.accepted;
    if (forged.accepted <= 3) {
      outcome.explanation += fmt::format("delivery {} ({}) was answered {}. ", delivery.number,
                                         delivery.forged, delivery.status);
    }
    for (const DeliveredEvent& event : delivery.events) {
      if (outcome.evidence.size() < max_evidence) {
        outcome.evidence.push_back(event.object_id);
      }
    }
  }
}

void count_planted(const RunEvidence& evidence, Forged& forged, CheckOutcome& outcome) {
  std::set<std::string> planted;
  for (const DeliveryRecord& delivery : evidence.deliveries) {
    for (const DeliveredEvent& event : delivery.events) {
      if (!delivery.forged.empty() && !event.property_value.empty()) {
        planted.insert(event.property_value);
      }
    }
  }
  for (const MirrorEvidence& mirror : evidence.mirrors) {
    for (const Finding& finding : mirror.findings.findings) {
      if (finding.kind == FindingKind::phantom && planted.contains(finding.observed)) {
        ++forged.shown;
        outcome.explanation += fmt::format("{} shows the forged {} '{}'. ", finding.key,
                                           finding.property, finding.observed);
      }
    }
  }
}

CheckOutcome ForgedAccepted::evaluate(const RunEvidence& evidence) const {
  if (auto outcome = unusable(evidence)) {
    return *outcome;
  }
  CheckOutcome outcome;
  Forged forged;
  count_deliveries(evidence, forged, outcome);
  count_planted(evidence, forged, outcome);
  if (forged.answered == 0) {
    return vacuous("no forged delivery was ever answered");
  }
  const std::uint64_t count = forged.accepted + forged.shown;
  const bool pass = count <= static_cast<std::uint64_t>(at_most_);
  outcome.verdict = pass ? CheckVerdict::pass : CheckVerdict::fail;
  outcome.data_loss = !pass;
  outcome.got = fmt::format("{} of {} forged deliveries accepted, {} shown", forged.accepted,
                            forged.answered, counted(forged.shown, "forged value"));
  outcome.margin = margin_below(static_cast<double>(count), static_cast<double>(at_most_));
  return outcome;
}

}  // namespace

void register_check_forged_accepted(CheckRegistry& registry) {
  registry.add(
      {.name = "forged_accepted",
       .help = "forged deliveries that were answered 2xx, or whose value is shown",
       .advice =
           "The receiver took what HubSpot had not sent. Check the v3 signature over method, "
           "URL, body and timestamp with the client secret, refuse timestamps older than five "
           "minutes, and compare in constant time.",
       .fields = {at_most_field("how many are tolerated")},
       .make = [](const config::Settings& settings, const std::string&, config::Problems&) {
         return std::make_unique<ForgedAccepted>(settings);
       }});
}

}  // namespace hubsim::scenarios

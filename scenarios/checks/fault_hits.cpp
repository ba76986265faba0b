// fault_hits: every fault rule did what it is there for. A rule that hit too little makes the run
// invalid, not failed: the integration is not to blame, but nothing was proven either.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

namespace {

class FaultHits final : public Check {
 public:
  FaultHits(config::Condition each, std::map<std::string, config::Condition> bounds)
      : each_(each), bounds_(std::move(bounds)) {}
  std::string wanted() const override {
    std::string text = "each " + each_.text();
    for (const auto& [id, bound] : bounds_) {
      text += ", " + id + " " + bound.text();
    }
    return text;
  }
  std::vector<std::string> fault_ids() const override {
    std::vector<std::string> ids;
    for (const auto& [id, bound] : bounds_) {
      ids.push_back(id);
    }
    return ids;
  }
  CheckOutcome evaluate(const RunEvidence& evidence) const override;

 private:
  config::Condition each_;
  std::map<std::string, config::Condition> bounds_;
};

CheckOutcome FaultHits::evaluate(const RunEvidence& evidence) const {
  if (evidence.faults.empty()) {
    return vacuous("the run had no fault rules");
  }
  CheckOutcome outcome{.verdict = CheckVerdict::pass};
  for (const FaultCount& fault : evidence.faults) {
    const auto it = bounds_.find(fault.id);
    const config::Condition& bound = it == bounds_.end() ? each_ : it->second;
    outcome.got += fmt::format("{}{} {}", outcome.got.empty() ? "" : ", ", fault.id, fault.hits);
    if (!bound.holds(static_cast<double>(fault.hits))) {
      outcome.verdict = CheckVerdict::invalid;
      outcome.explanation += fmt::format("{} hit {} of {} it could have hit, wanted {}. ", fault.id,
                                         fault.hits, fault.eligible, bound.text());
    }
  }
  for (const auto& [id, bound] : bounds_) {
    const bool known = std::any_of(evidence.faults.begin(), evidence.faults.end(),
                                   [&](const FaultCount& fault) { return fault.id == id; });
    if (!known) {
      outcome.verdict = CheckVerdict::invalid;
      outcome.explanation += "there is no fault rule '" + id + "'. ";
    }
  }
  return outcome;
}

std::unique_ptr<Check> make(const config::Settings& settings, const std::string& pointer,
                            config::Problems& problems) {
  std::map<std::string, config::Condition> bounds;
  const Json& hits = settings.json("hits");
  if (!hits.is_object()) {
    problems.push_back({pointer + "/hits", "expected rule ids with bounds: { throttle: '>= 5' }"});
    return nullptr;
  }
  for (const auto& [id, value] : hits.items()) {
    const auto bound = config::parse_condition(json::text_of(value));
    if (bound) {
      bounds.emplace(id, *bound);
    } else {
      problems.push_back({pointer + "/hits/" + json::pointer_token(id), bound.error()});
    }
  }
  return std::make_unique<FaultHits>(settings.condition("each"), std::move(bounds));
}

}  // namespace

void register_check_fault_hits(CheckRegistry& registry) {
  registry.add({.name = "fault_hits",
                .help = "every fault rule hit often enough; otherwise the run is invalid",
                .fields = {{.name = "each",
                            .type = config::Type::condition,
                            .help = "bound for every rule",
                            .default_value = ">= 1"},
                           {.name = "hits",
                            .type = config::Type::any,
                            .help = "bounds for single rules by id, in place of `each`",
                            .default_value = "{}"}},
                .make = make});
}

}  // namespace hubsim::scenarios

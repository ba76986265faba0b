// early_retries: the share of retries that came back sooner than the answer before had asked for.
// Only retries after an answer that asked for a wait count: Retry-After by its value, a 429 without
// it by `floor` (HubSpot's burst answer names no time, behaviour reference 2.3). What a retry is:
// retries.h. Pairs across a restart of the process are left out.
#include "scenarios/checks/retries.h"

#include <fmt/format.h>

#include "common/time/format.h"
#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

namespace {

class EarlyRetries final : public Check {
 public:
  explicit EarlyRetries(const config::Settings& settings)
      : at_most_(settings.share("at_most")),
        floor_(settings.duration("floor")),
        phases_(settings.has("phases") ? settings.text_list("phases")
                                       : std::vector<std::string>()) {}
  std::string wanted() const override {
    return fmt::format("at most {:g}% of retries sooner than asked (429: {}){}", at_most_ * 100,
                       format_duration(floor_), in_phases_text(phases_));
  }
  std::vector<std::string> phases() const override { return phases_; }
  CheckOutcome evaluate(const RunEvidence& evidence) const override;

 private:
  double at_most_;
  Duration floor_;
  std::vector<std::string> phases_;
};

CheckOutcome EarlyRetries::evaluate(const RunEvidence& evidence) const {
  if (auto outcome = unusable(evidence, phases_)) {
    return *outcome;
  }
  const std::int64_t floor_ms = floor_.count() / 1000;
  CheckOutcome outcome;
  std::uint64_t asked = 0;
  std::uint64_t early = 0;
  for (const Retry& retry : retries_of(evidence)) {
    const std::int64_t wait_ms = asked_wait_ms(*retry.failed, floor_ms);
    if (wait_ms == 0 || !in_phases(evidence, phases_, retry.failed->at_ms)) {
      continue;
    }
    ++asked;
    if (!is_early(retry, floor_ms)) {
      continue;
    }
    if (++early <= 3) {
      outcome.explanation += fmt::format(
          "request {} ({}) was told to wait {}ms and came back as {} "
          "after {}ms. ",
          retry.failed->number, retry.failed->operation, wait_ms, retry.next->number,
          retry.waited_ms());
    }
  }
  if (asked == 0) {
    return vacuous("no call that was told to wait was ever tried again");
  }
  const double share = static_cast<double>(early) / static_cast<double>(asked);
  outcome.verdict = share <= at_most_ ? CheckVerdict::pass : CheckVerdict::fail;
  outcome.got = fmt::format("{:.1f}% ({} of {})", share * 100, early, counted(asked, "chance"));
  outcome.margin = margin_below(share, at_most_);
  return outcome;
}

}  // namespace

void register_check_early_retries(CheckRegistry& registry) {
  registry.add(
      {.name = "early_retries",
       .help = "share of retries sooner than the answer before had asked for",
       .advice =
           "Retries came sooner than the answer before had asked for. Wait for Retry-After where "
           "there is one (milliseconds or seconds as documented), else at least a second after a "
           "429.",
       .fields = {{.name = "at_most",
                   .type = config::Type::share,
                   .help = "the share tolerated",
                   .default_value = "0%"},
                  {.name = "floor",
                   .type = config::Type::duration,
                   .help = "the least wait after a 429 without Retry-After",
                   .default_value = "1s"},
                  phases_field()},
       .make = [](const config::Settings& settings, const std::string&, config::Problems&) {
         return std::make_unique<EarlyRetries>(settings);
       }});
}

}  // namespace hubsim::scenarios

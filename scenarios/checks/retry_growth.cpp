// retry_growth: waits between attempts at the same call must grow. Where a call failed twice in a
// row without being told how long to wait (5xx or a broken connection), the second wait divided by
// the first is one ratio; the median of all ratios is bounded from below. Left out: waits after a
// 429 or Retry-After (`early_retries` judges those), waits during or within `settle` after a 429 to
// any call (a good client then holds everything back, whatever its schedule), and pairs across a
// restart. A doubling schedule with jitter gives a median near 2, none gives 1.
#include "scenarios/checks/retries.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

namespace {

class RetryGrowth final : public Check {
 public:
  explicit RetryGrowth(const config::Settings& settings)
      : at_least_(settings.number("at_least")),
        settle_ms_(settings.duration("settle").count() / 1000),
        phases_(settings.has("phases") ? settings.text_list("phases")
                                       : std::vector<std::string>()) {}
  std::string wanted() const override {
    return fmt::format("each wait at least {:g} times the one before{}", at_least_,
                       in_phases_text(phases_));
  }
  std::vector<std::string> phases() const override { return phases_; }
  CheckOutcome evaluate(const RunEvidence& evidence) const override;

 private:
  std::vector<double> ratios(const RunEvidence& evidence) const;
  bool is_free(const RunEvidence& evidence, const std::vector<std::int64_t>& throttled,
               const Retry& retry) const;

  double at_least_;
  std::int64_t settle_ms_;
  std::vector<std::string> phases_;
};

/// Whether the client chose this wait by its own schedule.
bool RetryGrowth::is_free(const RunEvidence& evidence, const std::vector<std::int64_t>& throttled,
                          const Retry& retry) const {
  const auto held =
      std::lower_bound(throttled.begin(), throttled.end(), retry.failed->at_ms - settle_ms_);
  const bool is_held = held != throttled.end() && *held <= retry.next->at_ms;
  return !is_held && asked_wait_ms(*retry.failed, 1) == 0 &&
         in_phases(evidence, phases_, retry.failed->at_ms);
}

std::vector<double> RetryGrowth::ratios(const RunEvidence& evidence) const {
  std::vector<std::int64_t> throttled;
  for (const RequestRecord& request : evidence.requests) {
    if (request.status == 429) {
      throttled.push_back(request.at_ms);
    }
  }
  std::sort(throttled.begin(), throttled.end());
  std::vector<double> ratios;
  const std::vector<Retry> retries = retries_of(evidence);
  for (std::size_t i = 1; i < retries.size(); ++i) {
    const Retry& first = retries[i - 1];
    const Retry& second = retries[i];
    if (first.next == second.failed && is_free(evidence, throttled, first) &&
        is_free(evidence, throttled, second)) {
      const auto before_ms = static_cast<double>(std::max<std::int64_t>(1, first.waited_ms()));
      ratios.push_back(static_cast<double>(second.waited_ms()) / before_ms);
    }
  }
  std::sort(ratios.begin(), ratios.end());
  return ratios;
}

CheckOutcome RetryGrowth::evaluate(const RunEvidence& evidence) const {
  if (auto outcome = unusable(evidence, phases_)) {
    return *outcome;
  }
  const std::vector<double> sorted = ratios(evidence);
  if (sorted.empty()) {
    return vacuous(
        "no call failed twice in a row with a wait of the client's own choosing: add a short fault "
        "that fails every call, away from 429s");
  }
  const double median = (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
  CheckOutcome outcome;
  outcome.verdict = median >= at_least_ ? CheckVerdict::pass : CheckVerdict::fail;
  outcome.got = fmt::format("{:.2f} times, median of {}", median, counted(sorted.size(), "pair"));
  outcome.margin = at_least_ > 0 ? std::optional((median - at_least_) / at_least_) : std::nullopt;
  return outcome;
}

}  // namespace

void register_check_retry_growth(CheckRegistry& registry) {
  registry.add(
      {.name = "retry_growth",
       .help = "waits between attempts at the same call grow",
       .advice =
           "Waits between attempts do not grow, so an outage is met with a constant stream of "
           "calls. Double the wait for each attempt and add some chance.",
       .fields = {{.name = "at_least",
                   .type = config::Type::number,
                   .help = "least median of a wait divided by the wait before",
                   .default_value = "1.3",
                   .min = 0},
                  {.name = "settle",
                   .type = config::Type::duration,
                   .help = "how long after a 429 a client may hold all its calls back",
                   .default_value = "10s"},
                  phases_field()},
       .make = [](const config::Settings& settings, const std::string&, config::Problems&) {
         return std::make_unique<RetryGrowth>(settings);
       }});
}

}  // namespace hubsim::scenarios

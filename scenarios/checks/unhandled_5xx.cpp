// unhandled_5xx: failures that the integration did not deal with. Two kinds are counted:
// 1. Calls that we failed (5xx, 429 or a broken connection) where the same call never succeeded
//    later and a record it was about is wrong at the deadline or an accepted write it carried never
//    arrived. A failed call whose data came right by another way (a later sweep, another batch) was
//    dealt with.
// 2. 5xx answers that the integration itself gave to a driver or to a genuine webhook delivery.
#include "scenarios/checks/retries.h"

#include <fmt/format.h>

#include <set>

#include "common/base/text.h"
#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

namespace {

struct Wrong {
  std::set<std::string> ids;
  std::set<std::string> lineages;
};

Wrong wrong_records(const RunEvidence& evidence) {
  Wrong wrong;
  for (const MirrorEvidence& mirror : evidence.mirrors) {
    for (const Finding& finding : mirror.findings.findings) {
      wrong.ids.insert(to_lower(finding.key));
      wrong.lineages.insert(to_lower(finding.lineage));
    }
  }
  std::set<std::string> written;
  for (const HistoryEntry& entry : evidence.history) {
    for (const auto& [name, value] : entry.properties) {
      written.insert(to_lower(value));
    }
  }
  for (const AcceptedWrite& write : evidence.accepted_writes) {
    if (!written.contains(to_lower(write.value))) {
      wrong.lineages.insert(to_lower(write.value));
    }
  }
  wrong.lineages.erase("");
  return wrong;
}

/// The keys of batches list their records; what separates them is a matter of the operation.
bool names_one_of(const std::string& key, const Wrong& wrong) {
  constexpr std::string_view separators = ",;| \n\t";
  const std::string text = to_lower(key);
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find_first_of(separators, start), text.size());
    const std::string part = text.substr(start, end - start);
    if (wrong.lineages.contains(part) || wrong.ids.contains(part)) {
      return true;
    }
    start = end + 1;
  }
  return false;
}

bool is_about(const RequestRecord& request, const Wrong& wrong) {
  const std::string last = request.path.substr(request.path.find_last_of('/') + 1);
  return names_one_of(request.key, wrong) || wrong.ids.contains(last);
}

class Unhandled5xx final : public Check {
 public:
  explicit Unhandled5xx(const config::Settings& settings) : at_most_(settings.integer("at_most")) {}
  std::string wanted() const override { return fmt::format("at most {}", at_most_); }
  CheckOutcome evaluate(const RunEvidence& evidence) const override;

 private:
  struct Count {
    std::uint64_t failed = 0;  ///< calls that we failed
    std::uint64_t unhandled = 0;
    std::uint64_t answers = 0;     ///< of the integration
    std::uint64_t own_errors = 0;  ///< 5xx among them
  };
  static void count_calls(const RunEvidence& evidence, Count& count, CheckOutcome& outcome);
  static void count_answers(const RunEvidence& evidence, Count& count);
  std::int64_t at_most_;
};

void Unhandled5xx::count_calls(const RunEvidence& evidence, Count& count, CheckOutcome& outcome) {
  const Wrong wrong = wrong_records(evidence);
  for (const Attempts& chain : attempt_chains(evidence.requests)) {
    const RequestRecord& last = *chain.back();
    count.failed += chain.size() - (last.retryable() ? 0U : 1U);
    if (!last.retryable() || !is_about(last, wrong)) {
      continue;
    }
    if (++count.unhandled <= 3) {
      outcome.explanation += fmt::format(
          "request {} ({}) ended {} and never succeeded, its data is wrong. ", last.number,
          last.operation, last.broken() ? last.ending : std::to_string(last.status));
    }
  }
}

void Unhandled5xx::count_answers(const RunEvidence& evidence, Count& count) {
  for (const DriverEvidence& driver : evidence.drivers) {
    for (const auto& [status, times] : driver.statuses) {
      count.answers += status > 0 ? times : 0;
      count.own_errors += status >= 500 ? times : 0;
    }
  }
  for (const DeliveryRecord& delivery : evidence.deliveries) {
    if (delivery.forged.empty()) {
      count.answers += delivery.status > 0 ? 1U : 0U;
      count.own_errors += delivery.status >= 500 ? 1U : 0U;
    }
  }
}

CheckOutcome Unhandled5xx::evaluate(const RunEvidence& evidence) const {
  if (auto outcome = unusable(evidence)) {
    return *outcome;
  }
  CheckOutcome outcome;
  Count count;
  count_calls(evidence, count, outcome);
  count_answers(evidence, count);
  if (count.failed == 0 && count.answers == 0) {
    return vacuous("no call failed and the integration was never asked anything");
  }
  if (count.own_errors > 0) {
    outcome.explanation +=
        counted(count.own_errors, "answer") + " of the integration itself were 5xx. ";
  }
  const std::uint64_t total = count.unhandled + count.own_errors;
  const bool pass = total <= static_cast<std::uint64_t>(at_most_);
  outcome.verdict = pass ? CheckVerdict::pass : CheckVerdict::fail;
  outcome.data_loss = count.unhandled > static_cast<std::uint64_t>(at_most_);
  outcome.got = fmt::format("{} unhandled of {}, {} 5xx of {}", count.unhandled,
                            counted(count.failed, "failed call"), count.own_errors,
                            counted(count.answers, "own answer"));
  outcome.margin = margin_below(static_cast<double>(total), static_cast<double>(at_most_));
  return outcome;
}

}  // namespace

void register_check_unhandled_5xx(CheckRegistry& registry) {
  registry.add(
      {.name = "unhandled_5xx",
       .help = "failed calls that were never made good, and 5xx of the integration itself",
       .advice =
           "A call failed and nobody made it good, or the integration itself answered 5xx. "
           "Repeat what may be repeated (429, 5xx, broken connections), and put failed work back "
           "into a queue that survives a restart.",
       .fields = {at_most_field("how many are tolerated")},
       .make = [](const config::Settings& settings, const std::string&, config::Problems&) {
         return std::make_unique<Unhandled5xx>(settings);
       }});
}

}  // namespace hubsim::scenarios

#include "reports/compare/behaviour.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

#include "common/base/text.h"

namespace hubsim::reports {

namespace {

constexpr std::size_t keys_named = 12;
constexpr std::uint64_t least_batches = 5;
/// A share of calls (retries, 429s) below this is noise, whatever its growth.
constexpr double least_share = 0.01;
/// Standard errors of counting: 10 calls or 13 for the same changes are the same.
constexpr double sure = 2.58;

using Operations = std::map<std::string, const OperationBehaviour*>;

Operations by_name(const Behaviour& behaviour) {
  Operations all;
  for (const OperationBehaviour& operation : behaviour.operations) {
    all[operation.operation] = &operation;
  }
  return all;
}

std::string times_text(std::uint64_t times) {
  return times == 1 ? "once" : fmt::format("{} times", times);
}

std::vector<std::string> missing_from(const std::vector<std::string>& all,
                                      const std::vector<std::string>& some) {
  const std::set<std::string> known(some.begin(), some.end());
  std::vector<std::string> missing;
  std::copy_if(all.begin(), all.end(), std::back_inserter(missing),
               [&](const std::string& item) { return !known.contains(item); });
  return missing;
}

std::string some_of(const std::vector<std::string>& items) {
  const std::size_t shown = std::min(items.size(), keys_named);
  std::string text = join({items.data(), shown}, ", ");
  return items.size() > shown ? text + fmt::format(" and {} more", items.size() - shown) : text;
}

class BehaviourComparer {
 public:
  BehaviourComparer(const CompareRules& rules, std::vector<BehaviourChange>& out)
      : rules_(rules), out_(out) {}

  void whole(const Behaviour& base, const Behaviour& fresh) {
    (void)per_change("", base, fresh);
    of_calls("retries per call", "", {base.retries, base.calls}, {fresh.retries, fresh.calls});
    const auto part = [](const Behaviour& of, double share) {
      return Part{static_cast<std::uint64_t>(std::llround(share * static_cast<double>(of.calls))),
                  of.calls};
    };
    of_calls("share of 429", "", part(base, base.share_429), part(fresh, fresh.share_429));
    of_calls("share of 5xx", "", part(base, base.share_5xx), part(fresh, fresh.share_5xx));
    if (base.early_retries == 0 && fresh.early_retries > 0) {
      add({"early retries", "",
           fmt::format("tried again before the time HubSpot had asked for, {}; never before",
                       times_text(fresh.early_retries)),
           0.0, static_cast<double>(fresh.early_retries), ChangeVerdict::regressed});
    } else {
      of_calls("early retries per call", "", {base.early_retries, base.calls},
               {fresh.early_retries, fresh.calls});
    }
  }

  void operations(const Operations& base, const Operations& fresh) {
    for (const auto& [name, operation] : fresh) {
      if (!base.contains(name)) {
        add({"new operation", name, fmt::format("is called now, {}", times_text(operation->calls)),
             0.0, static_cast<double>(operation->calls), ChangeVerdict::regressed});
      }
    }
    for (const auto& [name, operation] : base) {
      const auto it = fresh.find(name);
      if (it == fresh.end()) {
        add({"vanished operation", name,
             fmt::format("is not called any more; was {}", times_text(operation->calls)),
             static_cast<double>(operation->calls), 0.0, ChangeVerdict::same});
      } else {
        pair(*operation, *it->second);
      }
    }
    scopes(base, fresh);
  }

 private:
  struct Part {
    std::uint64_t hits = 0;
    std::uint64_t calls = 0;
    [[nodiscard]] double share() const {
      return calls == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(calls);
    }
    [[nodiscard]] double variance() const {
      return calls == 0 ? 0 : share() / static_cast<double>(calls);
    }
  };

  void add(BehaviourChange change) { out_.push_back(std::move(change)); }

  bool differs(double base, double fresh) const {
    return std::abs(fresh - base) > rules_.calls * base && fresh != base;
  }

  void number(const char* kind, const std::string& operation, double base, double fresh,
              bool more_is_worse) {
    const bool worse = (fresh > base) == more_is_worse;
    add({kind, operation, fmt::format("{:.3g} -> {:.3g}", base, fresh), base, fresh,
         worse ? ChangeVerdict::regressed : ChangeVerdict::improved});
  }

  /// Of one operation or of the whole run; 1: more calls for a change, -1: fewer, 0: as before.
  template <class Of>
  int per_change(const std::string& operation, const Of& base, const Of& fresh) {
    if (!base.calls_per_change || !fresh.calls_per_change ||
        std::max(base.calls, fresh.calls) < rules_.min_calls) {
      return 0;
    }
    const auto variance = [](const Of& of) {
      return *of.calls_per_change * *of.calls_per_change /
             static_cast<double>(std::max<std::uint64_t>(of.calls, 1));
    };
    const double delta = std::abs(*fresh.calls_per_change - *base.calls_per_change);
    if (!differs(*base.calls_per_change, *fresh.calls_per_change) ||
        delta <= sure * std::sqrt(variance(base) + variance(fresh))) {
      return 0;
    }
    number("calls per change", operation, *base.calls_per_change, *fresh.calls_per_change, true);
    return *fresh.calls_per_change > *base.calls_per_change ? 1 : -1;
  }

  void of_calls(const char* kind, const std::string& operation, const Part& base,
                const Part& fresh) {
    const bool enough = std::min(base.calls, fresh.calls) >= rules_.min_calls;
    const double error = std::sqrt(base.variance() + fresh.variance());
    if (enough && differs(base.share(), fresh.share()) &&
        std::abs(base.share() - fresh.share()) > std::max(least_share, sure * error)) {
      number(kind, operation, base.share(), fresh.share(), true);
    }
  }

  void pair(const OperationBehaviour& base, const OperationBehaviour& fresh) {
    const std::string& name = base.operation;
    const int calls = per_change(name, base, fresh);
    of_calls("retries per call", name, {base.retries, base.calls}, {fresh.retries, fresh.calls});
    const bool batches = base.batch_sizes && fresh.batch_sizes;
    if (batches && std::min(base.batch_sizes->count, fresh.batch_sizes->count) >= least_batches) {
      const auto from = static_cast<double>(base.batch_sizes->p50);
      const auto to = static_cast<double>(fresh.batch_sizes->p50);
      if (differs(from, to)) {
        batch_size(name, from, to, calls);
      }
    }
    if (base.page_sizes && fresh.page_sizes && base.page_sizes->max != fresh.page_sizes->max) {
      add({"page size", name, fmt::format("{} -> {}", base.page_sizes->max, fresh.page_sizes->max),
           static_cast<double>(base.page_sizes->max), static_cast<double>(fresh.page_sizes->max),
           ChangeVerdict::same});
    }
    payload(base, fresh);
  }

  /// The same work in smaller batches is no harm as long as it takes no more calls: the median
  /// alone is at the mercy of how the work arrived. `calls` says where those went.
  void batch_size(const std::string& operation, double from, double to, int calls) {
    BehaviourChange change{"batch size", operation, fmt::format("{:.3g} -> {:.3g}", from, to),
                           from,         to,        ChangeVerdict::same};
    if (calls > 0 && to < from) {
      change.verdict = ChangeVerdict::regressed;
    } else if (calls < 0 && to > from) {
      change.verdict = ChangeVerdict::improved;
    }
    add(std::move(change));
  }

  void payload(const OperationBehaviour& base, const OperationBehaviour& fresh) {
    if (base.payload_cut || fresh.payload_cut) {
      return;
    }
    const auto came = missing_from(fresh.payload, base.payload);
    const auto went = missing_from(base.payload, fresh.payload);
    if (!came.empty()) {
      add({"payload keys added", base.operation, some_of(came), std::nullopt, std::nullopt,
           ChangeVerdict::same});
    }
    if (!went.empty()) {
      add({"payload keys gone", base.operation, some_of(went), std::nullopt, std::nullopt,
           ChangeVerdict::same});
    }
  }

  void scopes(const Operations& base, const Operations& fresh) {
    std::map<std::string, std::string> before;  // scope -> an operation that needs it
    std::map<std::string, std::string> now;
    for (const auto& [name, operation] : base) {
      for (const std::string& scope : operation->scopes) {
        before.try_emplace(scope, name);
      }
    }
    for (const auto& [name, operation] : fresh) {
      for (const std::string& scope : operation->scopes) {
        now.try_emplace(scope, name);
      }
    }
    for (const auto& [scope, operation] : now) {
      if (!before.contains(scope)) {
        add({"new scope", operation, "needs " + scope, std::nullopt, std::nullopt,
             ChangeVerdict::regressed});
      }
    }
    for (const auto& [scope, operation] : before) {
      if (!now.contains(scope)) {
        add({"scope no longer needed", operation, scope, std::nullopt, std::nullopt,
             ChangeVerdict::same});
      }
    }
  }

  const CompareRules& rules_;
  std::vector<BehaviourChange>& out_;
};

}  // namespace

std::vector<BehaviourChange> compare_behaviour(const Behaviour& base, const Behaviour& fresh,
                                               const CompareRules& rules) {
  std::vector<BehaviourChange> changes;
  BehaviourComparer comparer(rules, changes);
  comparer.whole(base, fresh);
  comparer.operations(by_name(base), by_name(fresh));
  return changes;
}

}  // namespace hubsim::reports

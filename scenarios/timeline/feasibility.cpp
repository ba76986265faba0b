#include "scenarios/timeline/feasibility.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/time/format.h"
#include "scenarios/timeline/timeline.h"

namespace hubsim::scenarios {

namespace {

constexpr double batch_inputs = 100;  // of one batch read or write (behaviour reference 2.4)
constexpr double search_page = 200;   // records of one search page (behaviour reference 2.4)
constexpr double list_page = 100;     // records of one list page
constexpr double burst_window_s = 10;

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

/// Calls the app may make: per ten seconds and a day; 0 means without limit.
struct Budget {
  double burst = 0;
  double daily = 0;
  double search_per_s = 0;
  std::string name;
};

Budget budget_of(const WorldSpec& world, const hubspot::Facts& facts) {
  Budget budget;
  if (world.limits == "off") {
    return budget;
  }
  budget.search_per_s = facts.search_per_second;
  if (world.app == "oauth") {
    budget.burst = facts.oauth_burst;
    budget.name = "an OAuth app";
    return budget;
  }
  for (const auto& limits : facts.private_app_limits) {
    if (limits.tier == world.tier) {
      budget.burst = limits.burst;
      budget.daily = limits.daily;
    }
  }
  budget.name = "a private app on " + world.tier;
  return budget;
}

/// Share of calls in a phase that faults refuse, so that they must be made again.
double refused_share(const Scenario& scenario, std::size_t phase) {
  double served = 1;
  for (const FaultSpec& fault : scenario.faults) {
    const bool refuses = fault.kind == "status" || fault.kind == "reset" || fault.kind == "hang";
    if (!refuses || fault.settings.contains("match") || fault.settings.contains("budget")) {
      continue;  // a narrowed rule leaves ways around it
    }
    for (const FaultWindow& window : windows_of(scenario, fault)) {
      if (active_in(window, phase) && !fault.during.empty()) {
        served *= 1 - fault.share;
      }
    }
  }
  return 1 - served;
}

class Arithmetic {
 public:
  Arithmetic(const Scenario& scenario, Budget budget)
      : scenario_(scenario), budget_(std::move(budget)) {}

  std::vector<FeasibilityNote> run() {
    check_end();
    if (budget_.burst > 0) {
      for (std::size_t phase = 0; phase < scenario_.phases.size(); ++phase) {
        check_phase(phase);
      }
      check_import();
      check_backlog();
      check_daily();
    }
    return std::move(notes_);
  }

 private:
  void note(bool impossible, std::string text) { notes_.push_back({impossible, std::move(text)}); }

  /// The same arithmetic for several phases is said once, with all their names.
  void note_of_phase(const std::string& phase, bool impossible, const std::string& text) {
    for (PhaseNote& known : phase_notes_) {
      if (known.text == text) {
        known.phases += ", " + phase;
        notes_[known.note].text = known.phases + ": " + text;
        return;
      }
    }
    phase_notes_.push_back({.phases = phase, .text = text, .note = notes_.size()});
    note(impossible, phase + ": " + text);
  }

  void check_phase(std::size_t phase) {
    double changes = 0;
    double writes = 0;
    for (const TrafficSpec& traffic : scenario_.traffic) {
      if (const auto rate = rate_in(scenario_, traffic, phase)) {
        (calls_target(traffic) ? writes : changes) += rate->peak_per_s() * size_of_arrival(traffic);
      }
    }
    const double refused = refused_share(scenario_, phase);
    const double usable = budget_.burst * (1 - refused);
    const std::string place = scenario_.phases[phase].name;
    const std::string limit =
        refused > 0
            ? fmt::format("{} may make {:g} per 10 s, of which faults refuse {:.0f}%: {:.0f}",
                          budget_.name, budget_.burst, refused * 100, usable)
            : fmt::format("{} may make {:g} per 10 s", budget_.name, budget_.burst);
    check_rate({place, "changes", changes, limit, usable});
    check_rate({place, "calls to the integration", writes, limit, usable});
  }

  struct Rate {
    std::string place;
    std::string what;
    double per_s = 0;
    std::string limit;
    double usable = 0;
  };

  void check_rate(const Rate& rate) {
    const double single = rate.per_s * burst_window_s;
    const double batched = std::ceil(single / batch_inputs);
    const bool told_by_webhook = rate.what == "changes" && scenario_.world.webhooks.has_value();
    if (single <= rate.usable || rate.per_s == 0) {
      return;
    }
    const std::string arithmetic = fmt::format("{:g} {}/s x 10 s = {:.0f} single-record calls; {}",
                                               rate.per_s, rate.what, single, rate.limit);
    // Single-record calls for all of it is what a search could replace: 5/s of 200 records.
    const double searchable = rate.what == "changes" ? budget_.search_per_s * search_page : 0;
    if (rate.per_s > rate.usable / burst_window_s * batch_inputs + searchable && !told_by_webhook) {
      note_of_phase(
          rate.place, true,
          fmt::format("{}. Even in batches of {:.0f} it takes {:.0f} calls. Lower the rate, "
                      "raise the tier or set 'limits: off'.",
                      arithmetic, batch_inputs, batched));
    } else {
      note_of_phase(
          rate.place, false,
          fmt::format("{}: {:.0f}% of one call for each. In batches of {:.0f} it takes "
                      "{:.0f} calls{}.",
                      arithmetic, rate.usable / single * 100, batch_inputs, batched,
                      told_by_webhook ? ", and none where the webhook's own value is used" : ""));
    }
  }

  void check_end() {
    const std::size_t last = scenario_.phases.size() - 1;
    for (const TrafficSpec& traffic : scenario_.traffic) {
      if (rate_in(scenario_, traffic, last)) {
        note(false, fmt::format("the run ends with traffic ({}): its last changes have no time to "
                                "arrive; add a phase with 'until: converged'",
                                traffic.id));
      }
    }
  }

  void check_import() {
    double records = 0;
    for (const DataSpec& data : scenario_.world.data) {
      records += static_cast<double>(data.count);
    }
    const PhaseSpec& first = scenario_.phases.front();
    const double calls = std::ceil(records / list_page);
    const double needed_s = std::max(0.0, (calls - budget_.burst) / budget_.burst * burst_window_s);
    if (first.until_converged && needed_s > seconds(first.length)) {
      note(true,
           fmt::format("phase '{}': {:g} records / {:g} a page = {:g} calls; {} may make {:g} "
                       "per 10 s, so it takes at least {:.0f} s and the phase ends after {}",
                       first.name, records, list_page, calls, budget_.name, budget_.burst, needed_s,
                       format_duration(first.length)));
    }
  }

  /// What webhooks never told has to be fetched within the time a requirement leaves.
  void check_backlog() {
    double dropped = 0;
    for (std::size_t phase = 0; phase < scenario_.phases.size(); ++phase) {
      dropped += changes_in(phase) * dropped_share(phase);
    }
    const double per_s =
        budget_.burst / burst_window_s * batch_inputs + budget_.search_per_s * search_page;
    const double needed_s = dropped / per_s;
    for (const RequireSpec& require : scenario_.require) {
      const auto within = parse_duration(json::text_of(require.settings.value("within", Json(""))));
      if (require.check == "converged" && within && needed_s > seconds(*within)) {
        note(true, fmt::format("'{}': {:.0f} changes are told to nobody; pulling them at the most "
                               "the limits allow ({:g} records/s) takes {:.0f} s, more than {}",
                               require.id, dropped, per_s, needed_s, format_duration(*within)));
      }
    }
  }

  double changes_in(std::size_t phase) const {
    double sum = 0;
    for (const TrafficSpec& traffic : scenario_.traffic) {
      const auto rate = rate_in(scenario_, traffic, phase);
      if (rate && !calls_target(traffic)) {
        sum += rate->arrivals() * size_of_arrival(traffic);
      }
    }
    return sum;
  }

  double dropped_share(std::size_t phase) const {
    double told = scenario_.world.webhooks ? 1 : 0;
    for (const FaultSpec& fault : scenario_.faults) {
      const bool whole = fault.kind == "webhook_drop" && !fault.settings.contains("match") &&
                         !fault.settings.contains("budget");
      if (whole &&
          std::find(fault.during.begin(), fault.during.end(), phase) != fault.during.end()) {
        told *= 1 - fault.share;
      }
    }
    return 1 - told;
  }

  void check_daily() {
    double least = 0;
    for (const TrafficSpec& traffic : scenario_.traffic) {
      least += calls_target(traffic) ? planned_arrivals(scenario_, traffic) / batch_inputs : 0;
    }
    for (const DataSpec& data : scenario_.world.data) {
      least += static_cast<double>(data.count) / list_page;
    }
    if (budget_.daily > 0 && least > budget_.daily) {
      note(true, fmt::format("at least {:.0f} calls in all; {} may make {:g} a day", least,
                             budget_.name, budget_.daily));
    }
  }

  struct PhaseNote {
    std::string phases;
    std::string text;
    std::size_t note = 0;
  };

  const Scenario& scenario_;
  Budget budget_;
  std::vector<FeasibilityNote> notes_;
  std::vector<PhaseNote> phase_notes_;
};

}  // namespace

std::vector<FeasibilityNote> check_feasibility(const Scenario& scenario,
                                               const hubspot::Facts& facts) {
  return Arithmetic(scenario, budget_of(scenario.world, facts)).run();
}

}  // namespace hubsim::scenarios

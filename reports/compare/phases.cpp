#include "reports/compare/phases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/compare/bootstrap.h"
#include "reports/compare/effect.h"
#include "reports/compare/interval_data.h"
#include "reports/compare/words.h"
#include "reports/compare/worst.h"

namespace hubsim::reports {

namespace {

constexpr std::size_t distribution_points = 64;
constexpr std::size_t max_pairs = 500;

struct Named {
  const char* name;
  double Quantiles::* member;
  double q;
};
constexpr std::array<Named, compared_quantiles.size()> named_quantiles{
    {{"p50", &Quantiles::p50, compared_quantiles[0]},
     {"p90", &Quantiles::p90, compared_quantiles[1]},
     {"p99", &Quantiles::p99, compared_quantiles[2]},
     {"p999", &Quantiles::p999, compared_quantiles[3]}}};

/// Both runs' numbers and intervals of one driver in one phase.
struct Pair {
  const Driver& driver;
  const DriverPhase& base;
  const DriverPhase& fresh;
  std::optional<IntervalData> data{};
  Resamples base_draws{};
  Resamples fresh_draws{};
  std::string why_unclear{};  ///< why no time of this phase can be judged
};

Change change_of(std::string what, std::string unit, double base, double fresh) {
  Change change{.what = std::move(what), .unit = std::move(unit), .base = base, .fresh = fresh};
  change.delta = fresh - base;
  if (base != 0) {
    change.share = change.delta / base;
  }
  return change;
}

/// Intervals of the logarithms' difference, back in the unit of the number.
void set_interval(Change& change, const LogInterval& interval) {
  change.low = change.base * std::expm1(interval.low);
  change.high = change.base * std::expm1(interval.high);
}

bool beyond_zero(const Change& change) {
  return change.low && change.high && (*change.low > 0 || *change.high < 0);
}

/// Beyond the practical threshold: certain, unclear, or in words why not.
void judge_time(Change& change, const CompareRules& rules) {
  const double share = change.share.value_or(0);
  if (std::abs(share) <= rules.threshold) {
    change.why = fmt::format("{}: within {:g}%", share_text(share), rules.threshold * 100);
  } else if (std::abs(change.delta) <= rules.min_change_ms) {
    change.why =
        fmt::format("{}, but no more than {:g} ms", share_text(share), rules.min_change_ms);
  } else if (std::abs(change.effect.value_or(0)) < rules.min_effect ||
             change.effect.value_or(0) * change.delta < 0) {
    change.why = fmt::format("{}, but an effect of {:.3f} is negligible (bound {:g})",
                             share_text(share), change.effect.value_or(0), rules.min_effect);
  } else if (!beyond_zero(change)) {
    change.verdict = ChangeVerdict::unclear;
    change.why = fmt::format("{}, but the interval reaches over 0: longer runs would tell",
                             share_text(share));
  } else {
    change.verdict = change.delta > 0 ? ChangeVerdict::regressed : ChangeVerdict::improved;
    change.why = fmt::format("{}, effect {:.2f}", share_text(share), change.effect.value_or(0));
  }
}

std::string too_few_answers(const Named& quantile, const Pair& pair) {
  const double wanted = std::ceil(CompareRules::tail_samples / (1 - quantile.q) - 1e-6);
  const std::uint64_t least = std::min(pair.base.response.count, pair.fresh.response.count);
  if (static_cast<double>(least) >= wanted) {
    return "";
  }
  return fmt::format("{} needs {:.0f} answers in each run: there are {} and {}", quantile.name,
                     wanted, pair.base.response.count, pair.fresh.response.count);
}

/// p999 is shown only where it means something.
std::optional<Change> quantile_change(std::size_t index, const Pair& pair,
                                      const CompareRules& rules) {
  const Named& quantile = named_quantiles[index];
  const std::string few = too_few_answers(quantile, pair);
  if (!few.empty() && quantile.q > 0.99) {
    return std::nullopt;
  }
  Change change = change_of(quantile.name, "ms", pair.base.response.*quantile.member,
                            pair.fresh.response.*quantile.member);
  if (pair.data) {
    change.effect =
        cliffs_delta(pair.data->base.total, pair.data->fresh.total, share_around(quantile.q));
  }
  if (!pair.why_unclear.empty() || !few.empty() || change.base <= 0 || change.fresh <= 0) {
    change.verdict = ChangeVerdict::unclear;
    change.why = !pair.why_unclear.empty() ? pair.why_unclear : !few.empty() ? few : "no answers";
    return change;
  }
  set_interval(change, interval_of(std::log(change.fresh / change.base),
                                   {pair.base_draws.quantiles[index], pair.base_draws.degrees},
                                   {pair.fresh_draws.quantiles[index], pair.fresh_draws.degrees}));
  judge_time(change, rules);
  return change;
}

struct Share {
  double value = 0;
  double low = 0;
  double high = 0;
};

/// Wilson's interval of a share.
Share wilson(std::uint64_t hits, std::uint64_t of) {
  if (of == 0) {
    return {0, 0, 1};
  }
  const auto n = static_cast<double>(of);
  const double p = static_cast<double>(hits) / n;
  const double z = 1.959964;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {p, std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

/// Newcombe's interval of the difference of two shares; it takes answers for independent, which
/// errors in a burst are not, so the practical threshold carries the weight here.
Change error_change(const Pair& pair, const CompareRules& rules) {
  const Share base = wilson(pair.base.failed, pair.base.ok + pair.base.failed);
  const Share fresh = wilson(pair.fresh.failed, pair.fresh.ok + pair.fresh.failed);
  Change change = change_of("errors", "share", base.value, fresh.value);
  const auto norm = [](double a, double b) { return std::sqrt(a * a + b * b); };
  change.low = change.delta - norm(fresh.value - fresh.low, base.high - base.value);
  change.high = change.delta + norm(fresh.high - fresh.value, base.value - base.low);
  const std::string points = fmt::format("{:+.2f} points of 100", change.delta * 100);
  if (std::abs(change.delta) <= rules.error_points) {
    change.why = fmt::format("{}: within {:g}", points, rules.error_points * 100);
  } else if (!beyond_zero(change)) {
    change.verdict = ChangeVerdict::unclear;
    change.why = points + ", but the interval reaches over 0: more answers would tell";
  } else {
    change.verdict = change.delta > 0 ? ChangeVerdict::regressed : ChangeVerdict::improved;
    change.why = points;
  }
  return change;
}

bool same_plan(const DriverPhase& base, const DriverPhase& fresh) {
  const double larger = std::max(base.planned_per_s, fresh.planned_per_s);
  return std::abs(base.planned_per_s - fresh.planned_per_s) <= 0.01 * larger;
}

/// A rate is judged where both runs had the same plan, or none.
Change rate_change(const Pair& pair, const CompareRules& rules) {
  Change change = change_of("rate", "1/s", pair.base.sent_per_s, pair.fresh.sent_per_s);
  if (!same_plan(pair.base, pair.fresh)) {
    change.why = fmt::format("other plans: {:.1f}/s and {:.1f}/s", pair.base.planned_per_s,
                             pair.fresh.planned_per_s);
    return change;
  }
  const bool measured = pair.why_unclear.empty() && change.base > 0 && change.fresh > 0;
  if (measured) {
    set_interval(change, interval_of(std::log(change.fresh / change.base),
                                     {pair.base_draws.rate, pair.base_draws.degrees},
                                     {pair.fresh_draws.rate, pair.fresh_draws.degrees}));
  }
  const double share = change.share.value_or(0);
  if (std::abs(share) <= rules.threshold) {
    change.why = fmt::format("{}: within {:g}%", share_text(share), rules.threshold * 100);
  } else if (!measured || !beyond_zero(change)) {
    change.verdict = ChangeVerdict::unclear;
    change.why = measured ? share_text(share) + ", but the interval reaches over 0"
                          : share_text(share) + "; " + pair.why_unclear;
  } else {
    change.verdict = share < 0 ? ChangeVerdict::regressed : ChangeVerdict::improved;
    change.why = share_text(share);
  }
  return change;
}

std::vector<DistributionPoint> distribution_of(const IntervalData& data) {
  std::vector<DistributionPoint> points;
  const auto of_base = static_cast<double>(sum_of(data.base.total));
  const auto of_fresh = static_cast<double>(sum_of(data.fresh.total));
  constexpr std::size_t step = bucket_count / distribution_points;
  double base = 0;
  double fresh = 0;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    base += static_cast<double>(data.base.total[i]) / of_base;
    fresh += static_cast<double>(data.fresh.total[i]) / of_fresh;
    if ((i + 1) % step == 0) {
      points.push_back({data.grid.edge(static_cast<double>(i + 1)) / 1e6, std::min(base, 1.0),
                        std::min(fresh, 1.0)});
    }
  }
  return points;
}

/// Why times of this phase cannot be judged; empty: they can.
std::string unclear_phase(const Pair& pair, const CompareRules& rules) {
  if (!pair.data) {
    return "a run has no interval histograms of this phase: made by an older hubsim, or no answer";
  }
  const std::uint64_t least = std::min(pair.data->base.seconds, pair.data->fresh.seconds);
  if (least < rules.min_seconds) {
    return fmt::format("{} and {} seconds of answers, {} are wanted: longer phases would tell",
                       pair.data->base.seconds, pair.data->fresh.seconds, rules.min_seconds);
  }
  return "";
}

void draw(Pair& pair, const CompareRules& rules, PhaseComparison& out) {
  const IntervalData& data = *pair.data;
  const auto of = [&](const IntervalSide& side, const char* name) {
    const Blocks blocks = choose_blocks(side.medians);
    out.block_s = std::max<std::uint64_t>(out.block_s, blocks.length * side.interval_s);
    const Prng prng = keyed_prng(rules.seed, {pair.driver.id, pair.base.phase, name});
    Resamples draws =
        resample(data.grid, side.counts, blocks, CompareRules::resamples, prng.split("times"));
    draws.rate = resample_rate(side.answers, blocks, CompareRules::resamples, prng.split("rate"));
    return draws;
  };
  pair.base_draws = of(data.base, "base");
  pair.fresh_draws = of(data.fresh, "fresh");
}

PhaseComparison compare_pair(Pair& pair, const CompareRules& rules) {
  PhaseComparison out{.driver = pair.driver.id, .phase = pair.base.phase};
  out.base_samples = pair.base.response.count;
  out.fresh_samples = pair.fresh.response.count;
  pair.why_unclear = unclear_phase(pair, rules);
  if (pair.data) {
    const IntervalData& data = *pair.data;
    out.base_seconds = data.base.seconds;
    out.fresh_seconds = data.fresh.seconds;
    out.effect = cliffs_delta(data.base.total, data.fresh.total);
    out.slower_share = (1 + *out.effect) / 2;
    out.ks = ks_distance(data.base.total, data.fresh.total);
    out.distribution = distribution_of(data);
  }
  if (pair.why_unclear.empty()) {
    draw(pair, rules, out);
  }
  for (std::size_t i = 0; i < named_quantiles.size(); ++i) {
    if (auto change = quantile_change(i, pair, rules)) {
      out.changes.push_back(std::move(*change));
    }
  }
  out.changes.push_back(error_change(pair, rules));
  out.changes.push_back(rate_change(pair, rules));
  out.verdict = worst_of(out.changes);
  const bool no_times = out.changes.front().verdict == ChangeVerdict::unclear;
  if (out.verdict == ChangeVerdict::same && no_times) {
    out.verdict = ChangeVerdict::unclear;  // errors and rate alone are half the answer
  }
  return out;
}

/// Its calls go to the mock's control API: how fast that is says nothing of the integration.
constexpr std::string_view portal_driver = "crm_changes";

const Driver* driver_named(const RunResult& run, const std::string& id) {
  const auto it = std::find_if(run.drivers.begin(), run.drivers.end(),
                               [&](const Driver& driver) { return driver.id == id; });
  return it == run.drivers.end() ? nullptr : &*it;
}

const DriverPhase* phase_named(const Driver* driver, const std::string& name) {
  if (driver == nullptr) {
    return nullptr;
  }
  const auto it = std::find_if(driver->phases.begin(), driver->phases.end(),
                               [&](const DriverPhase& phase) { return phase.phase == name; });
  return it == driver->phases.end() ? nullptr : &*it;
}

bool is_measured(const RunResult& run, const std::string& name) {
  const auto it = std::find_if(run.phases.begin(), run.phases.end(),
                               [&](const Phase& phase) { return phase.name == name; });
  return it == run.phases.end() || it->measured;
}

void name_unmatched(const RunResult& run, const RunResult& other, const char* which,
                    std::vector<std::string>& warnings) {
  for (const Driver& driver : run.drivers) {
    for (const DriverPhase& phase : driver.phases) {
      if (phase_named(driver_named(other, driver.id), phase.phase) == nullptr &&
          phase.planned + phase.sent > 0) {
        warnings.push_back(fmt::format("driver '{}' in phase '{}' is only in the {} run", driver.id,
                                       phase.phase, which));
      }
    }
  }
}

}  // namespace

std::vector<PhaseComparison> compare_phases(const LoggedRun& base, const LoggedRun& fresh,
                                            const CompareRules& rules,
                                            std::vector<std::string>& warnings) {
  std::vector<PhaseComparison> all;
  for (const Driver& driver : base.run.drivers) {
    if (driver.kind == portal_driver) {
      continue;
    }
    for (const DriverPhase& phase : driver.phases) {
      const DriverPhase* other = phase_named(driver_named(fresh.run, driver.id), phase.phase);
      if (other == nullptr || !is_measured(fresh.run, phase.phase) ||
          phase.planned + phase.sent == 0) {
        continue;
      }
      if (all.size() == max_pairs) {
        warnings.push_back(fmt::format("only the first {} phases are compared", max_pairs));
        return all;
      }
      Pair pair{driver, phase, *other};
      const auto* base_lines = base.logs.find(driver.id, phase.phase);
      const auto* fresh_lines = fresh.logs.find(driver.id, phase.phase);
      if (base_lines != nullptr && fresh_lines != nullptr) {
        pair.data = interval_data(*base_lines, *fresh_lines);
      }
      all.push_back(compare_pair(pair, rules));
    }
  }
  name_unmatched(base.run, fresh.run, "base", warnings);
  name_unmatched(fresh.run, base.run, "new", warnings);
  return all;
}

Result<std::vector<PhaseComparison>> compare_phases(const RunResult& base, const RunResult& fresh,
                                                    const CompareRules& rules,
                                                    std::vector<std::string>& warnings) {
  auto base_logs = ResponseLogs::read(base);
  auto fresh_logs = ResponseLogs::read(fresh);
  if (!base_logs.ok() || !fresh_logs.ok()) {
    return Failure{base_logs.ok() ? "the new run: " + fresh_logs.error()
                                  : "the base run: " + base_logs.error()};
  }
  return compare_phases({base, std::move(*base_logs)}, {fresh, std::move(*fresh_logs)}, rules,
                        warnings);
}

}  // namespace hubsim::reports

#include "reports/compare/convergence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/compare/bootstrap.h"
#include "reports/compare/effect.h"
#include "reports/compare/interval_data.h"

namespace hubsim::reports {

namespace {

struct Named {
  const char* name;
  double Quantiles::* member;
};
/// In the order of compared_quantiles.
constexpr std::array<Named, 3> named{
    {{"p50", &Quantiles::p50}, {"p90", &Quantiles::p90}, {"p99", &Quantiles::p99}}};

class ConvergenceComparer {
 public:
  ConvergenceComparer(const Convergence& base, const Convergence& fresh, const CompareRules& rules)
      : base_(base), fresh_(fresh), rules_(rules) {}

  void use(const std::vector<stats::LogLine>& base, const std::vector<stats::LogLine>& fresh) {
    data_ = interval_data(base, fresh);
    if (!data_) {
      why_unclear_ = "a run does not tell when its records changed: made by an older hubsim";
      return;
    }
    const std::uint64_t least = std::min(data_->base.seconds, data_->fresh.seconds);
    if (least < rules_.min_seconds) {
      why_unclear_ = fmt::format("records changed in {} and {} seconds, {} are wanted",
                                 data_->base.seconds, data_->fresh.seconds, rules_.min_seconds);
      return;
    }
    base_draws_ = draw(data_->base, "base");
    fresh_draws_ = draw(data_->fresh, "fresh");
  }

  Change change(std::size_t index) const {
    Change out{.what = named[index].name,
               .unit = "ms",
               .base = base_.time_ms.*named[index].member,
               .fresh = fresh_.time_ms.*named[index].member};
    out.delta = out.fresh - out.base;
    if (out.base > 0) {
      out.share = out.delta / out.base;
    }
    const double wanted = CompareRules::tail_samples / (1 - compared_quantiles[index]);
    const std::uint64_t least = std::min(base_.time_ms.count, fresh_.time_ms.count);
    const bool few = static_cast<double>(least) < wanted - 1e-6;
    if (few || !why_unclear_.empty() || out.base <= 0 || out.fresh <= 0) {
      out.verdict = ChangeVerdict::unclear;
      out.why = !why_unclear_.empty()
                    ? why_unclear_
                    : fmt::format("{} and {} records converged, {} wants {:.0f}",
                                  base_.time_ms.count, fresh_.time_ms.count, out.what, wanted);
      return out;
    }
    judge(out, index);
    return out;
  }

 private:
  Resamples draw(const IntervalSide& side, const char* name) const {
    return resample(data_->grid, side.counts, choose_blocks(side.medians), CompareRules::resamples,
                    keyed_prng(rules_.seed, {"convergence", name}));
  }

  void judge(Change& out, std::size_t index) const {
    const double error = base_.resolution_ms + fresh_.resolution_ms;
    const LogInterval interval = interval_of(std::log(out.fresh / out.base),
                                             {base_draws_.quantiles[index], base_draws_.degrees},
                                             {fresh_draws_.quantiles[index], fresh_draws_.degrees});
    out.low = out.base * std::expm1(interval.low) - error;
    out.high = out.base * std::expm1(interval.high) + error;
    out.effect = cliffs_delta(data_->base.total, data_->fresh.total,
                              share_around(compared_quantiles[index]));
    const double size = std::abs(out.delta);
    const bool beyond =
        size > rules_.convergence_ms && size > rules_.convergence * out.base && size > error;
    const bool matters = std::abs(*out.effect) >= rules_.min_effect && *out.effect * out.delta > 0;
    out.why = fmt::format("{:+.0f} ms, error bar of the observers {:.0f} ms", out.delta, error);
    if (!beyond || !matters) {
      out.why += fmt::format(": within {:g}%, {:g} ms, or that", rules_.convergence * 100,
                             rules_.convergence_ms);
    } else if (*out.low > 0 || *out.high < 0) {
      out.verdict = out.delta > 0 ? ChangeVerdict::regressed : ChangeVerdict::improved;
    } else {
      out.verdict = ChangeVerdict::unclear;
      out.why += ", but the interval reaches over 0: longer runs would tell";
    }
  }

  const Convergence& base_;
  const Convergence& fresh_;
  const CompareRules& rules_;
  std::optional<IntervalData> data_;
  Resamples base_draws_;
  Resamples fresh_draws_;
  std::string why_unclear_;
};

Change not_converged(const Convergence& base, const Convergence& fresh) {
  Change lost{.what = "not converged",
              .unit = "records",
              .base = static_cast<double>(base.not_converged),
              .fresh = static_cast<double>(fresh.not_converged)};
  lost.delta = lost.fresh - lost.base;
  if (lost.base > 0) {
    lost.share = lost.delta / lost.base;
  }
  lost.verdict = lost.delta > 0   ? ChangeVerdict::regressed
                 : lost.delta < 0 ? ChangeVerdict::improved
                                  : ChangeVerdict::same;
  lost.why = fmt::format("of {} and {} records", base.records, fresh.records);
  return lost;
}

}  // namespace

Result<std::vector<Change>> compare_convergence(const Convergence& base, const Convergence& fresh,
                                                const CompareRules& rules) {
  if (base.records == 0 || fresh.records == 0) {
    return std::vector<Change>();
  }
  const auto base_log = stats::read_log(base.hdr_log);
  const auto fresh_log = stats::read_log(fresh.hdr_log);
  if (!base_log.ok() || !fresh_log.ok()) {
    return Failure{"convergence, " + (base_log.ok() ? fresh_log.error() : base_log.error())};
  }
  ConvergenceComparer comparer(base, fresh, rules);
  comparer.use(*base_log, *fresh_log);
  std::vector<Change> all;
  for (std::size_t i = 0; i < named.size(); ++i) {
    all.push_back(comparer.change(i));
  }
  all.push_back(not_converged(base, fresh));
  return all;
}

}  // namespace hubsim::reports

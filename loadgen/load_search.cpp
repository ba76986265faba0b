#include "loadgen/load_search.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubsim::loadgen {

namespace {

constexpr int max_confirmations = 4;
/// Below this share of the first rate nobody looks for more.
constexpr double least_share = 1.0 / 1024;

class Search {
 public:
  Search(const SearchOptions& options, const SearchProbe& probe)
      : options_(options), probe_(probe) {}

  SearchResult run() {
    climb();
    while (can_go_on() && low_ > 0 && high_ > low_ * (1 + options_.precision)) {
      (void)passes((low_ + high_) / 2);
    }
    confirm();
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool can_go_on() const {
    return !given_up_ && result_.steps.size() < options_.max_steps;
  }

  /// Asks, and moves the bounds.
  bool passes(double rate) {
    auto step = probe_(rate);
    if (!step) {
      given_up_ = true;
      return false;
    }
    step->rate_per_s = rate;
    const LoadVerdict verdict = step->conclusion.verdict;
    given_up_ = verdict == LoadVerdict::unreachable;
    result_.steps.push_back(std::move(*step));
    if (verdict == LoadVerdict::pass) {
      low_ = std::max(low_, rate);
      return true;
    }
    if (!result_.lowest_failed_per_s || rate < *result_.lowest_failed_per_s) {
      result_.lowest_failed_per_s = rate;
      result_.limited_by = verdict;
    }
    high_ = rate;
    return false;
  }

  /// Up while it passes, or down until it does.
  void climb() {
    double rate = options_.start_per_s;
    if (passes(rate)) {
      while (can_go_on() && rate < options_.most_per_s) {
        rate = std::min(rate * 2, options_.most_per_s);
        if (!passes(rate)) {
          return;
        }
      }
      return;
    }
    const double least = std::max(options_.start_per_s * least_share, options_.least_per_s);
    while (can_go_on() && rate / 2 >= least) {
      rate /= 2;
      if (passes(rate)) {
        return;
      }
    }
  }

  /// One lucky step is no capacity: what is reported has passed twice.
  void confirm() {
    for (int i = 0; i < max_confirmations && low_ > 0 && !given_up_; ++i) {
      if (passes(low_)) {
        result_.highest_per_s = low_;
        return;
      }
      low_ *= 1 - options_.precision;
    }
  }

  const SearchOptions& options_;
  const SearchProbe& probe_;
  SearchResult result_;
  double low_ = 0;
  double high_ = 0;
  bool given_up_ = false;
};

}  // namespace

SearchResult find_highest_rate(const SearchOptions& options, const SearchProbe& probe) {
  return Search(options, probe).run();
}

int exit_code_of(const SearchResult& result) noexcept {
  if (result.highest_per_s) {
    return 0;
  }
  return result.limited_by == LoadVerdict::pass ? exit_code_of(LoadVerdict::invalid)
                                                : exit_code_of(result.limited_by);
}

std::string search_text(const SearchResult& result) {
  std::string text = "      rate/s    achieved/s      p99 ms  verdict\n";
  for (const SearchStep& step : result.steps) {
    text += fmt::format("  {:>10.1f}  {:>12.1f}  {:>10.3f}  {}{}{}\n", step.rate_per_s,
                        step.rate_achieved, step.p99_ms, name_of(step.conclusion.verdict),
                        step.conclusion.reasons.empty() ? "" : ": ",
                        step.conclusion.reasons.empty() ? "" : step.conclusion.reasons.front());
  }
  if (!result.highest_per_s) {
    return text + "no rate kept the limits\n";
  }
  text += fmt::format("highest rate that keeps the limits: {:.1f}/s", *result.highest_per_s);
  if (!result.lowest_failed_per_s) {
    return text + " (the search went no higher)\n";
  }
  return text + fmt::format(" ({:.1f}/s {})\n", *result.lowest_failed_per_s,
                            result.limited_by == LoadVerdict::invalid
                                ? "was more than this generator can do honestly: no limit of the "
                                  "target's"
                                : "does not");
}

Json to_json(const SearchResult& result) {
  Json json{
      {"verdict", result.highest_per_s ? "PASS" : name_of(result.limited_by)},
      {"highest_rate", result.highest_per_s ? Json(*result.highest_per_s) : Json()},
      {"lowest_failed_rate",
       result.lowest_failed_per_s ? Json(*result.lowest_failed_per_s) : Json()},
      {"limited_by", result.lowest_failed_per_s
                         ? Json(result.limited_by == LoadVerdict::invalid ? "generator" : "target")
                         : Json()},
      {"steps", Json::array()}};
  for (const SearchStep& step : result.steps) {
    json["steps"].push_back({{"rate", step.rate_per_s},
                             {"rate_achieved", step.rate_achieved},
                             {"p99_ms", step.p99_ms},
                             {"verdict", name_of(step.conclusion.verdict)},
                             {"reasons", step.conclusion.reasons}});
  }
  return json;
}

}  // namespace hubsim::loadgen

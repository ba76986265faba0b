#include "reports/compare/rules.h"

#include <fmt/format.h>

namespace hubsim::reports {

namespace {

double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

const config::Fields& compare_fields() {
  using config::Type;
  static const config::Fields table{
      {.name = "threshold",
       .type = Type::share,
       .help = "a response time or rate that changes by less stays the same",
       .default_value = "10%"},
      {.name = "min_change",
       .type = Type::duration,
       .help = "so does a response time that changes by less",
       .default_value = "1ms"},
      {.name = "min_effect",
       .type = Type::number,
       .help = "least effect size (Cliff's delta) of a regression",
       .default_value = "0.147",
       .min = 0,
       .max = 1},
      {.name = "errors",
       .type = Type::share,
       .help = "more errors than so regress, as a share of all answers added",
       .default_value = "0.5%"},
      {.name = "convergence",
       .type = Type::share,
       .help = "as threshold, of the time to converge",
       .default_value = "25%"},
      {.name = "convergence_change",
       .type = Type::duration,
       .help = "as min_change, of the time to converge",
       .default_value = "500ms"},
      {.name = "calls",
       .type = Type::share,
       .help = "as threshold, of calls per change, retries, 429s, 5xx and batch sizes",
       .default_value = "20%"},
      {.name = "min_calls",
       .type = Type::integer,
       .help = "an operation called less often in both runs gates nothing",
       .default_value = "10",
       .min = 0},
      {.name = "min_seconds",
       .type = Type::integer,
       .help = "a phase with fewer seconds of answers in either run is unclear",
       .default_value = "8",
       .min = 3},
      {.name = "allow_invalid",
       .type = Type::boolean,
       .help = "judge times of a run that says INVALID, too",
       .default_value = "false"},
      {.name = "resample_seed",
       .type = Type::integer,
       .help = "of the bootstrap: the same seed gives the same intervals",
       .default_value = "1",
       .min = 0},
  };
  return table;
}

CompareRules compare_rules(const config::Settings& settings) {
  const auto count = [&](const char* name) {
    return static_cast<std::uint64_t>(settings.integer(name));
  };
  return {.threshold = settings.share("threshold"),
          .min_change_ms = milliseconds(settings.duration("min_change")),
          .min_effect = settings.number("min_effect"),
          .error_points = settings.share("errors"),
          .convergence = settings.share("convergence"),
          .convergence_ms = milliseconds(settings.duration("convergence_change")),
          .calls = settings.share("calls"),
          .min_calls = count("min_calls"),
          .min_seconds = count("min_seconds"),
          .allow_invalid = settings.boolean("allow_invalid"),
          .seed = count("resample_seed")};
}

std::vector<std::string> gates_text(const CompareRules& rules) {
  return {fmt::format("response time: more than {:g}% and {:g} ms, effect at least {:g}",
                      rules.threshold * 100, rules.min_change_ms, rules.min_effect),
          fmt::format("rate: more than {:g}%", rules.threshold * 100),
          fmt::format("errors: more than {:g} points of 100", rules.error_points * 100),
          fmt::format("convergence: more than {:g}% and {:g} ms", rules.convergence * 100,
                      rules.convergence_ms),
          fmt::format("calls, retries, 429s, batches: more than {:g}%", rules.calls * 100)};
}

}  // namespace hubsim::reports

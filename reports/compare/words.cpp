#include "reports/compare/words.h"

#include <fmt/format.h>

#include <cmath>

#include "common/time/format.h"

namespace hubsim::reports {

namespace {

bool is_scaled(const Change& change) { return change.base > 0 && change.unit != "share"; }

std::string difference_text(const Change& change, double delta) {
  if (is_scaled(change)) {
    return share_text(delta / change.base);
  }
  return change.unit == "share" ? fmt::format("{:+.2f} points", delta * 100)
                                : fmt::format("{:+.4g}", delta);
}

}  // namespace

std::string share_text(double share) {
  return share >= 9 ? fmt::format("x{:.0f}", 1 + share) : fmt::format("{:+.1f}%", share * 100);
}

std::string value_text(const Change& change, double value) {
  if (change.unit == "share") {
    return fmt::format("{:.2f}%", value * 100);
  }
  if (change.unit == "ms") {
    return value >= 1000 ? fmt::format("{:.2f} s", value / 1000) : fmt::format("{:.3g} ms", value);
  }
  return change.unit == "1/s" ? fmt::format("{:.1f}/s", value) : fmt::format("{:.4g}", value);
}

std::string change_text(const Change& change) {
  return change.delta == 0 ? "" : difference_text(change, change.delta);
}

std::string interval_text(const Change& change) {
  if (!change.low || !change.high) {
    return "";
  }
  if (change.unit == "ms" && *change.low < -change.base) {  // an error bar wider than the time
    return fmt::format("{:+.0f} to {:+.0f} ms", *change.low, *change.high);
  }
  return difference_text(change, *change.low) + " to " + difference_text(change, *change.high);
}

std::string run_text(const RunName& run) {
  return fmt::format("{} {} ({})", format_iso8601(from_unix_ms(run.started_at_ms)).substr(0, 19),
                     run.file.empty() ? run.scenario : run.file, run.verdict);
}

std::string verdict_text(ChangeVerdict verdict) {
  return verdict == ChangeVerdict::regressed ? "REGRESSED" : std::string(name_of(verdict));
}

}  // namespace hubsim::reports

#include "scenarios/timeline/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/time/format.h"
#include "scenarios/timeline/timeline.h"

namespace hubsim::scenarios {

namespace {

constexpr std::size_t axis_width = 78;
constexpr std::size_t most_label = 18;

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::string number(double value) { return fmt::format("{:.3g}", value); }

std::string rate_text(const PhaseRate& rate) {
  if (rate.users > 0) {
    return std::to_string(rate.users) + " users";
  }
  if (rate.peak_per_s() == 0) {
    return "at its times";
  }
  if (rate.shaped) {
    return "to " + number(rate.peak_per_s()) + "/s";
  }
  return rate.from_per_s == rate.to_per_s
             ? number(rate.from_per_s) + "/s"
             : number(rate.from_per_s) + ".." + number(rate.to_per_s) + "/s";
}

/// Where each phase lies on the drawn axis. A phase is at least as wide as what is written in it;
/// phases that end at convergence do not stretch the rest by the most they may take.
class Axis {
 public:
  explicit Axis(const Scenario& scenario) : scenario_(scenario) {
    double fixed_s = 0;
    for (std::size_t i = 0; i < scenario.phases.size(); ++i) {
      widths_.push_back(least_width(i));
      fixed_s += scenario.phases[i].until_converged ? 0 : seconds(scenario.phases[i].length);
    }
    stretch(fixed_s);
  }

  std::size_t start(std::size_t phase) const {
    std::size_t at = 0;
    for (std::size_t i = 0; i < phase; ++i) {
      at += widths_[i];
    }
    return at;
  }
  std::size_t end(std::size_t phase) const { return start(phase) + widths_[phase]; }
  std::size_t width() const { return end(widths_.size() - 1); }

  /// The column of a moment `offset` after a phase's start, later phases included.
  std::size_t column(std::size_t phase, Duration offset) const {
    while (offset > scenario_.phases[phase].length && phase + 1 < widths_.size()) {
      offset -= scenario_.phases[phase].length;
      ++phase;
    }
    const double part = std::min(1.0, seconds(offset) / seconds(scenario_.phases[phase].length));
    return start(phase) + static_cast<std::size_t>(part * static_cast<double>(widths_[phase]));
  }

 private:
  std::size_t least_width(std::size_t phase) const {
    std::size_t width = scenario_.phases[phase].name.size() + 2;
    for (const TrafficSpec& traffic : scenario_.traffic) {
      if (const auto rate = rate_in(scenario_, traffic, phase)) {
        width = std::max(width, rate_text(*rate).size() + 2);
      }
    }
    return std::max<std::size_t>(width, 6);
  }

  void stretch(double fixed_s) {
    std::size_t used = 0;
    for (const std::size_t width : widths_) {
      used += width;
    }
    for (std::size_t i = 0; i < widths_.size() && used < axis_width && fixed_s > 0; ++i) {
      const PhaseSpec& phase = scenario_.phases[i];
      if (!phase.until_converged) {
        const double share = seconds(phase.length) / fixed_s;
        widths_[i] += static_cast<std::size_t>(share * static_cast<double>(axis_width - used));
      }
    }
  }

  const Scenario& scenario_;
  std::vector<std::size_t> widths_;
};

void put(std::string& row, std::size_t at, const std::string& text) {
  if (at + text.size() > row.size()) {
    row.resize(at + text.size(), ' ');
  }
  row.replace(at, text.size(), text);
}

class Drawing {
 public:
  explicit Drawing(const Scenario& scenario) : scenario_(scenario), axis_(scenario) {
    label_width_ = 6;
    for (const TrafficSpec& traffic : scenario.traffic) {
      label_width_ = std::max(label_width_, traffic.id.size());
    }
    for (const FaultSpec& fault : scenario.faults) {
      label_width_ = std::max(label_width_, fault.id.size());
    }
    label_width_ = std::min(label_width_, most_label);
  }

  std::string text() {
    head();
    phases();
    for (const TrafficSpec& traffic : scenario_.traffic) {
      rates(traffic);
    }
    for (const FaultSpec& fault : scenario_.faults) {
      windows(fault);
    }
    return std::move(out_);
  }

 private:
  void line(const std::string& label, const std::string& row, const std::string& note = "") {
    std::string text = fmt::format("{:<{}}  {:<{}}{}", label.substr(0, label_width_), label_width_,
                                   row, note.empty() ? 0 : axis_.width() + 2, note);
    text.erase(text.find_last_not_of(' ') + 1);
    out_ += text + "\n";
  }

  void head() {
    Duration fixed{0};
    Duration waiting{0};
    for (const PhaseSpec& phase : scenario_.phases) {
      (phase.until_converged ? waiting : fixed) += phase.length;
    }
    out_ += scenario_.name + ": " + format_duration(fixed) + " of fixed phases";
    if (waiting > Duration::zero()) {
      out_ += ", and at most " + format_duration(waiting) + " of waiting until the data is equal";
    }
    out_ += "\n\n";
  }

  void phases() {
    std::string names;
    std::string times;
    for (std::size_t i = 0; i < scenario_.phases.size(); ++i) {
      const PhaseSpec& phase = scenario_.phases[i];
      std::string bar = "|" + phase.name;
      bar.resize(axis_.end(i) - axis_.start(i), phase.until_converged ? '~' : '-');
      put(names, axis_.start(i), bar);
      const std::string length = (phase.until_converged ? "<" : "") + format_duration(phase.length);
      put(times, axis_.start(i), "|" + length.substr(0, axis_.end(i) - axis_.start(i) - 1));
    }
    line("phase", names + "|");
    line("length", times);
  }

  void rates(const TrafficSpec& traffic) {
    std::string row;
    for (std::size_t i = 0; i < scenario_.phases.size(); ++i) {
      if (const auto rate = rate_in(scenario_, traffic, i)) {
        put(row, axis_.start(i) + 1, rate_text(*rate));
      }
    }
    line(traffic.id, row,
         fmt::format("{:.0f} {}", planned_arrivals(scenario_, traffic) * size_of_arrival(traffic),
                     calls_target(traffic) ? "calls" : "changes"));
  }

  void windows(const FaultSpec& fault) {
    std::string row;
    for (const FaultWindow& window : windows_of(scenario_, fault)) {
      const std::size_t from = axis_.column(window.first_phase, window.start_offset);
      const std::size_t to =
          window.length ? axis_.column(window.first_phase, window.start_offset + *window.length)
                        : axis_.end(window.last_phase);
      put(row, from, to > from ? std::string(to - from, '#') : "x");
    }
    const std::string share =
        fault.share < 1 ? fmt::format(" {:g}%", fault.share * 100) : std::string();
    line(fault.id, row, fault.kind + share);
  }

  const Scenario& scenario_;
  Axis axis_;
  std::size_t label_width_ = 0;
  std::string out_;
};

std::string totals(const Scenario& scenario) {
  double changes = 0;
  double calls = 0;
  for (const TrafficSpec& traffic : scenario.traffic) {
    (calls_target(traffic) ? calls : changes) +=
        planned_arrivals(scenario, traffic) * size_of_arrival(traffic);
  }
  std::string out = fmt::format(
      "\nplanned: {:.0f} changes in the portal, {:.0f} calls to the "
      "integration, {} fault rules, {} requirements\n",
      changes, calls, scenario.faults.size(), scenario.require.size());
  for (std::size_t i = 0; i < scenario.phases.size(); ++i) {
    std::string ids;
    for (const FaultSpec& fault : scenario.faults) {
      const auto windows = windows_of(scenario, fault);
      const bool here = std::any_of(windows.begin(), windows.end(),
                                    [&](const FaultWindow& w) { return active_in(w, i); });
      ids += here ? (ids.empty() ? "" : ", ") + fault.id : "";
    }
    out += fmt::format("  {:<12} {}{}\n", scenario.phases[i].name, ids.empty() ? "no faults" : ids,
                       scenario.phases[i].measure ? "" : "  (not measured)");
  }
  return out;
}

}  // namespace

std::string draw_plan(const Scenario& scenario, const std::vector<FeasibilityNote>& notes) {
  std::string out = Drawing(scenario).text() + totals(scenario);
  for (const FeasibilityNote& note : notes) {
    out += (note.impossible ? "\nIMPOSSIBLE: " : "\nnote: ") + note.text + "\n";
  }
  return out;
}

}  // namespace hubsim::scenarios

#include "loadgen/load_health.h"

#include <fmt/format.h>

namespace hubsim::loadgen {

namespace {

constexpr double least_share_sent = 0.995;
constexpr double most_busy = 0.85;

double ms_of(std::chrono::nanoseconds span) { return static_cast<double>(span.count()) / 1e6; }

class RigItems {
 public:
  RigItems(const DriverReport& report, const VerdictRules& rules)
      : report_(report), rules_(rules), main_(report.phases.back()) {}

  std::vector<RigItem> list() {
    for (const std::string& reason : report_.invalid) {
      items_.push_back({"engine", reason, "none", false, reason});
    }
    if (!rules_.only_soundness) {
      add("requests planned", std::to_string(main_.planned), ">= 1", main_.planned > 0,
          "nothing was measured: no request fell into the measured time");
    }
    exhaustion();
    machine();
    generator();
    return std::move(items_);
  }

 private:
  void add(const char* name, std::string value, std::string budget, bool ok, std::string reason) {
    items_.push_back(
        {name, std::move(value), std::move(budget), ok, ok ? std::string() : std::move(reason)});
  }

  void exhaustion() {
    for (const char* failure : {out_of_descriptors, out_of_ports}) {
      if (const auto found = report_.failures.find(failure); found != report_.failures.end()) {
        const bool ports = found->first == out_of_ports;
        add(ports ? "ephemeral ports ran out" : "file descriptors ran out",
            fmt::format("{} times", found->second), "never", false,
            fmt::format("this machine ran {} while connecting",
                        ports ? "out of ephemeral ports" : "out of file descriptors (ulimit -n)"));
      }
    }
  }

  void machine() {
    const MachineUse& use = report_.machine;
    add("CPU throttled", fmt::format("{:.1f}%", use.throttled * 100),
        fmt::format("<= {:.1f}%", rules_.max_throttled * 100),
        use.throttled <= rules_.max_throttled,
        fmt::format("the cgroup's CPU quota stopped us for {:.1f}% of the time",
                    use.throttled * 100));
    add("CPU stolen", fmt::format("{:.1f}%", use.stolen * 100),
        fmt::format("<= {:.1f}%", rules_.max_stolen * 100), use.stolen <= rules_.max_stolen,
        fmt::format("other guests took {:.1f}% of the CPU time (steal), allowed {:.1f}%",
                    use.stolen * 100, rules_.max_stolen * 100));
  }

  // What could not be connected was tried in time: that is the target's fault, not ours.
  void generator() {
    const double busy = report_.busiest_thread;
    if (!is_open(report_)) {
      add("busiest generator thread", fmt::format("{:.0f}%", busy * 100), "", true, "");
      return;
    }
    const std::uint64_t tried = main_.ok + main_.failed + main_.unknown;
    add("sent of plan", fmt::format("{} of {}", tried, main_.planned),
        fmt::format(">= {:.1f}%", least_share_sent * 100),
        static_cast<double>(tried) >= least_share_sent * static_cast<double>(main_.planned),
        fmt::format("only {} of {} planned requests were sent", tried, main_.planned));
    const auto bound = lag_bound(rules_);
    const auto lag = main_.lag.quantile(0.99);
    add("schedule lag p99", fmt::format("{:.1f} ms", ms_of(lag)),
        fmt::format("<= {:.1f} ms", ms_of(bound)), lag <= bound,
        fmt::format("the schedule lag's p99 is {:.1f} ms, over {:.1f} ms: more --connections or "
                    "--threads, or a lower rate",
                    ms_of(lag), ms_of(bound)));
    add("busiest generator thread", fmt::format("{:.0f}%", busy * 100),
        fmt::format("<= {:.0f}%", most_busy * 100), busy <= most_busy,
        fmt::format(
            "a generator thread was busy {:.0f}% of the time: more --threads, or a lower rate",
            busy * 100));
  }

  const DriverReport& report_;
  const VerdictRules& rules_;
  const PhaseReport& main_;
  std::vector<RigItem> items_;
};

}  // namespace

std::vector<RigItem> rig_items(const DriverReport& report, const VerdictRules& rules) {
  return RigItems(report, rules).list();
}

}  // namespace hubsim::loadgen

// hubsim load: one URL under load, without a scenario. Flags in, a table out.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/flags.h"
#include "app/live_metrics.h"
#include "app/load_result.h"
#include "app/load_scenario.h"
#include "app/load_shard.h"
#include "app/replay_text.h"
#include "common/base/text.h"
#include "common/config/fields.h"
#include "common/time/format.h"
#include "loadgen/cli_load.h"
#include "loadgen/cli_replay.h"
#include "loadgen/freeze_check.h"
#include "loadgen/workloads/shapes/shape.h"
#include "reports/formats/format.h"
#include "scenarios/run/result.h"

namespace hubsim::app {

namespace {

std::atomic<bool> interrupted{false};

void on_signal(int) { interrupted.store(true); }

std::string example_text() {
  return "shapes, for --shape with --rate and --to:\n" + loadgen::shapes_help() +
         "examples:\n"
         "  hubsim load http://127.0.0.1:3000/health --rate 500/s --duration 10s\n"
         "  hubsim load http://127.0.0.1:3000/health --rate 50/s --to 2000/s --shape 'steps(8)'\n"
         "  hubsim load http://127.0.0.1:3000/people --method POST --body '{\"n\":\"${index}\"}' "
         "\\\n"
         "         --header 'Content-Type: application/json' --expect 201 --rate 200/s \\\n"
         "         --require 'p99 < 50ms' --json result.json\n"
         "  hubsim load http://127.0.0.1:3000/health --connections 64 --threads 2\n"
         "  hubsim load http://127.0.0.1:3000/health --search --require 'p99 < 20ms' "
         "--duration 3s\n"
         "  hubsim load --search --scenario capacity.yaml --vary rate --rate 5/s\n"
         "  hubsim load http://127.0.0.1:3000 --replay recording.har --speed 2\n"
         "  hubsim load http://127.0.0.1:3000/health --rate 500/s --shard 0/2 --start-at "
         "2026-11-25T17:05:00Z --json 0.json\n"
         "  hubsim load --self-test\n"
         "exit codes: 0 pass, 1 a requirement failed, 2 usage, 3 invalid (the run proves "
         "nothing),\n"
         "            4 nobody answered, 130 interrupted\n";
}

void add_rate_flags(cxxopts::Options& options) {
  auto add = options.add_options();
  add("rate",
      "open arrivals, such as 500/s; without it every connection sends when it has its answer",
      cxxopts::value<std::string>());
  add("to", "with --rate: the rate at the end", cxxopts::value<std::string>());
  add("shape", "how the rate gets there; see below",
      cxxopts::value<std::string>()->default_value("linear"));
  add("arrivals", "constant or poisson", cxxopts::value<std::string>()->default_value("constant"));
  add("duration", "measured time", cxxopts::value<std::string>()->default_value("10s"));
  add("warmup", "time before it, not measured", cxxopts::value<std::string>()->default_value("0s"));
  add("seed", "of poisson arrivals", cxxopts::value<std::uint64_t>()->default_value("1"));
}

void add_connection_flags(cxxopts::Options& options) {
  auto add = options.add_options();
  add("timeout", "of one request", cxxopts::value<std::string>()->default_value("30s"));
  add("connections", "at most (default: 64, with --rate 1000)", cxxopts::value<std::int64_t>());
  add("connect",
      "pool: any free connection takes the next request; per-user: each user has its own; fresh: "
      "a new one for each request",
      cxxopts::value<std::string>()->default_value("pool"));
  add("http",
      "1.1; 2 (https: the server must offer it, http: it must speak h2c); auto (https: what "
      "the server picks)",
      cxxopts::value<std::string>()->default_value("1.1"));
  add("streams",
      "of HTTP/2: requests at once over each connection, as far as the server allows (default: "
      "100 with --rate, else 1)",
      cxxopts::value<std::int64_t>());
  add("threads", "one event loop each", cxxopts::value<std::int64_t>()->default_value("1"));
  add("ca-file", "https: PEM certificates to trust instead of the system's",
      cxxopts::value<std::string>()->default_value(""));
  add("insecure", "https: any certificate will do");
}

void add_request_flags(cxxopts::Options& options) {
  auto add = options.add_options();
  add("url", "what to ask for", cxxopts::value<std::string>());
  add("method", "HTTP method", cxxopts::value<std::string>()->default_value("GET"));
  add("header", "'Name: value', repeatable", cxxopts::value<std::vector<std::string>>());
  add("body", "request body; ${index} is the number of the request, ten digits",
      cxxopts::value<std::string>()->default_value(""));
  add("expect", "status that is good, repeatable (default: any 2xx)",
      cxxopts::value<std::vector<int>>());
}

void add_verdict_flags(cxxopts::Options& options) {
  auto add = options.add_options();
  add("require", "such as 'p99 < 50ms' or 'rate >= 990', repeatable: p50 p90 p99 p999 max rate",
      cxxopts::value<std::vector<std::string>>());
  add("max-errors", "share that may fail, such as 1%",
      cxxopts::value<std::string>()->default_value("0%"));
  add("max-lag",
      "bound on the schedule lag's p99 (default: a tenth of the tightest requirement, else 10ms)",
      cxxopts::value<std::string>());
  add("max-steal", "CPU time that other guests may take",
      cxxopts::value<std::string>()->default_value("5%"));
  add("json", "write the whole result to this file", cxxopts::value<std::string>());
  add("out",
      "folder for the reports of the run: run.json, report.html, junit.xml, summary.md, "
      "latency.hlog, ... (docs/reports.md); with --scenario: of the steps (default out/search)",
      cxxopts::value<std::string>());
  add("quiet", "no line a second while it runs");
}

void add_mode_flags(cxxopts::Options& options) {
  auto add = options.add_options();
  add("search",
      "find the highest rate that keeps --require and --max-errors; --rate is where to begin "
      "(100/s), --duration that of each step");
  add("scenario", "with --search: this scenario must pass instead of a URL keep its limits",
      cxxopts::value<std::string>());
  add("vary", "with --scenario: the variable under its `set` that takes the rate",
      cxxopts::value<std::string>()->default_value("rate"));
  add("precision", "of the search", cxxopts::value<std::string>()->default_value("5%"));
  add("replay", "send a recording again: a HAR file, or lines of JSON (docs/load.md)",
      cxxopts::value<std::string>());
  add("speed", "of the replay: 2 is twice as fast", cxxopts::value<double>()->default_value("1"));
  add("repeat", "start the replay again when it has ended, until --duration is over");
  add("self-test", "freeze a server of our own for 2 s and compare the reports with arithmetic");
}

cxxopts::Options load_flags() {
  cxxopts::Options options("hubsim load", "drive load without a scenario");
  add_request_flags(options);
  add_rate_flags(options);
  add_connection_flags(options);
  add_verdict_flags(options);
  add_mode_flags(options);
  add_metrics_flags(options);
  add_shard_flags(options);
  options.parse_positional({"url"});
  options.positional_help("URL");
  return options;
}

/// Reads the flags, remembering every mistake.
class LoadReader {
 public:
  explicit LoadReader(const cxxopts::ParseResult& flags) : flags_(flags) {}

  loadgen::LoadOptions read() {
    loadgen::LoadOptions options;
    const bool by_scenario = flags_.count("scenario") > 0;
    if (by_scenario && (flags_.count("search") == 0 || flags_.count("url") > 0)) {
      mistakes += "--scenario goes with --search, and without a URL\n";
    } else if (!by_scenario && flags_.count("url") == 0) {
      mistakes += "hubsim load: the URL is missing\n";
    } else if (!by_scenario) {
      options.url = text("url");
    }
    read_plan(options);
    read_request(options);
    read_connections(options);
    read_rules(options.rules);
    read_shard(flags_, options, mistakes);
    if (flags_.count("out") > 0 && flags_.count("search") > 0 && !by_scenario) {
      mistakes += "--out is for one run; a search has many: leave it out, or take --json\n";
    }
    if (flags_.count("search") > 0 && (flags_.count("metrics") > 0 || flags_.count("otlp") > 0)) {
      mistakes += "--metrics and --otlp are of one run; a search has many\n";
    }
    return options;
  }

  std::string mistakes;

 private:
  std::string text(const char* name) { return flags_[name].as<std::string>(); }

  void read_plan(loadgen::LoadOptions& options) {
    options.rate_per_s = rate("rate");
    options.to_per_s = rate("to");
    options.shape = text("shape");
    options.arrivals = text("arrivals");
    options.duration = duration("duration");
    options.warmup = duration("warmup");
    options.seed = flags_["seed"].as<std::uint64_t>();
    if (options.duration.count() <= 0) {
      mistakes += "--duration is longer than nothing\n";
    }
    if (!options.rate_per_s && (options.to_per_s || options.shape != "linear")) {
      mistakes += "--to and --shape need --rate, the rate at the start\n";
    }
  }

  void read_request(loadgen::LoadOptions& options) {
    options.method = text("method");
    options.body = text("body");
    options.timeout = duration("timeout");
    read_headers(options);
    if (flags_.count("expect") > 0) {
      options.expect = flags_["expect"].as<std::vector<int>>();
    }
  }

  void read_connections(loadgen::LoadOptions& options) {
    using loadgen::ConnectionPolicy;
    options.connections = flags_.count("connections") > 0 ? count("connections")
                          : options.rate_per_s            ? 1000
                                                          : 64;
    options.threads = count("threads");
    options.tls = {text("ca-file"), flags_.count("insecure") == 0};
    read_http(options);
    const std::string policy = text("connect");
    if (policy == "per-user") {
      options.policy = ConnectionPolicy::per_user;
    } else if (policy == "fresh") {
      options.policy = ConnectionPolicy::fresh;
    } else if (policy != "pool") {
      mistakes += "--connect is pool, per-user or fresh\n";
    }
  }

  void read_http(loadgen::LoadOptions& options) {
    const std::string version = text("http");
    if (version == "2") {
      options.http = loadgen::HttpChoice::http2;
    } else if (version == "auto") {
      options.http = loadgen::HttpChoice::automatic;
    } else if (version != "1.1") {
      mistakes += "--http is 1.1, 2 or auto\n";
    }
    if (version != "1.1" && (flags_.count("replay") > 0 || flags_.count("scenario") > 0)) {
      mistakes += "--http " + version + " does not go with --replay or --scenario: they send 1.1\n";
    }
    if (flags_.count("streams") > 0) {
      options.streams = count("streams");
    }
  }

  void read_rules(loadgen::VerdictRules& rules) {
    rules.max_errors = share("max-errors");
    rules.max_stolen = share("max-steal");
    if (flags_.count("max-lag") > 0) {
      rules.max_lag = duration("max-lag");
    }
    if (flags_.count("require") == 0) {
      return;
    }
    for (const std::string& one : flags_["require"].as<std::vector<std::string>>()) {
      auto requirement = loadgen::LoadRequirement::parse(one);
      if (requirement.ok()) {
        rules.require.push_back(std::move(*requirement));
      } else {
        mistakes += "--require: " + requirement.error() + "\n";
      }
    }
  }

  std::optional<double> rate(const char* name) {
    if (flags_.count(name) == 0) {
      return std::nullopt;
    }
    const auto value = config::parse_rate(text(name));
    if (!value || *value <= 0 || *value > 10'000'000) {
      mistakes += "--" + std::string(name) + " is a number and a unit, such as 500/s\n";
    }
    return value;
  }

  double share(const char* name) {
    const auto value = config::parse_share(Json(text(name)));
    if (!value) {
      mistakes += "--" + std::string(name) + " is a share such as 1%\n";
    }
    return value.value_or(0);
  }

  std::chrono::nanoseconds duration(const char* name) {
    const auto value = parse_duration(text(name));
    if (!value) {
      mistakes += "--" + std::string(name) + " is a time with a unit, such as 10s\n";
    }
    return value.value_or(Duration(0));
  }

  std::size_t count(const char* name) {
    const auto value = flags_[name].as<std::int64_t>();
    if (value < 1 || value > 100'000) {
      mistakes += "--" + std::string(name) + " is a number from 1 to 100000\n";
    }
    return static_cast<std::size_t>(std::max<std::int64_t>(value, 1));
  }

  void read_headers(loadgen::LoadOptions& options) {
    if (flags_.count("header") == 0) {
      return;
    }
    for (const std::string& header : flags_["header"].as<std::vector<std::string>>()) {
      const auto colon = header.find(':');
      if (colon == std::string::npos) {
        mistakes += "--header is 'Name: value', not '" + header + "'\n";
        continue;
      }
      options.headers.emplace_back(trim(header.substr(0, colon)),
                                   std::string(trim(std::string_view(header).substr(colon + 1))));
    }
  }

  const cxxopts::ParseResult& flags_;
};

/// One line a second: redrawn in place on a terminal, a line each elsewhere.
class LiveView {
 public:
  explicit LiveView(double total_s) : total_s_(total_s), terminal_(::isatty(STDERR_FILENO) == 1) {}

  void show(const stats::SecondPoint& point) {
    errors_ += point.failed + point.unknown + point.overflow;
    const auto ms = [](std::chrono::nanoseconds span) {
      return static_cast<double>(span.count()) / 1e6;
    };
    std::fprintf(
        stderr, "%s%4.0fs/%.0fs  %8llu/s  p50 %8.2f ms  p99 %8.2f ms  max %8.2f ms  errors %llu%s",
        terminal_ ? "\r\x1b[2K" : "", static_cast<double>(point.second + 1), total_s_,
        static_cast<unsigned long long>(point.ok + point.failed), ms(point.p50), ms(point.p99),
        ms(point.max), static_cast<unsigned long long>(errors_), terminal_ ? "" : "\n");
    drawn_ = true;
  }

  void finish() const {
    if (drawn_ && terminal_) {
      std::fputs("\r\x1b[2K", stderr);
    }
  }

 private:
  double total_s_;
  bool terminal_;
  bool drawn_ = false;
  std::uint64_t errors_ = 0;
};

void watch_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool write_json(const std::string& path, const Json& json) {
  std::ofstream file(path);
  file << json::dump(json, 2) << "\n";
  if (!file.flush()) {
    std::fprintf(stderr, "hubsim load: cannot write %s\n", path.c_str());
    return false;
  }
  return true;
}

loadgen::LoadOutcome run_modes(const cxxopts::ParseResult& flags, loadgen::LoadOptions& load,
                               const loadgen::RateSearch& search) {
  if (flags.count("scenario") > 0) {
    const auto found = loadgen::find_highest_rate(
        {.start_per_s = search.start_per_s, .precision = search.precision, .max_steps = 16},
        scenario_probe({flags["scenario"].as<std::string>(), flags["vary"].as<std::string>(),
                        flags.count("out") > 0 ? flags["out"].as<std::string>() : "out/search"}));
    return {loadgen::exit_code_of(found), loadgen::search_text(found), loadgen::to_json(found)};
  }
  if (flags.count("search") > 0) {
    return loadgen::run_search(load, search);
  }
  if (flags.count("replay") > 0) {
    loadgen::ReplayOptions replay;
    replay.file = flags["replay"].as<std::string>();
    replay.speed = flags["speed"].as<double>();
    replay.repeat = flags.count("repeat") > 0;
    if (flags.count("duration") > 0) {
      replay.duration = load.duration;
    }
    return loadgen::run_replay(load, replay);
  }
  LiveView view(std::chrono::duration<double>(load.warmup + load.duration).count());
  if (flags.count("quiet") == 0) {
    load.on_second = [&view](const stats::SecondPoint& point) { view.show(point); };
  }
  loadgen::LoadOutcome outcome = loadgen::run_load(load);
  view.finish();
  return outcome;
}

/// Where the results go says nothing about the run.
std::string replay_command(int argc, char** argv) {
  constexpr std::string_view dropped[] = {"--out", "--json", "--metrics", "--metrics-linger",
                                          "--otlp"};
  constexpr std::string_view bare[] = {"--quiet"};
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  return replay_text("hubsim load", arguments, dropped, bare);
}

/// Writes --out; false, with a word, where that cannot be done.
bool write_folder(const std::string& folder, const std::optional<reports::RunResult>& result) {
  if (!result) {
    std::fprintf(stderr, "hubsim load: nothing was sent, so no report is in %s\n", folder.c_str());
    return true;
  }
  const auto written = reports::write_reports(*result, folder, {});
  if (!written.ok()) {
    std::fprintf(stderr, "hubsim load: --out: %s\n", written.error().c_str());
    return false;
  }
  std::printf("report: %s\n", (std::filesystem::path(folder) / "report.html").c_str());
  return true;
}

std::int64_t unix_ms_now() { return to_unix_ms(RealClock().now()); }

/// Prints, writes --json; the exit code.
int deliver(const cxxopts::ParseResult& flags, const std::string& text, const Json& json,
            int exit_code) {
  std::fputs(text.c_str(), json.is_null() ? stderr : stdout);
  if (flags.count("json") > 0 && !json.is_null() &&
      !write_json(flags["json"].as<std::string>(), json)) {
    return exit_usage;
  }
  return exit_code;
}

/// One run, or a search; prints, writes what was asked for, tells who watches. The exit code.
int run_and_report(const cxxopts::ParseResult& flags, loadgen::LoadOptions& load,
                   const loadgen::RateSearch& search, const std::string& replay) {
  const auto metrics = LiveMetrics::start(flags, load.method + " " + safe_url(load.url));
  if (!metrics) {
    std::fprintf(stderr, "hubsim load: %s\n", metrics.error().c_str());
    return exit_usage;
  }
  load.metrics = (*metrics)->board();
  const double load_at_start = scenarios::load_average();
  const loadgen::LoadOutcome outcome = run_modes(flags, load, search);
  const std::int64_t ended = unix_ms_now();
  const auto length = outcome.report ? monotonic_now() - outcome.report->started : Duration(0);
  const int exit_code = deliver(flags, outcome.text, outcome.json, outcome.exit_code);
  std::optional<reports::RunResult> result;
  loadgen::RunEnd end{outcome.exit_code == exit_unreachable ? "UNREACHABLE" : "INVALID", {}};
  if (outcome.report) {
    result = load_result(
        {.load = load,
         .outcome = outcome,
         .replay_command = replay,
         .load_at_start = load_at_start,
         .started_at_ms =
             ended - std::chrono::duration_cast<std::chrono::milliseconds>(length).count(),
         .ended_at_ms = ended});
    end = end_of(*result);
  }
  for (const std::string& warning : (*metrics)->finish(std::move(end))) {
    std::fprintf(stderr, "hubsim load: warning: %s\n", warning.c_str());
    if (result) {
      result->environment.notes.push_back(warning);
    }
  }
  const bool wanted = flags.count("out") > 0 && flags.count("scenario") == 0;
  const bool written = !wanted || write_folder(flags["out"].as<std::string>(), result);
  std::fflush(stdout);
  (*metrics)->linger(interrupted);
  return written ? exit_code : exit_usage;
}

}  // namespace

int load_main(int argc, char** argv) {
  cxxopts::Options options = load_flags();
  const Flags flags = parse_flags(options, argc, argv, example_text());
  if (flags.exit_code) {
    return *flags.exit_code;
  }
  if (flags.values.count("self-test") > 0) {
    const loadgen::SelfTestOutcome outcome = loadgen::run_self_test({});
    return deliver(flags.values, outcome.text, outcome.json, outcome.exit_code);
  }
  LoadReader reader(flags.values);
  loadgen::LoadOptions load = reader.read();
  const auto precision = config::parse_share(Json(flags.values["precision"].as<std::string>()));
  if (!precision || *precision < 0.001) {
    reader.mistakes += "--precision is a share such as 5%\n";
  }
  if (flags.values["speed"].as<double>() < 0.001) {
    reader.mistakes += "--speed is a number such as 2\n";
  }
  if (!reader.mistakes.empty()) {
    std::fputs(reader.mistakes.c_str(), stderr);
    return exit_usage;
  }
  watch_signals();
  load.interrupted = &interrupted;
  loadgen::RateSearch search{load.rate_per_s.value_or(100), precision.value_or(0.05), {}};
  if (flags.values.count("quiet") == 0) {
    std::fputs(start_text(load).c_str(), stderr);
    search.on_step = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
  }
  if (flags.values.count("search") > 0 && flags.values.count("connections") == 0) {
    load.connections = 1000;
  }
  return run_and_report(flags.values, load, search, replay_command(argc, argv));
}

}  // namespace hubsim::app

// hubsim load: one URL under load, without a scenario. Flags in, a table out.
#include <cstdio>
#include <fstream>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/flags.h"
#include "common/base/text.h"
#include "common/config/fields.h"
#include "common/time/format.h"
#include "loadgen/cli_load.h"

namespace hubsim::app {

namespace {

constexpr const char* example =
    "example: hubsim load http://127.0.0.1:3000/health --rate 500/s --duration 10s\n"
    "         hubsim load http://127.0.0.1:3000/health --connections 64 --threads 2\n"
    "exit codes: 0 pass, 1 too many errors, 2 usage, 3 invalid (the generator was late),\n"
    "            4 nobody answered\n";

cxxopts::Options load_flags() {
  cxxopts::Options options("hubsim load", "drive load without a scenario");
  auto add = options.add_options();
  add("url", "what to ask for", cxxopts::value<std::string>());
  add("rate",
      "open arrivals, such as 500/s; without it every connection sends when it has its answer",
      cxxopts::value<std::string>());
  add("arrivals", "constant or poisson", cxxopts::value<std::string>()->default_value("constant"));
  add("duration", "measured time", cxxopts::value<std::string>()->default_value("10s"));
  add("warmup", "time before it, not measured", cxxopts::value<std::string>()->default_value("0s"));
  add("timeout", "of one request", cxxopts::value<std::string>()->default_value("30s"));
  add("connections", "at most (default: 64, with --rate 1000)", cxxopts::value<std::int64_t>());
  add("threads", "of the closed loop", cxxopts::value<std::int64_t>()->default_value("1"));
  add("method", "HTTP method", cxxopts::value<std::string>()->default_value("GET"));
  add("header", "'Name: value', repeatable", cxxopts::value<std::vector<std::string>>());
  add("body", "request body; ${index} is the number of the request",
      cxxopts::value<std::string>()->default_value(""));
  add("expect", "status that is good, repeatable (default: any 2xx)",
      cxxopts::value<std::vector<int>>());
  add("max-errors", "share that may fail, such as 1%",
      cxxopts::value<std::string>()->default_value("0%"));
  add("max-lag", "bound on the schedule lag's p99",
      cxxopts::value<std::string>()->default_value("10ms"));
  add("seed", "of poisson arrivals", cxxopts::value<std::uint64_t>()->default_value("1"));
  add("json", "write the whole result to this file", cxxopts::value<std::string>());
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
    if (flags_.count("url") == 0) {
      mistakes += "hubsim load: the URL is missing\n";
    } else {
      options.url = flags_["url"].as<std::string>();
    }
    read_rate(options);
    options.arrivals = flags_["arrivals"].as<std::string>();
    if (options.arrivals != "constant" && options.arrivals != "poisson") {
      mistakes += "--arrivals is constant or poisson\n";
    }
    options.duration = duration("duration");
    options.warmup = duration("warmup");
    options.timeout = duration("timeout");
    options.max_lag = duration("max-lag");
    options.connections = flags_.count("connections") > 0 ? count("connections")
                          : options.rate_per_s            ? 1000
                                                          : 64;
    options.threads = count("threads");
    options.method = flags_["method"].as<std::string>();
    options.body = flags_["body"].as<std::string>();
    options.seed = flags_["seed"].as<std::uint64_t>();
    read_headers(options);
    if (flags_.count("expect") > 0) {
      options.expect = flags_["expect"].as<std::vector<int>>();
    }
    const auto share = config::parse_share(Json(flags_["max-errors"].as<std::string>()));
    if (!share) {
      mistakes += "--max-errors is a share such as 1%\n";
    }
    options.max_errors = share.value_or(0);
    return options;
  }

  std::string mistakes;

 private:
  void read_rate(loadgen::LoadOptions& options) {
    if (flags_.count("rate") == 0) {
      return;
    }
    options.rate_per_s = config::parse_rate(flags_["rate"].as<std::string>());
    if (!options.rate_per_s || *options.rate_per_s <= 0) {
      mistakes += "--rate is a number and a unit, such as 500/s\n";
    }
  }

  std::chrono::nanoseconds duration(const char* name) {
    const auto value = parse_duration(flags_[name].as<std::string>());
    if (!value) {
      mistakes += "--" + std::string(name) + " is a time with a unit, such as 10s\n";
    }
    return value.value_or(Duration(0));
  }

  std::size_t count(const char* name) {
    const auto value = flags_[name].as<std::int64_t>();
    if (value < 1 || value > 20'000) {
      mistakes += "--" + std::string(name) + " is a number from 1 to 20000\n";
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

}  // namespace

int load_main(int argc, char** argv) {
  cxxopts::Options options = load_flags();
  const Flags flags = parse_flags(options, argc, argv, example);
  if (flags.exit_code) {
    return *flags.exit_code;
  }
  LoadReader reader(flags.values);
  const loadgen::LoadOptions load = reader.read();
  if (!reader.mistakes.empty()) {
    std::fputs(reader.mistakes.c_str(), stderr);
    return exit_usage;
  }
  const loadgen::LoadOutcome outcome = loadgen::run_load(load);
  std::fputs(outcome.text.c_str(), outcome.json.is_null() ? stderr : stdout);
  if (flags.values.count("json") > 0) {
    const std::string path = flags.values["json"].as<std::string>();
    std::ofstream file(path);
    file << json::dump(outcome.json, 2) << "\n";
    if (!file.flush()) {
      std::fprintf(stderr, "hubsim load: cannot write %s\n", path.c_str());
      return exit_usage;
    }
  }
  return outcome.exit_code;
}

}  // namespace hubsim::app

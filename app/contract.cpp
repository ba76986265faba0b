// `hubsim contract`: plays the contract cases against a HubSpot: the machine in this process, mocks
// of this program over HTTP, or whatever answers at a URL, the real one included.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>

#include "app/commands.h"
#include "app/flags.h"
#include "app/mock_instance.h"
#include "common/time/format.h"
#include "contract_tests/runner/http_target.h"
#include "contract_tests/runner/machine.h"
#include "contract_tests/runner/player.h"
#include "contract_tests/runner/redaction.h"

namespace hubsim::app {

namespace {

constexpr const char* example =
    "example:\n"
    "  hubsim contract                                   the machine in this process\n"
    "  hubsim contract --over http                       mocks on free ports\n"
    "  hubsim contract --target https://api.hubapi.com --token pat-na1-... --record seen.jsonl\n"
    "Cases that the target cannot play are skipped, and counted by reason:\n"
    "  memory, --over http   none\n"
    "  a mock at --target    those of another tier (start it with --tier enterprise), and those\n"
    "                        in which time passes, unless its clock is manual. Dates in cases\n"
    "                        want it to start in time: --clock manual@"
    "2026-03-20T09:46:40.123Z\n"
    "  the real HubSpot      those that need options, a clock to advance, another tier or app,\n"
    "                        other scopes, or a secret of the app (client secret, developer key,\n"
    "                        client-credentials token)\n"
    "A mock is reset before each case. At the real HubSpot, records that cases made are archived\n"
    "afterwards: use a test account. What is recorded holds no token, and no personal data beyond\n"
    "what the cases sent.\n";

/// A mock for each tier that cases ask for, all on free ports of this machine.
class Mocks final : public contract::Target {
 public:
  /// One that does not start refuses nothing: it fails.
  [[nodiscard]] std::string refusal(const contract::Case& what) override {
    const auto target = target_for(what);
    return target.ok() ? (*target)->refusal(what) : "";
  }

  [[nodiscard]] Status<> begin(const contract::Case& what) override {
    const auto target = target_for(what);
    if (!target.ok()) {
      return Failure{target.error()};
    }
    current_ = *target;
    return current_->begin(what);
  }
  [[nodiscard]] Status<> advance(Duration by) override { return current_->advance(by); }
  [[nodiscard]] Result<http::Response> call(const http::Request& request) override {
    return current_->call(request);
  }
  [[nodiscard]] contract::Variables names() const override { return current_->names(); }

 private:
  struct Running {
    std::unique_ptr<MockInstance> mock;
    std::unique_ptr<contract::HttpTarget> target;
  };

  Result<contract::HttpTarget*> target_for(const contract::Case& what) {
    const std::string tier = what.tier.empty() ? "enterprise" : what.tier;
    Running& running = running_[tier];
    if (running.target) {
      return running.target.get();
    }
    MockOptions options{.port = 0, .threads = 1};
    options.world.tier = tier;
    options.clock = {.mode = control::ClockMode::manual, .start = contract::start_of_cases};
    running.mock = std::make_unique<MockInstance>(options);
    if (const auto started = running.mock->start(); !started.ok()) {
      return Failure{started.error()};
    }
    const MockInfo info = running.mock->info();
    running.target = std::make_unique<contract::HttpTarget>(info.url, info.access_token);
    if (const auto connected = running.target->connect(); !connected.ok()) {
      return Failure{connected.error()};
    }
    return running.target.get();
  }

  std::map<std::string, Running> running_;
  contract::HttpTarget* current_ = nullptr;
};

struct Tally {
  std::size_t held = 0;
  std::size_t failed = 0;
  std::map<std::string, std::size_t> skipped;
};

Tally play_all(const std::vector<contract::Case>& cases, contract::Player& player, bool list) {
  Tally tally;
  for (const contract::Case& each : cases) {
    const contract::Verdict verdict = player.play(each);
    const std::string name = each.name + " (" + each.version + ")";
    switch (verdict.kind) {
      case contract::Verdict::Kind::held:
        ++tally.held;
        if (list) {
          std::printf("held     %s\n", name.c_str());
        }
        break;
      case contract::Verdict::Kind::failed:
        ++tally.failed;
        std::printf("FAILED   %s\n  %s, evidence %s\n  %s\n", name.c_str(), each.file.c_str(),
                    each.evidence.c_str(), verdict.reason.c_str());
        break;
      case contract::Verdict::Kind::skipped:
        ++tally.skipped[verdict.reason];
        if (list) {
          std::printf("skipped  %s: %s\n", name.c_str(), verdict.reason.c_str());
        }
        break;
    }
  }
  return tally;
}

int report(const Tally& tally) {
  std::size_t skipped = 0;
  for (const auto& [reason, count] : tally.skipped) {
    skipped += count;
  }
  std::printf("cases: %zu played, %zu held, %zu failed, %zu skipped\n", tally.held + tally.failed,
              tally.held, tally.failed, skipped);
  for (const auto& [reason, count] : tally.skipped) {
    std::printf("  skipped, %s: %zu\n", reason.c_str(), count);
  }
  if (tally.failed > 0) {
    return exit_fail;
  }
  return tally.held > 0 ? exit_pass : exit_invalid;
}

int usage_error(const std::string& message) {
  std::fprintf(stderr, "hubsim contract: %s\n", message.c_str());
  return exit_usage;
}

Result<std::vector<contract::Case>> read_cases(const cxxopts::ParseResult& values) {
  std::vector<contract::Case> cases;
  try {
    cases = values.count("cases") > 0 ? contract::load_cases(values["cases"].as<std::string>())
                                      : contract::embedded_cases();
  } catch (const std::exception& error) {
    return Failure{error.what()};
  }
  const std::string filter = values["filter"].as<std::string>();
  const std::string version = values["version"].as<std::string>();
  std::erase_if(cases, [&](const contract::Case& each) {
    const bool named =
        each.name.find(filter) != std::string::npos || each.file.find(filter) != std::string::npos;
    return !named || (!version.empty() && each.version != version);
  });
  return cases.empty() ? Result<std::vector<contract::Case>>(
                             Failure{"no case is left; look at --filter and --version"})
                       : Result<std::vector<contract::Case>>(std::move(cases));
}

/// What to play against, or the exit code to end with.
struct Chosen {
  std::unique_ptr<contract::Target> target;
  int exit_code = exit_pass;
};

Chosen choose_remote(const cxxopts::ParseResult& values) {
  std::string url = values["target"].as<std::string>();
  while (url.ends_with('/')) {
    url.pop_back();
  }
  const std::string token = values["token"].as<std::string>();
  if (token.empty()) {
    return {nullptr, usage_error("--target needs --token")};
  }
  auto remote = std::make_unique<contract::HttpTarget>(url, token);
  const auto connected = remote->connect();
  if (!connected.ok()) {
    std::fprintf(stderr, "hubsim contract: %s\n", connected.error().c_str());
    return {nullptr, exit_unreachable};
  }
  std::printf("%s is %s\n", url.c_str(), remote->is_hubsim() ? "a hubsim mock" : "HubSpot");
  if (remote->is_hubsim() && !remote->is_on_time()) {
    std::printf(
        "cases pace themselves on its clock, and their dates lie around its start: some fail "
        "unless it was started with --clock manual@%s\n",
        format_iso8601(contract::start_of_cases).c_str());
  }
  return {std::move(remote)};
}

Chosen choose_target(const cxxopts::ParseResult& values) {
  if (!values["target"].as<std::string>().empty()) {
    return choose_remote(values);
  }
  const std::string over = values["over"].as<std::string>();
  if (over == "http") {
    return {std::make_unique<Mocks>()};
  }
  if (over != "memory") {
    return {nullptr, usage_error("--over is memory or http, not '" + over + "'")};
  }
  return {std::make_unique<contract::Machine>()};
}

}  // namespace

int contract_main(int argc, char** argv) {
  cxxopts::Options flags("hubsim contract", "Plays the contract cases: does it answer as HubSpot?");
  flags.add_options()("target", "URL of what to test; default: hubsim itself",
                      cxxopts::value<std::string>()->default_value(""))(
      "token", "access token for --target", cxxopts::value<std::string>()->default_value(""))(
      "over", "without --target: memory, or http for mocks on free ports",
      cxxopts::value<std::string>()->default_value("memory"))(
      "cases", "folder of case files; default: those compiled in", cxxopts::value<std::string>())(
      "filter", "only cases whose name or file has this text",
      cxxopts::value<std::string>()->default_value(""))(
      "version", "only this API version: v3, 2026-03, ...",
      cxxopts::value<std::string>()->default_value(""))(
      "record", "append each exchange, redacted, to this file", cxxopts::value<std::string>())(
      "list", "also name the cases that held or were skipped");
  const Flags parsed = parse_flags(flags, argc, argv, example);
  if (parsed.exit_code) {
    return *parsed.exit_code;
  }
  const auto cases = read_cases(parsed.values);
  if (!cases.ok()) {
    return usage_error(cases.error());
  }
  const Chosen chosen = choose_target(parsed.values);
  if (!chosen.target) {
    return chosen.exit_code;
  }
  contract::Player player(*chosen.target);
  std::ofstream record;
  contract::Recorder recorder(record);
  if (parsed.values.count("record") > 0) {
    const std::string path = parsed.values["record"].as<std::string>();
    record.open(path, std::ios::app);
    if (!record) {
      return usage_error("cannot write '" + path + "'");
    }
    player.on_exchange([&](const contract::Exchange& exchange) {
      recorder.add(exchange, chosen.target->names());
    });
  }
  return report(play_all(*cases, player, parsed.values.count("list") > 0));
}

}  // namespace hubsim::app

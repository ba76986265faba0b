// `hubsim report merge`: the runs of a plan's shards become one run, judged anew.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/exit_codes.h"
#include "app/flags.h"
#include "app/load_result.h"
#include "app/report.h"
#include "common/net/event_loop.h"
#include "common/time/format.h"
#include "reports/formats/console.h"
#include "reports/formats/format.h"
#include "reports/merge/merge.h"
#include "reports/model/run_file.h"

namespace hubsim::app {

namespace {

namespace fs = std::filesystem;

constexpr const char* examples =
    "A folder without a run.json stands for the folders in it that have one.\n"
    "examples:\n"
    "  hubsim report merge shards/0 shards/1 shards/2 --out merged\n"
    "  hubsim report merge shards --out merged --wait 30m\n"
    "exit codes: 0 pass, 1 a requirement failed, 2 runs that do not belong together, or usage,\n"
    "            3 invalid: a shard was not sound, or is missing\n";

bool has_run(const fs::path& path) {
  std::error_code error;
  return fs::exists(reports::run_file_of(path), error);
}

/// Of a folder of shards those that are there, in order; `out` is none of them.
std::vector<fs::path> runs_in(const fs::path& given, const fs::path& out) {
  std::error_code error;
  std::vector<fs::path> found;
  if (!fs::is_directory(given, error) || has_run(given)) {
    return {given};
  }
  // By hand, for ++ would throw where a folder goes away meanwhile.
  for (fs::directory_iterator at(given, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    const bool is_out = fs::equivalent(at->path(), out, ignored);
    if (!is_out && at->is_directory(ignored) && has_run(at->path())) {
      found.push_back(at->path());
    }
  }
  std::ranges::sort(found);
  return found.empty() ? std::vector<fs::path>{given} : found;
}

std::string clock_text(const reports::ShardPart& part) {
  std::string text = fmt::format("start within {:.1f} us", part.start_uncertainty_us);
  return text + (part.clock_error_ms ? fmt::format(", clock within {:.1f} ms", *part.clock_error_ms)
                                     : ", nobody keeps its clock in step");
}

/// What each shard says of its own rig, under its name.
void add_shards(const std::vector<reports::ShardRun>& shards, reports::RunResult& result) {
  for (const reports::ShardRun& shard : shards) {
    const reports::ShardPart& part = *shard.result.shard;
    const std::string name = fmt::format("shard {}/{}", part.index, part.count);
    const reports::Environment& machine = shard.result.environment;
    result.environment.notes.push_back(fmt::format("{}: {}, {} cores, kernel {}, load {:.2f}", name,
                                                   machine.cpu_model, machine.cpu_count,
                                                   machine.kernel, machine.load_at_start));
    result.health.push_back({.name = name + ": clock", .value = clock_text(part)});
    for (reports::HealthItem item : shard.result.health) {
      item.name.insert(0, name + ": ");
      result.health.push_back(std::move(item));
    }
    result.started_at_ms = std::min(result.started_at_ms, shard.result.started_at_ms);
    result.ended_at_ms = std::max(result.ended_at_ms, shard.result.ended_at_ms);
  }
}

/// The command of the whole: that of a shard, without what made it one.
std::string whole_command(std::string command) {
  for (const std::string_view flag : {" --shard", " --start-at"}) {
    const std::size_t at = command.find(flag);
    if (at == std::string::npos) {
      continue;
    }
    const std::size_t value = at + flag.size() + 1;  // after "=" or " "
    command.erase(at, std::min(command.find(' ', value), command.size()) - at);
  }
  return command;
}

/// "open, constant arrivals, ...; 3 shards"
std::string whole_description(const reports::MergedLoad& merged) {
  const reports::RunResult& first = merged.shards.front().result;
  std::string text = first.scenario_description;
  text.resize(std::min(text.find("; shard "), text.size()));
  return text + fmt::format("; {} of {} shards", merged.shards.size(), first.shard->count);
}

/// As one generator would have written it; what it ran on is the first shard's, and in the notes.
reports::RunResult whole_result(const reports::MergedLoad& merged) {
  const reports::RunResult& first = merged.shards.front().result;
  loadgen::LoadOptions options;
  options.rules = merged.rules;
  loadgen::LoadOutcome outcome;
  outcome.report = merged.report;
  outcome.conclusion = merged.conclusion;
  reports::RunResult result = load_result({.load = options,
                                           .outcome = outcome,
                                           .replay_command = whole_command(first.replay_command),
                                           .load_at_start = first.environment.load_at_start,
                                           .started_at_ms = first.started_at_ms,
                                           .ended_at_ms = first.ended_at_ms});
  result.seed = first.seed;
  result.scenario_name = first.scenario_name;
  result.scenario_description = whole_description(merged);
  result.environment = first.environment;
  result.phases = first.phases;
  result.shard.reset();
  add_shards(merged.shards, result);
  return result;
}

class Merge {
 public:
  explicit Merge(const cxxopts::ParseResult& flags)
      : given_(flags["run"].as<std::vector<std::string>>()),
        out_(flags["out"].as<std::string>()),
        allow_missing_(flags.count("allow-missing") > 0) {}

  int run(Duration wait) {
    wait_for_all(monotonic_now() + wait);
    std::vector<reports::ShardRun> runs;
    for (const fs::path& path : paths()) {
      auto result = reports::read_run(path);
      if (!result.ok()) {
        return report_mistake("merge", result.error());
      }
      runs.push_back({path.string(), std::move(*result)});
    }
    const auto merged = reports::merge_shards(std::move(runs), allow_missing_);
    if (!merged.ok()) {
      return report_mistake("merge", merged.error());
    }
    return deliver(whole_result(*merged));
  }

 private:
  [[nodiscard]] std::vector<fs::path> paths() const {
    std::vector<fs::path> all;
    for (const std::string& one : given_) {
      const auto found = runs_in(one, out_);
      all.insert(all.end(), found.begin(), found.end());
    }
    return all;
  }

  /// Every run that is named is there, and as many as the first says there are.
  [[nodiscard]] bool all_there() const {
    const auto found = paths();
    if (!std::ranges::all_of(found, has_run)) {
      return false;
    }
    const auto first = reports::read_run(found.front());
    return first.ok() && (!first->shard || found.size() >= first->shard->count);
  }

  void wait_for_all(std::chrono::nanoseconds until) const {
    constexpr std::chrono::milliseconds tick{200};
    net::EventLoop loop;
    while (monotonic_now() < until && !all_there()) {
      loop.run_once(tick);
    }
  }

  [[nodiscard]] int deliver(const reports::RunResult& result) const {
    if (const auto written = reports::write_reports(result, out_, {}); !written.ok()) {
      return report_mistake("merge", written.error());
    }
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    std::fputs(
        render_summary(result, terminal ? reports::Colour::on : reports::Colour::off).c_str(),
        stdout);
    std::printf("written to %s\n", out_.c_str());
    switch (result.verdict) {
      case reports::Verdict::pass:
        return exit_pass;
      case reports::Verdict::fail:
        return exit_fail;
      case reports::Verdict::invalid:
        break;
    }
    return exit_invalid;
  }

  std::vector<std::string> given_;
  fs::path out_;
  bool allow_missing_;
};

}  // namespace

int report_merge_main(int argc, char** argv) {
  cxxopts::Options options("hubsim report merge",
                           "Merges the runs of a plan's shards (hubsim load --shard) into one, "
                           "without loss, and judges it.");
  auto add = options.add_options();
  add("run", "the shards' runs", cxxopts::value<std::vector<std::string>>());
  add("out", "folder for the reports of the whole", cxxopts::value<std::string>());
  add("allow-missing", "merge what is there: the verdict is INVALID");
  add("wait", "so long for shards that are not there yet",
      cxxopts::value<std::string>()->default_value("0s"));
  options.parse_positional({"run"});
  options.positional_help("RUN...");
  const Flags flags = parse_flags(options, argc, argv, examples);
  if (flags.exit_code) {
    return *flags.exit_code;
  }
  if (flags.values.count("run") == 0 || flags.values.count("out") == 0) {
    return report_mistake("merge", "write hubsim report merge RUN... --out DIR");
  }
  const auto wait = parse_duration(flags.values["wait"].as<std::string>());
  if (!wait) {
    return report_mistake("merge", "--wait is a time with a unit, such as 30m");
  }
  return Merge(flags.values).run(*wait);
}

}  // namespace hubsim::app

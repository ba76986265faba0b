#include "reports/merge/merge.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"
#include "loadgen/merge_reports.h"
#include "loadgen/shard/shard.h"
#include "reports/merge/shard_report.h"

namespace hubsim::reports {

namespace {

std::string shard_name(const ShardPart& part) {
  return fmt::format("shard {}/{}", part.index, part.count);
}

/// Why two runs are no parts of one; empty where they are.
std::string difference(const ShardRun& one, const ShardRun& other) {
  const ShardPart& a = *one.result.shard;
  const ShardPart& b = *other.result.shard;
  const std::string names = fmt::format("{} and {} ", one.name, other.name);
  if (a.plan != b.plan) {
    return names + fmt::format(
                       "drove different plans ({} and {}): every shard needs the same "
                       "flags, but for --shard",
                       a.plan, b.plan);
  }
  if (a.count != b.count) {
    return names + fmt::format("are parts of {} and of {} shards", a.count, b.count);
  }
  if (a.start_us != b.start_us) {
    return names + "did not begin at the same moment: give all shards the same --start-at";
  }
  const std::string& version = one.result.environment.hubsim_version;
  if (version != other.result.environment.hubsim_version) {
    return names + fmt::format("are of different hubsims ({} and {})", version,
                               other.result.environment.hubsim_version);
  }
  return a.index == b.index ? names + "are both " + shard_name(a) : "";
}

std::string missing_shards(const std::vector<ShardRun>& sorted) {
  const std::uint64_t count = sorted.front().result.shard->count;
  std::vector<std::string> missing;
  std::size_t place = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (place < sorted.size() && sorted[place].result.shard->index == i) {
      ++place;
    } else {
      missing.push_back(fmt::format("{}/{}", i, count));
    }
  }
  constexpr std::size_t most_named = 20;
  const std::size_t all = missing.size();
  missing.resize(std::min(all, most_named));
  return join(missing, ", ") +
         (all > most_named ? fmt::format(" and {} more", all - most_named) : std::string());
}

/// Sorts them by index; why they do not belong together.
Status<> sort_shards(std::vector<ShardRun>& runs) {
  if (runs.empty()) {
    return Failure{std::string("no runs to merge")};
  }
  for (const ShardRun& run : runs) {
    if (!run.result.shard) {
      return Failure{run.name +
                     " is not the run of a shard: hubsim load --shard --out writes them"};
    }
    const ShardPart& part = *run.result.shard;
    if (part.index >= part.count || part.count > loadgen::max_shards) {
      return Failure{run.name + " says it is " + shard_name(part)};
    }
  }
  std::ranges::stable_sort(runs, {}, [](const ShardRun& run) { return run.result.shard->index; });
  for (std::size_t i = 1; i < runs.size(); ++i) {
    if (std::string why = difference(runs[i - 1], runs[i]); !why.empty()) {
      return Failure{std::move(why)};
    }
  }
  return Done{};
}

/// What a shard held against itself, under its name.
void add_doubts(const ShardRun& run, std::vector<std::string>& invalid) {
  if (run.result.verdict == Verdict::pass) {
    return;
  }
  for (const std::string& reason : run.result.reasons) {
    invalid.push_back(shard_name(*run.result.shard) + ": " + reason);
  }
  if (run.result.reasons.empty()) {
    invalid.push_back(shard_name(*run.result.shard) + " was not sound");
  }
}

/// Each shard's own machine and threads are judged by its own verdict.
loadgen::Conclusion conclude_whole(loadgen::DriverReport report,
                                   const loadgen::VerdictRules& rules) {
  report.machine = {};
  report.busiest_thread = 0;
  report.failures.erase(loadgen::out_of_descriptors);
  report.failures.erase(loadgen::out_of_ports);
  return loadgen::conclude(report, rules);
}

}  // namespace

Result<MergedLoad> merge_shards(std::vector<ShardRun> runs, bool allow_missing) {
  if (auto sorted = sort_shards(runs); !sorted) {
    return Failure{sorted.error()};
  }
  const std::string missing = missing_shards(runs);
  if (!missing.empty() && !allow_missing) {
    return Failure{"missing: shard " + missing +
                   "; --allow-missing merges what is there, and the verdict is INVALID"};
  }
  std::vector<loadgen::DriverReport> reports;
  std::vector<std::string> invalid;
  for (const ShardRun& run : runs) {
    auto report = shard_report_of(run.result);
    if (!report) {
      return Failure{run.name + ": " + report.error()};
    }
    reports.push_back(std::move(*report));
    add_doubts(run, invalid);
  }
  if (!missing.empty()) {
    invalid.push_back("shard " + missing + " is missing: what its part met is not in here");
  }
  auto rules = rules_of(runs.front().result.shard->rules);
  if (!rules) {
    return Failure{runs.front().name + ": " + rules.error()};
  }
  MergedLoad merged{loadgen::merge_reports(reports), std::move(*rules), {}, std::move(runs)};
  merged.report.invalid = std::move(invalid);
  merged.conclusion = conclude_whole(merged.report, merged.rules);
  return merged;
}

}  // namespace hubsim::reports

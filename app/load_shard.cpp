#include "app/load_shard.h"

#include <fmt/format.h>

#include <cstdlib>

#include "common/time/format.h"

namespace hubsim::app {

namespace {

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

void read_start(const std::string& text, loadgen::LoadOptions& load, std::string& mistakes) {
  const auto wall = loadgen::parse_start_at(text);
  if (!wall) {
    mistakes += "--start-at: " + wall.error() + "\n";
    return;
  }
  const auto agreed = loadgen::agree_on_start(*wall, RealClock());
  if (!agreed) {
    mistakes += "--start-at: " + agreed.error() + "\n";
    return;
  }
  load.start = *agreed;
}

}  // namespace

void add_shard_flags(cxxopts::Options& options) {
  auto add = options.add_options();
  add("shard",
      "drive one part of the plan, such as 0/3, 1/3 and 2/3 on three machines; auto/3 takes the "
      "index from JOB_COMPLETION_INDEX, auto the number from HUBSIM_SHARDS too",
      cxxopts::value<std::string>());
  add("start-at",
      "begin at this moment, the same for all shards: 2026-11-25T17:05:00Z, or seconds since 1970",
      cxxopts::value<std::string>());
}

void read_shard(const cxxopts::ParseResult& flags, loadgen::LoadOptions& load,
                std::string& mistakes) {
  if (flags.count("shard") > 0) {
    const auto shard = loadgen::parse_shard(flags["shard"].as<std::string>(), environment);
    if (shard.ok()) {
      load.shard = *shard;
    } else {
      mistakes += "--shard: " + shard.error() + "\n";
    }
  }
  if (flags.count("start-at") > 0) {
    read_start(flags["start-at"].as<std::string>(), load, mistakes);
  } else if (!load.shard.is_whole()) {
    mistakes += "--shard needs --start-at, the moment at which all shards begin\n";
  }
  if ((flags.count("shard") > 0 || flags.count("start-at") > 0) && flags.count("search") > 0) {
    mistakes +=
        "--search decides as it goes and has no plan to share: leave out --shard and "
        "--start-at\n";
  }
  const auto slice = load.shard.slice();
  if (slice.share_of(load.connections) == 0) {
    mistakes += fmt::format("--connections {} over {} shards leave shard {} none\n",
                            load.connections, load.shard.count, load.shard.text());
  }
}

std::string start_text(const loadgen::LoadOptions& load) {
  if (!load.start) {
    return "";
  }
  const double left = static_cast<double>((load.start->monotonic - monotonic_now()).count()) / 1e9;
  return left <= 0
             ? ""
             : fmt::format("starts at {}, in {:.1f} s\n", format_iso8601(load.start->wall), left);
}

}  // namespace hubsim::app

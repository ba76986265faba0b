// --shard and --start-at of `hubsim load`: which part of the plan is driven here, and when.
// Threads: pure but for the environment's variables and the clock.
#pragma once

#include <string>

#include "app/flags.h"
#include "loadgen/cli_load.h"

namespace hubsim::app {

void add_shard_flags(cxxopts::Options& options);
/// Fills `load.shard` and `load.start`; what is wrong is added to `mistakes`, a line each.
void read_shard(const cxxopts::ParseResult& flags, loadgen::LoadOptions& load,
                std::string& mistakes);
/// "starts at 2026-11-25T17:05:00Z, in 12.3s" for people who wait; empty where nothing was agreed.
[[nodiscard]] std::string start_text(const loadgen::LoadOptions& load);

}  // namespace hubsim::app

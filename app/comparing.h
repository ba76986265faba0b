// Comparing as the commands do it: gates from flags, two runs from their files, the words for both.
// Threads: one.
#pragma once

#include <optional>
#include <string>

#include "app/flags.h"
#include "reports/compare/compare.h"
#include "scenarios/model/scenario.h"
#include "scenarios/run/runner.h"

namespace hubsim::app {

/// A flag for each gate: `min_effect` is --min-effect.
void add_gate_flags(cxxopts::Options& options);
/// The failure names the flag.
[[nodiscard]] Result<reports::CompareRules> rules_from_flags(const cxxopts::ParseResult& flags);

/// The run a scenario is held against: `flag` (`hubsim run --compare`), else that of the file;
/// nothing where neither names one, or where it may be missing and is.
[[nodiscard]] Result<std::optional<scenarios::BaseRun>> base_of(
    const std::optional<scenarios::CompareSpec>& spec, const std::string& flag);

}  // namespace hubsim::app

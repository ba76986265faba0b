// cxxopts as every subcommand uses it: a repeated flag is not split at commas (--set a=1,2), and
// bad flags end in exit code 2 with the usage instead of an exception.
#pragma once

#define CXXOPTS_VECTOR_DELIMITER '\0'
#include <cxxopts.hpp>
#include <optional>
#include <string>

#include "app/exit_codes.h"

namespace hubsim::app {

struct Flags {
  cxxopts::ParseResult values;
  /// Set when the subcommand is to end at once: --help was asked for, or the usage is wrong.
  std::optional<int> exit_code;
};

/// Adds --help, parses, prints help or the mistake. `example` is shown under the flags.
[[nodiscard]] Flags parse_flags(cxxopts::Options& options, int argc, char** argv,
                                const std::string& example);

}  // namespace hubsim::app

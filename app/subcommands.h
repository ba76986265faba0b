// Subcommands: a table of names, and the one way to choose from it: run the one that is named, help
// when asked for, the nearest name when there is none. `hubsim`, `hubsim report` and `hubsim
// webhooks` are such tables.
// Threads: one. Each subcommand gets argv with argv[0] = its own name and answers the exit code.
#pragma once

#include <span>
#include <string_view>

namespace hubsim::app {

struct Subcommand {
  std::string_view name;
  std::string_view help;  ///< one line
  int (*run)(int, char**) = nullptr;
};

struct SubcommandTable {
  std::string_view program;  ///< "hubsim report"
  std::string_view head;     ///< of the help, below the usage line; may be empty
  std::span<const Subcommand> rows;
  std::string_view tail;  ///< examples, exit codes
};

/// argv[1] names the subcommand. No name: the help, and exit_usage.
int run_subcommand(const SubcommandTable& table, int argc, char** argv);

}  // namespace hubsim::app

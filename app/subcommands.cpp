#include "app/subcommands.h"

#include <cstdio>
#include <string>
#include <vector>

#include "app/exit_codes.h"
#include "common/base/text.h"

namespace hubsim::app {

namespace {

std::string help_of(const SubcommandTable& table) {
  const std::string program(table.program);
  std::string text =
      "usage: " + program + " COMMAND [...]; `" + program + " COMMAND --help` says more\n";
  text += table.head;
  for (const Subcommand& row : table.rows) {
    std::string name(row.name);
    name.resize(10, ' ');
    text += "  " + name + std::string(row.help) + "\n";
  }
  return text + std::string(table.tail);
}

}  // namespace

int run_subcommand(const SubcommandTable& table, int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  std::vector<std::string> known;
  for (const Subcommand& row : table.rows) {
    if (name == row.name) {
      return row.run(argc - 1, argv + 1);
    }
    known.emplace_back(row.name);
  }
  if (name == "--help" || name == "-h" || name == "help") {
    std::fputs(help_of(table).c_str(), stdout);
    return exit_pass;
  }
  if (!name.empty()) {
    std::fprintf(stderr, "%s: unknown command '%s'%s\n", std::string(table.program).c_str(),
                 argv[1], did_you_mean(name, known).c_str());
  }
  std::fputs(help_of(table).c_str(), stderr);
  return exit_usage;
}

}  // namespace hubsim::app

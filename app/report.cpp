#include "app/report.h"

#include <cstdio>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "common/base/text.h"

namespace hubsim::app {

namespace {

struct Row {
  const char* name;
  const char* help;
  int (*run)(int, char**);
};

constexpr Row rows[] = {
    {"render", "makes the reports of a run again, from its run.json", report_render_main},
};

std::string usage() {
  std::string text =
      "usage: hubsim report COMMAND [...]; `hubsim report COMMAND --help` says more\n"
      "A RUN is a folder with run.json, as `hubsim run --out` writes it, or that file.\n";
  for (const Row& row : rows) {
    std::string name = row.name;
    name.resize(9, ' ');
    text += "  " + name + row.help + "\n";
  }
  return text + "example:\n  hubsim report render out/storm --format html,junit\n";
}

}  // namespace

int report_main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  std::vector<std::string> known;
  for (const Row& row : rows) {
    if (name == row.name) {
      return row.run(argc - 1, argv + 1);
    }
    known.emplace_back(row.name);
  }
  if (name == "--help" || name == "-h" || name == "help") {
    std::fputs(usage().c_str(), stdout);
    return exit_pass;
  }
  if (!name.empty()) {
    std::fprintf(stderr, "hubsim report: unknown command '%s'%s\n", argv[1],
                 did_you_mean(name, known).c_str());
  }
  std::fputs(usage().c_str(), stderr);
  return exit_usage;
}

int report_mistake(std::string_view row, std::string_view message) {
  std::fprintf(stderr, "hubsim report %s: %s\n", std::string(row).c_str(),
               std::string(message).c_str());
  return exit_usage;
}

}  // namespace hubsim::app

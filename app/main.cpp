#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "common/base/text.h"

namespace {

struct Row {
  const char* name;
  const char* help;
  int (*run)(int, char**);
};

constexpr Row rows[] = {
#ifdef HUBSIM_HAS_MOCK
    {"mock", "serve a simulated HubSpot", hubsim::app::mock_main},
#endif
#ifdef HUBSIM_HAS_RUN
    {"run", "play a scenario against an integration and judge its data", hubsim::app::run_main},
#endif
#ifdef HUBSIM_HAS_LOAD
    {"load", "drive load without a scenario", hubsim::app::load_main},
#endif
    {"contract", "play the contract cases against a mock, a URL or the real HubSpot",
     hubsim::app::contract_main},
    {"plan", "draw a scenario's timeline and check it against the portal's limits",
     hubsim::app::plan_main},
    {"report", "make a run's reports again, compare runs", hubsim::app::report_main},
    {"webhooks", "receive, send and replay webhooks by hand", hubsim::app::webhooks_main},
    {"schema", "print JSON Schemas of scenario files and their parts", hubsim::app::schema_main},
};

std::string usage() {
  std::string text = "usage: hubsim COMMAND [...]; `hubsim COMMAND --help` says more\n";
  for (const Row& row : rows) {
    std::string name = row.name;
    name.resize(10, ' ');
    text += "  " + name + row.help + "\n";
  }
  return text +
         "exit codes: 0 pass, 1 a requirement failed, 2 bad file or usage, 3 invalid run,\n"
         "            4 target unreachable, 130 interrupted\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "--help";
  std::vector<std::string> known;
  for (const Row& row : rows) {
    if (name == row.name) {
      return row.run(argc - 1, argv + 1);
    }
    known.emplace_back(row.name);
  }
  const bool asked = name == "--help" || name == "-h" || name == "help";
  if (asked && argc > 1) {
    std::fputs(usage().c_str(), stdout);
    return hubsim::app::exit_pass;
  }
  if (!asked) {
    const std::string hint = hubsim::did_you_mean(name, known);
    std::fprintf(stderr, "hubsim: unknown command '%s'%s\n", argv[1], hint.c_str());
  }
  std::fputs(usage().c_str(), stderr);
  return hubsim::app::exit_usage;
}

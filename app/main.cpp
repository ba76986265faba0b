#include <cstdio>
#include <string_view>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/subcommands.h"

namespace {

namespace app = hubsim::app;

constexpr app::Subcommand rows[] = {
    {"mock", "serve a simulated HubSpot", app::mock_main},
    {"run", "play a scenario against an integration and judge its data", app::run_main},
    {"load", "drive load without a scenario", app::load_main},
    {"contract", "play the contract cases against a mock, a URL or the real HubSpot",
     app::contract_main},
    {"plan", "draw a scenario's timeline and check it against the portal's limits", app::plan_main},
    {"report", "make a run's reports again, compare runs", app::report_main},
    {"webhooks", "receive, send and replay webhooks by hand", app::webhooks_main},
    {"schema", "print JSON Schemas of scenario files and their parts", app::schema_main},
};

constexpr app::SubcommandTable table{
    .program = "hubsim",
    .head = "",
    .rows = rows,
    .tail =
        "  --version\n"
        "exit codes: 0 pass, 1 a requirement failed, 2 bad file or usage, 3 invalid run,\n"
        "            4 target unreachable, 130 interrupted\n"};

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--version") {
    std::puts("hubsim " HUBSIM_VERSION);
    return app::exit_pass;
  }
  return app::run_subcommand(table, argc, argv);
}

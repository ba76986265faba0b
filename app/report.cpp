#include "app/report.h"

#include <cstdio>
#include <string>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/subcommands.h"

namespace hubsim::app {

namespace {

constexpr Subcommand rows[] = {
    {"merge", "makes one run of those of a plan's shards, and judges it", report_merge_main},
    {"render", "makes the reports of a run again, from its run.json", report_render_main},
    {"compare", "did a run get worse than another? exit code 1: it did", report_compare_main},
    {"history", "key numbers of many runs in one file, trends and outliers", report_history_main},
};

constexpr SubcommandTable table{
    .program = "hubsim report",
    .head = "A RUN is a folder with run.json, as `hubsim run --out` writes it, or that file.\n",
    .rows = rows,
    .tail =
        "examples:\n  hubsim report render out/storm --format html,junit\n"
        "  hubsim report merge shards --out merged\n"
        "  hubsim report compare out/main out/branch --markdown pr.md\n"};

}  // namespace

int report_main(int argc, char** argv) { return run_subcommand(table, argc, argv); }

int report_mistake(std::string_view row, std::string_view message) {
  std::fprintf(stderr, "hubsim report %s: %s\n", std::string(row).c_str(),
               std::string(message).c_str());
  return exit_usage;
}

}  // namespace hubsim::app

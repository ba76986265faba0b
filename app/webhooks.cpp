// `hubsim webhooks`: which of the three commands is meant.
#include "app/webhooks.h"

#include <cstdio>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/subcommands.h"

namespace hubsim::app {

namespace {

constexpr Subcommand rows[] = {
    {"listen", "a receiver: prints each delivery and checks its signatures", webhooks_listen_main},
    {"send", "one signed delivery of any event type, made by hand", webhooks_send_main},
    {"replay", "recorded deliveries once more, in order", webhooks_replay_main},
};

constexpr SubcommandTable table{
    .program = "hubsim webhooks",
    .head = "",
    .rows = rows,
    .tail =
        "example:\n"
        "  hubsim webhooks listen --save seen.ndjson\n"
        "  hubsim webhooks send contact.propertyChange --to http://127.0.0.1:8500/\n"
        "  hubsim webhooks replay seen.ndjson --to http://127.0.0.1:3000/webhooks\n"};

}  // namespace

int webhooks_main(int argc, char** argv) { return run_subcommand(table, argc, argv); }

int webhooks_mistake(std::string_view command, std::string_view message) {
  std::fprintf(stderr, "hubsim webhooks %s: %s\n", std::string(command).c_str(),
               std::string(message).c_str());
  return exit_usage;
}

}  // namespace hubsim::app

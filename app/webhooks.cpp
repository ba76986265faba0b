// `hubsim webhooks`: which of the three commands is meant.
#include "app/webhooks.h"

#include <array>
#include <cstdio>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "common/base/text.h"

namespace hubsim::app {

namespace {

struct Row {
  const char* name;
  int (*run)(int, char**);
};
constexpr std::array<Row, 3> rows{{{"listen", webhooks_listen_main},
                                   {"send", webhooks_send_main},
                                   {"replay", webhooks_replay_main}}};

constexpr const char* usage =
    "usage: hubsim webhooks listen | send | replay [...]; "
    "`hubsim webhooks COMMAND --help` says more\n"
    "  listen    a receiver: prints each delivery and checks its signatures\n"
    "  send      one signed delivery of any event type, made by hand\n"
    "  replay    recorded deliveries once more, in order\n"
    "example:\n"
    "  hubsim webhooks listen --save seen.ndjson\n"
    "  hubsim webhooks send contact.propertyChange --to http://127.0.0.1:8500/\n"
    "  hubsim webhooks replay seen.ndjson --to http://127.0.0.1:3000/webhooks\n";

}  // namespace

int webhooks_main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  std::vector<std::string> known;
  for (const Row& row : rows) {
    if (name == row.name) {
      return row.run(argc - 1, argv + 1);
    }
    known.emplace_back(row.name);
  }
  if (name == "--help" || name == "-h" || name == "help") {
    std::fputs(usage, stdout);
    return exit_pass;
  }
  if (!name.empty()) {
    std::fprintf(stderr, "hubsim webhooks: unknown command '%s'%s\n", argv[1],
                 did_you_mean(name, known).c_str());
  }
  std::fputs(usage, stderr);
  return exit_usage;
}

int webhooks_mistake(std::string_view command, std::string_view message) {
  std::fprintf(stderr, "hubsim webhooks %s: %s\n", std::string(command).c_str(),
               std::string(message).c_str());
  return exit_usage;
}

}  // namespace hubsim::app

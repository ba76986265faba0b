// The subcommands of `hubsim`, one file each. main.cpp's table dispatches to them.
// Each gets argv with argv[0] = its own name and answers the exit code (exit_codes.h).
#pragma once

namespace hubsim::app {

int mock_main(int argc, char** argv);
int run_main(int argc, char** argv);
int load_main(int argc, char** argv);
int plan_main(int argc, char** argv);
int contract_main(int argc, char** argv);
int schema_main(int argc, char** argv);
int report_main(int argc, char** argv);
int webhooks_main(int argc, char** argv);

}  // namespace hubsim::app

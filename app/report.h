// `hubsim report`: what is done with runs that are over. report.cpp dispatches by its table of
// rows; each row is one file, report_<name>.cpp.
// Threads: one. Each row gets argv with argv[0] = its own name and answers the exit code.
#pragma once

#include <string_view>

namespace hubsim::app {

int report_merge_main(int argc, char** argv);
int report_render_main(int argc, char** argv);
int report_compare_main(int argc, char** argv);
int report_history_main(int argc, char** argv);

/// Tells it as "hubsim report ROW: message"; answers exit_usage.
int report_mistake(std::string_view row, std::string_view message);

}  // namespace hubsim::app

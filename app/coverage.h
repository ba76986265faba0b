// `hubsim mock --coverage[=AREA]`: what the mock answers and how well, as a table on the terminal.
// Threads: one.
#pragma once

#include <string>

namespace hubsim::app {

/// The exit code: usage when the area is unknown; the known ones are named then.
int print_coverage(const std::string& area);

}  // namespace hubsim::app

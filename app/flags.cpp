#include "app/flags.h"

#include <cstdio>

namespace hubsim::app {

Flags parse_flags(cxxopts::Options& options, int argc, char** argv, const std::string& example) {
  options.add_options()("h,help", "show this");
  Flags flags;
  try {
    flags.values = options.parse(argc, argv);
  } catch (const cxxopts::exceptions::exception& error) {
    std::fprintf(stderr, "%s: %s; see --help\n", options.program().c_str(), error.what());
    flags.exit_code = exit_usage;
    return flags;
  }
  if (flags.values.count("help") > 0) {
    std::fprintf(stdout, "%s\n%s", options.help({""}).c_str(), example.c_str());
    flags.exit_code = exit_pass;
  } else if (!flags.values.unmatched().empty()) {
    std::fprintf(stderr, "%s: '%s' is one argument too many; see --help\n",
                 options.program().c_str(), flags.values.unmatched().front().c_str());
    flags.exit_code = exit_usage;
  }
  return flags;
}

}  // namespace hubsim::app

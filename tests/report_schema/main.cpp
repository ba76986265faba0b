// Prints the schema of run.json or of a comparison, or a sample of it, for validate.py.
#include <cstdio>
#include <string>
#include <string_view>

#include "reports/model/run_result.h"
#include "reports/model/sample_run.h"

namespace {

struct Row {
  std::string_view what;
  hubsim::Json (*make)();
};

using hubsim::reports::to_json;

constexpr Row rows[] = {
    {"schema", hubsim::reports::run_schema},
    {"sample", [] { return to_json(hubsim::reports::sample_run()); }},
    {"comparison-schema", hubsim::reports::comparison_schema},
    {"comparison-sample", [] { return to_json(hubsim::reports::sample_comparison()); }},
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  for (const Row& row : rows) {
    if (what == row.what) {
      std::puts(hubsim::json::dump(row.make(), 2).c_str());
      return 0;
    }
  }
  std::fputs("usage: hubsim_run_model [comparison-]schema | [comparison-]sample\n", stderr);
  return 2;
}

// Prints the schema of run.json, or a sample of it, for validate.py.
#include <cstdio>
#include <string>
#include <string_view>

#include "reports/model/run_result.h"
#include "reports/model/sample_run.h"

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what != "schema" && what != "sample") {
    std::fputs("usage: hubsim_run_model schema|sample\n", stderr);
    return 2;
  }
  const hubsim::Json value = what == "schema"
                                 ? hubsim::reports::run_schema()
                                 : hubsim::reports::to_json(hubsim::reports::sample_run());
  std::puts(hubsim::json::dump(value, 2).c_str());
  return 0;
}

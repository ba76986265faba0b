// make_reports RUN.json FOLDER: reads a run and writes it in every format. For the browser test and
// the screenshots; users have `hubsim report`.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "common/json/json.h"
#include "reports/formats/format.h"

namespace {

hubsim::Status<> make(const std::string& input, const std::string& folder) {
  std::ifstream file(input, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto json = hubsim::json::parse(text);
  if (!json) {
    return hubsim::Failure{input + ": " + json.error().message};
  }
  const auto result = hubsim::reports::from_json(*json);
  if (!result) {
    return hubsim::Failure{input + ": " + result.error()};
  }
  return hubsim::reports::write_reports(*result, folder, {});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: make_reports RUN.json FOLDER\n", stderr);
    return 2;
  }
  const auto made = make(argv[1], argv[2]);
  if (!made) {
    std::fprintf(stderr, "make_reports: %s\n", made.error().c_str());
    return 1;
  }
  return 0;
}

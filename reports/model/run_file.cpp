#include "reports/model/run_file.h"

#include <fstream>
#include <iterator>
#include <system_error>

namespace hubsim::reports {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_bytes = 256ULL * 1024 * 1024;

}  // namespace

fs::path run_file_of(const fs::path& run) {
  std::error_code ignored;
  return fs::is_directory(run, ignored) ? run / "run.json" : run;
}

Result<RunResult> read_run(const fs::path& run) {
  const fs::path file = run_file_of(run);
  const std::string name = file.string();
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    return Failure{name +
                   " is not there: a run is a folder with run.json, as `hubsim run --out` "
                   "writes it, or that file"};
  }
  if (fs::file_size(file, error) > max_bytes || error) {
    return Failure{name + " is larger than 256 MB: no run.json is"};
  }
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) {
    return Failure{name + " cannot be read"};
  }
  const auto value = json::parse(text);
  if (!value.ok()) {
    return Failure{name + ":" + std::to_string(value.error().line) + ":" +
                   std::to_string(value.error().column) + ": " + value.error().message};
  }
  auto result = from_json(*value);
  return result.ok() ? std::move(result) : Failure{name + ": " + result.error()};
}

}  // namespace hubsim::reports

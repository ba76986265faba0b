#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "reports/formats/format.h"

namespace hubsim::reports {
namespace {

namespace fs = std::filesystem;

std::string last_error() { return errno == 0 ? "unknown error" : std::strerror(errno); }

/// Beside the target first, then renamed onto it: a reader never sees half a report.
Status<> write_whole(const fs::path& target, const std::string& content) {
  fs::path draft = target;
  draft += ".part";
  errno = 0;
  std::ofstream file(draft, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  std::error_code error;
  if (!file) {
    const std::string why = last_error();
    fs::remove(draft, error);
    return Failure{"cannot write " + draft.string() + ": " + why};
  }
  fs::rename(draft, target, error);
  if (error) {
    return Failure{"cannot rename to " + target.string() + ": " + error.message()};
  }
  return Done{};
}

std::vector<std::string> or_all(std::span<const std::string> formats,
                                const FormatRegistry& registry) {
  return formats.empty() ? registry.names()
                         : std::vector<std::string>(formats.begin(), formats.end());
}

}  // namespace

Status<> write_reports(const RunResult& result, const fs::path& directory,
                       std::span<const std::string> formats) {
  const FormatRegistry registry = known_formats();
  std::vector<std::pair<std::string, std::string>> files;
  for (const std::string& name : or_all(formats, registry)) {
    const auto kind = registry.get(name);
    if (!kind) {
      return Failure{kind.error()};
    }
    files.emplace_back((*kind)->file_name, (*kind)->render(result));
  }
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    return Failure{"cannot make the folder " + directory.string() + ": " + error.message()};
  }
  for (const auto& [name, content] : files) {
    if (auto written = write_whole(directory / name, content); !written) {
      return written;
    }
  }
  return Done{};
}

}  // namespace hubsim::reports

// Report formats: how a RunResult becomes a file. A format is one file in this folder: name, file
// name, help, render, registration (`register_format_<file>`), listed by the build.
// render() is a pure function of the result, so a report can be made again from run.json at any
// time. write_reports() is the only place here that touches the disk.
// Threads: none; registries are filled once.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "common/base/result.h"
#include "common/config/registry.h"
#include "reports/model/run_result.h"

namespace hubsim::reports {

struct FormatKind {
  std::string name;
  std::string file_name;
  std::string help;
  std::string (*render)(const RunResult& result) = nullptr;
};

using FormatRegistry = config::Registry<FormatKind>;

/// Defined by the build from the files of this folder.
void register_all_formats(FormatRegistry& registry);
/// A registry with all of them.
[[nodiscard]] FormatRegistry known_formats();

/// Writes the named formats (none named: all) into `directory`, made if missing. All are rendered
/// before the first is written, and each file appears whole or not at all.
[[nodiscard]] Status<> write_reports(const RunResult& result,
                                     const std::filesystem::path& directory,
                                     std::span<const std::string> formats);

}  // namespace hubsim::reports

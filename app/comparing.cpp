#include "app/comparing.h"

#include <algorithm>
#include <filesystem>

#include "common/base/text.h"
#include "reports/model/run_file.h"

namespace hubsim::app {

namespace {

std::string flag_of(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

Json value_of(const config::Field& field, const std::string& text) {
  if (field.type == config::Type::boolean) {
    return text == "true" ? Json(true) : text == "false" ? Json(false) : Json(text);
  }
  if (field.type == config::Type::integer) {
    const auto number = parse_int(text);
    return number ? Json(*number) : Json(text);
  }
  if (field.type == config::Type::number) {
    const auto number = parse_double(text);
    return number ? Json(*number) : Json(text);
  }
  return Json(text);
}

}  // namespace

void add_gate_flags(cxxopts::Options& options) {
  for (const config::Field& field : reports::compare_fields()) {
    auto value = cxxopts::value<std::string>();
    if (field.type == config::Type::boolean) {
      value->implicit_value("true");
    }
    options.add_options()(flag_of(field.name),
                          field.help + " (default " + field.default_value + ")", value);
  }
}

Result<reports::CompareRules> rules_from_flags(const cxxopts::ParseResult& flags) {
  Json given = Json::object();
  for (const config::Field& field : reports::compare_fields()) {
    if (flags.count(flag_of(field.name)) > 0) {
      given[field.name] = value_of(field, flags[flag_of(field.name)].as<std::string>());
    }
  }
  config::Problems problems;
  const auto settings = config::read_settings(reports::compare_fields(), given, "", problems);
  if (!problems.empty()) {
    return Failure{"--" + flag_of(problems.front().pointer.substr(1)) + ": " +
                   problems.front().message};
  }
  return reports::compare_rules(settings);
}

Result<std::optional<scenarios::BaseRun>> base_of(const std::optional<scenarios::CompareSpec>& spec,
                                                  const std::string& flag) {
  const std::string name = !flag.empty() ? flag : spec ? spec->with : "";
  std::error_code ignored;
  const bool is_there = std::filesystem::exists(reports::run_file_of(name), ignored);
  if (name.empty() || (!is_there && flag.empty() && spec->may_be_missing)) {
    return std::optional<scenarios::BaseRun>();
  }
  auto run = reports::read_run(name);
  if (!run.ok()) {
    return Failure{"the run to compare with: " + run.error()};
  }
  config::Problems problems;
  const auto settings = config::read_settings(
      reports::compare_fields(), spec ? spec->gates : Json::object(), "/compare/gates", problems);
  if (!problems.empty()) {
    return Failure{problems.front().pointer + ": " + problems.front().message};
  }
  return std::optional<scenarios::BaseRun>(
      {name, std::move(*run), reports::compare_rules(settings)});
}

}  // namespace hubsim::app

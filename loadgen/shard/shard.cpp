#include "loadgen/shard/shard.h"

#include "common/base/text.h"

namespace hubsim::loadgen {

namespace {

constexpr const char* index_variable = "JOB_COMPLETION_INDEX";
constexpr const char* count_variable = "HUBSIM_SHARDS";

Result<std::uint64_t> number(std::string_view text, const std::string& where) {
  const auto value = parse_uint(text);
  if (!value) {
    return Failure{where + " is '" + std::string(text) +
                   "', not a number: write it as 0/3, 1/3 and 2/3, or auto/3"};
  }
  return *value;
}

Result<std::uint64_t> from_variable(const char* name, const EnvironmentLookup& variable) {
  const auto text = variable(name);
  if (!text) {
    return Failure{std::string(name) + " is not set: a Kubernetes Job with completionMode: " +
                   "Indexed sets JOB_COMPLETION_INDEX; set HUBSIM_SHARDS to how many there are, " +
                   "or write --shard 0/3"};
  }
  return number(*text, name);
}

}  // namespace

Result<Shard> parse_shard(std::string_view text, const EnvironmentLookup& variable) {
  const auto slash = text.find('/');
  const bool has_count = slash != std::string_view::npos;
  const std::string_view left = text.substr(0, slash);
  const auto index =
      left == "auto" ? from_variable(index_variable, variable) : number(left, "the shard's index");
  if (!index) {
    return Failure{index.error()};
  }
  if (!has_count && left != "auto") {
    return Failure{"'" + std::string(text) + "' does not say how many shards there are: 0/3"};
  }
  const auto count = has_count ? number(text.substr(slash + 1), "the number of shards")
                               : from_variable(count_variable, variable);
  if (!count) {
    return Failure{count.error()};
  }
  if (*count < 1 || *count > max_shards) {
    return Failure{"the number of shards is from 1 to " + std::to_string(max_shards) + ", not " +
                   std::to_string(*count)};
  }
  if (*index >= *count) {
    return Failure{"shard " + std::to_string(*index) + " of " + std::to_string(*count) +
                   ": they count from 0, so the last is " + std::to_string(*count - 1) + "/" +
                   std::to_string(*count)};
  }
  return Shard{*index, *count};
}

}  // namespace hubsim::loadgen

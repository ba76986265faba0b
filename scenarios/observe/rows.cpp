#include "scenarios/observe/rows.h"

#include <fmt/format.h>

#include "common/time/format.h"

namespace hubsim::scenarios {

const Json* at_path(const Json& value, std::string_view path) {
  const Json* found = &value;
  if (path == ".") {
    path = "";
  }
  for (std::size_t start = 0; start < path.size() && found != nullptr;) {
    const std::size_t end = std::min(path.find('.', start), path.size());
    found = json::find(*found, path.substr(start, end - start));
    start = end + 1;
  }
  return found == nullptr || found->is_null() ? nullptr : found;
}

Read::Read(std::string observer, const ObserverSettings& settings, const Clock& clock)
    : settings_(settings), clock_(clock), deadline_(monotonic_now() + settings.timeout) {
  observation_.observer = std::move(observer);
  observation_.from_ms = to_unix_ms(clock_.now());
}

Status<> Read::add_row(const Json& row) {
  const Json* key = at_path(row, settings_.key);
  if (key == nullptr || json::text_of(*key).empty()) {
    return Failure{fmt::format("a row has no '{}' (the observer's `key`): {}", settings_.key,
                               json::dump(row).substr(0, 200))};
  }
  ObservedRecord record{.key = json::text_of(*key), .properties = {}};
  for (std::size_t i = 0; i < settings_.properties.size(); ++i) {
    const Json* value = at_path(row, settings_.paths[i]);
    record.properties.emplace_back(settings_.properties[i],
                                   value == nullptr ? std::string() : json::text_of(*value));
  }
  return add(std::move(record));
}

Status<> Read::add(ObservedRecord record) {
  if (observation_.records.size() >= settings_.max_records) {
    return Failure{fmt::format("more than {} records: raise `max_records`", settings_.max_records)};
  }
  observation_.records.push_back(std::move(record));
  return Done{};
}

Status<> Read::add_cost(std::uint64_t requests, std::uint64_t bytes) {
  observation_.requests += requests;
  observation_.bytes += bytes;
  if (observation_.bytes > settings_.max_bytes) {
    return Failure{fmt::format("more than {} bytes: raise `max_bytes`", settings_.max_bytes)};
  }
  return Done{};
}

std::chrono::nanoseconds Read::time_left() const { return deadline_ - monotonic_now(); }

Observation Read::finish() {
  observation_.complete = true;
  return close();
}

Observation Read::fail(std::string why) {
  observation_.error = std::move(why);
  return close();
}

Observation Read::close() {
  const Instant now = clock_.now();
  observation_.to_ms = to_unix_ms(now + std::chrono::microseconds(999));
  return std::move(observation_);
}

std::optional<std::string> problem_of(const ObserverSettings& settings) {
  const bool mirror = settings.role == ObserverSettings::Role::mirror;
  if (mirror && settings.properties.empty()) {
    return "a mirror needs `properties`: the HubSpot properties to compare";
  }
  for (std::size_t i = 0; i < settings.paths.size(); ++i) {
    if (settings.properties[i].empty() || settings.paths[i].empty()) {
      return "an entry of `properties` is empty: write 'phone' or 'phone=details.tel'";
    }
  }
  return std::nullopt;
}

}  // namespace hubsim::scenarios

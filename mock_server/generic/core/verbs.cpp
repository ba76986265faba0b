#include "mock_server/generic/core/verbs.h"

#include <array>

#include "common/base/text.h"

namespace hubsim::generic {

namespace {

constexpr std::array<std::string_view, 4> state_fields{"state", "currentState", "status",
                                                       "eventStatus"};

struct Meant {
  std::string_view verb;
  std::string_view state;  ///< how the value begins
};
constexpr std::array<Meant, 16> meanings{{{"publish", "PUBLISH"},
                                          {"push-live", "PUBLISH"},
                                          {"unpublish", "DRAFT"},
                                          {"schedule", "SCHEDULED"},
                                          {"cancel", "CANCEL"},
                                          {"complete", "COMPLETE"},
                                          {"archive", "ARCHIVED"},
                                          {"pause", "PAUSED"},
                                          {"resume", "ACTIVE"},
                                          {"start", "STARTED"},
                                          {"stop", "STOPPED"},
                                          {"open", "OPEN"},
                                          {"close", "CLOSED"},
                                          {"enable", "ENABLED"},
                                          {"disable", "DISABLED"},
                                          {"activate", "ACTIVE"}}};

std::string_view wanted_state(std::string_view verb) {
  for (const Meant& each : meanings) {
    if (each.verb == verb) {
      return each.state;
    }
  }
  return {};
}

}  // namespace

Json state_after(Shape item, std::string_view verb) {
  Json change = Json::object();
  const std::string_view wanted = wanted_state(verb);
  if (wanted.empty() || !item) {
    return change;
  }
  for (const std::string_view name : state_fields) {
    const Field field = item.field(name);
    if (!field) {
      continue;
    }
    for (const std::string_view value : field.shape.values()) {
      if (value.starts_with(wanted)) {
        change[std::string(name)] = std::string(value);
        return change;
      }
    }
  }
  return change;
}

}  // namespace hubsim::generic

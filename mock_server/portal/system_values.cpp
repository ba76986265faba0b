#include "mock_server/portal/system_values.h"

#include <algorithm>
#include <array>
#include <vector>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

namespace {

using Parts = std::vector<std::string_view>;
struct Subject {
  const Portal& portal;
  const PropertyHistory& history;
  const Record& record;
};
using Rule = std::optional<std::string> (*)(const Subject& subject, const Parts& parts);

std::string stored(const Subject& subject, std::string_view name) {
  const auto index = subject.portal.type(subject.record.type).property_index(name);
  const std::string* value = index ? subject.record.value(*index) : nullptr;
  return value != nullptr ? *value : std::string();
}

std::optional<std::string> associated(const Subject& subject, const Parts& parts) {
  const ObjectType* other = subject.portal.find_type(parts[1]);
  return other == nullptr ? std::nullopt
                          : std::optional(std::to_string(subject.portal.associations().count(
                                {subject.record.type, subject.record.id}, other->index())));
}

std::optional<std::string> entered(const Subject& subject, const Parts& parts) {
  const auto index = subject.portal.type(subject.record.type).property_index(parts[1]);
  if (!index) {
    return std::nullopt;
  }
  const auto past = subject.history.of(subject.record, *index);
  const auto found = std::find_if(past.begin(), past.end(),
                                  [&](const auto& entry) { return entry.value == parts[2]; });
  return found == past.end() ? std::nullopt : std::optional(format_iso8601(found->at));
}

std::optional<std::string> since(const Subject& subject, const Parts& parts) {
  const auto index = subject.portal.type(subject.record.type).property_index(parts[1]);
  if (!index || stored(subject, parts[1]).empty()) {
    return std::nullopt;
  }
  return format_iso8601(subject.history.since(subject.record, *index));
}

std::optional<std::string> full_name_or_email(const Subject& subject, const Parts& /*none*/) {
  std::string name = stored(subject, "firstname");
  const std::string last = stored(subject, "lastname");
  name.append(name.empty() || last.empty() ? "" : " ").append(last);
  if (name.empty()) {
    name = stored(subject, "email");
  }
  return name.empty() ? std::nullopt : std::optional(std::move(name));
}

/// "0-46-123" (4.4, R 2026).
std::optional<std::string> object_coordinates(const Subject& subject, const Parts& /*none*/) {
  return subject.portal.type(subject.record.type).fact().type_id + "-" +
         std::to_string(subject.record.id);
}

struct Kind {
  std::string_view name;
  std::size_t arguments;
  Rule rule;
};
constexpr std::array<Kind, 5> kinds{{{"associated", 1, associated},
                                     {"entered", 2, entered},
                                     {"since", 1, since},
                                     {"full_name_or_email", 0, full_name_or_email},
                                     {"object_coordinates", 0, object_coordinates}}};

const Kind* find_kind(const Parts& parts) {
  const auto* found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) {
    return kind.name == parts[0] && kind.arguments + 1 == parts.size();
  });
  return found == kinds.end() ? nullptr : found;
}

}  // namespace

bool is_system_kind(std::string_view kind) { return find_kind(split(kind, ':')) != nullptr; }

std::optional<std::string> system_value(const Portal& portal, const PropertyHistory& history,
                                        const Record& record, std::string_view kind) {
  const auto parts = split(kind, ':');
  const Kind* found = find_kind(parts);
  return found != nullptr ? found->rule({portal, history, record}, parts) : std::nullopt;
}

}  // namespace hubsim::portal

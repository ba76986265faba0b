#include "mock_server/portal/system_values.h"

#include <algorithm>
#include <array>
#include <map>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/portal/system_kinds.h"

namespace hubsim::portal {

namespace {

struct Parsed {
  KindParts parts;
  SystemRule rule = nullptr;  ///< nullptr: no such kind
};

const SystemKind* find_kind(const KindParts& parts) {
  for (const auto kinds : {record_kinds(), stage_kinds(), deal_kinds(), rollup_kinds(),
                           activity_kinds(), owner_kinds(), task_kinds(), phone_kinds()}) {
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const SystemKind& kind) {
      return kind.name == parts[0] && kind.arguments + 1 == parts.size();
    });
    if (found != kinds.end()) {
      return &*found;
    }
  }
  return nullptr;
}

/// `kind` must outlive what is made of it.
Parsed take_apart(std::string_view kind) {
  Parsed made{.parts = split(kind, ':')};
  const SystemKind* found = find_kind(made.parts);
  made.rule = found != nullptr ? found->rule : nullptr;
  return made;
}

/// Every answer asks for some of the few hundred kinds, so each is taken apart once a thread.
/// nullptr: the table is full, because callers made very many stages.
const Parsed* known_kind(std::string_view kind) {
  constexpr std::size_t most = 20'000;
  static thread_local std::map<std::string, Parsed, std::less<>> known;
  const auto found = known.find(kind);
  if (found != known.end()) {
    return &found->second;
  }
  if (known.size() >= most) {
    return nullptr;
  }
  const auto entry = known.emplace(std::string(kind), Parsed{}).first;
  entry->second = take_apart(entry->first);
  return &entry->second;
}

std::optional<std::string> full_name_or_email(const Subject& subject, const KindParts& /*none*/) {
  std::string name = subject.stored("firstname");
  const std::string last = subject.stored("lastname");
  name.append(name.empty() || last.empty() ? "" : " ").append(last);
  if (name.empty()) {
    name = subject.stored("email");
  }
  return name.empty() ? std::nullopt : std::optional(std::move(name));
}

/// "0-46-123" (4.4, R 2026).
std::optional<std::string> object_coordinates(const Subject& subject, const KindParts& /*none*/) {
  return subject.type().fact().type_id + "-" + std::to_string(subject.record.id);
}

/// The text of a body without its tags; how HubSpot treats entities and blanks is not known.
std::string without_tags(std::string_view body) {
  std::string text;
  bool inside = false;
  for (const char c : body) {
    inside = c == '<' || (inside && c != '>');
    if (!inside && c != '>') {
      text += c;
    }
  }
  return std::string(trim(text));
}

std::optional<std::string> body_preview(const Subject& subject, const KindParts& parts) {
  const std::string body = subject.stored(parts[1]);
  return body.empty() ? std::nullopt : std::optional(without_tags(body));
}

/// (4.4, R: the frame; one blank before head in 2024).
std::optional<std::string> body_preview_html(const Subject& subject, const KindParts& parts) {
  const std::string body = subject.stored(parts[1]);
  return body.empty()
             ? std::nullopt
             : std::optional("<html>\n<head></head>\n<body>\n" + body + "\n</body>\n</html>");
}

constexpr std::array<SystemKind, 4> own_kinds{{{"full_name_or_email", 0, full_name_or_email},
                                               {"object_coordinates", 0, object_coordinates},
                                               {"body_preview", 1, body_preview},
                                               {"body_preview_html", 1, body_preview_html}}};

}  // namespace

std::string Subject::stored(std::string_view name) const {
  const auto place = index(name);
  const std::string* value = place ? record.value(*place) : nullptr;
  return value != nullptr ? *value : std::string();
}

std::string shown_value(const Portal& portal, const Record& record, std::string_view name) {
  const auto index = portal.type(record.type).property_index(name);
  return index ? portal.value_of(record, *index).value_or("") : std::string();
}

std::optional<Instant> time_of(std::string_view text) {
  if (const auto ms = parse_int(text)) {
    return from_unix_ms(*ms);
  }
  return text.empty() ? std::nullopt : parse_iso8601(text);
}

std::vector<RecordPtr> associated_records(const Subject& subject, std::string_view type_name) {
  std::vector<RecordPtr> records;
  const ObjectType* type = subject.portal.find_type(type_name);
  if (type == nullptr) {
    return records;
  }
  for (const auto& item : subject.portal.associations().list(
           {subject.record.type, subject.record.id}, type->index(), 0, SIZE_MAX)) {
    RecordPtr record = subject.portal.find(type->index(), item.to_id);
    if (record && !record->archived) {
      records.push_back(std::move(record));
    }
  }
  return records;
}

std::span<const SystemKind> record_kinds() { return own_kinds; }

bool is_system_kind(std::string_view kind) {
  const Parsed* known = known_kind(kind);
  return known != nullptr ? known->rule != nullptr : take_apart(kind).rule != nullptr;
}

std::optional<std::string> system_value(const Portal& portal, const PropertyHistory& history,
                                        const Record& record, std::string_view kind) {
  const Parsed* known = known_kind(kind);
  const Parsed made = known != nullptr ? Parsed{} : take_apart(kind);
  const Parsed& found = known != nullptr ? *known : made;
  return found.rule != nullptr ? found.rule({portal, history, record}, found.parts) : std::nullopt;
}

}  // namespace hubsim::portal

#include "scenarios/oracle/history.h"

#include <array>

#include "common/base/text.h"

namespace hubsim::scenarios {

namespace {

constexpr std::array<std::string_view, 10> kind_names{
    "created",     "updated", "archived",        "restored",   "associated",
    "dissociated", "merged",  "privacy_deleted", "list_added", "list_removed"};

struct TypeName {
  std::string_view name;
  std::string_view id;
};
// The standard objects this release knows (behaviour reference 2.1, documented).
constexpr std::array<TypeName, 8> type_names{{{"contacts", "0-1"},
                                              {"contact", "0-1"},
                                              {"companies", "0-2"},
                                              {"company", "0-2"},
                                              {"deals", "0-3"},
                                              {"deal", "0-3"},
                                              {"tickets", "0-5"},
                                              {"ticket", "0-5"}}};

Result<ChangeKind> parse_kind(const Json& value) {
  const std::string name = json::text_of(value);
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (kind_names[i] == name) {
      return static_cast<ChangeKind>(i);
    }
  }
  return Failure{"history entry of unknown kind '" + name +
                 "': the mock is newer than this oracle"};
}

std::string text_at(const Json& value, std::string_view key) {
  const Json* member = json::find(value, key);
  return member == nullptr ? std::string() : json::text_of(*member);
}

template <class Number>
Number number_at(const Json& value, std::string_view key) {
  const Json* member = json::find(value, key);
  return member != nullptr && member->is_number() ? member->get<Number>() : Number{};
}

std::vector<std::string> merged_ids_of(const Json& value) {
  std::vector<std::string> ids;
  const Json* merge = json::find(value, "merge");
  const Json* list = merge != nullptr ? json::find(*merge, "merged_ids") : nullptr;
  if (list != nullptr && list->is_array()) {
    for (const Json& id : *list) {
      ids.push_back(json::text_of(id));
    }
  }
  if (merge != nullptr && text_at(*merge, "primary_id") != text_at(*merge, "new_id")) {
    ids.push_back(text_at(*merge, "primary_id"));
  }
  return ids;
}

}  // namespace

bool is_of_record(ChangeKind kind) noexcept {
  return kind != ChangeKind::associated && kind != ChangeKind::dissociated &&
         kind != ChangeKind::list_added && kind != ChangeKind::list_removed;
}

std::string_view name_of(ChangeKind kind) noexcept {
  return kind_names[static_cast<std::size_t>(kind)];
}

Result<HistoryEntry> history_entry_from_json(const Json& value) {
  const Json* sequence = json::find(value, "sequence");
  const Json* kind = json::find(value, "kind");
  if (sequence == nullptr || !sequence->is_number_unsigned() || kind == nullptr) {
    return Failure{"not a history entry (no 'sequence' or 'kind'): " +
                   json::dump(value).substr(0, 200)};
  }
  const auto parsed_kind = parse_kind(*kind);
  if (!parsed_kind) {
    return Failure{parsed_kind.error()};
  }
  HistoryEntry entry{.sequence = sequence->get<std::uint64_t>(),
                     .at_ms = number_at<std::int64_t>(value, "at_ms"),
                     .kind = *parsed_kind,
                     .object_type = text_at(value, "object_type"),
                     .object_id = text_at(value, "object_id"),
                     .lineage = text_at(value, "lineage"),
                     .source = text_at(value, "source"),
                     .source_id = text_at(value, "source_id"),
                     .app_id = number_at<std::uint64_t>(value, "app_id"),
                     .request_number = number_at<std::uint64_t>(value, "request_number")};
  if (const Json* properties = json::find(value, "properties");
      properties != nullptr && properties->is_object()) {
    for (const auto& [name, text] : properties->items()) {
      entry.properties.emplace_back(name, json::text_of(text));
    }
  }
  entry.merged_ids = merged_ids_of(value);
  return entry;
}

std::string object_type_id(std::string_view name) {
  for (const TypeName& type : type_names) {
    if (equals_ignoring_case(type.name, name)) {
      return std::string(type.id);
    }
  }
  return std::string(name);
}

}  // namespace hubsim::scenarios

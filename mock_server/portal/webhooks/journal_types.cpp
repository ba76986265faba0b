#include "mock_server/portal/webhooks/journal_types.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"

namespace hubsim::portal {

namespace {

struct KindName {
  JournalKind kind;
  std::string_view name;
};
constexpr std::array<KindName, 6> kinds{{
    {JournalKind::object, "OBJECT"},
    {JournalKind::association, "ASSOCIATION"},
    {JournalKind::event, "EVENT"},
    {JournalKind::app_lifecycle, "APP_LIFECYCLE_EVENT"},
    {JournalKind::list_membership, "LIST_MEMBERSHIP"},
    {JournalKind::gdpr_privacy_deletion, "GDPR_PRIVACY_DELETION"},
}};

/// Object actions, the two of associations, and so on: each kind's stand together.
constexpr std::array<std::string_view, 13> actions{"CREATE",
                                                   "UPDATE",
                                                   "DELETE",
                                                   "MERGE",
                                                   "RESTORE",
                                                   "ASSOCIATION_ADDED",
                                                   "ASSOCIATION_REMOVED",
                                                   "SNAPSHOT",
                                                   "APP_INSTALL",
                                                   "APP_UNINSTALL",
                                                   "ADDED_TO_LIST",
                                                   "REMOVED_FROM_LIST",
                                                   "GDPR_DELETE"};
constexpr std::array<std::string_view, 6> object_actions{"CREATE", "UPDATE",  "DELETE",
                                                         "MERGE",  "RESTORE", "SNAPSHOT"};
constexpr std::array<std::string_view, 2> association_actions{"ASSOCIATION_ADDED",
                                                              "ASSOCIATION_REMOVED"};
constexpr std::array<std::string_view, 2> app_actions{"APP_INSTALL", "APP_UNINSTALL"};
constexpr std::array<std::string_view, 2> list_actions{"ADDED_TO_LIST", "REMOVED_FROM_LIST"};
constexpr std::array<std::string_view, 1> gdpr_actions{"GDPR_DELETE"};

constexpr std::array<std::string_view, 13> operators{
    "CONTAINS",     "ENDS_WITH", "EQ",  "GT",   "GTE",    "IN",         "IS_EMPTY",
    "IS_NOT_EMPTY", "LT",        "LTE", "N_EQ", "NOT_IN", "STARTS_WITH"};

template <class List, class Value>
bool contains(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// Numbers by size, other texts by letters.
int compare(const std::string& text, const std::string& other) {
  const auto number = parse_double(text);
  const auto bound = parse_double(other);
  if (number && bound) {
    return *number < *bound ? -1 : (*number > *bound ? 1 : 0);
  }
  return text.compare(other);
}

}  // namespace

std::string_view journal_kind_name(JournalKind kind) noexcept {
  return kinds[static_cast<std::size_t>(kind)].name;
}

std::optional<JournalKind> find_journal_kind(std::string_view name) noexcept {
  const auto* found = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const KindName& kind) { return kind.name == name; });
  return found == kinds.end() ? std::nullopt : std::optional(found->kind);
}

std::span<const std::string_view> journal_actions() noexcept { return actions; }

std::span<const std::string_view> journal_actions_of(JournalKind kind) noexcept {
  switch (kind) {
    case JournalKind::object:
      return object_actions;
    case JournalKind::association:
      return association_actions;
    case JournalKind::app_lifecycle:
      return app_actions;
    case JournalKind::list_membership:
      return list_actions;
    case JournalKind::gdpr_privacy_deletion:
      return gdpr_actions;
    case JournalKind::event:
      break;
  }
  return actions;
}

std::span<const std::string_view> journal_operators() noexcept { return operators; }

bool JournalSubscription::has_action(std::string_view action) const {
  return contains(actions, action);
}

bool JournalSubscription::same_subject(const JournalSubscription& other) const {
  return kind == other.kind && portal_id == other.portal_id &&
         object_type_id == other.object_type_id &&
         associated_type_ids == other.associated_type_ids && list_ids == other.list_ids;
}

bool JournalCondition::holds(const std::optional<std::string>& text) const {
  const bool empty = !text || text->empty();
  if (op == "IS_EMPTY" || op == "IS_NOT_EMPTY") {
    return empty == (op == "IS_EMPTY");
  }
  if (op == "N_EQ" || op == "NOT_IN") {
    return empty || (op == "N_EQ" ? *text != value.value_or("") : !contains(values, *text));
  }
  if (empty) {
    return false;
  }
  const std::string wanted = value.value_or("");
  if (op == "EQ") {
    return *text == wanted;
  }
  if (op == "IN") {
    return contains(values, *text);
  }
  if (op == "CONTAINS") {
    return text->find(wanted) != std::string::npos;
  }
  if (op == "STARTS_WITH") {
    return text->starts_with(wanted);
  }
  if (op == "ENDS_WITH") {
    return text->ends_with(wanted);
  }
  const int order = compare(*text, wanted);
  return op == "LT" ? order < 0 : op == "LTE" ? order <= 0 : op == "GT" ? order > 0 : order >= 0;
}

}  // namespace hubsim::portal

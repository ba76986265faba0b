#include "mock_server/operations/hubdb/table_input.h"

#include <algorithm>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

using hubspot::Option;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

}  // namespace

HubdbLimits hubdb_limits(const portal::Portal& portal) {
  const bool small = portal.options().is(Option::hubdb_limits, "small");
  return small ? HubdbLimits{.tables = 3, .rows = 5, .columns = 4} : HubdbLimits{};
}

Read<HubdbTable*> draft_table(Context& context) {
  HubdbTable* table = context.portal.part<HubdbBook>().find(context.param("tableIdOrName"));
  if (table == nullptr || (table->deleted && !asks(context, "archived"))) {
    return Failure{hubspot::object_not_found()};
  }
  return table;
}

Read<LiveTable> live_table(Context& context) {
  const auto table = draft_table(context);
  if (!table) {
    return Failure{table.error()};
  }
  const HubdbVersion* live = (*table)->live.get();
  const bool anybody = context.caller.credential == hubspot::Credential::none;
  if (anybody && (live == nullptr || !live->is_public)) {
    return Failure{hubspot::missing_credentials()};  // I
  }
  if (live == nullptr) {
    return Failure{hubspot::object_not_found()};
  }
  return LiveTable{*table, live};
}

bool is_hubdb_table_name(std::string_view name) noexcept {
  return !name.empty() && is_lower(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_hubdb_column_name(std::string_view name) noexcept {
  return !name.empty() && !is_digit(name.front()) && !name.starts_with("hs_") &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '_'; });
}

std::string given_text(const Json& object, std::string_view name) {
  const Json* value = json::find(object, name);
  return value == nullptr || value->is_structured() ? "" : json::text_of(*value);
}

bool asks(const Context& context, std::string_view parameter) {
  return equals_ignoring_case(context.query.first(parameter).value_or(""), "true");
}

bool booleans_as_numbers(const portal::Portal& portal) {
  return portal.options().is(Option::hubdb_booleans, "number");
}

std::optional<ApiError> check_names(Context& context, const HubdbVersion& draft,
                                    const HubdbTable* self) {
  auto& book = context.portal.part<HubdbBook>();
  if (context.portal.options().on(Option::hubdb_names) && !is_hubdb_table_name(draft.name)) {
    return choices::validation(
        "Table name '" + draft.name +
        "' is not valid: lower-case letters, digits and underscores, a letter first");  // U
  }
  const HubdbTable* same_name = book.by_name(draft.name);
  if (same_name != nullptr && same_name != self) {
    return ApiError{.status = 409,
                    .message = "A table named '" + draft.name + "' already exists",
                    .category = "CONFLICT"};  // U
  }
  const HubdbTable* same_label = book.by_label(draft.label);
  if (same_label != nullptr && same_label != self &&
      context.portal.options().on(Option::hubdb_labels)) {
    return ApiError{.status = 409,
                    .message = "A table with the label '" + draft.label + "' already exists",
                    .category = "CONFLICT"};  // U
  }
  return std::nullopt;
}

}  // namespace hubsim::operations

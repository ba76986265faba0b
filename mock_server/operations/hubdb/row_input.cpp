#include "mock_server/operations/hubdb/row_input.h"

#include <algorithm>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/hubdb/hubdb_values.h"
#include "mock_server/operations/hubdb/table_input.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

using hubspot::ErrorDetail;

constexpr std::size_t most_name = 1'000;  // U

constexpr Field row_fields[] = {{"values", Field::Kind::object, true},
                                {"path"},
                                {"name"},
                                {"childTableId", Field::Kind::whole},
                                {"displayIndex", Field::Kind::whole}};
constexpr Field loose_fields[] = {{"values", Field::Kind::object},
                                  {"path"},
                                  {"name"},
                                  {"childTableId", Field::Kind::whole},
                                  {"displayIndex", Field::Kind::whole}};

ErrorDetail problem_of(const std::string& column, const std::string& message) {
  return {.message = message, .code = "INVALID_VALUE", .context = {{"column", {column}}}};
}

std::vector<ErrorDetail> take_values(const Context& context, const Json& values,
                                     const HubdbVersion& draft, HubdbRow& row) {
  const bool as_numbers = booleans_as_numbers(context.portal);
  std::vector<ErrorDetail> problems;
  for (const auto& [name, value] : values.items()) {
    const HubdbColumn* column = draft.column(name);
    if (column == nullptr) {
      if (context.portal.options().is(hubspot::Option::hubdb_unknown_columns, "refused")) {
        problems.push_back(problem_of(name, "The table has no column '" + name + "'"));
      }
      continue;
    }
    const auto kept = read_value(*column, value, as_numbers);
    if (!kept) {
      problems.push_back(problem_of(name, "Value of column '" + name + "' " + kept.error()));
    } else if (kept->empty()) {
      row.values.erase(column->id);
    } else {
      row.values[column->id] = *kept;
    }
  }
  return problems;
}

bool is_path(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/' || c == '.' || c == '~';
  });
}

/// Paths make pages where the table is for pages: lower case, one row each (T 2026-09).
std::optional<ErrorDetail> check_path(const HubdbTable& table, const HubdbRow& row) {
  if (row.path.empty() || !table.draft.for_pages) {
    return std::nullopt;
  }
  if (!is_path(row.path)) {
    return ErrorDetail{.message = "Path '" + row.path + "' is not valid: lower case, no blanks",
                       .code = "INVALID_PATH"};
  }
  for (const auto& [id, other] : table.draft.rows) {
    if (id != row.id && other->path == row.path) {
      return ErrorDetail{.message = "Path '" + row.path + "' is that of row " + std::to_string(id),
                         .code = "DUPLICATE_PATH"};
    }
  }
  return std::nullopt;
}

ApiError refused(std::vector<ErrorDetail> problems) {
  ApiError error = choices::validation(problems.front().message);  // U
  error.errors = std::move(problems);
  return error;
}

}  // namespace

Read<HubdbRow> read_row(const Context& context, const Json& given, const std::string& path,
                        const RowWrite& write, HubdbRow row) {
  const auto body = write.needs_values
                        ? read_fields(context.request.body, given, row_fields, path)
                        : read_fields(context.request.body, given, loose_fields, path);
  if (!body) {
    return Failure{body.error()};
  }
  if (write.writing == Writing::replace) {
    row.values.clear();
    row.name.clear();
    row.path.clear();
    row.child_table = 0;
  }
  row.name = body->value("name", row.name);
  row.path = body->value("path", row.path);
  row.child_table = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, body->value("childTableId", std::int64_t(row.child_table))));
  const Json* values = json::find(*body, "values");
  auto problems = values == nullptr ? std::vector<ErrorDetail>()
                                    : take_values(context, *values, write.table.draft, row);
  if (const auto problem = check_path(write.table, row)) {
    problems.push_back(*problem);
  }
  if (std::max(row.name.size(), row.path.size()) > most_name) {
    problems.push_back({.message = "Name and path must not be longer than 1000 characters",
                        .code = "INVALID_PATH"});
  }
  if (!problems.empty()) {
    return Failure{refused(std::move(problems))};
  }
  row.updated = context.now;
  return row;
}

Read<HubdbRow> new_row(const Context& context, const Json& given, const std::string& path,
                       HubdbTable& table) {
  auto row = read_row(context, given, path, {.table = table}, {.created = context.now});
  if (row) {
    row->id = context.portal.part<HubdbBook>().next_row();
  }
  return row;
}

HubdbRow copy_row(Context& context, const HubdbRow& row, const std::string& name) {
  HubdbRow copy = row;
  copy.id = context.portal.part<HubdbBook>().next_row();
  copy.name = name.empty() ? row.name : name;
  copy.path.clear();  // of one row only
  copy.created = copy.updated = context.now;
  copy.published = Instant{};
  return copy;
}

std::optional<ApiError> check_room(const portal::Portal& portal, const HubdbTable& table,
                                   std::size_t more) {
  const std::size_t most = hubdb_limits(portal).rows;
  if (table.draft.rows.size() + more <= most) {
    return std::nullopt;
  }
  return choices::validation("A table cannot have more than " + std::to_string(most) + " rows");
}

ApiError hubdb_full() {
  return choices::validation("The storage limit of this account is reached");  // ours
}

Read<HubdbRowPtr> named_row(const Context& context, const HubdbVersion& version) {
  const auto id = parse_uint(context.param("rowId"));
  const HubdbRowPtr row = id ? version.row(*id) : nullptr;
  if (row == nullptr) {
    return Failure{hubspot::object_not_found()};
  }
  return row;
}

}  // namespace hubsim::operations

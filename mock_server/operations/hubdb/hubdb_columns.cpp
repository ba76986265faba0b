#include "mock_server/operations/hubdb/hubdb_columns.h"

#include <algorithm>
#include <set>

#include "common/base/text.h"
#include "mock_server/operations/hubdb/hubdb_values.h"
#include "mock_server/operations/hubdb/table_input.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

constexpr std::size_t max_options = 1'000;  // U

/// Options are numbered within their column.
Read<std::vector<HubdbOption>> read_options(const Context& context, const Json& given,
                                            const HubdbColumn* before) {
  std::vector<HubdbOption> options;
  const Json* list = json::find(given, "options");
  int last = 0;
  for (const HubdbOption& option :
       before == nullptr ? std::vector<HubdbOption>() : before->options) {
    last = std::max(last, option.id);
  }
  for (const Json& each : list == nullptr || !list->is_array() ? Json::array() : *list) {
    const auto member = [&](std::string_view name) {
      const Json* found = json::find(each, name);
      return found == nullptr || found->is_structured() ? "" : json::text_of(*found);
    };
    HubdbOption option{.name = member("name"),
                       .label = member("label"),
                       .order = static_cast<int>(options.size()),
                       .created = context.now,
                       .updated = context.now};
    option.name = option.name.empty() ? option.label : option.name;
    option.label = option.label.empty() ? option.name : option.label;
    if (option.name.empty() || options.size() == max_options) {
      return Failure{choices::validation(option.name.empty()
                                             ? "Option name must be defined"  // U
                                             : "A column cannot have more than " +
                                                   std::to_string(max_options) + " options")};
    }
    const std::string id = member("id");
    for (const HubdbOption& known :
         before == nullptr ? std::vector<HubdbOption>() : before->options) {
      if (std::to_string(known.id) == id || (id.empty() && known.name == option.name)) {
        option.id = known.id;
        option.created = known.created;
      }
    }
    option.id = option.id == 0 ? ++last : option.id;
    options.push_back(std::move(option));
  }
  return options;
}

/// A foreign table by id or name, and a column of it likewise (T 2026-09).
std::optional<ApiError> read_foreign(Context& context, const Json& given, HubdbColumn& column) {
  const auto member = [&](std::string_view name) {
    const Json* found = json::find(given, name);
    return found == nullptr || found->is_structured() ? "" : json::text_of(*found);
  };
  std::string table_name = member("foreignTableId");
  table_name = table_name.empty() || table_name == "0" ? member("foreignTableName") : table_name;
  if (table_name.empty()) {
    return choices::validation("Foreign table id or foreign table name must be defined");  // T
  }
  HubdbTable* table = context.portal.part<HubdbBook>().find(table_name);
  if (table == nullptr || table->deleted) {
    return choices::validation("Foreign table " + table_name + " does not exist");  // U
  }
  column.foreign_table = table->id;
  std::string wanted = member("foreignColumnId");
  wanted = wanted.empty() || wanted == "0" ? member("foreignColumnName") : wanted;
  const HubdbColumn* shown = table->draft.column(wanted);
  if (shown == nullptr && !wanted.empty()) {
    return choices::validation("Foreign column " + wanted + " does not exist in table " +
                               table_name);  // U
  }
  column.foreign_column = shown == nullptr ? 0 : shown->id;
  return std::nullopt;
}

const HubdbColumn* known_column(const Json& given, const std::string& name,
                                const KnownColumns& known) {
  const Json* id = json::find(given, "id");
  const std::string wanted = id == nullptr || id->is_structured() ? "" : json::text_of(*id);
  for (const HubdbColumn& column : known.columns) {
    if (std::to_string(column.id) == wanted) {
      return &column;
    }
  }
  const auto same = std::find_if(known.columns.begin(), known.columns.end(),
                                 [&](const HubdbColumn& each) { return each.name == name; });
  return same == known.columns.end() ? nullptr : &*same;
}

constexpr Field column_fields[] = {{"name", Field::Kind::text, true},
                                   {"label"},
                                   {"type", Field::Kind::text, true},
                                   {"options", Field::Kind::list},
                                   {"maxNumberOfCharacters", Field::Kind::whole},
                                   {"maxNumberOfOptions", Field::Kind::whole}};

std::size_t positive(const Json& fields, std::string_view name) {
  const Json* found = json::find(fields, name);
  return found == nullptr ? 0 : static_cast<std::size_t>(std::max<std::int64_t>(0, *found));
}

Read<HubdbColumn> read_column(Context& context, const Json& given, const std::string& path,
                              const KnownColumns& known) {
  const auto fields = read_fields(context.request.body, given, column_fields, path);
  if (!fields) {
    return Failure{fields.error()};
  }
  HubdbColumn column{.name = fields->at("name"),
                     .label = fields->value("label", ""),
                     .type = fields->at("type"),
                     .created = context.now,
                     .updated = context.now};
  const auto types = split(hubdb_types, ',');
  if (std::none_of(types.begin(), types.end(),
                   [&](std::string_view type) { return trim(type) == column.type; })) {
    return Failure{hubspot::invalid_enum(context.request.body, path + "/type", hubdb_types)};
  }
  if (!is_hubdb_column_name(column.name)) {
    return Failure{choices::validation("Column name '" + column.name +
                                       "' is not valid: letters, digits and underscores")};  // U
  }
  column.label = column.label.empty() ? column.name : column.label;
  column.most_characters = positive(*fields, "maxNumberOfCharacters");
  column.most_options = positive(*fields, "maxNumberOfOptions");
  const HubdbColumn* before = known_column(given, column.name, known);
  if (before != nullptr) {
    column.id = before->id;
    column.created = before->created;
  }
  auto options = read_options(context, given, before);
  if (!options) {
    return Failure{options.error()};
  }
  column.options = std::move(*options);
  if (column.type == "FOREIGN_ID") {
    if (const auto error = read_foreign(context, given, column)) {
      return Failure{*error};
    }
  }
  return column;
}

}  // namespace

Read<std::vector<HubdbColumn>> read_columns(Context& context, const Json& list,
                                            const KnownColumns& known) {
  const std::size_t most = hubdb_limits(context.portal).columns;
  if (list.size() > most) {
    return Failure{choices::validation("A table cannot have more than " + std::to_string(most) +
                                       " columns")};  // D 7, text U
  }
  std::vector<HubdbColumn> columns;
  std::set<std::string> names;
  std::set<int> ids;
  int last = known.last_id;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto column = read_column(context, list[i], "/columns/" + std::to_string(i), known);
    if (!column) {
      return Failure{column.error()};
    }
    if (!names.insert(column->name).second) {
      return Failure{choices::validation("Duplicate column name: " + column->name)};  // U
    }
    column->id = column->id == 0 || ids.contains(column->id) ? ++last : column->id;
    ids.insert(column->id);
    columns.push_back(std::move(*column));
  }
  return columns;
}

void settle_values(HubdbVersion& draft, const std::vector<HubdbColumn>& before) {
  std::set<int> gone;
  for (const HubdbColumn& old : before) {
    const HubdbColumn* now = draft.column(old.id);
    if (now == nullptr || now->type != old.type) {
      gone.insert(old.id);
    }
  }
  if (gone.empty()) {
    return;
  }
  for (auto& [id, row] : draft.rows) {
    HubdbRow settled = *row;
    std::erase_if(settled.values, [&](const auto& each) { return gone.contains(each.first); });
    row = std::make_shared<const HubdbRow>(std::move(settled));
  }
}

}  // namespace hubsim::operations

#include "mock_server/operations/hubdb/hubdb_render.h"

#include <algorithm>

#include "common/time/format.h"
#include "mock_server/operations/hubdb/hubdb_values.h"
#include "mock_server/operations/hubdb/table_input.h"

namespace hubsim::operations {

namespace {

/// Foreign ids of one column are not listed beyond this.
constexpr std::size_t max_foreign = 10'000;

Json render_options(const HubdbColumn& column) {
  Json options = Json::array();
  for (const HubdbOption& option : column.options) {
    options.push_back({{"id", std::to_string(option.id)},
                       {"name", option.name},
                       {"label", option.label},
                       {"type", "option"},
                       {"order", option.order},
                       {"createdAt", format_iso8601(option.created)},
                       {"updatedAt", format_iso8601(option.updated)}});
  }
  return options;
}

/// What HubSpot shows of a foreign row: the column that was chosen, else its name.
std::string foreign_name(const HubdbVersion& version, const HubdbColumn& column,
                         const HubdbRow& row) {
  const HubdbColumn* shown = version.column(column.foreign_column);
  const auto value = shown == nullptr ? row.values.end() : row.values.find(shown->id);
  return value == row.values.end() ? row.name : cell_text(*shown, value->second);
}

/// The rows of the foreign table that are published, or those of its draft.
void add_foreign_ids(const Context& context, const HubdbColumn& column, bool live, Json& out) {
  auto& tables = context.portal.part<HubdbBook>().tables();
  const auto found = tables.find(column.foreign_table);
  Json list = Json::array();
  Json by_id = Json::object();
  Json by_name = Json::object();
  const HubdbVersion* version = found == tables.end() || found->second.deleted ? nullptr
                                : live ? found->second.live.get()
                                       : &found->second.draft;
  for (const auto& [id, row] :
       version == nullptr ? std::map<std::uint64_t, HubdbRowPtr>() : version->rows) {
    if (list.size() == max_foreign) {
      break;
    }
    const std::string name = foreign_name(*version, column, *row);
    const Json entry{{"id", std::to_string(id)}, {"name", name}, {"type", "foreignid"}};
    by_id[std::to_string(id)] = entry;
    by_name[name] = entry;
    list.push_back(entry);
  }
  out["foreignIds"] = std::move(list);
  out["foreignIdsById"] = std::move(by_id);
  out["foreignIdsByName"] = std::move(by_name);
}

Json render_column(const Context& context, const HubdbColumn& column, bool live) {
  Json out{{"id", std::to_string(column.id)},
           {"name", column.name},
           {"label", column.label},
           {"description", ""},
           {"type", column.type},
           {"deleted", false},
           {"createdAt", format_iso8601(column.created)},
           {"updatedAt", format_iso8601(column.updated)}};
  if (column.type == "SELECT" || column.type == "MULTISELECT") {
    out["options"] = render_options(column);
    out["optionCount"] = column.options.size();
  }
  if (column.type == "FOREIGN_ID") {  // as numbers, though ids elsewhere are texts (T 2026-09)
    out["foreignTableId"] = column.foreign_table;
    out["foreignColumnId"] = column.foreign_column;
    if (asks(context, "includeForeignIds")) {
      add_foreign_ids(context, column, live, out);
    }
  }
  return out;
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out += out.back() == '{' ? "\"" : ",\"";
  out.append(name).append("\":");
  json::append_string(out, text);
}

}  // namespace

Json render_table(const Context& context, const HubdbTable& table, const HubdbVersion& version) {
  const bool live = &version == table.live.get();
  Json columns = Json::array();
  for (const HubdbColumn& column : version.columns) {
    columns.push_back(render_column(context, column, live));
  }
  Json tags = Json::object();
  for (const auto& [name, column] : version.meta_tags) {
    tags[name] = column;
  }
  return {{"id", std::to_string(table.id)},
          {"name", version.name},
          {"label", version.label},
          {"columns", std::move(columns)},
          {"published", table.live != nullptr},
          {"deleted", table.deleted.has_value()},
          {"columnCount", version.columns.size()},
          {"rowCount", version.rows.size()},
          {"useForPages", version.for_pages},
          {"allowChildTables", version.child_tables},
          {"enableChildTablePages", version.child_pages},
          {"allowPublicApiAccess", version.is_public},
          {"isOrderedManually", false},
          {"dynamicMetaTags", std::move(tags)},
          {"createdAt", format_iso8601(table.created)},
          {"publishedAt", format_iso8601(table.published)},
          {"updatedAt", format_iso8601(version.updated)},
          {"deletedAt", format_iso8601(table.deleted.value_or(Instant{}))}};
}

Reply answer_table(const Context& context, const HubdbTable& table, const HubdbVersion& version,
                   int status) {
  return answer(json::dump(render_table(context, table, version)), status);
}

void append_row(std::string& out, const HubdbVersion& version, const HubdbRow& row,
                const WantedColumns& wanted) {
  out += R"({"values":{)";
  for (const HubdbColumn& column : version.columns) {
    const auto value = row.values.find(column.id);
    if (value == row.values.end() || (!wanted.empty() && !wanted.contains(column.name))) {
      continue;
    }
    out += out.back() == '{' ? "" : ",";
    json::append_string(out, column.name);
    out.append(":").append(value->second);
  }
  out += R"(},"id":")" + std::to_string(row.id) + '"';
  append_member(out, "path", row.path);
  append_member(out, "name", row.name);
  append_member(out, "childTableId", std::to_string(row.child_table));
  append_member(out, "createdAt", format_iso8601(row.created));
  append_member(out, "updatedAt", format_iso8601(row.updated));
  append_member(out, "publishedAt", format_iso8601(row.published));
  out += '}';
}

Reply answer_row(const HubdbVersion& version, const HubdbRow& row, int status) {
  std::string body;
  append_row(body, version, row, {});
  return answer(std::move(body), status);
}

}  // namespace hubsim::operations

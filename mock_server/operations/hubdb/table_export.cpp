// HubDB export: a table's rows as CSV, with the columns that every row has before its own (D: CSV,
// XLSX, XLS; spreadsheets are refused here).
#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/hubdb/hubdb_values.h"
#include "mock_server/operations/hubdb/table_input.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"
#include "mock_server/operations/transfers/csv.h"

namespace hubsim::operations {

namespace {

/// Names of the columns that rows have by themselves: I.
std::string csv_of(const HubdbVersion& version) {
  std::string out;
  std::vector<std::string> fields{"hs_id", "hs_path", "hs_name", "hs_child_table_id"};
  for (const HubdbColumn& column : version.columns) {
    fields.push_back(column.name);
  }
  append_csv_row(out, fields);
  for (const auto& [id, row] : version.rows) {
    fields = {std::to_string(id), row->path, row->name, std::to_string(row->child_table)};
    for (const HubdbColumn& column : version.columns) {
      const auto value = row->values.find(column.id);
      fields.push_back(value == row->values.end() ? "" : cell_text(column, value->second));
    }
    append_csv_row(out, fields);
  }
  return out;
}

Reply export_version(const Context& context, const HubdbVersion& version) {
  const std::string format = to_lower(context.query.first("format").value_or("csv"));
  if (format != "csv" && !format.empty()) {
    return fail(context, choices::validation("Export format " + format +
                                             " is not written by hubsim: use CSV"));
  }
  Reply reply = answer(csv_of(version));
  reply.content_type = "text/csv;charset=utf-8";
  return reply;
}

Reply run_export(Context& context) {
  const auto found = live_table(context);
  return found ? export_version(context, *found->live) : fail(context, found.error());
}

Reply run_export_draft(Context& context) {
  const auto table = draft_table(context);
  return table ? export_version(context, (*table)->draft) : fail(context, table.error());
}

}  // namespace

void register_hubdb_table_export(OperationRegistry& registry);
void register_hubdb_table_export(OperationRegistry& registry) {
  registry.add({"cms.hubdb.tables.export.download", run_export, path_key});
  registry.add({"cms.hubdb.tables.draft.export.download", run_export_draft, path_key});
}

}  // namespace hubsim::operations

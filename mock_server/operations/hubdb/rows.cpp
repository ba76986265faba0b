// HubDB rows one at a time: writes change the draft, live reads see what was published (behaviour
// reference 7, CMS).
#include "common/base/text.h"
#include "mock_server/operations/hubdb/hubdb_render.h"
#include "mock_server/operations/hubdb/row_input.h"
#include "mock_server/operations/hubdb/table_input.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

Reply store(Context& context, HubdbTable& table, HubdbRow row, int status) {
  const std::uint64_t id = row.id;
  if (!context.portal.part<HubdbBook>().put(table, std::move(row), context.now)) {
    return fail(context, hubdb_full());
  }
  return answer_row(table.draft, *table.draft.row(id), status);
}

Reply run_create(Context& context) {
  const auto table = draft_table(context);
  const auto body = table ? read_object(context) : Failure{table.error()};
  if (!body) {
    return fail(context, body.error());
  }
  if (const auto error = check_room(context.portal, **table, 1)) {
    return fail(context, *error);
  }
  auto row = new_row(context, *body, "", **table);
  return row ? store(context, **table, std::move(*row), 201) : fail(context, row.error());
}

Reply run_read(Context& context) {
  const auto found = live_table(context);
  const auto row = found ? named_row(context, *found->live) : Failure{found.error()};
  return row ? answer_row(*found->live, **row) : fail(context, row.error());
}

Reply run_read_draft(Context& context) {
  const auto table = draft_table(context);
  const auto row = table ? named_row(context, (*table)->draft) : Failure{table.error()};
  return row ? answer_row((*table)->draft, **row) : fail(context, row.error());
}

Reply change(Context& context, Writing writing) {
  const auto table = draft_table(context);
  const auto old = table ? named_row(context, (*table)->draft) : Failure{table.error()};
  const auto body = old ? read_object(context) : Failure{old.error()};
  if (!body) {
    return fail(context, body.error());
  }
  // A change may name path or name alone; a replacement must bring its values (D).
  const bool replaces = writing == Writing::replace;
  auto row = read_row(context, *body, "",
                      {.table = **table, .writing = writing, .needs_values = replaces}, **old);
  return row ? store(context, **table, std::move(*row), 200) : fail(context, row.error());
}

Reply run_update(Context& context) { return change(context, Writing::merge); }
Reply run_replace(Context& context) { return change(context, Writing::replace); }

Reply run_delete(Context& context) {
  const auto table = draft_table(context);
  if (!table) {
    return fail(context, table.error());
  }
  const std::string id(context.param("rowId"));
  const auto number = parse_uint(id);
  if (!number || !context.portal.part<HubdbBook>().erase(**table, *number, context.now)) {
    return fail(context, choices::validation("Row " + id +
                                             " to be hard deleted could not be found in table " +
                                             std::to_string((*table)->id)));  // T 2026-04
  }
  return no_content();
}

Reply run_clone(Context& context) {
  const auto table = draft_table(context);
  const auto old = table ? named_row(context, (*table)->draft) : Failure{table.error()};
  if (!old) {
    return fail(context, old.error());
  }
  if (const auto error = check_room(context.portal, **table, 1)) {
    return fail(context, *error);
  }
  const std::string name(context.query.first("name").value_or(""));
  return store(context, **table, copy_row(context, **old, name), 200);
}

}  // namespace

void register_hubdb_rows(OperationRegistry& registry);
void register_hubdb_rows(OperationRegistry& registry) {
  registry.add({"cms.hubdb.tables.rows.create", run_create, path_key});
  registry.add({"cms.hubdb.tables.rows.read", run_read, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.read", run_read_draft, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.update", run_update, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.replace", run_replace, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.archive", run_delete, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.clone", run_clone, path_key});
}

}  // namespace hubsim::operations

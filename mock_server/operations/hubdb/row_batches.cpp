// HubDB rows, up to 100 a call. Bad values refuse the whole batch; rows that are not there are
// errors beside the results, 207 (D: declared for read, create, update and replace).
#include "common/base/text.h"
#include "mock_server/operations/hubdb/hubdb_render.h"
#include "mock_server/operations/hubdb/row_input.h"
#include "mock_server/operations/hubdb/table_input.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

/// The inputs: texts, or objects with an id.
Read<Json> read_inputs(const Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const auto list = Members(context.request.body, *body).list("inputs");
  if (!list) {
    return Failure{list.error()};
  }
  if ((*list)->empty()) {
    return Failure{hubspot::empty_batch()};
  }
  if ((*list)->size() > choices::batch_maximum) {
    return Failure{hubspot::batch_too_large(choices::batch_maximum)};
  }
  return **list;
}

std::string id_of(const Json& input) {
  return input.is_object() ? given_text(input, "id") : json::text_of(input);
}

HubdbRowPtr row_of(const HubdbVersion& version, const Json& input) {
  const auto id = parse_uint(id_of(input));
  return id ? version.row(*id) : nullptr;
}

ApiError row_missing(const std::string& id) {
  return {.status = 404,
          .message = "Row " + id + " does not exist",
          .category = "OBJECT_NOT_FOUND",
          .context = {{"id", {id}}}};  // U
}

struct Outcome {
  std::vector<HubdbRowPtr> rows{};
  std::vector<ApiError> errors{};
};

/// In the order of the inputs (I): what is known to turn round is the CRM.
Reply answer_rows(const Context& context, const HubdbVersion& version, const Outcome& outcome,
                  int status) {
  std::string body = R"({"status":"COMPLETE","results":[)";
  for (const HubdbRowPtr& row : outcome.rows) {
    body += body.back() == '[' ? "" : ",";
    append_row(body, version, *row, {});
  }
  close_batch(body, context, outcome.errors);
  Reply reply = answer(std::move(body), outcome.errors.empty() ? status : 207);
  reply.inputs = outcome.rows.size() + outcome.errors.size();
  return reply;
}

Reply read_rows(const Context& context, const HubdbVersion& version) {
  const auto inputs = read_inputs(context);
  if (!inputs) {
    return fail(context, inputs.error());
  }
  Outcome outcome;
  for (const Json& input : *inputs) {
    if (HubdbRowPtr row = row_of(version, input)) {
      outcome.rows.push_back(std::move(row));
    } else {
      outcome.errors.push_back(row_missing(id_of(input)));
    }
  }
  return answer_rows(context, version, outcome, 200);
}

Reply run_read(Context& context) {
  const auto found = live_table(context);
  return found ? read_rows(context, *found->live) : fail(context, found.error());
}

Reply run_read_draft(Context& context) {
  const auto table = draft_table(context);
  return table ? read_rows(context, (*table)->draft) : fail(context, table.error());
}

/// All are stored, or as many as the account has room for.
Outcome store(Context& context, HubdbTable& table, std::vector<HubdbRow> rows, Outcome outcome) {
  for (HubdbRow& row : rows) {
    const std::uint64_t id = row.id;
    if (context.portal.part<HubdbBook>().put(table, std::move(row), context.now)) {
      outcome.rows.push_back(table.draft.row(id));
    } else {
      outcome.errors.push_back(hubdb_full());
    }
  }
  return outcome;
}

std::string place(std::size_t i) { return "/inputs/" + std::to_string(i); }

Reply run_create(Context& context) {
  const auto table = draft_table(context);
  const auto inputs = table ? read_inputs(context) : Failure{table.error()};
  if (!inputs) {
    return fail(context, inputs.error());
  }
  if (const auto error = check_room(context.portal, **table, inputs->size())) {
    return fail(context, *error);
  }
  std::vector<HubdbRow> rows;
  for (std::size_t i = 0; i < inputs->size(); ++i) {
    auto row = new_row(context, (*inputs)[i], place(i), **table);
    if (!row) {
      return fail(context, row.error());
    }
    rows.push_back(std::move(*row));
  }
  return answer_rows(context, (*table)->draft, store(context, **table, std::move(rows), {}), 201);
}

Reply change(Context& context, Writing writing) {
  const auto table = draft_table(context);
  const auto inputs = table ? read_inputs(context) : Failure{table.error()};
  if (!inputs) {
    return fail(context, inputs.error());
  }
  std::vector<HubdbRow> rows;
  Outcome outcome;
  for (std::size_t i = 0; i < inputs->size(); ++i) {
    const HubdbRowPtr old = row_of((*table)->draft, (*inputs)[i]);
    if (old == nullptr) {
      outcome.errors.push_back(row_missing(id_of((*inputs)[i])));
      continue;
    }
    auto row =
        read_row(context, (*inputs)[i], place(i), {.table = **table, .writing = writing}, *old);
    if (!row) {
      return fail(context, row.error());
    }
    rows.push_back(std::move(*row));
  }
  return answer_rows(context, (*table)->draft,
                     store(context, **table, std::move(rows), std::move(outcome)), 200);
}

Reply run_update(Context& context) { return change(context, Writing::merge); }
Reply run_replace(Context& context) { return change(context, Writing::replace); }

/// U: ids that are not there do not matter.
Reply run_purge(Context& context) {
  const auto table = draft_table(context);
  const auto inputs = table ? read_inputs(context) : Failure{table.error()};
  if (!inputs) {
    return fail(context, inputs.error());
  }
  for (const Json& input : *inputs) {
    const auto id = parse_uint(id_of(input));
    context.portal.part<HubdbBook>().erase(**table, id.value_or(0), context.now);
  }
  Reply reply = no_content();
  reply.inputs = inputs->size();
  return reply;
}

Reply run_clone(Context& context) {
  const auto table = draft_table(context);
  const auto inputs = table ? read_inputs(context) : Failure{table.error()};
  if (!inputs) {
    return fail(context, inputs.error());
  }
  if (const auto error = check_room(context.portal, **table, inputs->size())) {
    return fail(context, *error);
  }
  std::vector<HubdbRow> rows;
  Outcome outcome;
  for (const Json& input : *inputs) {
    if (const HubdbRowPtr old = row_of((*table)->draft, input)) {
      rows.push_back(copy_row(context, *old, given_text(input, "name")));
    } else {
      outcome.errors.push_back(row_missing(id_of(input)));
    }
  }
  return answer_rows(context, (*table)->draft,
                     store(context, **table, std::move(rows), std::move(outcome)), 200);
}

}  // namespace

void register_hubdb_row_batches(OperationRegistry& registry);
void register_hubdb_row_batches(OperationRegistry& registry) {
  registry.add({"cms.hubdb.tables.rows.batch.read", run_read, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.batch.read", run_read_draft, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.batch.create", run_create, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.batch.update", run_update, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.batch.replace", run_replace, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.batch.purge", run_purge, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.batch.clone", run_clone, path_key});
}

}  // namespace hubsim::operations

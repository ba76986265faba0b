// Batches: each of `inputs` read, created, updated, replaced, upserted or archived; 207 with what
// failed where the catalogue knows such an answer (behaviour reference 4.8). Without it the first
// failure is the answer and nothing is written.
#include <functional>

#include "common/time/format.h"
#include "mock_server/generic/core/listing.h"
#include "mock_server/generic/core/render.h"
#include "mock_server/generic/core/role_table.h"
#include "mock_server/operations/support/batch.h"

namespace hubsim::generic {

namespace {

/// U: areas differ; the largest that is documented for one of them is 1,000.
constexpr std::size_t max_inputs = 1'000;

struct Outcome {
  std::vector<Item> written;
  std::vector<std::string> removed;
  Json results = Json::array();
  std::vector<ApiError> errors;
};

const Json& no_inputs() {
  static const Json none = Json::array();
  return none;
}

/// `inputs`, or the first list in the body, or the body itself.
const Json& inputs_of(const Call& call) {
  if (call.body.is_array()) {
    return call.body;
  }
  if (const Json* inputs = json::find(call.body, "inputs");
      inputs != nullptr && inputs->is_array()) {
    return *inputs;
  }
  for (const auto& [name, value] : call.body.items()) {
    if (value.is_array()) {
      return value;
    }
  }
  return no_inputs();
}

/// An input is an id, or an object that has one.
std::string input_id(const Call& call, const Json& input) {
  if (!input.is_object()) {
    return id_text(input);
  }
  for (const std::string& name : {call.resource.id_field, std::string("id"),
                                  std::string("objectId"), std::string(call.row.id_param)}) {
    const Json* id = json::find(input, name);
    if (!name.empty() && id != nullptr && !id->is_structured() && !id->is_null()) {
      return id_text(*id);
    }
  }
  return "";
}

ApiError input_missing(const std::string& id) {
  return {.status = 404,
          .message = "Could not find the object with id " + id,
          .category = "OBJECT_NOT_FOUND",
          .context = {{"ids", {id}}}};
}

ApiError input_failed() {
  return {.status = 500, .message = "internal error", .category = "INTERNAL_ERROR"};
}

Json fields_of(const Json& input) { return input.is_object() ? input : Json::object(); }

using Step = std::function<void(Call&, const Json& input, Outcome&)>;

Shape result_shape(const Call& call) {
  const Shape element = element_of(call.row.response);
  return element ? element : call.resource.item;
}

void add_result(Call& call, Item item, Outcome& outcome) {
  outcome.results.push_back(render_item(call, result_shape(call), item));
  outcome.written.push_back(std::move(item));
}

void read_one(Call& call, const Json& input, Outcome& outcome) {
  const std::string id = input_id(call, input);
  const ItemPtr item = find_item(call, id);
  const bool archived = call.context.query.first("archived").value_or("") == "true";
  if (item && (archived ? item->archived : is_visible(call, *item))) {
    outcome.results.push_back(render_item(call, result_shape(call), *item));
  } else if (call.row.partial_status != 0) {
    outcome.errors.push_back(input_missing(id));
  }
}

void create_one(Call& call, const Json& input, Outcome& outcome) {
  add_result(call, new_item(call, fields_of(input)), outcome);
}

void write_one(Call& call, const Json& input, bool merges, Outcome& outcome) {
  const std::string id = input_id(call, input);
  const ItemPtr item = find_item(call, id);
  if (!item || !is_visible(call, *item)) {
    return outcome.errors.push_back(input_missing(id));
  }
  Json fields = fields_of(input);
  add_result(call,
             changed(call, *item,
                     merges ? merged(item->fields(call.is_draft()), fields) : std::move(fields)),
             outcome);
}

void update_one(Call& call, const Json& input, Outcome& outcome) {
  write_one(call, input, true, outcome);
}

void replace_one(Call& call, const Json& input, Outcome& outcome) {
  write_one(call, input, false, outcome);
}

void upsert_one(Call& call, const Json& input, Outcome& outcome) {
  const std::string id = input_id(call, input);
  const ItemPtr item = id.empty() ? nullptr : call.store.find(call.key, id);
  if (item && !item->archived) {
    return write_one(call, input, true, outcome);
  }
  Item fresh = new_item(call, fields_of(input));
  fresh.id = id.empty() ? fresh.id : id;
  add_result(call, std::move(fresh), outcome);
}

/// Archiving what is not there is no failure (4.8, R for records).
void archive_one(Call& call, const Json& input, Outcome& outcome) {
  const ItemPtr item = find_item(call, input_id(call, input));
  if (!item || item->archived) {
    return;
  }
  const bool of_draft = call.resource.draft_first && call.is_draft() && item->published;
  if (!of_draft && !call.resource.keeps_archived) {
    return outcome.removed.push_back(item->id);
  }
  Item next = *item;
  if (of_draft) {
    next.draft_gone = true;
    return outcome.written.push_back(std::move(next));
  }
  next.archived = true;
  next.archived_at = call.context.now;
  outcome.written.push_back(std::move(next));
}

std::optional<ApiError> commit(Call& call, Outcome& outcome) {
  for (Item& item : outcome.written) {
    if (auto error = save(call, std::move(item))) {
      return error;
    }
  }
  for (const std::string& id : outcome.removed) {
    call.store.remove(call.key, id);
  }
  return std::nullopt;
}

Json error_items(const Outcome& outcome) {
  Json errors = Json::array();
  for (const ApiError& error : outcome.errors) {
    std::string text;
    hubspot::append_batch_item(text, error);
    auto parsed = json::parse(text);
    errors.push_back(parsed ? std::move(*parsed) : Json::object());
  }
  return errors;
}

Reply answer_batch(const Call& call, const Outcome& outcome, std::size_t inputs) {
  const std::string now = format_iso8601(call.context.now);
  Page page{.items = outcome.results, .total = outcome.results.size(), .offset = 0, .after = {}};
  Json body = list_body(call, call.row.response, page);
  if (body.is_object() && (call.row.response || !outcome.errors.empty())) {
    body["status"] = "COMPLETE";
    body["startedAt"] = now;
    body["completedAt"] = now;
    if (!outcome.errors.empty()) {
      body["numErrors"] = outcome.errors.size();
      body["errors"] = error_items(outcome);
    }
  }
  Reply reply = answer_with(call, body);
  if (!outcome.errors.empty()) {
    reply = operations::answer(json::dump(body), call.row.partial_status);
  }
  reply.inputs = inputs;
  return reply;
}

Reply run_batch(Call& call, const Step& step) {
  const Json& inputs = inputs_of(call);
  if (inputs.empty()) {
    return operations::fail(call.context, hubspot::empty_batch());
  }
  if (inputs.size() > max_inputs) {
    return operations::fail(call.context, hubspot::batch_too_large(max_inputs));
  }
  Outcome outcome;
  for (const Json& input : inputs) {
    if (call.context.input_fails && call.context.input_fails(input_id(call, input))) {
      outcome.errors.push_back(input_failed());
    } else {
      step(call, input, outcome);
    }
  }
  if (!outcome.errors.empty() && call.row.partial_status == 0) {
    return operations::fail(call.context, outcome.errors.front());
  }
  if (const auto error = commit(call, outcome)) {
    return operations::fail(call.context, *error);
  }
  return answer_batch(call, outcome, inputs.size());
}

template <void (*step)(Call&, const Json&, Outcome&)>
Reply batch(Call& call) {
  return run_batch(call, step);
}

/// What a batch does is not known: its shape is the answer.
Reply other(Call& call) { return answer_fields(call, call.body); }

}  // namespace

void register_roles_batches(RoleTable& table);
void register_roles_batches(RoleTable& table) {
  table.add(Role::batch, other);
  table.add(Role::batch_other, other);
  table.add(Role::batch_read, batch<read_one>);
  table.add(Role::batch_create, batch<create_one>);
  table.add(Role::batch_update, batch<update_one>);
  table.add(Role::batch_replace, batch<replace_one>);
  table.add(Role::batch_upsert, batch<upsert_one>);
  table.add(Role::batch_archive, batch<archive_one>);
}

}  // namespace hubsim::generic

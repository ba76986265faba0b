// Batches that write CRM records: create, update, upsert, archive (behaviour reference 4.8).
// Without trace ids a batch of writes happens whole or not at all; with them, and wherever a fault
// rule fails an input, the rest succeeds and the answer is 207.
#include <algorithm>
#include <set>

#include "common/base/text.h"
#include "hubspot/rules/property_values.h"
#include "mock_server/operations/crm/associate.h"
#include "mock_server/operations/crm/batch_input.h"
#include "mock_server/operations/crm/render.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

struct Written {
  portal::RecordPtr record;
  const BatchInput* input = nullptr;
  std::optional<bool> is_new;
};

/// The inputs that succeeded and the errors of the others, in order of the inputs.
struct Outcome {
  std::vector<Written> written;
  std::vector<ApiError> errors;
  std::vector<std::string> missing_ids;
};

bool injected(const Context& context, const BatchInput& input) {
  return context.input_fails && context.input_fails(input.key());
}

/// The error as an item of a 207 names its input (4.8, D; R for existingId).
ApiError as_item(ApiError error, const BatchInput& input) {
  if (!input.trace_id.empty()) {
    error.context.emplace_back("objectWriteTraceId", std::vector{input.trace_id});
  } else if (!input.id.empty()) {
    error.context.emplace_back("ids", std::vector{input.id});
  }
  return error;
}

/// Why an input is refused, and by which record when a unique value is taken.
struct Refusal {
  ApiError error;
  std::optional<portal::ObjectId> existing;
};

Refusal refused(const Context& context, const BatchRequest& request, const BatchInput& input,
                const portal::WriteError& error) {
  const auto* taken = std::get_if<portal::Conflict>(&error);
  return {to_api_error(context, *request.type, error, input.id, !request.traced),
          taken != nullptr ? std::optional(taken->existing_id) : std::nullopt};
}

ApiError as_item(Refusal problem, const BatchInput& input) {
  ApiError error = as_item(std::move(problem.error), input);
  if (problem.existing) {
    error.context.emplace_back("existingId", std::vector{std::to_string(*problem.existing)});
  }
  return error;
}

/// What would refuse the input, without committing anything.
std::optional<Refusal> refusal(const Context& context, const BatchRequest& request,
                               const BatchInput& input) {
  const portal::ObjectType& type = *request.type;
  const auto id = input.record ? std::optional(input.record->id) : std::nullopt;
  if (!id) {
    if (auto missing = check_required(context, type, input.writes)) {
      return Refusal{std::move(*missing), {}};
    }
  } else if (input.writes.empty()) {
    return Refusal{hubspot::nothing_to_update(), {}};
  }
  const auto error = context.portal.check(type.index(), id, input.writes);
  return error ? std::optional(refused(context, request, input, *error)) : std::nullopt;
}

/// The unique value that two inputs share, if any: the second would collide with the first.
bool shares_unique_value(const Context& context, const BatchRequest& request) {
  const portal::ObjectType& type = *request.type;
  std::set<std::pair<portal::PropertyIndex, std::string>> seen;
  for (const BatchInput& input : request.inputs) {
    for (const auto& [name, raw] : input.writes) {
      const auto index = type.property_index(name);
      if (!index || raw.empty() || !context.portal.store(type.index()).is_unique(*index)) {
        continue;
      }
      const auto value = hubspot::normalise(type.property(*index).fact, raw);
      if (value.ok() && !seen.emplace(*index, *value).second) {
        return true;
      }
    }
  }
  return false;
}

Result<portal::RecordPtr, portal::WriteError> write_one(Context& context,
                                                        const BatchRequest& request,
                                                        const BatchInput& input) {
  const portal::TypeIndex type = request.type->index();
  auto record = input.record
                    ? context.portal.update(type, input.record->id, input.writes, context.write())
                    : context.portal.create(type, input.writes, context.write());
  if (record.ok()) {
    for (portal::AssociationEdge edge : input.edges) {
      edge.from.id = (*record)->id;
      attach(context, edge);
    }
  }
  return record;
}

void write_input(Context& context, const BatchRequest& request, const BatchInput& input,
                 Outcome& outcome) {
  if (injected(context, input)) {
    outcome.errors.push_back(as_item(choices::input_failed(), input));
    return;
  }
  if (auto problem = refusal(context, request, input)) {
    outcome.errors.push_back(as_item(std::move(*problem), input));
    return;
  }
  auto record = write_one(context, request, input);
  if (!record) {
    outcome.errors.push_back(as_item(refused(context, request, input, record.error()), input));
    return;
  }
  outcome.written.push_back({*record, &input, !input.record});
}

void add_missing(const BatchRequest& request, Outcome& outcome) {
  if (!outcome.missing_ids.empty()) {
    outcome.errors.push_back(
        hubspot::objects_not_found(request.type->fact().label, outcome.missing_ids));
  }
}

/// All checks of an untraced batch come before its first write.
std::optional<ApiError> first_refusal(const Context& context, const BatchRequest& request,
                                      bool may_create) {
  for (const BatchInput& input : request.inputs) {
    if (!input.record && !may_create) {
      continue;
    }
    if (auto problem = refusal(context, request, input)) {
      return std::move(problem->error);
    }
  }
  if (shares_unique_value(context, request)) {
    return choices::conflict_inside_batch();
  }
  return std::nullopt;
}

Reply render_written(Context& context, const BatchRequest& request, Outcome outcome, int status,
                     bool show_new) {
  add_missing(request, outcome);
  BatchResults results{.count = outcome.written.size(), .append = {}, .errors = outcome.errors};
  results.append = [&](std::string& out, std::size_t index) {
    const Written& written = outcome.written[index];
    const View view = *written.is_new ? View::created(*request.type, written.input->writes)
                                      : View::updated(*request.type, written.input->writes);
    append_record(out, context.portal, *written.record, view,
                  {.url = url_in_writes(context),
                   .trace_id = written.input->trace_id,
                   .is_new = show_new ? written.is_new : std::nullopt});
  };
  return batch_answer(context, results, status, request.inputs.size());
}

Reply run_write(Context& context, BatchKind kind) {
  const auto& request = read_batch_request(context, kind);
  if (!request) {
    return fail(context, request.error());
  }
  const bool may_create = kind != BatchKind::update;
  if (kind != BatchKind::create) {
    if (const auto duplicates = check_duplicates(*request)) {
      return fail(context, *duplicates);
    }
  }
  if (!request->traced) {
    if (const auto error = first_refusal(context, *request, may_create)) {
      return fail(context, *error);
    }
  }
  Outcome outcome;
  for (const BatchInput& input : request->inputs) {
    if (!input.record && !may_create) {
      outcome.missing_ids.push_back(input.id);
    } else {
      write_input(context, *request, input, outcome);
    }
  }
  return render_written(context, *request, std::move(outcome),
                        kind == BatchKind::create ? 201 : 200, kind == BatchKind::upsert);
}

Reply run_create(Context& context) { return run_write(context, BatchKind::create); }
Reply run_update(Context& context) { return run_write(context, BatchKind::update); }
Reply run_upsert(Context& context) { return run_write(context, BatchKind::upsert); }

/// Always 204; ids that name nothing are ignored (4.8, T/I), so an injected fault has no way to
/// show.
Reply run_archive(Context& context) {
  const auto& request = read_batch_request(context, BatchKind::archive);
  if (!request) {
    return fail(context, request.error());
  }
  for (const BatchInput& input : request->inputs) {
    if (input.record) {
      context.portal.archive(request->type->index(), input.record->id, context.write());
    }
  }
  Reply reply = no_content();
  reply.inputs = request->inputs.size();
  return reply;
}

std::string key_of(Context& context, BatchKind kind) {
  const auto& request = read_batch_request(context, kind);
  return request ? request->key() : std::string(context.request.body);
}
std::string key_create(Context& context) { return key_of(context, BatchKind::create); }
std::string key_update(Context& context) { return key_of(context, BatchKind::update); }
std::string key_upsert(Context& context) { return key_of(context, BatchKind::upsert); }
std::string key_archive(Context& context) { return key_of(context, BatchKind::archive); }

}  // namespace

void register_crm_batch(OperationRegistry& registry);
void register_crm_batch(OperationRegistry& registry) {
  registry.add({"crm.objects.batch.create", run_create, key_create});
  registry.add({"crm.objects.batch.update", run_update, key_update});
  registry.add({"crm.objects.batch.upsert", run_upsert, key_upsert});
  registry.add({"crm.objects.batch.archive", run_archive, key_archive});
}

}  // namespace hubsim::operations

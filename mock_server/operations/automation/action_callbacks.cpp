// Callbacks: an integration says how a custom action that blocked has ended, one or a batch
// (behaviour reference 7, Automation; D docs "asynchronous custom action execution").
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"
#include "mock_server/portal/automation/action_runs.h"

namespace hubsim::operations {

namespace {

constexpr std::size_t batch_maximum = 100;  // U

constexpr Field complete_fields[] = {{"outputFields", Field::Kind::object, true},
                                     {"typedOutputs", Field::Kind::any},
                                     {"failureReasonType"},
                                     {"requestContext", Field::Kind::object}};
constexpr Field batch_fields[] = {{"callbackId", Field::Kind::text, true},
                                  {"outputFields", Field::Kind::object, true},
                                  {"typedOutputs", Field::Kind::any},
                                  {"failureReasonType"},
                                  {"requestContext", Field::Kind::object}};

/// One that is over is told as one that never was: 404 (U).
std::optional<ApiError> complete(Context& context, std::string_view callback_id,
                                 const Json& outputs) {
  const auto done = portal::ActionRuns::complete(context.portal, callback_id, outputs, context.now);
  if (done == portal::Completion::done) {
    return std::nullopt;
  }
  return ApiError{.status = 404,
                  .message = "Callback " + std::string(callback_id) + " does not exist",
                  .category = "OBJECT_NOT_FOUND"};
}

Reply run_complete(Context& context) {
  const auto body = read_fields(context, complete_fields);
  if (!body) {
    return fail(context, body.error());
  }
  const auto error = complete(context, context.param("callbackId"), body->at("outputFields"));
  return error ? fail(context, *error) : no_content();
}

/// Those that are there are completed; any other makes it a 404 all the same (U).
Reply run_batch(Context& context) {
  const auto batch = read_batch(context, batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  const auto inputs = read_each(context.request.body, batch->inputs(), batch_fields, "/inputs");
  if (!inputs) {
    return fail(context, inputs.error());
  }
  std::optional<ApiError> first;
  for (const Json& input : *inputs) {
    const auto error =
        complete(context, input.at("callbackId").get<std::string>(), input.at("outputFields"));
    first = first ? first : error;
  }
  Reply reply = first ? fail(context, *first) : no_content();
  reply.inputs = batch->size;
  return reply;
}

}  // namespace

void register_automation_action_callbacks(OperationRegistry& registry);
void register_automation_action_callbacks(OperationRegistry& registry) {
  const std::string callbacks = "automation.actions.callbacks.complete";
  registry.add({callbacks, run_batch, path_key});
  registry.add({callbacks + ".by_callback_id", run_complete, path_key});
}

}  // namespace hubsim::operations

// App events of the dated versions: occurrences of event types that developer projects define
// (behaviour reference A1; shapes as the official clients' types). Any name of a type is taken: the
// projects that define them are not simulated.
#include <array>

#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/timeline/timeline_store.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;

constexpr std::size_t max_batch = 500;  // U

Read<Json> take(Context& context, const Json& input, const std::string& path) {
  static constexpr std::array<Field, 11> fields{{{"id", Kind::text, true},
                                                 {"eventTypeName", Kind::text, true},
                                                 {"properties", Kind::object, true},
                                                 {"email", Kind::text},
                                                 {"objectId", Kind::text},
                                                 {"utk", Kind::text},
                                                 {"domain", Kind::text},
                                                 {"objectTypeFullyQualifiedName", Kind::text},
                                                 {"timestamp", Kind::text},
                                                 {"extraData", Kind::any},
                                                 {"timelineIFrame", Kind::object}}};
  auto event = read_fields(context.request.body, input, fields, path);
  if (!event) {
    return event;
  }
  const EventKey key{event->at("eventTypeName"), event->at("id")};
  auto& events = context.portal.part<TimelineEvents>();
  if (const Json* before = events.find(key)) {
    return context.portal.options().is(hubspot::Option::timeline_repeated_id, "conflict")
               ? Read<Json>(Failure{ApiError{.status = 409,
                                             .message = "Event " + key.second + " already exists",
                                             .category = "CONFLICT"}})
               : *before;
  }
  if (!event->contains("timestamp")) {
    (*event)["timestamp"] = format_iso8601(context.now);
  }
  events.add(key, *event);
  return event;
}

Reply run_create(Context& context) {
  const auto body = read_object(context);
  const auto event = body ? take(context, *body, "") : Read<Json>(Failure{body.error()});
  return event ? no_content() : fail(context, event.error());
}

Reply run_batch_create(Context& context) {
  const auto batch = read_batch(context, max_batch);
  if (!batch) {
    return fail(context, batch.error());
  }
  std::vector<Json> taken;
  BatchResults results;
  for (std::size_t i = 0; i < batch->size; ++i) {
    auto event = take(context, batch->inputs()[i], "/inputs/" + std::to_string(i));
    if (event) {
      taken.push_back(std::move(*event));
    } else {
      results.errors.push_back(event.error());
    }
  }
  results.count = taken.size();
  results.append = [&](std::string& out, std::size_t index) { out += json::dump(taken[index]); };
  return batch_answer(context, results, 201, batch->size);
}

/// The full name of a project's event type: the app's prefix and the symbol (I).
Reply run_resolve(Context& context) {
  static constexpr std::array<Field, 2> fields{
      {{"developerSymbol", Kind::text, true}, {"projectName", Kind::text, true}}};
  const auto read = read_fields(context, fields);
  if (!read) {
    return fail(context, read.error());
  }
  return answer(
      json::dump(Json{{"developerQualifiedSymbol", *read},
                      {"fullyQualifiedName", "ae" + std::to_string(context.caller.app_id) + "_" +
                                                 json::text_of(read->at("developerSymbol"))}}));
}

}  // namespace

void register_timeline_app_events(OperationRegistry& registry);
void register_timeline_app_events(OperationRegistry& registry) {
  registry.add({"timeline.app_events.create", run_create, path_key});
  registry.add({"timeline.app_events.batch_create", run_batch_create, path_key});
  registry.add({"timeline.app_events.resolve_type", run_resolve, path_key});
}

}  // namespace hubsim::operations

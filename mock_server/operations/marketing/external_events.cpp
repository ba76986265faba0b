// Marketing events by the identity that the calling app gave them (externalAccountId and
// externalEventId): create, upsert, read, update, archive, cancel, complete, find; an app sees its
// own events here (behaviour reference 7; D docs "marketing events").
#include "mock_server/operations/marketing/marketing_event_view.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr Field identity_fields[] = {{"externalAccountId", Field::Kind::text, true},
                                     {"externalEventId", Field::Kind::text, true}};
constexpr Field removal_fields[] = {{"externalAccountId", Field::Kind::text, true},
                                    {"externalEventId", Field::Kind::text, true},
                                    {"appId", Field::Kind::whole, true}};
constexpr Field complete_fields[] = {{"startDateTime", Field::Kind::text, true},
                                     {"endDateTime", Field::Kind::text, true}};

/// A body that names and describes an event.
struct Described {
  ExternalEvent identity;
  portal::PropertyWrites writes;
};

Read<Described> read_described(const Context& context, const Json& object,
                               const std::string& path = "") {
  auto writes = read_event(context, object, EventBody::create, path);
  if (!writes) {
    return Failure{writes.error()};
  }
  const auto names = read_fields(context.request.body, object, identity_fields, path);
  if (!names) {
    return Failure{names.error()};
  }
  return Described{.identity = {context.caller.app_id, names->at("externalAccountId"),
                                names->at("externalEventId")},
                   .writes = std::move(*writes)};
}

Read<portal::RecordPtr> create_event(Context& context, Described& described) {
  described.writes.emplace_back("hs_external_account_id", described.identity.account);
  described.writes.emplace_back("hs_external_event_id", described.identity.event);
  auto made = write_event(context, nullptr, described.writes);
  if (made) {
    event_book(context).add((*made)->id, described.identity);
  }
  return made;
}

Read<portal::RecordPtr> upsert_event(Context& context, Described& described) {
  const auto known = external_event(context, described.identity.account, described.identity.event);
  return known ? write_event(context, known, described.writes) : create_event(context, described);
}

/// The same identity twice: 409 (U).
Reply run_create(Context& context) {
  const auto body = read_object(context);
  auto described = body ? read_described(context, *body) : Read<Described>(Failure{body.error()});
  if (!described) {
    return fail(context, described.error());
  }
  if (external_event(context, described->identity.account, described->identity.event)) {
    return fail(context, {.status = 409,
                          .message = "Marketing event with externalEventId " +
                                     described->identity.event + " already exists",
                          .category = "CONFLICT"});
  }
  const auto made = create_event(context, *described);
  return made ? answer(json::dump(show_event(context, **made))) : fail(context, made.error());
}

/// The identity of the path wins over that of the body (U).
Reply run_replace(Context& context) {
  const auto body = read_object(context);
  auto described = body ? read_described(context, *body) : Read<Described>(Failure{body.error()});
  if (!described) {
    return fail(context, described.error());
  }
  described->identity.event = std::string(context.param("externalEventId"));
  const auto written = upsert_event(context, *described);
  return written ? answer(json::dump(show_public_event(context, **written)))
                 : fail(context, written.error());
}

Reply run_upsert(Context& context) {
  const auto batch = read_batch(context, event_batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  std::vector<Described> all;
  for (std::size_t i = 0; i < batch->size; ++i) {
    auto described = read_described(context, batch->inputs()[i], "/inputs/" + std::to_string(i));
    if (!described) {
      return fail(context, described.error());
    }
    all.push_back(std::move(*described));
  }
  std::vector<std::string> shown;
  std::vector<ApiError> errors;
  for (Described& described : all) {
    const auto written = upsert_event(context, described);
    if (written) {
      shown.push_back(json::dump(show_public_event(context, **written)));
    } else {
      errors.push_back(written.error());
    }
  }
  return batch_in_order(context, shown, errors, batch->size);
}

Reply run_read(Context& context) {
  const auto record = named_event(context);
  return record ? answer(json::dump(show_read_event(context, **record)))
                : fail(context, record.error());
}

Reply run_update(Context& context) {
  const auto known = named_event(context);
  if (!known) {
    return fail(context, known.error());
  }
  const auto body = read_object(context);
  const auto writes = body ? read_event(context, *body, EventBody::change)
                           : Read<portal::PropertyWrites>(Failure{body.error()});
  const auto written = writes ? write_event(context, *known, *writes)
                              : Read<portal::RecordPtr>(Failure{writes.error()});
  return written ? answer(json::dump(show_public_event(context, **written)))
                 : fail(context, written.error());
}

/// Only the app's own events go; others and unknown ones are passed over (U).
Reply run_delete(Context& context) {
  const auto batch = read_batch(context, event_batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  const auto inputs = read_each(context.request.body, batch->inputs(), removal_fields, "/inputs");
  if (!inputs) {
    return fail(context, inputs.error());
  }
  for (const Json& input : *inputs) {
    const auto record = external_event(context, input.at("externalAccountId").get<std::string>(),
                                       input.at("externalEventId").get<std::string>());
    if (record && input.at("appId") == context.caller.app_id) {
      archive_event(context, record->id);
    }
  }
  Reply reply = no_content();
  reply.inputs = batch->size;
  return reply;
}

Reply write_and_show(Context& context, const portal::RecordPtr& known,
                     const portal::PropertyWrites& writes) {
  const auto written = write_event(context, known, writes);
  return written ? answer(json::dump(show_event(context, **written)))
                 : fail(context, written.error());
}

Reply run_cancel(Context& context) {
  const auto known = named_event(context);
  return known ? write_and_show(context, *known, {{"hs_event_cancelled", "true"}})
               : fail(context, known.error());
}

/// From then on whoever registered and neither came nor cancelled is a no-show.
Reply run_complete(Context& context) {
  const auto known = named_event(context);
  if (!known) {
    return fail(context, known.error());
  }
  const auto body = read_fields(context, complete_fields);
  auto writes = body ? read_event(context, *body, EventBody::change)
                     : Read<portal::PropertyWrites>(Failure{body.error()});
  if (!writes) {
    return fail(context, writes.error());
  }
  writes->emplace_back("hs_event_completed", "true");
  const auto counts = event_book(context).notes((*known)->id).counts(true);
  writes->emplace_back("hs_no_shows", std::to_string(counts.no_shows));
  return write_and_show(context, *known, *writes);
}

/// By the event's id or its beginning, among the app's own (D docs; how much of it must match U).
Reply run_search(Context& context) {
  const auto wanted = required_query(context, "q");
  if (!wanted) {
    return fail(context, wanted.error());
  }
  Json results = Json::array();
  for (const auto& [external, id] : event_book(context).externals()) {
    if (external.app_id == context.caller.app_id && external.event.starts_with(*wanted) &&
        live_event(context.portal, id)) {
      results.push_back({{"externalEventId", external.event},
                         {"externalAccountId", external.account},
                         {"appId", external.app_id},
                         {"objectId", std::to_string(id)}});
    }
  }
  return answer(json::dump({{"results", std::move(results)}}));
}

/// Every event, of whatever app and account, that has this id.
Reply run_identifiers(Context& context) {
  Json results = Json::array();
  for (const auto& [external, id] : event_book(context).externals()) {
    const auto record = external.event == context.param("externalEventId")
                            ? live_event(context.portal, id)
                            : nullptr;
    if (record) {
      results.push_back(
          {{"marketingEventName", event_value(context.portal, *record, "hs_event_name")},
           {"objectId", std::to_string(id)},
           {"externalEventId", external.event},
           {"externalAccountId", external.account},
           {"appInfo", show_app(context, external.app_id)}});
    }
  }
  const std::size_t total = results.size();
  return answer(json::dump({{"total", total}, {"results", std::move(results)}}));
}

}  // namespace

void register_marketing_external_events(OperationRegistry& registry);
void register_marketing_external_events(OperationRegistry& registry) {
  const std::string events = "marketing.marketing_events.events.";
  registry.add({events + "create", run_create, path_key});
  registry.add({events + "replace", run_replace, path_key});
  registry.add({events + "upsert", run_upsert, path_key});
  registry.add({events + "read", run_read, path_key});
  registry.add({events + "update", run_update, path_key});
  registry.add({events + "archive", archive_named_event, path_key});
  registry.add({events + "delete", run_delete, path_key});
  registry.add({events + "cancel", run_cancel, path_key});
  registry.add({events + "complete", run_complete, path_key});
  registry.add({events + "search", run_search, path_key});
  registry.add({"marketing.marketing_events.identifiers.list", run_identifiers, path_key});
}

}  // namespace hubsim::operations

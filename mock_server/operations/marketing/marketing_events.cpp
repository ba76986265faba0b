// Marketing events by the id of their record, whichever app made them: list, read, update, archive,
// batches of updates and archives (behaviour reference 7; D docs "marketing events").
#include "common/base/text.h"
#include "mock_server/operations/marketing/marketing_event_view.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr Field id_field[] = {{"objectId", Field::Kind::text, true}};

Reply run_list(Context& context) {
  const auto limit = read_limit(context.query, {choices::page_default, choices::page_maximum});
  if (!limit) {
    return fail(context, limit.error());
  }
  const std::string_view after = context.query.first("after").value_or("");
  const auto from = after.empty() ? std::optional<std::uint64_t>(0) : parse_uint(after);
  if (!from) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  const auto page =
      context.portal.store(event_type(context.portal).index()).list(*from, *limit, false);
  Json results = Json::array();
  for (const portal::RecordPtr& record : page.records) {
    results.push_back(show_event_v2(context, *record, Counters::with));
  }
  std::string body = R"({"results":)" + json::dump(results);
  if (page.next) {
    body += ',';
    append_paging(body, context, std::to_string(*page.next));
  }
  return answer(body + "}");
}

Reply run_read(Context& context) {
  const auto record = named_event(context);
  return record ? answer(json::dump(show_event_v2(context, **record, Counters::with)))
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
  if (!writes) {
    return fail(context, writes.error());
  }
  const auto written = write_event(context, *known, *writes);
  return written ? answer(json::dump(show_event_v2(context, **written, Counters::without)))
                 : fail(context, written.error());
}

portal::RecordPtr of_input(const Context& context, const Json& input) {
  const auto id = parse_uint(input.at("objectId").get<std::string>());
  return id ? live_event(context.portal, *id) : nullptr;
}

/// Unknown events are not an error: what should be gone is gone (U).
Reply run_batch_archive(Context& context) {
  const auto batch = read_batch(context, event_batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  const auto inputs = read_each(context.request.body, batch->inputs(), id_field, "/inputs");
  if (!inputs) {
    return fail(context, inputs.error());
  }
  for (const Json& input : *inputs) {
    if (const auto record = of_input(context, input)) {
      archive_event(context, record->id);
    }
  }
  Reply reply = no_content();
  reply.inputs = batch->size;
  return reply;
}

/// Bodies are checked before the first is written; unknown events are the errors of a 207.
Reply run_batch_update(Context& context) {
  const auto batch = read_batch(context, event_batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  const auto ids = read_each(context.request.body, batch->inputs(), id_field, "/inputs");
  if (!ids) {
    return fail(context, ids.error());
  }
  std::vector<portal::PropertyWrites> all;
  for (std::size_t i = 0; i < batch->size; ++i) {
    auto writes =
        read_event(context, batch->inputs()[i], EventBody::change, "/inputs/" + std::to_string(i));
    if (!writes) {
      return fail(context, writes.error());
    }
    all.push_back(std::move(*writes));
  }
  std::vector<std::string> shown;
  std::vector<ApiError> errors;
  for (std::size_t i = 0; i < batch->size; ++i) {
    const portal::RecordPtr known = of_input(context, (*ids)[i]);
    const auto written = known ? write_event(context, known, all[i])
                               : Read<portal::RecordPtr>(Failure{hubspot::objects_not_found(
                                     "MARKETING_EVENT", {(*ids)[i].at("objectId")})});
    if (written) {
      shown.push_back(json::dump(show_event_v2(context, **written, Counters::without)));
    } else {
      errors.push_back(written.error());
    }
  }
  return batch_in_order(context, shown, errors, batch->size);
}

}  // namespace

void register_marketing_marketing_events(OperationRegistry& registry);
void register_marketing_marketing_events(OperationRegistry& registry) {
  registry.add({"marketing.marketing_events.list", run_list, path_key});
  registry.add({"marketing.marketing_events.read", run_read, path_key});
  registry.add({"marketing.marketing_events.update", run_update, path_key});
  registry.add({"marketing.marketing_events.archive", archive_named_event, path_key});
  registry.add({"marketing.marketing_events.batch.archive", run_batch_archive, path_key});
  registry.add({"marketing.marketing_events.batch.update", run_batch_update, path_key});
}

}  // namespace hubsim::operations

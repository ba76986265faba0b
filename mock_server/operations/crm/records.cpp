// Single CRM records: list, create, read, update, archive (behaviour reference 4.4 to 4.7).
#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/crm/associate.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/crm/render.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fast_body.h"

namespace hubsim::operations {

namespace {

/// Room for the text of one record, so that it is not moved while it grows.
constexpr std::size_t usual_record_bytes = 1024;

/// Only the first value counts, and only "true" in any case (4.6, T).
bool wants_archived(const Context& context) {
  return equals_ignoring_case(context.query.first("archived").value_or(""), "true");
}

// ---- list

struct ListRequest {
  std::size_t limit = 0;
  portal::ObjectId from = 0;
};

Read<ListRequest> read_list_request(const Context& context) {
  const bool history = context.query.first("propertiesWithHistory").has_value() &&
                       context.portal.options().on(hubspot::Option::crm_list_limit_with_history);
  const auto limit =
      read_limit(context.query, history ? LimitRange{choices::history_page, choices::history_page}
                                        : LimitRange{choices::page_default, choices::page_maximum});
  if (!limit) {
    return Failure{limit.error()};
  }
  const std::string_view after = context.query.first("after").value_or("");
  const auto from = after.empty() ? std::optional<std::uint64_t>(0) : parse_uint(after);
  if (!from) {
    return Failure{hubspot::bad_query_parameter("after")};
  }
  return ListRequest{*limit, *from};
}

Reply run_list(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const auto request = read_list_request(context);
  if (!request) {
    return fail(context, request.error());
  }
  const auto page = context.portal.store((*type)->index())
                        .list(request->from, request->limit, wants_archived(context));
  const View view = View::requested(**type, context.query.list("properties"));
  const auto associated = context.query.list("associations");
  const auto past = history_view(**type, context.query.list("propertiesWithHistory"));
  std::string body = R"({"results":[)";
  for (const auto& record : page.records) {
    const std::string edges = render_associations(context.portal, *record, associated);
    body += body.back() == '[' ? "" : ",";
    append_read_record(body, context.portal, *record, view,
                       {.url = true, .associations = edges, .history = past});
  }
  body += ']';
  if (page.next && !page.records.empty()) {
    // The cursor is the last id plus one (R: "51" was followed by after=52).
    body += ',';
    append_paging(body, context, std::to_string(page.records.back()->id + 1));
  }
  return answer(body + "}");
}

std::string key_list(Context& context) {
  return std::string(context.request.path) + "?" + std::string(context.request.query);
}

/// The properties of the body; associations on an update are ignored (4.7, U).
Read<portal::PropertyWrites> read_properties(const Context& context) {
  if (auto writes = read_raw_record(context.request.body)) {
    return std::move(*writes);
  }
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  return read_writes(Members(context.request.body, *body));
}

// ---- create

struct CreateRequest {
  TypePtr type = nullptr;
  portal::PropertyWrites writes;
  std::string trace_id;
  std::vector<portal::AssociationEdge> edges;
};

Read<CreateRequest> read_create(const Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return Failure{type.error()};
  }
  if (auto raw = read_raw_record(context.request.body); raw && !raw->empty()) {
    return CreateRequest{*type, std::move(*raw), {}, {}};
  }
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  if (members.find("properties") == nullptr) {
    return Failure{hubspot::missing_fields(context.request.body, {"properties"})};
  }
  auto writes = read_writes(members);
  if (!writes) {
    return Failure{writes.error()};
  }
  auto trace_id = members.text("objectWriteTraceId");
  auto edges = read_inline_associations(context, **type, members);
  if (!edges || !trace_id) {
    return Failure{edges ? trace_id.error() : edges.error()};
  }
  return CreateRequest{*type, std::move(*writes), std::move(*trace_id), std::move(*edges)};
}

Reply run_create(Context& context) {
  const auto request = read_create(context);
  if (!request) {
    return fail(context, request.error());
  }
  const portal::ObjectType& type = *request->type;
  if (const auto missing = check_required(context, type, request->writes)) {
    return fail(context, *missing);
  }
  const auto created = context.portal.create(type.index(), request->writes, context.write());
  if (!created) {
    return fail(context, to_api_error(context, type, created.error()));
  }
  for (portal::AssociationEdge edge : request->edges) {
    edge.from.id = (*created)->id;
    attach(context, edge);
  }
  std::string body;
  body.reserve(usual_record_bytes);
  append_record(body, context.portal, **created, View::created(type, request->writes),
                {.url = url_in_writes(context), .trace_id = request->trace_id});
  Reply reply = answer(std::move(body), 201);
  reply.location = std::string(context.request.path) + "/" + std::to_string((*created)->id);
  return reply;
}

std::string key_create(Context& context) {
  const auto type = read_type(context);
  const auto writes = read_properties(context);
  return type && writes ? natural_key(**type, *writes) : std::string(context.request.body);
}

// ---- one record

/// Lineage of the record in the path, or the text that names it.
std::string key_record(Context& context) {
  const auto type = read_type(context);
  const auto record =
      type ? read_path_record(context, **type, "read") : Read<portal::RecordPtr>(nullptr);
  return record && *record ? (*record)->lineage : std::string(context.param("objectId"));
}

Reply run_read(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const auto record = read_path_record(context, **type, "read");
  if (!record) {
    return fail(context, record.error());
  }
  const bool archived = wants_archived(context);
  const bool visible =
      (*record)->archived == archived || (archived && choices::archived_read_finds_live);
  if (!visible) {
    return fail(context, hubspot::object_not_found());
  }
  const std::string edges =
      render_associations(context.portal, **record, context.query.list("associations"));
  std::string body;
  body.reserve(usual_record_bytes);
  append_read_record(
      body, context.portal, **record, View::requested(**type, context.query.list("properties")),
      {.url = true,
       .associations = edges,
       .history = history_view(**type, context.query.list("propertiesWithHistory"))});
  return answer(std::move(body));
}

struct UpdateRequest {
  portal::PropertyWrites writes;
  std::string trace_id;
};

Read<UpdateRequest> read_update(const Context& context) {
  if (auto raw = read_raw_record(context.request.body)) {
    return UpdateRequest{std::move(*raw), {}};
  }
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  auto writes = read_writes(members);
  auto trace_id = members.text("objectWriteTraceId");
  if (!writes || !trace_id) {
    return Failure{writes ? trace_id.error() : writes.error()};
  }
  return UpdateRequest{std::move(*writes), std::move(*trace_id)};
}

Reply run_update(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const auto request = read_update(context);
  if (!request) {
    return fail(context, request.error());
  }
  if (request->writes.empty()) {
    return fail(context, hubspot::nothing_to_update());
  }
  const auto record = read_path_record(context, **type, "update");
  if (!record) {
    return fail(context, record.error());
  }
  const auto updated =
      context.portal.update((*type)->index(), (*record)->id, request->writes, context.write());
  if (!updated) {
    return fail(context,
                to_api_error(context, **type, updated.error(), std::to_string((*record)->id)));
  }
  std::string out;
  out.reserve(usual_record_bytes);
  append_record(out, context.portal, **updated, View::updated(**type, request->writes),
                {.url = url_in_writes(context), .trace_id = request->trace_id});
  return answer(std::move(out));
}

/// 204 also for an unknown or already archived id (4.6, T).
Reply run_archive(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  if (const auto id = parse_uint(context.param("objectId"))) {
    context.portal.archive((*type)->index(), *id, context.write());
  }
  return no_content();
}

}  // namespace

void register_crm_records(OperationRegistry& registry);
void register_crm_records(OperationRegistry& registry) {
  registry.add({"crm.objects.list", run_list, key_list});
  registry.add({"crm.objects.create", run_create, key_create});
  registry.add({"crm.objects.read", run_read, key_record});
  registry.add({"crm.objects.update", run_update, key_record});
  registry.add({"crm.objects.archive", run_archive, key_record});
}

}  // namespace hubsim::operations

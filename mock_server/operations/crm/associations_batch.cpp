// Batches of associations, v4 and dated: read, create, create default, archive (6.1).
#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/crm/associate.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

struct Request {
  TypePtr from = nullptr;
  TypePtr to = nullptr;
  BatchBody body;
};

Read<Request> read_request(const Context& context, std::size_t maximum) {
  const auto from = read_type(context);
  const auto to = read_type(context, "toObjectType");
  if (!from || !to) {
    return Failure{from ? to.error() : from.error()};
  }
  auto body = read_batch(context, maximum);
  if (!body) {
    return Failure{body.error()};
  }
  return Request{*from, *to, std::move(*body)};
}

/// `{"from":{"id":…}}`, or "" when it is not there.
std::string id_of(const Json& input, std::string_view end) {
  const Json* side = json::find(input, end);
  const Json* id = side != nullptr ? json::find(*side, "id") : nullptr;
  return id != nullptr && !id->is_structured() ? scalar_text(*id) : "";
}

portal::RecordPtr live(const Context& context, const portal::ObjectType& type,
                       std::string_view id) {
  portal::RecordPtr record = find_record(context, type, {}, id);
  return record && !record->archived ? record : nullptr;
}

/// The first bad side is named (6.1, R).
ApiError bad_side(const portal::ObjectType& type, std::string_view id) {
  return choices::validation(type.fact().label + "=" + std::string(id) + " is not valid");
}

bool injected(const Context& context, const portal::RecordPtr& record) {
  return context.input_fails && record && context.input_fails(record->lineage);
}

// ---- read

/// "No company is associated with contact 103107104018." (6.1, R 2025)
ApiError none_associated(const Request& request, std::string_view id) {
  const std::string& from = request.from->fact().singular;
  const std::string& to = request.to->fact().singular;
  return {
      .status = 404,
      .message = "No " + to + " is associated with " + from + " " + std::string(id) + ".",
      .category = "OBJECT_NOT_FOUND",
      .sub_category = "crm.associations.NO_ASSOCIATIONS_FOUND",
      .context = {
          {"fromObjectId", {std::string(id)}}, {"fromObjectType", {from}}, {"toObjectType", {to}}}};
}

ApiError invalid_identifier(std::string_view id) {
  ApiError error = choices::validation(std::string(id) + " is not a valid ID");
  error.sub_category = "crm.associations.INVALID_IDENTIFIER";
  return error;
}

struct ReadItem {
  std::string id;
  std::vector<portal::Associations::Item> items;
  bool more = false;
};

/// One input: its associations, or the error it leaves.
Read<ReadItem> read_item(const Context& context, const Request& request, const Json& input) {
  const Json* id_json = json::find(input, "id");
  const std::string id = id_json != nullptr ? scalar_text(*id_json) : "";
  const auto number = parse_uint(id);
  if (!number) {
    return Failure{invalid_identifier(id)};
  }
  if (injected(context, context.portal.find(request.from->index(), *number))) {
    return Failure{choices::input_failed()};
  }
  const Json* after_json = json::find(input, "after");
  const auto after = after_json != nullptr ? parse_uint(scalar_text(*after_json)) : std::nullopt;
  ReadItem item{.id = id};
  item.items =
      context.portal.associations().list({request.from->index(), *number}, request.to->index(),
                                         after.value_or(0), choices::association_page + 1);
  if (item.items.empty() &&
      context.portal.options().on(hubspot::Option::associations_none_is_error)) {
    return Failure{none_associated(request, id)};
  }
  item.more = item.items.size() > choices::association_page;
  item.items.resize(std::min(item.items.size(), choices::association_page));
  return item;
}

void append_read_item(std::string& out, const portal::Portal& portal, const ReadItem& item) {
  out += R"({"from":{"id":")" + item.id + R"("},"to":[)";
  for (const auto& edge : item.items) {
    out += out.back() == '[' ? "" : ",";
    append_association_item(out, portal, edge);
  }
  out += ']';
  if (item.more) {
    out += R"(,"paging":{"next":{"after":")" + std::to_string(item.items.back().to_id) + "\"}}";
  }
  out += '}';
}

Reply run_read(Context& context) {
  const auto request = read_request(context, choices::association_read_maximum);
  if (!request) {
    return fail(context, request.error());
  }
  std::vector<ReadItem> found;
  BatchResults results;
  for (const Json& input : request->body.inputs()) {
    auto item = read_item(context, *request, input);
    if (item) {
      found.push_back(std::move(*item));
    } else {
      results.errors.push_back(item.error());
    }
  }
  results.count = found.size();
  results.append = [&](std::string& out, std::size_t index) {
    append_read_item(out, context.portal, found[index]);
  };
  return batch_answer(context, results, 200, request->body.size);
}

// ---- create

struct Pair {
  portal::AssociationEdge edge;
  std::vector<AssociationFact> facts;
};

Read<Pair> read_pair(const Context& context, const Request& request, const Json& input) {
  const std::string from_id = id_of(input, "from");
  const std::string to_id = id_of(input, "to");
  const auto from = live(context, *request.from, from_id);
  if (!from) {
    return Failure{bad_side(*request.from, from_id)};
  }
  const auto to = live(context, *request.to, to_id);
  if (!to) {
    return Failure{bad_side(*request.to, to_id)};
  }
  if (auto error = check_self(context, {.from = {request.from->index(), from->id},
                                        .to = {request.to->index(), to->id}})) {
    return Failure{std::move(*error)};
  }
  if (injected(context, from)) {
    return Failure{choices::input_failed()};
  }
  return Pair{
      .edge = {.from = {request.from->index(), from->id}, .to = {request.to->index(), to->id}},
      .facts = {}};
}

std::optional<ApiError> read_types(const Context& context, const Request& request,
                                   const Json& input, Pair& pair) {
  const Json* types = json::find(input, "types");
  if (types == nullptr || !types->is_array() || types->empty()) {
    return hubspot::missing_fields(context.request.body, {"types"});
  }
  for (const Json& spec : *types) {
    const auto fact = read_association_spec(context, *request.from, spec);
    if (!fact) {
      return fact.error();
    }
    pair.facts.push_back(*fact);
    if (auto error = check_limits(context, with_type(pair.edge, *fact))) {
      return error;
    }
  }
  return std::nullopt;
}

void attach_pair(Context& context, const Pair& pair) {
  for (AssociationFact fact : pair.facts) {
    portal::AssociationEdge edge = pair.edge;
    edge.type_id = fact->type_id;
    edge.inverse_type_id = fact->inverse_type_id;
    attach(context, edge);
  }
}

Reply run_create(Context& context) {
  const auto request = read_request(context, choices::association_create_maximum);
  if (!request) {
    return fail(context, request.error());
  }
  std::vector<Pair> pairs;
  BatchResults results;
  for (const Json& input : request->body.inputs()) {
    auto pair = read_pair(context, *request, input);
    auto problem =
        pair ? read_types(context, *request, input, *pair) : std::optional<ApiError>(pair.error());
    if (problem) {
      results.errors.push_back(std::move(*problem));
      continue;
    }
    attach_pair(context, *pair);
    pairs.push_back(std::move(*pair));
  }
  results.count = pairs.size();
  results.append = [&](std::string& out, std::size_t index) {
    append_labels_between(out, context.portal, pairs[index].edge, pairs[index].facts);
  };
  return batch_answer(context, results, 201, request->body.size);
}

void append_default(std::string& out, const Pair& pair) {
  out += R"({"from":{"id":")" + std::to_string(pair.edge.from.id) + R"("},"to":{"id":")" +
         std::to_string(pair.edge.to.id) +
         R"("},"associationSpec":{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":)" +
         std::to_string(pair.facts.front()->type_id) + "}}";
}

Reply run_create_default(Context& context) {
  const auto request = read_request(context, choices::association_create_maximum);
  if (!request) {
    return fail(context, request.error());
  }
  AssociationFact plain = default_association_type(context.portal, *request->from, *request->to);
  std::vector<Pair> pairs;
  BatchResults results;
  for (const Json& input : request->body.inputs()) {
    auto pair = read_pair(context, *request, input);
    if (!pair || plain == nullptr) {
      results.errors.push_back(pair ? choices::validation("No default association exists")
                                    : pair.error());
      continue;
    }
    pair->facts = {plain};
    if (auto error = check_limits(context, with_type(pair->edge, plain))) {
      results.errors.push_back(std::move(*error));
      continue;
    }
    attach_pair(context, *pair);
    pairs.push_back(std::move(*pair));
  }
  results.count = pairs.size();
  results.append = [&](std::string& out, std::size_t index) { append_default(out, pairs[index]); };
  return batch_answer(context, results, 200, request->body.size);
}

// ---- archive

/// 204 whatever the ids name (0.1, R).
Reply run_archive(Context& context) {
  const auto request = read_request(context, choices::association_archive_maximum);
  if (!request) {
    return fail(context, request.error());
  }
  for (const Json& input : request->body.inputs()) {
    const auto from = parse_uint(id_of(input, "from"));
    const Json* targets = json::find(input, "to");
    if (!from || targets == nullptr || !targets->is_array()) {
      continue;
    }
    for (const Json& target : *targets) {
      const Json* id = json::find(target, "id");
      const auto to = id != nullptr ? parse_uint(scalar_text(*id)) : std::nullopt;
      if (to) {
        context.portal.dissociate({request->from->index(), *from}, {request->to->index(), *to},
                                  context.write());
      }
    }
  }
  Reply reply = no_content();
  reply.inputs = request->body.size;
  return reply;
}

/// Takes single labels off; the last one, or the unlabelled type, takes the association (6.1, D).
void archive_labels(Context& context, const Pair& pair) {
  AssociationFact plain =
      default_association_type(context.portal, context.portal.type(pair.edge.from.type),
                               context.portal.type(pair.edge.to.type));
  for (AssociationFact fact : pair.facts) {
    if (fact == plain) {
      context.portal.dissociate(pair.edge.from, pair.edge.to, context.write());
      return;
    }
    context.portal.unlabel(with_type(pair.edge, fact), context.write());
  }
}

Reply run_archive_labels(Context& context) {
  const auto request = read_request(context, choices::association_archive_maximum);
  if (!request) {
    return fail(context, request.error());
  }
  for (const Json& input : request->body.inputs()) {
    auto pair = read_pair(context, *request, input);
    if (!pair) {
      continue;  // ids of nothing are ignored, as by the other archive
    }
    if (auto error = read_types(context, *request, input, *pair)) {
      return fail(context, *error);
    }
    archive_labels(context, *pair);
  }
  Reply reply = no_content();
  reply.inputs = request->body.size;
  return reply;
}

/// Lineages of what the inputs start from, sorted.
std::string key_batch(Context& context) {
  const auto request = read_request(context, choices::association_create_maximum);
  if (!request) {
    return std::string(context.request.body);
  }
  std::vector<std::string> keys;
  for (const Json& input : request->body.inputs()) {
    const Json* id = json::find(input, "id");
    const std::string from = id != nullptr ? scalar_text(*id) : id_of(input, "from");
    const auto record = find_record(context, *request->from, {}, from);
    keys.push_back(record ? record->lineage : from);
  }
  return batch_key({keys.begin(), keys.end()});
}

}  // namespace

void register_crm_associations_batch(OperationRegistry& registry);
void register_crm_associations_batch(OperationRegistry& registry) {
  registry.add({"crm.associations.batch.read", run_read, key_batch});
  registry.add({"crm.associations.batch.create", run_create, key_batch});
  registry.add({"crm.associations.batch.create_default", run_create_default, key_batch});
  registry.add({"crm.associations.batch.archive", run_archive, key_batch});
  registry.add({"crm.associations.batch.archive_labels", run_archive_labels, key_batch});
}

}  // namespace hubsim::operations

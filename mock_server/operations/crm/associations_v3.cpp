// Associations as v3 and v1 have them: batches by named type, the tail of a record, and the legacy
// calls by definition id (behaviour reference 6.2).
#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/crm/associate.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/crm/render.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/portal/association_types.h"

namespace hubsim::operations {

namespace {

using portal::AssociationEdge;
using portal::AssociationTypes;
using portal::Endpoint;

std::string id_of(const Json& input, std::string_view end) {
  const Json* side = json::find(input, end);
  const Json* id = side != nullptr ? json::find(*side, "id") : nullptr;
  return id != nullptr && !id->is_structured() ? scalar_text(*id) : "";
}

Read<portal::ObjectId> read_live(const Context& context, const portal::ObjectType& type,
                                 std::string_view id) {
  const auto record = find_record(context, type, {}, id);
  if (record && !record->archived) {
    return record->id;
  }
  return Failure{choices::validation(type.fact().label + "=" + std::string(id) + " is not valid")};
}

/// The type by its v3 name, or its id as text; the plain one where none is named (I).
Read<AssociationFact> read_named_type(const Context& context, const TypePair& pair,
                                      const std::string& name) {
  auto& types = context.portal.part<AssociationTypes>();
  AssociationFact fact = name.empty()
                             ? types.plain(*pair.from, *pair.to)
                             : types.find(pair.from->fact().type_id, pair.to->fact().type_id, name);
  if (fact != nullptr) {
    return fact;
  }
  return Failure{choices::validation("Association type '" + name + "' does not exist between " +
                                     pair.from->fact().plural + " and " + pair.to->fact().plural)};
}

struct Named {
  AssociationEdge edge;
  std::string name;
  std::string inverse_name;
};

Read<Named> read_named(const Context& context, const TypePair& pair, const Json& input) {
  const auto from = read_live(context, *pair.from, id_of(input, "from"));
  const auto to = read_live(context, *pair.to, id_of(input, "to"));
  if (!from || !to) {
    return Failure{from ? to.error() : from.error()};
  }
  const Json* type = json::find(input, "type");
  const auto fact =
      read_named_type(context, pair, type != nullptr ? scalar_text(*type) : std::string());
  if (!fact) {
    return Failure{fact.error()};
  }
  AssociationFact inverse = find_association_type(context.portal, (*fact)->inverse_type_id);
  Named named{.edge = with_type(
                  {.from = {pair.from->index(), *from}, .to = {pair.to->index(), *to}}, *fact),
              .name = (*fact)->name,
              .inverse_name = inverse != nullptr ? inverse->name : (*fact)->name};
  for (auto error : {check_self(context, named.edge), check_limits(context, named.edge)}) {
    if (error) {
      return Failure{std::move(*error)};
    }
  }
  return named;
}

void append_side(std::string& out, Endpoint from, Endpoint to, std::string_view name) {
  out += R"({"from":{"id":")" + std::to_string(from.id) + R"("},"to":{"id":")" +
         std::to_string(to.id) + R"("},"type":)";
  json::append_string(out, name);
  out += '}';
}

/// Both directions, the inverse first (R 2026-03).
Reply run_create(Context& context) {
  const auto pair = read_type_pair(context);
  const auto body = read_batch(context, choices::association_create_maximum);
  if (!pair || !body) {
    return fail(context, pair ? body.error() : pair.error());
  }
  std::vector<Named> made;
  BatchResults results;
  for (const Json& input : body->inputs()) {
    auto named = read_named(context, *pair, input);
    if (!named) {
      results.errors.push_back(named.error());
      continue;
    }
    attach(context, named->edge);
    made.push_back(std::move(*named));
  }
  results.count = made.size();
  results.append = [&](std::string& out, std::size_t index) {
    const Named& named = made[index];
    append_side(out, named.edge.to, named.edge.from, named.inverse_name);
    out += ',';
    append_side(out, named.edge.from, named.edge.to, named.name);
  };
  return batch_answer(context, results, 201, body->size);
}

// ---- read

/// `{"id":"…","type":"deal_to_company"}` for each type of an edge.
void append_typed_ids(std::string& out, const portal::Portal& portal,
                      const portal::Associations::Item& item) {
  for (const int type_id : item.type_ids) {
    AssociationFact fact = find_association_type(portal, type_id);
    if (fact == nullptr) {
      continue;
    }
    out += out.back() == '[' ? "" : ",";
    out += R"({"id":")" + std::to_string(item.to_id) + R"(","type":)";
    json::append_string(out, fact->name);
    out += '}';
  }
}

ApiError none_associated(const TypePair& pair, const std::string& id) {
  const std::string& from = pair.from->fact().singular;
  const std::string& to = pair.to->fact().singular;
  return {.status = 404,
          .message = "No " + to + " is associated with " + from + " " + id + ".",
          .category = "OBJECT_NOT_FOUND",
          .sub_category = "crm.associations.NO_ASSOCIATIONS_FOUND",
          .context = {{"fromObjectId", {id}}, {"fromObjectType", {from}}, {"toObjectType", {to}}}};
}

Reply run_read(Context& context) {
  const auto pair = read_type_pair(context);
  const auto body = read_batch(context, choices::association_read_maximum);
  if (!pair || !body) {
    return fail(context, pair ? body.error() : pair.error());
  }
  std::vector<std::pair<std::string, std::vector<portal::Associations::Item>>> found;
  BatchResults results;
  for (const Json& input : body->inputs()) {
    const Json* id_json = json::find(input, "id");
    const std::string id = id_json != nullptr ? scalar_text(*id_json) : "";
    const auto number = parse_uint(id);
    auto items =
        number ? context.portal.associations().list({pair->from->index(), *number},
                                                    pair->to->index(), 0, choices::association_page)
               : std::vector<portal::Associations::Item>();
    if (items.empty()) {
      results.errors.push_back(none_associated(*pair, id));
    } else {
      found.emplace_back(id, std::move(items));
    }
  }
  results.count = found.size();
  results.append = [&](std::string& out, std::size_t index) {
    out += R"({"from":{"id":")" + found[index].first + R"("},"to":[)";
    for (const auto& item : found[index].second) {
      append_typed_ids(out, context.portal, item);
    }
    out += "]}";
  };
  return batch_answer(context, results, 200, body->size);
}

/// Takes one type off; without a type, or with the plain one, the whole association.
void detach(Context& context, const TypePair& pair, Endpoint from, Endpoint to,
            const std::string& name) {
  const auto fact = read_named_type(context, pair, name);
  if (!fact) {
    return;
  }
  if (*fact == default_association_type(context.portal, *pair.from, *pair.to) ||
      context.portal.associations().list(from, to.type, to.id - 1, 1).empty()) {
    context.portal.dissociate(from, to, context.write());
    return;
  }
  context.portal.unlabel(with_type({.from = from, .to = to}, *fact), context.write());
}

Reply run_archive(Context& context) {
  const auto pair = read_type_pair(context);
  const auto body = read_batch(context, choices::association_archive_maximum);
  if (!pair || !body) {
    return fail(context, pair ? body.error() : pair.error());
  }
  for (const Json& input : body->inputs()) {
    const auto from = parse_uint(id_of(input, "from"));
    const auto to = parse_uint(id_of(input, "to"));
    const Json* type = json::find(input, "type");
    if (from && to) {
      detach(context, *pair, {pair->from->index(), *from}, {pair->to->index(), *to},
             type != nullptr ? scalar_text(*type) : "");
    }
  }
  Reply reply = no_content();
  reply.inputs = body->size;
  return reply;
}

// ---- the tail of a record

struct Tail {
  TypePair pair;
  portal::RecordPtr from;
};

Read<Tail> read_tail(const Context& context) {
  const auto pair = read_type_pair(context);
  if (!pair) {
    return Failure{pair.error()};
  }
  const auto record = find_record(context, *pair->from, {}, context.param("objectId"));
  if (!record || record->archived) {
    return Failure{hubspot::object_not_found()};
  }
  return Tail{*pair, record};
}

Reply run_tail_list(Context& context) {
  const auto tail = read_tail(context);
  const auto limit =
      read_limit(context.query, {choices::association_page, choices::association_page});
  if (!tail || !limit) {
    return fail(context, tail ? limit.error() : tail.error());
  }
  const auto after = parse_uint(context.query.first("after").value_or("0"));
  auto items =
      context.portal.associations().list({tail->pair.from->index(), tail->from->id},
                                         tail->pair.to->index(), after.value_or(0), *limit + 1);
  const bool more = items.size() > *limit;
  items.resize(std::min(items.size(), *limit));
  std::string body = R"({"results":[)";
  for (const auto& item : items) {
    append_typed_ids(body, context.portal, item);
  }
  body += ']';
  if (more) {
    body += ',';
    append_paging(body, context, std::to_string(items.back().to_id));
  }
  return answer(body + "}");
}

/// The from-object, with the association in it (R 2022).
Reply run_tail_put(Context& context) {
  const auto tail = read_tail(context);
  if (!tail) {
    return fail(context, tail.error());
  }
  const auto to = find_record(context, *tail->pair.to, {}, context.param("toObjectId"));
  if (!to || to->archived) {
    return fail(context, hubspot::object_not_found());
  }
  const auto fact =
      read_named_type(context, tail->pair, std::string(context.param("associationType")));
  if (!fact) {
    return fail(context, fact.error());
  }
  const auto edge = with_type(
      {.from = {tail->pair.from->index(), tail->from->id}, .to = {tail->pair.to->index(), to->id}},
      *fact);
  for (auto error : {check_self(context, edge), check_limits(context, edge)}) {
    if (error) {
      return fail(context, *error);
    }
  }
  attach(context, edge);
  std::string body;
  append_record(body, context.portal, *tail->from, View::requested(*tail->pair.from, {}));
  body.pop_back();
  body += R"(,"associations":{")" + tail->pair.to->fact().plural + R"(":{"results":[)";
  append_typed_ids(body, context.portal, {.to_id = to->id, .type_ids = {(*fact)->type_id}});
  return answer(body + "]}}}");
}

Reply run_tail_delete(Context& context) {
  const auto pair = read_type_pair(context);
  if (!pair) {
    return fail(context, pair.error());
  }
  const auto from = parse_uint(context.param("objectId"));
  const auto to = parse_uint(context.param("toObjectId"));
  if (from && to) {
    detach(context, *pair, {pair->from->index(), *from}, {pair->to->index(), *to},
           std::string(context.param("associationType")));
  }
  return no_content();
}

// ---- v1

Read<AssociationFact> read_definition(const Context& context, std::string_view text) {
  const auto id = parse_int(text);
  AssociationFact fact = id && *id > 0 && *id < 1'000'000
                             ? find_association_type(context.portal, static_cast<int>(*id))
                             : nullptr;
  if (fact == nullptr || context.portal.find_type(fact->from_type_id) == nullptr ||
      context.portal.find_type(fact->to_type_id) == nullptr) {
    return Failure{choices::validation("Invalid association definition id: " + std::string(text))};
  }
  return fact;
}

/// `{"results":[ids],"hasMore":…,"offset":…}` (6.2, D).
Reply run_v1_list(Context& context) {
  const auto fact = read_definition(context, context.param("definitionId"));
  const auto limit = read_limit(context.query, {100, 100});
  if (!fact || !limit) {
    return fail(context, fact ? limit.error() : fact.error());
  }
  const auto id = parse_uint(context.param("objectId"));
  const auto offset = parse_uint(context.query.first("offset").value_or("0"));
  if (!id || !offset) {
    return fail(context, id ? hubspot::bad_query_parameter("offset")
                            : hubspot::bad_path_parameter("objectId"));
  }
  const auto& from = *context.portal.find_type((*fact)->from_type_id);
  const auto& to = *context.portal.find_type((*fact)->to_type_id);
  std::string ids;
  std::size_t count = 0;
  bool more = false;
  std::uint64_t last = 0;
  for (const auto& item :
       context.portal.associations().list({from.index(), *id}, to.index(), *offset, SIZE_MAX)) {
    const auto& types = item.type_ids;
    if (std::find(types.begin(), types.end(), (*fact)->type_id) == types.end()) {
      continue;
    }
    if (count == *limit) {
      more = true;
      break;
    }
    ids += (ids.empty() ? "" : ",") + std::to_string(item.to_id);
    last = item.to_id;
    ++count;
  }
  return answer(R"({"results":[)" + ids + R"(],"hasMore":)" + (more ? "true" : "false") +
                R"(,"offset":)" + std::to_string(last) + "}");
}

std::optional<ApiError> apply_v1(Context& context, const Json& input, bool create) {
  const auto text = [&](std::string_view name) {
    const Json* member = json::find(input, name);
    return member != nullptr && !member->is_structured() ? scalar_text(*member) : std::string();
  };
  const auto fact = read_definition(context, text("definitionId"));
  if (!fact) {
    return fact.error();
  }
  const TypePair pair{context.portal.find_type((*fact)->from_type_id),
                      context.portal.find_type((*fact)->to_type_id)};
  const auto from = read_live(context, *pair.from, text("fromObjectId"));
  const auto to = read_live(context, *pair.to, text("toObjectId"));
  if (!from || !to) {
    return from ? to.error() : from.error();
  }
  const auto edge =
      with_type({.from = {pair.from->index(), *from}, .to = {pair.to->index(), *to}}, *fact);
  if (!create) {
    detach(context, pair, edge.from, edge.to, (*fact)->name);
    return std::nullopt;
  }
  for (auto error : {check_self(context, edge), check_limits(context, edge)}) {
    if (error) {
      return error;
    }
  }
  attach(context, edge);
  return std::nullopt;
}

Reply run_v1_one(Context& context, bool create) {
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  const auto error = apply_v1(context, *body, create);
  return error ? fail(context, *error) : no_content();
}
Reply run_v1_create(Context& context) { return run_v1_one(context, true); }
Reply run_v1_delete(Context& context) { return run_v1_one(context, false); }

std::string key_path(Context& context) { return std::string(context.request.path); }
std::string key_body(Context& context) { return std::string(context.request.body); }

}  // namespace

void register_crm_associations_v3(OperationRegistry& registry);
void register_crm_associations_v3(OperationRegistry& registry) {
  registry.add({"crm.associations.v3.batch.create", run_create, key_body});
  registry.add({"crm.associations.v3.batch.read", run_read, key_body});
  registry.add({"crm.associations.v3.batch.archive", run_archive, key_body});
  registry.add({"crm.associations.v3.list", run_tail_list, key_path});
  registry.add({"crm.associations.v3.create", run_tail_put, key_path});
  registry.add({"crm.associations.v3.archive", run_tail_delete, key_path});
  registry.add({"crm.associations.v1.list", run_v1_list, key_path});
  registry.add({"crm.associations.v1.create", run_v1_create, key_body});
  registry.add({"crm.associations.v1.delete", run_v1_delete, key_body});
}

}  // namespace hubsim::operations

// Associations of one record, v4 and dated: list, create default, create labelled, remove (6.1).
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/crm/associate.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

/// The two ends a path names; both live.
struct Ends {
  TypePtr from_type = nullptr;
  TypePtr to_type = nullptr;
  portal::RecordPtr from;
  portal::RecordPtr to;

  [[nodiscard]] portal::AssociationEdge edge(AssociationFact fact) const {
    return {.from = {from_type->index(), from->id},
            .to = {to_type->index(), to->id},
            .type_id = fact->type_id,
            .inverse_type_id = fact->inverse_type_id};
  }
};

Read<portal::RecordPtr> live_record(const Context& context, const portal::ObjectType& type,
                                    std::string_view id) {
  portal::RecordPtr record = find_record(context, type, {}, id);
  if (!record || record->archived) {
    return Failure{hubspot::object_not_found()};
  }
  return record;
}

Read<Ends> read_ends(const Context& context, bool with_target) {
  const auto from_type = read_type(context);
  const auto to_type = read_type(context, "toObjectType");
  if (!from_type || !to_type) {
    return Failure{from_type ? to_type.error() : from_type.error()};
  }
  Ends ends{*from_type, *to_type, nullptr, nullptr};
  const auto from = live_record(context, **from_type, context.param("objectId"));
  if (!from) {
    return Failure{from.error()};
  }
  ends.from = *from;
  if (!with_target) {
    return ends;
  }
  const auto to = live_record(context, **to_type, context.param("toObjectId"));
  if (!to) {
    return Failure{to.error()};
  }
  ends.to = *to;
  if (auto error = check_self(context, {.from = {ends.from_type->index(), ends.from->id},
                                        .to = {ends.to_type->index(), ends.to->id}})) {
    return Failure{std::move(*error)};
  }
  return ends;
}

// ---- list

Reply run_list(Context& context) {
  const auto ends = read_ends(context, false);
  if (!ends) {
    return fail(context, ends.error());
  }
  const auto limit =
      read_limit(context.query, {choices::association_page, choices::association_page});
  if (!limit) {
    return fail(context, limit.error());
  }
  const std::string_view after_text = context.query.first("after").value_or("");
  const auto after = after_text.empty() ? std::optional<std::uint64_t>(0) : parse_uint(after_text);
  if (!after) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  auto items = context.portal.associations().list({ends->from_type->index(), ends->from->id},
                                                  ends->to_type->index(), *after, *limit + 1);
  const bool more = items.size() > *limit;
  items.resize(std::min(items.size(), *limit));
  std::string body = R"({"results":[)";
  for (const auto& item : items) {
    body += body.back() == '[' ? "" : ",";
    append_association_item(body, context.portal, item);
  }
  body += ']';
  if (more) {
    body += ',';
    append_paging(body, context, std::to_string(items.back().to_id));
  }
  return answer(body + "}");
}

// ---- create

void append_default_result(std::string& out, const portal::AssociationEdge& edge) {
  out += R"({"from":{"id":")" + std::to_string(edge.from.id) + R"("},"to":{"id":")" +
         std::to_string(edge.to.id) +
         R"("},"associationSpec":{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":)" +
         std::to_string(edge.type_id) + "}}";
}

/// Answers both directions, as the batch of default associations does (D spec; both sides I).
Reply run_create_default(Context& context) {
  const auto ends = read_ends(context, true);
  if (!ends) {
    return fail(context, ends.error());
  }
  AssociationFact plain =
      default_association_type(context.portal, *ends->from_type, *ends->to_type);
  if (plain == nullptr) {
    return fail(context, choices::validation("No default association exists between " +
                                             ends->from_type->fact().plural + " and " +
                                             ends->to_type->fact().plural));
  }
  const portal::AssociationEdge edge = ends->edge(plain);
  if (auto error = check_limits(context, edge)) {
    return fail(context, *error);
  }
  attach(context, edge);
  const std::string now = format_iso8601(context.now);
  std::string body = R"({"status":"COMPLETE","results":[)";
  append_default_result(body, edge);
  body += ',';
  append_default_result(body, {.from = edge.to, .to = edge.from, .type_id = edge.inverse_type_id});
  return answer(body + R"(],"startedAt":")" + now + R"(","completedAt":")" + now + "\"}");
}

/// The body of a labelled create is a bare array of types.
Read<std::vector<AssociationFact>> read_specs(const Context& context, const Ends& ends) {
  const auto body = json::parse(context.request.body);
  if (!body) {
    return Failure{trim(context.request.body).empty()
                       ? hubspot::missing_body()
                       : hubspot::invalid_json(body.error().line, body.error().column,
                                               "Unexpected character")};
  }
  if (!body->is_array()) {
    return Failure{hubspot::wrong_json_type(context.request.body, "",
                                            "java.util.ArrayList<java.lang.Object>", *body)};
  }
  std::vector<AssociationFact> facts;
  for (const Json& spec : *body) {
    const auto fact = read_association_spec(context, *ends.from_type, spec);
    if (!fact) {
      return Failure{fact.error()};
    }
    if ((*fact)->to_type_id != ends.to_type->fact().type_id) {
      return Failure{
          choices::validation(std::to_string((*fact)->type_id) + " is invalid to object type " +
                              ends.to_type->fact().type_id + ". expected: " + (*fact)->to_type_id)};
    }
    facts.push_back(*fact);
  }
  if (facts.empty()) {
    return Failure{choices::validation("At least one association type must be given")};
  }
  return facts;
}

/// A new set of labels takes the place of the old one; the unlabelled type stays (6.1, D), and so
/// does the primary company, of which a record has one.
void drop_other_labels(Context& context, const portal::AssociationEdge& edge,
                       const std::vector<AssociationFact>& kept) {
  const auto items = context.portal.associations().list(edge.from, edge.to.type, edge.to.id - 1, 1);
  for (const int type_id : items.empty() ? std::vector<int>() : items.front().type_ids) {
    AssociationFact fact = find_association_type(context.portal, type_id);
    const bool named = std::find(kept.begin(), kept.end(), fact) != kept.end();
    if (fact != nullptr && !named && fact->category == "USER_DEFINED" && !fact->label.empty()) {
      context.portal.unlabel(with_type(edge, fact), context.write());
    }
  }
}

Reply run_create(Context& context) {
  const auto ends = read_ends(context, true);
  if (!ends) {
    return fail(context, ends.error());
  }
  const auto specs = read_specs(context, *ends);
  if (!specs) {
    return fail(context, specs.error());
  }
  for (AssociationFact fact : *specs) {
    if (auto error = check_limits(context, ends->edge(fact))) {
      return fail(context, *error);
    }
  }
  for (AssociationFact fact : *specs) {
    attach(context, ends->edge(fact));
  }
  if (context.portal.options().on(hubspot::Option::associations_put_replaces)) {
    drop_other_labels(context, ends->edge(specs->front()), *specs);
  }
  std::string body;
  append_labels_between(body, context.portal, ends->edge(specs->front()), *specs);
  return answer(std::move(body), 201);
}

/// 204 also where there was none, as for every delete (4.6, T).
Reply run_archive(Context& context) {
  const auto from_type = read_type(context);
  const auto to_type = read_type(context, "toObjectType");
  if (!from_type || !to_type) {
    return fail(context, from_type ? to_type.error() : from_type.error());
  }
  const auto from = parse_uint(context.param("objectId"));
  const auto to = parse_uint(context.param("toObjectId"));
  if (from && to) {
    context.portal.dissociate({(*from_type)->index(), *from}, {(*to_type)->index(), *to},
                              context.write());
  }
  return no_content();
}

std::string key_path(Context& context) {
  const auto ends = read_ends(context, !context.param("toObjectId").empty());
  if (!ends) {
    return std::string(context.request.path);
  }
  std::string key = ends->from->lineage + ">" + ends->to_type->fact().plural;
  return ends->to ? key + ":" + ends->to->lineage : key + "?" + std::string(context.request.query);
}

}  // namespace

void register_crm_associations(OperationRegistry& registry);
void register_crm_associations(OperationRegistry& registry) {
  registry.add({"crm.associations.list", run_list, key_path});
  registry.add({"crm.associations.create_default", run_create_default, key_path});
  registry.add({"crm.associations.create", run_create, key_path});
  registry.add({"crm.associations.archive", run_archive, key_path});
}

}  // namespace hubsim::operations

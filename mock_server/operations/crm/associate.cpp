#include "mock_server/operations/crm/associate.h"

#include <algorithm>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/portal/association_types.h"

namespace hubsim::operations {

namespace {

using hubspot::Option;

constexpr std::string_view company_type_id = "0-2";

bool is_primary(const hubspot::AssociationTypeFact& fact) {
  return fact.label == "Primary" && fact.to_type_id == company_type_id;
}

AssociationFact primary_type(const portal::Portal& portal, std::string_view from_type_id) {
  const auto& all = portal.facts().association_types;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& fact) {
    return fact.from_type_id == from_type_id && is_primary(fact);
  });
  return found == all.end() ? nullptr : &*found;
}

/// A record has one primary company: the old one keeps only its other labels (6.1, D).
void demote_other_primaries(portal::Portal& portal, const portal::AssociationEdge& edge,
                            const portal::WriteContext& write) {
  const auto items = portal.associations().list(edge.from, edge.to.type, 0, SIZE_MAX);
  for (const auto& item : items) {
    const auto& types = item.type_ids;
    if (item.to_id != edge.to.id &&
        std::find(types.begin(), types.end(), edge.type_id) != types.end()) {
      portal::AssociationEdge old = edge;
      old.to.id = item.to_id;
      portal.unlabel(old, write);
    }
  }
}

/// `edge` seen from the record that has a company; nothing when no company is concerned.
std::optional<portal::AssociationEdge> towards_company(const portal::Portal& portal,
                                                       const portal::AssociationEdge& edge) {
  const auto type_id = [&](portal::Endpoint end) -> std::string_view {
    return portal.type(end.type).fact().type_id;
  };
  if (type_id(edge.from) == type_id(edge.to)) {
    return std::nullopt;
  }
  if (type_id(edge.to) == company_type_id) {
    return edge;
  }
  return type_id(edge.from) == company_type_id ? std::optional(turned(edge)) : std::nullopt;
}

/// The first company of a record becomes its primary one (6.1, I); a primary one replaces another.
void settle_primary(portal::Portal& portal, const portal::AssociationEdge& edge,
                    const portal::WriteContext& write) {
  const auto company_edge = towards_company(portal, edge);
  if (!company_edge) {
    return;
  }
  AssociationFact primary =
      primary_type(portal, portal.type(company_edge->from.type).fact().type_id);
  if (primary == nullptr) {
    return;
  }
  const bool first = portal.options().on(Option::associations_first_company_primary) &&
                     portal.associations().count(company_edge->from, company_edge->to.type) == 0;
  if (first || company_edge->type_id == primary->type_id) {
    const auto wanted = with_type(*company_edge, primary);
    if (portal.options().on(Option::associations_one_primary)) {
      demote_other_primaries(portal, wanted, write);
    }
    portal.associate(wanted, write);
  }
}

void append_association_type(std::string& out, const portal::Portal& portal, int type_id) {
  AssociationFact fact = find_association_type(portal, type_id);
  const std::string category = fact != nullptr ? fact->category : "HUBSPOT_DEFINED";
  out +=
      R"({"category":")" + category + R"(","typeId":)" + std::to_string(type_id) + R"(,"label":)";
  if (fact == nullptr || fact->label.empty()) {
    out += "null}";
    return;
  }
  json::append_string(out, fact->label);
  out += '}';
}

bool has_type(const portal::Associations::Item& item, int type_id) {
  return std::find(item.type_ids.begin(), item.type_ids.end(), type_id) != item.type_ids.end();
}

/// Whether one more record under that type would be one too many for `edge.from`.
std::optional<ApiError> passed_limit(const portal::Portal& portal,
                                     const portal::AssociationEdge& edge) {
  const auto limit = portal.part<portal::AssociationTypes>().limit(edge.type_id);
  if (!limit) {
    return std::nullopt;
  }
  std::size_t count = 0;
  for (const auto& item : portal.associations().list(edge.from, edge.to.type, 0, SIZE_MAX)) {
    if (has_type(item, edge.type_id)) {
      if (item.to_id == edge.to.id) {
        return std::nullopt;  // there already
      }
      ++count;
    }
  }
  if (count < *limit) {
    return std::nullopt;
  }
  ApiError error = choices::validation(portal.type(edge.from.type).fact().label + "=" +
                                       std::to_string(edge.from.id) + " has reached its limit of " +
                                       std::to_string(*limit) + " associations of type " +
                                       std::to_string(edge.type_id));
  error.sub_category = "crm.associations.ASSOCIATION_LIMIT_EXCEEDED";
  return error;
}

}  // namespace

AssociationFact find_association_type(const portal::Portal& portal, int type_id) {
  return portal.part<portal::AssociationTypes>().find(type_id);
}

AssociationFact default_association_type(const portal::Portal& portal,
                                         const portal::ObjectType& from,
                                         const portal::ObjectType& to) {
  return portal.part<portal::AssociationTypes>().plain(from, to);
}

portal::AssociationEdge with_type(portal::AssociationEdge edge, AssociationFact fact) {
  edge.type_id = fact->type_id;
  edge.inverse_type_id = fact->inverse_type_id;
  return edge;
}

portal::AssociationEdge turned(const portal::AssociationEdge& edge) {
  return {.from = edge.to,
          .to = edge.from,
          .type_id = edge.inverse_type_id,
          .inverse_type_id = edge.type_id};
}

std::optional<ApiError> check_self(const Context& context, const portal::AssociationEdge& edge) {
  if (edge.from != edge.to || !context.portal.options().on(Option::associations_self_refused)) {
    return std::nullopt;
  }
  const std::string id = std::to_string(edge.from.id);
  return choices::validation("Object " + id + " cannot be associated to itself (" + id + ")");
}

std::optional<ApiError> check_limits(const Context& context, const portal::AssociationEdge& edge) {
  if (!context.portal.options().on(Option::associations_limits_enforced)) {
    return std::nullopt;
  }
  auto error = passed_limit(context.portal, edge);
  return error ? error : passed_limit(context.portal, turned(edge));
}

Read<AssociationFact> read_association_spec(const Context& context, const portal::ObjectType& from,
                                            const Json& spec) {
  const Json* id = json::find(spec, "associationTypeId");
  const auto number = id != nullptr ? parse_int(scalar_text(*id)) : std::nullopt;
  if (!number) {
    return Failure{hubspot::missing_fields(context.request.body, {"associationTypeId"})};
  }
  AssociationFact fact = *number > 0 && *number < 1'000'000
                             ? find_association_type(context.portal, static_cast<int>(*number))
                             : nullptr;
  if (fact == nullptr) {
    return Failure{
        choices::validation("Association type " + std::to_string(*number) + " does not exist")};
  }
  if (fact->from_type_id != from.fact().type_id) {
    return Failure{choices::validation(
        std::to_string(*number) + " is invalid from object type " + from.fact().type_id +
        " for associations to be created. expected: " + fact->from_type_id)};
  }
  return fact;
}

void attach(portal::Portal& portal, const portal::AssociationEdge& edge,
            const portal::WriteContext& write) {
  settle_primary(portal, edge, write);
  AssociationFact plain =
      default_association_type(portal, portal.type(edge.from.type), portal.type(edge.to.type));
  if (plain != nullptr && plain->type_id != edge.type_id) {
    portal.associate(with_type(edge, plain), write);
  }
  portal.associate(edge, write);
}

void attach(Context& context, const portal::AssociationEdge& edge) {
  attach(context.portal, edge, context.write());
}

void append_association_item(std::string& out, const portal::Portal& portal,
                             const portal::Associations::Item& item) {
  const bool text = portal.options().is(Option::associations_to_object_id, "string");
  const std::string quote = text ? "\"" : "";
  out += R"({"toObjectId":)" + quote + std::to_string(item.to_id) + quote;
  out += R"(,"associationTypes":[)";
  for (const int type_id : item.type_ids) {
    if (type_id == 0) {
      continue;  // HubSpot lists no type for this direction
    }
    out += out.back() == '[' ? "" : ",";
    append_association_type(out, portal, type_id);
  }
  out += "]}";
}

void append_labels_between(std::string& out, const portal::Portal& portal,
                           const portal::AssociationEdge& edge,
                           const std::vector<AssociationFact>& facts) {
  out += R"({"fromObjectTypeId":")" + portal.type(edge.from.type).fact().type_id +
         R"(","fromObjectId":)" + std::to_string(edge.from.id) + R"(,"toObjectTypeId":")" +
         portal.type(edge.to.type).fact().type_id + R"(","toObjectId":)" +
         std::to_string(edge.to.id) + R"(,"labels":[)";
  for (AssociationFact fact : facts) {
    if (!fact->label.empty()) {
      out += out.back() == '[' ? "" : ",";
      json::append_string(out, fact->label);
    }
  }
  out += "]}";
}

}  // namespace hubsim::operations

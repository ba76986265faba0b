// Association types of a pair of object types: labels (list, create, update, delete), the v3 list
// of types, limits (read, set, purge) and the high-usage report (behaviour reference 6.1; "T live
// 2026-10" marks what a third party's live runs saw).
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/crm/associate.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/results.h"
#include "mock_server/portal/association_types.h"

namespace hubsim::operations {

namespace {

using portal::AssociationTypes;

std::vector<AssociationFact> types_of(const Context& context, const TypePair& pair) {
  return context.portal.part<AssociationTypes>().between(pair.from->fact().type_id,
                                                         pair.to->fact().type_id);
}

void append_spec(std::string& out, AssociationFact fact) {
  out += R"({"category":")" + fact->category + R"(","typeId":)" + std::to_string(fact->type_id);
  out += R"(,"label":)";
  if (fact->label.empty()) {
    out += "null";
  } else {
    json::append_string(out, fact->label);
  }
}

Reply answer_specs(const std::vector<AssociationFact>& facts) {
  return answer_results(facts, [](std::string& body, AssociationFact fact) {
    append_spec(body, fact);
    body += '}';
  });
}

Reply run_list(Context& context) {
  const auto pair = read_type_pair(context);
  return pair ? answer_specs(types_of(context, *pair)) : fail(context, pair.error());
}

/// v3: `{"id":"4","name":"contact_to_deal"}` (D spec).
Reply run_types(Context& context) {
  const auto pair = read_type_pair(context);
  if (!pair) {
    return fail(context, pair.error());
  }
  return answer_results(types_of(context, *pair), [](std::string& body, AssociationFact fact) {
    body += R"({"id":")" + std::to_string(fact->type_id) + R"(","name":)";
    json::append_string(body, fact->name);
    body += '}';
  });
}

// ---- labels

/// No hyphen, no digit first (6.1, D).
std::optional<ApiError> check_name(const Context& context, const std::string& name) {
  const bool digit_first = name.front() >= '0' && name.front() <= '9';
  if (digit_first || name.find('-') != std::string::npos) {
    return choices::validation("Association name '" + name +
                               "' is invalid: no hyphens, and no digit first");
  }
  return context.portal.part<AssociationTypes>().has_name(name)
             ? std::optional(choices::validation("An association definition with name '" + name +
                                                 "' already exists"))
             : std::nullopt;
}

/// A pair of labels counts once, the unlabelled type not at all (T live 2026-10).
std::optional<ApiError> check_count(const Context& context, const TypePair& pair) {
  const auto facts = types_of(context, pair);
  const auto labels = std::count_if(facts.begin(), facts.end(), [](AssociationFact fact) {
    return fact->category == "USER_DEFINED" && !fact->label.empty();
  });
  const auto& options = context.portal.options();
  const std::string_view most = options.value(hubspot::Option::associations_labels_a_pair);
  if (labels < *parse_int(most)) {
    return std::nullopt;
  }
  ApiError error = choices::validation("No more than " + std::string(most) +
                                       " association types are allowed between " +
                                       pair.from->fact().plural + " and " + pair.to->fact().plural);
  error.status = most == "50" ? 437 : 400;  // 437: T live 2026-10
  return error;
}

Read<AssociationTypes::Label> read_label(const Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  auto name = members.text("name");
  auto label = members.text("label");
  auto inverse = members.text("inverseLabel");
  if (!name || !label || !inverse) {
    return Failure{!name ? name.error() : !label ? label.error() : inverse.error()};
  }
  std::vector<std::string> missing;
  if (members.find("label") == nullptr) {
    missing.emplace_back("label");
  }
  if (name->empty()) {
    missing.emplace_back("name");
  }
  if (!missing.empty()) {
    return Failure{hubspot::missing_fields(context.request.body, missing)};
  }
  // Without an inverse label the label stands on both sides (T live 2026-10).
  return AssociationTypes::Label{std::move(*name), *label,
                                 inverse->empty() ? *label : std::move(*inverse)};
}

Reply run_create(Context& context) {
  const auto pair = read_type_pair(context);
  if (!pair) {
    return fail(context, pair.error());
  }
  auto label = read_label(context);
  if (!label) {
    return fail(context, label.error());
  }
  for (auto error : {check_name(context, label->name), check_count(context, *pair)}) {
    if (error) {
      return fail(context, *error);
    }
  }
  return answer_specs(
      context.portal.part<AssociationTypes>().add_label(*pair->from, *pair->to, std::move(*label)));
}

ApiError not_own(std::string_view type_id) {
  return choices::validation("Association type " + std::string(type_id) +
                             " is not a label of this account");
}

Reply run_update(Context& context) {
  const auto pair = read_type_pair(context);
  const auto body = read_object(context);
  if (!pair || !body) {
    return fail(context, pair ? body.error() : pair.error());
  }
  const Members members(context.request.body, *body);
  const auto id_text = members.text("associationTypeId");
  const auto label = members.text("label");
  const auto inverse = members.text("inverseLabel");
  if (!id_text || !label || !inverse) {
    return fail(context, !id_text ? id_text.error() : !label ? label.error() : inverse.error());
  }
  if (id_text->empty() || label->empty()) {
    return fail(context,
                hubspot::missing_fields(context.request.body, {"associationTypeId", "label"}));
  }
  auto& types = context.portal.part<AssociationTypes>();
  const auto id = parse_int(*id_text);
  if (!id || *id < 1 || *id > INT32_MAX || !types.is_own(static_cast<int>(*id))) {
    return fail(context, not_own(*id_text));
  }
  types.relabel(static_cast<int>(*id), *label, inverse->empty() ? *label : *inverse);
  return no_content();
}

/// Takes the label off every record that has it.
void drop_label(Context& context, const TypePair& pair, AssociationFact fact) {
  for (const auto& record : context.portal.store(pair.from->index()).slots()) {
    if (!record || record->archived) {
      continue;
    }
    const portal::Endpoint from{pair.from->index(), record->id};
    for (const auto& item :
         context.portal.associations().list(from, pair.to->index(), 0, SIZE_MAX)) {
      context.portal.associations().remove(
          with_type({.from = from, .to = {pair.to->index(), item.to_id}}, fact));
    }
  }
}

Reply run_delete(Context& context) {
  const auto pair = read_type_pair(context);
  if (!pair) {
    return fail(context, pair.error());
  }
  const std::string id_text(context.param("associationTypeId"));
  const auto id = parse_int(id_text);
  auto& types = context.portal.part<AssociationTypes>();
  if (!id || *id < 1 || *id > INT32_MAX) {
    return fail(context, hubspot::bad_path_parameter("associationTypeId"));
  }
  AssociationFact fact = types.find(static_cast<int>(*id));
  if (fact == nullptr || !types.is_own(fact->type_id) ||
      fact->from_type_id != pair->from->fact().type_id) {
    return fail(context, not_own(id_text));
  }
  const auto all = types_of(context, *pair);
  const bool labels_left = std::any_of(all.begin(), all.end(), [](AssociationFact each) {
    return each->category == "USER_DEFINED" && !each->label.empty();
  });
  if (fact->label.empty() && labels_left) {
    return fail(context, choices::validation("Definition with label still exists; Cannot delete "
                                             "unlabeled type with associationTypeId " +
                                             id_text));
  }
  drop_label(context, *pair, fact);
  types.remove(fact->type_id);
  return no_content();
}

// ---- limits

void append_limit(std::string& out, AssociationFact fact, std::size_t most, bool with_label) {
  out += R"({"category":")" + fact->category + R"(","typeId":)" + std::to_string(fact->type_id) +
         R"(,"userEnforcedMaxToObjectIds":)" + std::to_string(most);
  if (with_label) {
    out += R"(,"label":)";
    if (fact->label.empty()) {
      out += "null";
    } else {
      json::append_string(out, fact->label);
    }
  }
  out += '}';
}

Reply answer_limits(const Context& context, const TypePair* pair) {
  const auto& types = context.portal.part<AssociationTypes>();
  std::string body = R"({"results":[)";
  for (const auto& [type_id, most] : types.limits()) {
    AssociationFact fact = types.find(type_id);
    if (fact == nullptr || (pair != nullptr && (fact->from_type_id != pair->from->fact().type_id ||
                                                fact->to_type_id != pair->to->fact().type_id))) {
      continue;
    }
    body += body.back() == '[' ? "" : ",";
    append_limit(body, fact, most, true);
  }
  return answer(body + "]}");
}

Reply run_all_limits(Context& context) { return answer_limits(context, nullptr); }

Reply run_limits(Context& context) {
  const auto pair = read_type_pair(context);
  return pair ? answer_limits(context, &*pair) : fail(context, pair.error());
}

std::optional<std::int64_t> number_of(const Json& input, std::string_view name) {
  const Json* member = json::find(input, name);
  return member != nullptr && !member->is_structured() ? parse_int(scalar_text(*member))
                                                       : std::nullopt;
}

/// A type of the pair that an input names by its typeId.
Read<AssociationFact> read_limit_type(const Context& context, const TypePair& pair,
                                      const Json& input) {
  const auto id = number_of(input, "typeId");
  if (!id) {
    return Failure{hubspot::missing_fields(context.request.body, {"typeId"})};
  }
  for (AssociationFact fact : types_of(context, pair)) {
    if (fact->type_id == *id) {
      return fact;
    }
  }
  return Failure{choices::validation("Association type " + std::to_string(*id) +
                                     " does not exist between " + pair.from->fact().plural +
                                     " and " + pair.to->fact().plural)};
}

Read<AssociationFact> set_limit(Context& context, const TypePair& pair, const Json& input) {
  const auto fact = read_limit_type(context, pair, input);
  if (!fact) {
    return fact;
  }
  const auto most = number_of(input, "maxToObjectIds");
  if (!most || *most < 1 || *most > 500'000) {
    return Failure{choices::validation("maxToObjectIds must be between 1 and 500000")};
  }
  context.portal.part<AssociationTypes>().set_limit((*fact)->type_id,
                                                    static_cast<std::size_t>(*most));
  return fact;
}

Reply write_limits(Context& context, int status, bool with_label) {
  const auto pair = read_type_pair(context);
  const auto body = read_batch(context, choices::batch_maximum);
  if (!pair || !body) {
    return fail(context, pair ? body.error() : pair.error());
  }
  std::vector<AssociationFact> set;
  BatchResults results;
  for (const Json& input : body->inputs()) {
    const auto fact = set_limit(context, *pair, input);
    if (fact) {
      set.push_back(*fact);
    } else {
      results.errors.push_back(fact.error());
    }
  }
  results.count = set.size();
  results.append = [&](std::string& out, std::size_t index) {
    const auto& types = context.portal.part<AssociationTypes>();
    append_limit(out, set[index], types.limit(set[index]->type_id).value_or(0), with_label);
  };
  return batch_answer(context, results, status, body->size);
}

Reply run_create_limits(Context& context) { return write_limits(context, 201, true); }
Reply run_update_limits(Context& context) { return write_limits(context, 200, false); }

/// 204 also where there was no limit (T live 2026-10).
Reply run_purge_limits(Context& context) {
  const auto pair = read_type_pair(context);
  const auto body = read_batch(context, choices::batch_maximum);
  if (!pair || !body) {
    return fail(context, pair ? body.error() : pair.error());
  }
  for (const Json& input : body->inputs()) {
    const auto fact = read_limit_type(context, *pair, input);
    if (fact) {
      context.portal.part<AssociationTypes>().remove_limit((*fact)->type_id);
    }
  }
  Reply reply = no_content();
  reply.inputs = body->size;
  return reply;
}

/// A text up to v4, an object in the dated versions (D: the models of the official clients of
/// each).
std::string show_enqueue_time(const Context& context) {
  if (!context.request.path.starts_with("/crm/associations/20")) {
    return '"' + format_iso8601(context.now) + '"';
  }
  return R"({"dateOnly":false,"timeZoneShift":0,"value":)" +
         std::to_string(to_unix_ms(context.now)) + '}';
}

/// The report itself goes out by mail; the API says that it is on its way (D spec).
Reply run_report(Context& context) {
  const auto id = parse_uint(context.param("userId"));
  const auto& owners = context.portal.owners();
  const auto found = std::find_if(owners.begin(), owners.end(), [&](const portal::Owner& owner) {
    return id && owner.user_id == *id;
  });
  if (!id || found == owners.end()) {
    return fail(context, id ? hubspot::object_not_found() : hubspot::bad_path_parameter("userId"));
  }
  std::string body = R"({"userId":)" + std::to_string(*id) + R"(,"userEmail":)";
  json::append_string(body, found->email);
  return answer(body + R"(,"enqueueTime":)" + show_enqueue_time(context) + '}');
}

std::string key_path(Context& context) { return std::string(context.request.path); }

}  // namespace

void register_crm_association_labels(OperationRegistry& registry);
void register_crm_association_labels(OperationRegistry& registry) {
  registry.add({"crm.associations.labels.list", run_list, key_path});
  registry.add({"crm.associations.labels.create", run_create, key_path});
  registry.add({"crm.associations.labels.update", run_update, key_path});
  registry.add({"crm.associations.labels.delete", run_delete, key_path});
  registry.add({"crm.associations.types", run_types, key_path});
  registry.add({"crm.associations.limits.all", run_all_limits, key_path});
  registry.add({"crm.associations.limits.list", run_limits, key_path});
  registry.add({"crm.associations.limits.create", run_create_limits, key_path});
  registry.add({"crm.associations.limits.update", run_update_limits, key_path});
  registry.add({"crm.associations.limits.purge", run_purge_limits, key_path});
  registry.add({"crm.associations.high_usage_report", run_report, key_path});
}

}  // namespace hubsim::operations

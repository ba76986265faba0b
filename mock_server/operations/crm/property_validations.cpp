// Validation rules of properties: list by type and by property, read, set (behaviour
// reference 4.10; arguments D docs property-validations). Enforced where records are written:
// portal/value_checks.h.
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/portal/property_rules.h"

namespace hubsim::operations {

namespace {

using hubspot::ValidationRule;
using portal::PropertyRules;

struct Target {
  TypePtr type = nullptr;
  portal::PropertyIndex index = 0;

  [[nodiscard]] PropertyRules::Key key() const { return {type->index(), index}; }
};

Read<Target> read_target(const Context& context) {
  const auto type = read_type(context, "objectTypeId");
  if (!type) {
    return Failure{type.error()};
  }
  const std::string_view name = context.param("propertyName");
  const auto index = (*type)->property_index(name);
  if (!index || (*type)->property(*index).archived) {
    return Failure{hubspot::property_missing(name)};
  }
  return Target{*type, *index};
}

void append_rule(std::string& out, const ValidationRule& rule) {
  out += out.empty() || out.back() == '[' ? R"({"ruleType":)" : R"(,{"ruleType":)";
  json::append_string(out, rule.type());
  out += R"(,"ruleArguments":[)";
  for (const std::string& argument : rule.arguments()) {
    out += out.back() == '[' ? "" : ",";
    json::append_string(out, argument);
  }
  out += rule.normalises() ? R"(],"shouldApplyNormalization":true})"
                           : R"(],"shouldApplyNormalization":false})";
}

Reply run_list(Context& context) {
  const auto type = read_type(context, "objectTypeId");
  if (!type) {
    return fail(context, type.error());
  }
  std::string body = R"({"results":[)";
  for (const auto& [key, rules] : context.portal.part<PropertyRules>().all()) {
    if (key.first != (*type)->index()) {
      continue;
    }
    body += body.back() == '[' ? R"({"propertyName":)" : R"(,{"propertyName":)";
    json::append_string(body, (*type)->property(key.second).fact.name);
    body += R"(,"propertyValidationRules":[)";
    for (const ValidationRule& rule : rules) {
      append_rule(body, rule);
    }
    body += "]}";
  }
  return answer(body + "]}");
}

Reply run_property(Context& context) {
  const auto target = read_target(context);
  if (!target) {
    return fail(context, target.error());
  }
  std::string body = R"({"results":[)";
  for (const ValidationRule& rule : context.portal.part<PropertyRules>().of(target->key())) {
    append_rule(body, rule);
  }
  return answer(body + "]}");
}

/// An unknown rule type is one of the path that does not parse (3.3).
std::optional<ApiError> check_rule_type(const Context& context) {
  const std::string_view wanted = context.param("ruleType");
  for (const std::string_view known : hubspot::rule_type_names()) {
    if (known == wanted) {
      return std::nullopt;
    }
  }
  return hubspot::bad_path_parameter("ruleType");
}

Reply run_read(Context& context) {
  const auto target = read_target(context);
  if (!target) {
    return fail(context, target.error());
  }
  if (auto error = check_rule_type(context)) {
    return fail(context, *error);
  }
  const ValidationRule* rule =
      context.portal.part<PropertyRules>().find(target->key(), context.param("ruleType"));
  if (rule == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  std::string body;
  append_rule(body, *rule);
  return answer(std::move(body));
}

Read<ValidationRule> read_rule(const Context& context, const Target& target) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  if (members.find("ruleArguments") == nullptr) {
    return Failure{hubspot::missing_fields(context.request.body, {"ruleArguments"})};
  }
  auto arguments = members.texts("ruleArguments");
  if (!arguments) {
    return Failure{arguments.error()};
  }
  const Json* normalises = members.find("shouldApplyNormalization");
  auto rule = ValidationRule::make(
      target.type->property(target.index).fact, context.param("ruleType"), std::move(*arguments),
      normalises != nullptr && normalises->is_boolean() && normalises->get<bool>());
  if (!rule.ok()) {
    return Failure{choices::validation("Invalid validation rule: " + rule.error())};
  }
  return std::move(*rule);
}

/// Answers nothing (D spec: no body), with 204.
Reply run_set(Context& context) {
  const auto target = read_target(context);
  if (!target) {
    return fail(context, target.error());
  }
  if (auto error = check_rule_type(context)) {
    return fail(context, *error);
  }
  auto rule = read_rule(context, *target);
  if (!rule) {
    return fail(context, rule.error());
  }
  context.portal.part<PropertyRules>().set(target->key(), std::move(*rule));
  portal::Property property = target->type->property(target->index);
  property.has_rules = true;
  context.portal.redefine_property(target->type->index(), target->index, std::move(property));
  return no_content();
}

std::string key_path(Context& context) { return std::string(context.request.path); }

}  // namespace

void register_crm_property_validations(OperationRegistry& registry);
void register_crm_property_validations(OperationRegistry& registry) {
  registry.add({"crm.property_validations.list", run_list, key_path});
  registry.add({"crm.property_validations.property", run_property, key_path});
  registry.add({"crm.property_validations.read", run_read, key_path});
  registry.add({"crm.property_validations.set", run_set, key_path});
}

}  // namespace hubsim::operations

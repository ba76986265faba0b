// Filters of journal subscriptions: create, read, list, delete (behaviour reference 8.6, D).
#include <algorithm>

#include "common/time/format.h"
#include "mock_server/operations/webhooks/journal_input.h"

namespace hubsim::operations {

namespace {

using portal::JournalCondition;
using portal::JournalFilter;

constexpr std::size_t max_conditions = 100;  // U

void append(std::string& out, const JournalCondition& condition) {
  out += R"({"filterType":"CRM_OBJECT_PROPERTY","property":)";
  json::append_string(out, condition.property);
  out += R"(,"operator":")" + condition.op + '"';
  if (condition.value) {
    out += R"(,"value":)";
    json::append_string(out, *condition.value);
  }
  if (!condition.values.empty()) {
    out += R"(,"values":)" + json::dump(Json(condition.values));
  }
  out += '}';
}

void append(std::string& out, const JournalFilter& filter) {
  out += R"({"id":)" + std::to_string(filter.id) + R"(,"createdAt":)" +
         std::to_string(to_unix_ms(filter.created_at)) + R"(,"filter":{"conditions":[)";
  for (const JournalCondition& condition : filter.conditions) {
    out += out.back() == '[' ? "" : ",";
    append(out, condition);
  }
  out += "]}}";
}

bool needs_values(std::string_view op) { return op == "IN" || op == "NOT_IN"; }
bool needs_nothing(std::string_view op) { return op == "IS_EMPTY" || op == "IS_NOT_EMPTY"; }

std::string known_operators() {
  std::string out;
  for (const auto op : portal::journal_operators()) {
    out.append(out.empty() ? "" : ", ").append(op);
  }
  return out;
}

std::optional<ApiError> check_operator(const Members& members, const JournalCondition& condition) {
  const auto known = portal::journal_operators();
  if (std::find(known.begin(), known.end(), condition.op) == known.end()) {
    return hubspot::invalid_enum(members.body(), members.path_of("operator"), known_operators());
  }
  const bool lacks_values = needs_values(condition.op) && condition.values.empty();
  const bool lacks_value =
      !needs_values(condition.op) && !needs_nothing(condition.op) && !condition.value;
  if (lacks_values || lacks_value) {
    return hooks::invalid(std::string("Operator ") + condition.op + " requires " +
                          (lacks_values ? "values" : "a value"));
  }
  return std::nullopt;
}

Read<JournalCondition> read_condition(const Context& context, const Json& item,
                                      const std::string& path) {
  if (!item.is_object()) {
    return Failure{hubspot::wrong_json_type(
        context.request.body, path, "java.util.LinkedHashMap<java.lang.String,java.lang.Object>",
        item)};
  }
  const Members members(context.request.body, item, path);
  std::vector<std::string> missing;
  for (const char* field : {"filterType", "operator", "property"}) {
    if (members.find(field) == nullptr) {
      missing.emplace_back(field);
    }
  }
  if (!missing.empty()) {
    return Failure{hubspot::missing_fields(context.request.body, missing)};
  }
  const auto type = members.text("filterType");
  const auto op = members.text("operator");
  const auto property = members.text("property");
  const auto value = members.text("value");
  const auto values = members.texts("values");
  for (const auto* text : {&type, &op, &property, &value}) {
    if (!*text) {
      return Failure{text->error()};
    }
  }
  if (!values) {
    return Failure{values.error()};
  }
  if (*type != "CRM_OBJECT_PROPERTY") {
    return Failure{hubspot::invalid_enum(context.request.body, members.path_of("filterType"),
                                         "CRM_OBJECT_PROPERTY")};
  }
  JournalCondition condition{.property = *property, .op = *op, .values = *values};
  if (members.find("value") != nullptr) {
    condition.value = *value;
  }
  if (auto problem = check_operator(members, condition)) {
    return Failure{std::move(*problem)};
  }
  return condition;
}

Read<std::vector<JournalCondition>> read_conditions(const Context& context, const Json& body) {
  const Json* filter = json::find(body, "filter");
  if (!filter->is_object()) {
    return Failure{hubspot::wrong_json_type(
        context.request.body, "/filter",
        "java.util.LinkedHashMap<java.lang.String,java.lang.Object>", *filter)};
  }
  const Members members(context.request.body, *filter, "/filter");
  if (members.find("conditions") == nullptr) {
    return Failure{hubspot::missing_fields(context.request.body, {"conditions"})};
  }
  const auto list = members.list("conditions");
  if (!list) {
    return Failure{list.error()};
  }
  if ((*list)->empty() || (*list)->size() > max_conditions) {
    return Failure{hooks::invalid("A filter has between 1 and 100 conditions")};
  }
  std::vector<JournalCondition> conditions;
  for (const Json& item : **list) {
    auto condition =
        read_condition(context, item, "/filter/conditions/" + std::to_string(conditions.size()));
    if (!condition) {
      return Failure{condition.error()};
    }
    conditions.push_back(std::move(*condition));
  }
  return conditions;
}

Reply run_create(Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  const Members members(context.request.body, *body);
  std::vector<std::string> missing;
  for (const char* field : {"filter", "subscriptionId"}) {
    if (members.find(field) == nullptr) {
      missing.emplace_back(field);
    }
  }
  if (!missing.empty()) {
    return fail(context, hubspot::missing_fields(context.request.body, missing));
  }
  const auto id = hooks::read_whole(members, *body, "subscriptionId");
  if (!id) {
    return fail(context, id.error());
  }
  auto conditions = read_conditions(context, *body);
  if (!conditions) {
    return fail(context, conditions.error());
  }
  auto& app = hooks::journal_of(context);
  const auto wanted = static_cast<std::uint64_t>(std::max<std::int64_t>(**id, 0));
  const bool known = std::any_of(app.subscriptions.begin(), app.subscriptions.end(),
                                 [&](const auto& one) { return one.id == wanted; });
  if (!known) {
    return fail(context,
                hooks::not_found("Subscription " + std::to_string(wanted) + " does not exist"));
  }
  if (app.filters.size() >= portal::Journal::max_filters) {
    return fail(context, hooks::invalid("Too many filters"));
  }
  app.filters.push_back({.id = context.portal.part<portal::Journal>().next_id(),
                         .subscription_id = wanted,
                         .created_at = context.now,
                         .conditions = std::move(*conditions)});
  return answer(R"({"filterId":)" + std::to_string(app.filters.back().id) + "}");
}

ApiError missing_filter(std::uint64_t id) {
  return hooks::not_found("Filter " + std::to_string(id) + " does not exist");
}

Reply run_read(Context& context) {
  const auto id = hooks::path_id(context, "filterId");
  if (!id) {
    return fail(context, id.error());
  }
  const auto& filters = hooks::journal_of(context).filters;
  const auto found = std::find_if(filters.begin(), filters.end(),
                                  [&](const auto& filter) { return filter.id == *id; });
  if (found == filters.end()) {
    return fail(context, missing_filter(*id));
  }
  std::string out;
  append(out, *found);
  return answer(std::move(out));
}

Reply run_list(Context& context) {
  const auto id = hooks::path_id(context, "subscriptionId");
  if (!id) {
    return fail(context, id.error());
  }
  std::string out = "[";
  for (const JournalFilter& filter : hooks::journal_of(context).filters) {
    if (filter.subscription_id == *id) {
      out += out.back() == '[' ? "" : ",";
      append(out, filter);
    }
  }
  return answer(out + "]");
}

Reply run_delete(Context& context) {
  const auto id = hooks::path_id(context, "filterId");
  if (!id) {
    return fail(context, id.error());
  }
  const auto gone = std::erase_if(hooks::journal_of(context).filters,
                                  [&](const auto& filter) { return filter.id == *id; });
  return gone > 0 ? no_content() : fail(context, missing_filter(*id));
}

}  // namespace

void register_webhooks_journal_filters(OperationRegistry& registry);
void register_webhooks_journal_filters(OperationRegistry& registry) {
  registry.add({"webhooks.journal.filters.create", run_create, hooks::key_path});
  registry.add({"webhooks.journal.filters.read", run_read, hooks::key_path});
  registry.add({"webhooks.journal.filters.list", run_list, hooks::key_path});
  registry.add({"webhooks.journal.filters.delete", run_delete, hooks::key_path});
}

}  // namespace hubsim::operations

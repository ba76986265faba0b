// Functions of custom actions: kept and shown. Nothing runs them: what goes to the action's URL is
// what would go without them (behaviour reference 7).
#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/automation/action_input.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

/// The body is the source: as plain text, as a JSON string, or as the member `functionSource`.
std::string source_of(const Context& context) {
  const auto parsed = json::parse(context.request.body);
  if (parsed && parsed->is_string()) {
    return parsed->get<std::string>();
  }
  const Json* source = parsed ? json::find(*parsed, "functionSource") : nullptr;
  return source != nullptr ? json::text_of(*source) : std::string(context.request.body);
}

std::optional<ApiError> check_type(const Context& context) {
  for (const std::string_view known : split(function_types, ',')) {
    if (trim(known) == context.param("functionType")) {
      return std::nullopt;
    }
  }
  return hubspot::bad_path_parameter("functionType");
}

struct Named {
  portal::ActionDefinition definition;
  std::string type;
  std::string id;
};

Read<Named> read_named(const Context& context) {
  auto found = named_action(context);
  if (!found) {
    return Failure{found.error()};
  }
  if (const auto error = check_type(context)) {
    return Failure{*error};
  }
  return Named{.definition = std::move(*found),
               .type = std::string(context.param("functionType")),
               .id = std::string(context.param("functionId"))};
}

Json identifier(const portal::ActionFunction& function) {
  Json out = {{"functionType", function.type}};
  if (!function.id.empty()) {
    out["id"] = function.id;
  }
  return out;
}

Reply run_list(Context& context) {
  const auto found = named_action(context);
  if (!found) {
    return fail(context, found.error());
  }
  Json results = Json::array();
  for (const portal::ActionFunction& each : found->functions) {
    results.push_back(identifier(each));
  }
  return answer(json::dump({{"results", std::move(results)}}));
}

Reply run_read(Context& context) {
  auto named = read_named(context);
  if (!named) {
    return fail(context, named.error());
  }
  const auto* function = named->definition.function(named->type, named->id);
  if (function == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  Json out = {{"functionSource", function->source}};
  out.update(identifier(*function));
  return answer(json::dump(out));
}

Reply run_replace(Context& context) {
  auto named = read_named(context);
  if (!named) {
    return fail(context, named.error());
  }
  portal::ActionDefinition& definition = named->definition;
  portal::ActionFunction* function = definition.function(named->type, named->id);
  if (function == nullptr) {
    if (definition.functions.size() >= portal::ActionBook::max_functions) {
      return fail(context, choices::validation("An action has at most 100 functions"));
    }
    function = &definition.functions.emplace_back(
        portal::ActionFunction{.type = named->type, .id = named->id, .source = {}});
  }
  function->source = source_of(context);
  const Json shown = identifier(*function);
  definition.revise(context.now);
  action_book(context).put(std::move(definition));
  return answer(json::dump(shown));
}

Reply run_archive(Context& context) {
  auto named = read_named(context);
  if (!named) {
    return fail(context, named.error());
  }
  portal::ActionDefinition& definition = named->definition;
  if (definition.function(named->type, named->id) == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  std::erase_if(definition.functions, [&](const portal::ActionFunction& each) {
    return each.type == named->type && each.id == named->id;
  });
  definition.revise(context.now);
  action_book(context).put(std::move(definition));
  return no_content();
}

}  // namespace

void register_automation_action_functions(OperationRegistry& registry);
void register_automation_action_functions(OperationRegistry& registry) {
  const std::string functions = "automation.actions.functions.";
  const std::string by_id = ".by_app_id_definition_id_function_type_function_id";
  registry.add({functions + "list", run_list, path_key});
  registry.add({functions + "read", run_read, path_key});
  registry.add({functions + "read" + by_id, run_read, path_key});
  registry.add({functions + "replace", run_replace, path_key});
  registry.add({functions + "replace" + by_id, run_replace, path_key});
  registry.add({functions + "archive", run_archive, path_key});
  registry.add({functions + "archive" + by_id, run_archive, path_key});
}

}  // namespace hubsim::operations

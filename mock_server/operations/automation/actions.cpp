// Custom workflow actions of an app: definitions, revisions, whether they want a record (behaviour
// reference 7, Automation; D docs "custom workflow actions").
#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/automation/action_input.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;

std::vector<Field> definition_fields(bool create) {
  return {{"actionUrl", Kind::text, create},     {"objectTypes", Kind::list, create},
          {"published", Kind::boolean, create},  {"inputFields", Kind::list, create},
          {"outputFields", Kind::list},          {"labels", Kind::object, create},
          {"executionRules", Kind::list},        {"inputFieldDependencies", Kind::list},
          {"objectRequestOptions", Kind::object}};
}
constexpr Field functions_field[] = {{"functions", Kind::list, true}};
constexpr Field function_fields[] = {{"functionType", Kind::text, true, function_types},
                                     {"functionSource", Kind::text, true},
                                     {"id"}};
constexpr Field label_fields[] = {{"actionName", Kind::text, true}};
constexpr Field requires_fields[] = {{"requiresObject", Kind::boolean, true}};

/// English labels are a must, and each language names the action (D; the first text is ours).
std::optional<ApiError> check_labels(const Context& context, const Json& body) {
  const Json* labels = json::find(body, "labels");
  if (labels == nullptr) {
    return std::nullopt;
  }
  if (!labels->contains("en")) {
    return choices::validation("labels must have an entry for the language en");
  }
  for (const auto& [language, texts] : labels->items()) {
    const auto read = read_fields(context.request.body, texts, label_fields, "/labels/" + language);
    if (!read) {
      return read.error();
    }
  }
  return std::nullopt;
}

std::optional<ApiError> check_url(const Json& body) {
  const Json* url = json::find(body, "actionUrl");
  const std::string text = url == nullptr ? "http://" : json::text_of(*url);
  if (text.starts_with("https://") || text.starts_with("http://")) {
    return std::nullopt;
  }
  return choices::validation("actionUrl must be an absolute URL: " + text);  // U
}

Read<Json> read_body(const Context& context, bool create) {
  const auto fields = definition_fields(create);
  auto body = read_fields(context, fields);
  if (!body) {
    return body;
  }
  if (const auto error = check_labels(context, *body)) {
    return Failure{*error};
  }
  if (const auto error = check_url(*body)) {
    return Failure{*error};
  }
  return body;
}

Read<std::vector<portal::ActionFunction>> read_functions(const Context& context) {
  const auto body = read_fields(context, functions_field);
  if (!body) {
    return Failure{body.error()};
  }
  const auto each =
      read_each(context.request.body, body->at("functions"), function_fields, "/functions");
  if (!each) {
    return Failure{each.error()};
  }
  if (each->size() > portal::ActionBook::max_functions) {
    return Failure{choices::validation("An action has at most 100 functions")};
  }
  std::vector<portal::ActionFunction> functions;
  for (const Json& one : *each) {
    functions.push_back({.type = one.at("functionType"),
                         .id = one.value("id", std::string()),
                         .source = one.at("functionSource")});
  }
  return functions;
}

Reply run_create(Context& context) {
  auto body = read_body(context, true);
  if (!body) {
    return fail(context, body.error());
  }
  auto functions = read_functions(context);
  if (!functions) {
    return fail(context, functions.error());
  }
  portal::ActionDefinition definition;
  definition.body = std::move(*body);
  definition.functions = std::move(*functions);
  const auto made =
      action_book(context).add(context.caller.app_id, std::move(definition), context.now);
  return made ? answer(json::dump(made->shown()), 201)
              : fail(context, choices::validation("The app has too many action definitions"));
}

Reply run_list(Context& context) {
  const bool archived = context.query.first("archived") == "true";
  std::vector<Numbered> all;
  for (const portal::ActionDefinition& each : action_book(context).list()) {
    if (each.archived_at.has_value() == archived) {
      all.push_back({each.id, each.shown()});
    }
  }
  return answer_page(context, all);
}

Reply run_read(Context& context) {
  const auto found = named_action(context);
  return found ? answer(json::dump(found->shown())) : fail(context, found.error());
}

Reply run_update(Context& context) {
  auto found = named_action(context);
  const auto body = read_body(context, false);
  if (!found || !body) {
    return fail(context, found ? body.error() : found.error());
  }
  found->body.update(*body);
  found->revise(context.now);
  action_book(context).put(*found);
  return answer(json::dump(found->shown()));
}

Reply run_archive(Context& context) {
  auto found = named_action(context);
  if (!found) {
    return fail(context, found.error());
  }
  found->archived_at = context.now;
  action_book(context).put(std::move(*found));
  return no_content();
}

Json show_revision(const portal::ActionRevision& revision) {
  return {{"id", std::to_string(revision.number)},
          {"revisionId", std::to_string(revision.number)},
          {"createdAt", format_iso8601(revision.created)},
          {"definition", revision.definition}};
}

Reply run_list_revisions(Context& context) {
  const auto found = named_action(context);
  if (!found) {
    return fail(context, found.error());
  }
  std::vector<Numbered> all;
  for (const portal::ActionRevision& each : found->revisions) {
    all.push_back({each.number, show_revision(each)});
  }
  return answer_page(context, all);
}

Reply run_read_revision(Context& context) {
  const auto found = named_action(context);
  const auto number = parse_uint(context.param("revisionId"));
  if (!found) {
    return fail(context, found.error());
  }
  for (const portal::ActionRevision& each : found->revisions) {
    if (number && each.number == *number) {
      return answer(json::dump(show_revision(each)));
    }
  }
  return fail(context, hubspot::object_not_found());
}

Reply run_read_requires(Context& context) {
  const auto found = named_action(context);
  return found ? answer(json::dump({{"requiresObject", found->requires_object}}))
               : fail(context, found.error());
}

Reply run_set_requires(Context& context) {
  auto found = named_action(context);
  const auto body = read_fields(context, requires_fields);
  if (!found || !body) {
    return fail(context, found ? body.error() : found.error());
  }
  found->requires_object = body->at("requiresObject");
  action_book(context).put(std::move(*found));
  return no_content();
}

}  // namespace

void register_automation_actions(OperationRegistry& registry);
void register_automation_actions(OperationRegistry& registry) {
  registry.add({"automation.actions.create", run_create, path_key});
  registry.add({"automation.actions.list", run_list, path_key});
  registry.add({"automation.actions.read", run_read, path_key});
  registry.add({"automation.actions.update", run_update, path_key});
  registry.add({"automation.actions.archive", run_archive, path_key});
  registry.add({"automation.actions.revisions.list", run_list_revisions, path_key});
  registry.add({"automation.actions.revisions.read", run_read_revision, path_key});
  registry.add({"automation.actions.requires_object.read", run_read_requires, path_key});
  registry.add({"automation.actions.requires_object.replace", run_set_requires, path_key});
}

}  // namespace hubsim::operations

// Event templates of apps and their tokens (behaviour reference 7, 2.4; shapes as the official
// clients' types).
#include <array>

#include "common/time/format.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/timeline/timeline_store.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;

constexpr std::array<Field, 5> token_fields{
    {{"name", Kind::text, true},
     {"label", Kind::text, true},
     {"type", Kind::text, true, "date, enumeration, number, string"},
     {"options", Kind::list},
     {"objectPropertyName", Kind::text}}};
constexpr std::array<Field, 2> option_fields{
    {{"label", Kind::text, true}, {"value", Kind::text, true}}};

Json render(const EventToken& token) {
  Json out = token.body;
  out["createdAt"] = format_iso8601(token.created_at);
  out["updatedAt"] = format_iso8601(token.updated_at);
  return out;
}

Json render(std::uint64_t id, const EventTemplate& each) {
  Json tokens = Json::array();
  for (const auto& [name, token] : each.tokens) {
    tokens.push_back(render(token));
  }
  return {{"id", std::to_string(id)},
          {"name", each.name},
          {"headerTemplate", each.header},
          {"detailTemplate", each.detail},
          {"tokens", std::move(tokens)},
          {"objectType", each.object_type},
          {"createdAt", format_iso8601(each.created_at)},
          {"updatedAt", format_iso8601(each.updated_at)}};
}

struct Found {
  std::uint64_t id = 0;
  EventTemplate* each = nullptr;
};

Read<Found> read_template(const Context& context) {
  const auto id = read_number(context, "eventTemplateId");
  if (!id) {
    return Failure{id.error()};
  }
  auto& all = templates_of(context).by_id;
  const auto found = all.find(*id);
  return found != all.end() ? Read<Found>(Found{*id, &found->second})
                            : Failure{hubspot::object_not_found()};
}

Read<Json> read_token(const Context& context, const Json& value, std::span<const Field> fields,
                      const std::string& path) {
  auto token = read_fields(context.request.body, value, fields, path);
  if (!token || !token->contains("options")) {
    return token;
  }
  auto options =
      read_each(context.request.body, token->at("options"), option_fields, path + "/options");
  if (!options) {
    return options;
  }
  (*token)["options"] = std::move(*options);
  return token;
}

/// The list of tokens of a template's body; keeps what the template has when there is none.
std::optional<ApiError> read_tokens(const Context& context, const Json& body, EventTemplate& each) {
  const Json* list = json::find(body, "tokens");
  if (list == nullptr) {
    return std::nullopt;
  }
  if (list->size() > max_tokens) {
    return choices::validation("An event template can have at most 500 tokens");  // D 2.4, text U
  }
  std::map<std::string, EventToken> tokens;
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto token = read_token(context, (*list)[i], token_fields, "/tokens/" + std::to_string(i));
    if (!token) {
      return token.error();
    }
    const std::string name = token->at("name");
    const auto before = each.tokens.find(name);
    const Instant created = before != each.tokens.end() ? before->second.created_at : context.now;
    if (!tokens.emplace(name, EventToken{std::move(*token), created, context.now}).second) {
      return choices::validation("Token " + name + " is there twice");
    }
  }
  each.tokens = std::move(tokens);
  return std::nullopt;
}

// ---- templates

Reply run_list(Context& context) {
  Json results = Json::array();
  for (const auto& [id, each] : templates_of(context).by_id) {
    results.push_back(render(id, each));
  }
  return answer(json::dump(Json{{"results", results}}));
}

Reply run_create(Context& context) {
  static constexpr std::array<Field, 5> fields{{{"name", Kind::text, true},
                                                {"objectType", Kind::text, true},
                                                {"tokens", Kind::list, true},
                                                {"headerTemplate", Kind::text},
                                                {"detailTemplate", Kind::text}}};
  const auto body = read_fields(context, fields);
  if (!body) {
    return fail(context, body.error());
  }
  EventTemplates& all = templates_of(context);
  if (all.by_id.size() >= max_templates) {
    return fail(context, choices::validation("An app can have at most 750 event templates"));
  }
  EventTemplate made{.name = body->at("name"),
                     .object_type = body->at("objectType"),
                     .header = body->value("headerTemplate", ""),
                     .detail = body->value("detailTemplate", ""),
                     .tokens = {},
                     .created_at = context.now,
                     .updated_at = context.now};
  if (context.portal.find_type(made.object_type) == nullptr) {
    return fail(context, hubspot::unknown_object_type(made.object_type));
  }
  if (auto failed = read_tokens(context, *body, made)) {
    return fail(context, *failed);
  }
  const std::uint64_t id = all.next_id++;
  const auto& kept = all.by_id[id] = std::move(made);
  Reply reply = answer(json::dump(render(id, kept)), 201);
  reply.location = std::string(context.request.path) + "/" + std::to_string(id);
  return reply;
}

Reply run_read(Context& context) {
  const auto found = read_template(context);
  return found ? answer(json::dump(render(found->id, *found->each))) : fail(context, found.error());
}

Reply run_update(Context& context) {
  static constexpr std::array<Field, 4> fields{{{"name", Kind::text, true},
                                                {"tokens", Kind::list, true},
                                                {"headerTemplate", Kind::text},
                                                {"detailTemplate", Kind::text}}};
  const auto found = read_template(context);
  const auto body = read_fields(context, fields);
  if (!found || !body) {
    return fail(context, found ? body.error() : found.error());
  }
  EventTemplate changed = *found->each;
  changed.name = body->at("name");
  changed.header = body->value("headerTemplate", "");
  changed.detail = body->value("detailTemplate", "");
  changed.updated_at = context.now;
  if (auto failed = read_tokens(context, *body, changed)) {
    return fail(context, *failed);
  }
  *found->each = std::move(changed);
  return answer(json::dump(render(found->id, *found->each)));
}

Reply run_archive(Context& context) {
  if (const auto id = read_number(context, "eventTemplateId")) {
    templates_of(context).by_id.erase(*id);
  }
  return no_content();
}

// ---- tokens

Reply run_token_create(Context& context) {
  const auto found = read_template(context);
  const auto body = read_object(context);
  if (!found || !body) {
    return fail(context, found ? body.error() : found.error());
  }
  auto token = read_token(context, *body, token_fields, "");
  if (!token) {
    return fail(context, token.error());
  }
  auto& tokens = found->each->tokens;
  const std::string name = token->at("name");
  if (tokens.contains(name)) {
    return fail(
        context,
        {.status = 409, .message = "Token " + name + " already exists", .category = "CONFLICT"});
  }
  if (tokens.size() >= max_tokens) {
    return fail(context, choices::validation("An event template can have at most 500 tokens"));
  }
  const auto& kept = tokens[name] = EventToken{std::move(*token), context.now, context.now};
  found->each->updated_at = context.now;
  return answer(json::dump(render(kept)));
}

Reply run_token_update(Context& context) {
  static constexpr std::array<Field, 3> fields{
      {{"label", Kind::text, true}, {"options", Kind::list}, {"objectPropertyName", Kind::text}}};
  const auto found = read_template(context);
  const auto body = read_object(context);
  if (!found || !body) {
    return fail(context, found ? body.error() : found.error());
  }
  const auto token = found->each->tokens.find(std::string(context.param("tokenName")));
  if (token == found->each->tokens.end()) {
    return fail(context, hubspot::object_not_found());
  }
  const auto changes = read_token(context, *body, fields, "");
  if (!changes) {
    return fail(context, changes.error());
  }
  token->second.body.update(*changes);
  token->second.updated_at = context.now;
  return answer(json::dump(render(token->second)));
}

Reply run_token_archive(Context& context) {
  const auto found = read_template(context);
  if (!found) {
    return fail(context, found.error());
  }
  found->each->tokens.erase(std::string(context.param("tokenName")));
  return no_content();
}

}  // namespace

void register_timeline_templates(OperationRegistry& registry);
void register_timeline_templates(OperationRegistry& registry) {
  registry.add({"timeline.templates.list", run_list, path_key});
  registry.add({"timeline.templates.create", run_create, path_key});
  registry.add({"timeline.templates.read", run_read, path_key});
  registry.add({"timeline.templates.update", run_update, path_key});
  registry.add({"timeline.templates.archive", run_archive, path_key});
  registry.add({"timeline.tokens.create", run_token_create, path_key});
  registry.add({"timeline.tokens.update", run_token_update, path_key});
  registry.add({"timeline.tokens.archive", run_token_archive, path_key});
}

}  // namespace hubsim::operations

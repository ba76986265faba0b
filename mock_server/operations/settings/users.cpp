// Users of the account: provisioned, changed, removed, with the owner behind each and its CRM
// record; permission sets and teams (behaviour reference 7, "Users/teams").
#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/settings/team_directory.h"
#include "mock_server/operations/settings/user_input.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"
#include "mock_server/operations/support/results.h"

namespace hubsim::operations {

namespace {

constexpr LimitRange page{100, 100};  // U
constexpr std::size_t most_users = 10'000;

constexpr Field create_fields[] = {{"email", Field::Kind::text, true},
                                   {"sendWelcomeEmail", Field::Kind::boolean},
                                   {"firstName"},
                                   {"lastName"},
                                   {"primaryTeamId"},
                                   {"roleId"},
                                   {"secondaryTeamIds", Field::Kind::list}};
/// The dated versions ask for the flag, too (D spec).
constexpr Field dated_fields[] = {{"email", Field::Kind::text, true},
                                  {"sendWelcomeEmail", Field::Kind::boolean, true},
                                  {"firstName"},
                                  {"lastName"},
                                  {"primaryTeamId"},
                                  {"roleId"},
                                  {"secondaryTeamIds", Field::Kind::list}};
constexpr Field change_fields[] = {{"firstName"},
                                   {"lastName"},
                                   {"primaryTeamId"},
                                   {"roleId"},
                                   {"secondaryTeamIds", Field::Kind::list}};

/// A@b.c: what a person writes, not the whole of RFC 5322.
bool is_address(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.find('@', at + 1) == text.npos &&
         text.find('.', at) != text.npos && text.find(' ') == text.npos && !text.ends_with('.');
}

portal::Owner* owner_of(Context& context, std::string_view email) {
  auto& owners = context.portal.edit_owners();
  const auto found = std::find_if(owners.begin(), owners.end(), [&](const portal::Owner& owner) {
    return equals_ignoring_case(owner.email, email);
  });
  return found == owners.end() ? nullptr : &*found;
}

std::uint64_t next_id(const Context& context, std::uint64_t portal::Owner::* id) {
  std::uint64_t last = 0;
  for (const portal::Owner& owner : context.portal.owners()) {
    last = std::max(last, owner.*id);
  }
  return last + 1;
}

Read<Json> read_new(const Context& context) {
  const bool dated = context.request.path.find("/20") != std::string_view::npos;
  auto body = dated ? read_fields(context, dated_fields) : read_fields(context, create_fields);
  if (body && !is_address(json::text_of(body->at("email")))) {
    return Failure{choices::validation("Email address " + json::text_of(body->at("email")) +
                                       " is invalid")};  // text R 3.7
  }
  return body;
}

/// Who was removed comes back under the same ids (I).
Reply run_create(Context& context) {
  const auto body = read_new(context);
  if (!body) {
    return fail(context, body.error());
  }
  const std::string email = json::text_of(body->at("email"));
  portal::Owner* known = owner_of(context, email);
  if (known != nullptr && !known->archived) {
    return fail(context, {.status = 409,
                          .message = "User already exists",
                          .category = "CONFLICT",
                          .context = {{"email", {email}}}});  // I, text U
  }
  if (known == nullptr && context.portal.owners().size() >= most_users) {
    return fail(context, choices::validation("This account has no seat left"));  // ours
  }
  portal::Owner owner{.id = next_id(context, &portal::Owner::id),
                      .user_id = next_id(context, &portal::Owner::user_id),
                      .email = email,
                      .created_at = context.now};
  owner = known != nullptr ? *known : owner;
  owner.archived = false;
  if (const auto error = apply_user(context, *body, owner)) {
    return fail(context, *error);
  }
  UserDetails& details = context.portal.part<UserBook>().of(owner.user_id);
  details.welcome_email = body->value("sendWelcomeEmail", false);
  if (known != nullptr) {
    *known = owner;
  } else {
    context.portal.edit_owners().push_back(owner);
  }
  settle_user(context, owner);
  Json out = render_user(context, owner);
  out["sendWelcomeEmail"] = details.welcome_email;
  return answer(json::dump(out), 201);
}

Reply run_read(Context& context) {
  const auto user = named_user(context);
  return user ? answer(json::dump(render_user(context, **user))) : fail(context, user.error());
}

/// Only what is named changes, though the method says otherwise (D).
Reply run_replace(Context& context) {
  const auto user = named_user(context);
  const auto body = user ? read_fields(context, change_fields) : Failure{user.error()};
  if (!body) {
    return fail(context, body.error());
  }
  if (const auto error = apply_user(context, *body, **user)) {
    return fail(context, *error);
  }
  settle_user(context, **user);
  return answer(json::dump(render_user(context, **user)));
}

/// The owner stays, archived: records keep naming it.
Reply run_delete(Context& context) {
  const auto user = named_user(context);
  if (!user) {
    return fail(context, user.error());
  }
  portal::Owner& owner = **user;
  owner.archived = true;
  owner.updated_at = context.now;
  UserDetails& details = context.portal.part<UserBook>().of(owner.user_id);
  const portal::ObjectType* type = context.portal.find_type("users");
  if (type != nullptr && details.record != 0) {
    context.portal.archive(type->index(), details.record, context.write());
  }
  details = {};
  return no_content();
}

Reply run_list(Context& context) {
  const auto limit = read_limit(context.query, page);
  if (!limit) {
    return fail(context, limit.error());
  }
  const std::string_view text = context.query.first("after").value_or("");
  const auto after = text.empty() ? std::optional<std::uint64_t>(0) : parse_uint(text);
  if (!after) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  std::vector<const portal::Owner*> users;
  for (const portal::Owner& owner : context.portal.owners()) {
    if (is_user(context, owner) && owner.user_id > *after) {
      users.push_back(&owner);
    }
  }
  std::sort(users.begin(), users.end(),
            [](const auto* a, const auto* b) { return a->user_id < b->user_id; });
  const bool more = users.size() > *limit;
  users.resize(std::min(users.size(), *limit));
  std::string body = R"({"results":[)";
  for (const portal::Owner* user : users) {
    body += body.back() == '[' ? "" : ",";
    body += json::dump(render_user(context, *user));
  }
  body += ']';
  if (more) {
    body += ',';
    append_paging(body, context, std::to_string(users.back()->user_id));
  }
  return answer(body + "}");
}

Reply run_roles(Context& /*context*/) {
  return answer_results(user_roles(), [](std::string& out, const Role& role) {
    out +=
        json::dump({{"id", role.id}, {"name", role.name}, {"requiresBillingWrite", role.billing}});
  });
}

Reply run_teams(Context& context) {
  return answer_results(teams_of(context.portal), [](std::string& out, const auto& each) {
    const auto& [id, team] = each;
    out += json::dump({{"id", id},
                       {"name", team.name},
                       {"userIds", team.users},
                       {"secondaryUserIds", team.secondary}});
  });
}

}  // namespace

void register_settings_users(OperationRegistry& registry);
void register_settings_users(OperationRegistry& registry) {
  registry.add({"settings.users.create", run_create, path_key});
  registry.add({"settings.users.read", run_read, path_key});
  registry.add({"settings.users.replace", run_replace, path_key});
  registry.add({"settings.users.archive", run_delete, path_key});
  registry.add({"settings.users.list", run_list, path_key});
  registry.add({"settings.users.roles.list", run_roles, path_key});
  registry.add({"settings.users.teams.list", run_teams, path_key});
}

}  // namespace hubsim::operations

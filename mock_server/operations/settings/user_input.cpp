#include "mock_server/operations/settings/user_input.h"

#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/settings/team_directory.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/portal/owner_details.h"

namespace hubsim::operations {

namespace {

ApiError unknown(std::string_view what, const std::string& id) {
  return choices::validation(std::string(what) + " " + id + " does not exist");  // U
}

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& each : list) {
    texts.push_back(json::text_of(each));
  }
  return texts;
}

std::string text_in(const Json& body, std::string_view name, const std::string& fallback) {
  const Json* value = json::find(body, name);
  return value == nullptr ? fallback : json::text_of(*value);
}

portal::PropertyWrites record_of(const portal::Owner& owner, const UserDetails& details) {
  return {{"hs_email", owner.email},
          {"hs_internal_user_id", std::to_string(owner.user_id)},
          {"hs_given_name", owner.first_name},
          {"hs_family_name", owner.last_name},
          {"hubspot_owner_id", std::to_string(owner.id)},
          {"hs_user_assigned_primary_team", details.primary_team}};
}

/// The user's record among the CRM's (object type 0-115); a portal without that type has none.
void settle_record(Context& context, const portal::Owner& owner, UserDetails& details) {
  const portal::ObjectType* type = context.portal.find_type("users");
  if (type == nullptr) {
    return;
  }
  const auto writes = record_of(owner, details);
  const portal::RecordPtr known =
      details.record == 0 ? nullptr : context.portal.find(type->index(), details.record);
  if (known != nullptr && !known->archived) {
    (void)context.portal.update(type->index(), details.record, writes, context.write());
    return;
  }
  const auto made = context.portal.create(type->index(), writes, context.write());
  details.record = made ? (*made)->id : 0;
}

}  // namespace

bool is_user(const Context& context, const portal::Owner& owner) {
  return !owner.archived &&
         context.portal.part<portal::OwnerDirectory>().of(owner.id).type == "PERSON";
}

Read<portal::Owner*> named_user(Context& context) {
  const std::string_view wanted = context.param("userId");
  const std::string_view property = context.query.first("idProperty").value_or("USER_ID");
  if (property != "USER_ID" && property != "EMAIL") {
    return Failure{hubspot::bad_query_parameter("idProperty")};
  }
  const auto id = parse_uint(wanted);
  for (portal::Owner& owner : context.portal.edit_owners()) {
    const bool same = property == "EMAIL" ? equals_ignoring_case(owner.email, wanted)
                                          : id && owner.user_id == *id;
    if (same && is_user(context, owner)) {
      return &owner;
    }
  }
  return Failure{hubspot::object_not_found()};
}

std::optional<ApiError> apply_user(Context& context, const Json& body, portal::Owner& owner) {
  UserDetails& details = context.portal.part<UserBook>().of(owner.user_id);
  UserDetails wanted = details;
  wanted.role = text_in(body, "roleId", wanted.role);
  wanted.primary_team = text_in(body, "primaryTeamId", wanted.primary_team);
  if (const Json* list = json::find(body, "secondaryTeamIds")) {
    wanted.secondary_teams = texts_of(*list);
  }
  if (!wanted.role.empty() && !is_role(wanted.role)) {
    return unknown("Role", wanted.role);
  }
  const auto teams = teams_of(context.portal);
  auto named = wanted.secondary_teams;
  if (!wanted.primary_team.empty()) {
    named.push_back(wanted.primary_team);
  }
  for (const std::string& team : named) {
    if (!teams.contains(team)) {
      return unknown("Team", team);
    }
  }
  details = std::move(wanted);
  owner.first_name = text_in(body, "firstName", owner.first_name);
  owner.last_name = text_in(body, "lastName", owner.last_name);
  owner.updated_at = context.now;
  return std::nullopt;
}

void settle_user(Context& context, const portal::Owner& owner) {
  UserDetails& details = context.portal.part<UserBook>().of(owner.user_id);
  const auto teams = teams_of(context.portal);
  auto& memberships = context.portal.part<portal::OwnerDirectory>().edit(owner.id).teams;
  memberships.clear();
  const auto add = [&](const std::string& id, bool primary) {
    const auto found = teams.find(id);
    if (found != teams.end()) {
      memberships.push_back({.id = id, .name = found->second.name, .primary = primary});
    }
  };
  add(details.primary_team, true);
  for (const std::string& id : details.secondary_teams) {
    if (id != details.primary_team) {
      add(id, false);
    }
  }
  settle_record(context, owner, details);
}

Json render_user(const Context& context, const portal::Owner& owner) {
  const UserDetails& details = context.portal.part<UserBook>().of(owner.user_id);
  Json out{{"id", std::to_string(owner.user_id)},
           {"email", owner.email},
           {"firstName", owner.first_name},
           {"lastName", owner.last_name},
           {"roleIds", Json::array()},
           {"superAdmin", details.super_admin}};
  if (!details.role.empty()) {
    out["roleId"] = details.role;
    out["roleIds"].push_back(details.role);
  }
  Json secondary = Json::array();
  for (const portal::OwnerTeam& team :
       context.portal.part<portal::OwnerDirectory>().of(owner.id).teams) {
    if (team.primary) {
      out["primaryTeamId"] = team.id;
    } else {
      secondary.push_back(team.id);
    }
  }
  if (!secondary.empty()) {
    out["secondaryTeamIds"] = std::move(secondary);
  }
  return out;
}

}  // namespace hubsim::operations

// Owners: adds people and queues to a portal, with their users and teams, and archives them;
// HubSpot does that in its settings, for which there is no API of owners.
#include <algorithm>
#include <mutex>

#include "common/base/text.h"
#include "mock_server/control/control.h"
#include "mock_server/portal/owner_details.h"

namespace hubsim::control {

namespace {

using portal::Owner;
using portal::OwnerDetails;
using portal::OwnerTeam;

constexpr std::size_t most_owners = 10'000;
constexpr std::size_t most_teams = 100;

Json owner_json(const portal::Portal& portal, const Owner& owner) {
  const OwnerDetails& details = portal.part<portal::OwnerDirectory>().of(owner.id);
  Json teams = Json::array();
  for (const OwnerTeam& team : details.teams) {
    teams.push_back({{"id", team.id}, {"name", team.name}, {"primary", team.primary}});
  }
  return {{"id", std::to_string(owner.id)}, {"user_id", owner.user_id},
          {"email", owner.email},           {"type", details.type},
          {"first_name", owner.first_name}, {"last_name", owner.last_name},
          {"archived", owner.archived},     {"teams", std::move(teams)}};
}

CommandReply list(CommandCall& call) {
  const std::lock_guard lock(call.account.mutex);
  const portal::Portal& portal = call.account.portal();
  Json results = Json::array();
  for (const Owner& owner : portal.owners()) {
    results.push_back(owner_json(portal, owner));
  }
  return {.body = {{"results", std::move(results)}}};
}

const config::Fields& fields() {
  static const config::Fields all{
      {.name = "email", .help = "address of the owner; no two owners share one", .required = true},
      {.name = "type",
       .help = "a person, or a queue",
       .default_value = "PERSON",
       .choices = {"PERSON", "QUEUE"}},
      {.name = "first_name", .help = "first name"},
      {.name = "last_name", .help = "last name, or the name of a queue"},
      {.name = "teams",
       .type = config::Type::text_list,
       .help = "names of teams; the first is the main one"}};
  return all;
}

std::string text_of(const config::Settings& settings, std::string_view name) {
  return settings.has(name) ? settings.text(name) : std::string();
}

/// A name is one team in a portal, whoever is in it.
std::string team_id(const portal::Portal& portal, std::string_view name, std::uint64_t fresh) {
  for (const Owner& owner : portal.owners()) {
    for (const OwnerTeam& team : portal.part<portal::OwnerDirectory>().of(owner.id).teams) {
      if (team.name == name) {
        return team.id;
      }
    }
  }
  return std::to_string(fresh);
}

OwnerDetails details_of(const portal::Portal& portal, const config::Settings& settings,
                        std::uint64_t owner_id) {
  OwnerDetails details{.type = settings.text("type")};
  if (settings.has("teams")) {
    for (const std::string& name : settings.text_list("teams")) {
      details.teams.push_back({.id = team_id(portal, name, owner_id * 100 + details.teams.size()),
                               .name = name,
                               .primary = details.teams.empty()});
    }
  }
  return details;
}

CommandReply add(CommandCall& call) {
  config::Problems problems;
  const auto settings = config::read_settings(fields(), call.body, "", problems);
  if (!problems.empty()) {
    return bad_request("which owner shall be added is not clear", problems);
  }
  const Instant now = call.rig.world.clock().now();
  const std::lock_guard lock(call.account.mutex);
  portal::Portal& portal = call.account.portal();
  std::vector<Owner>& owners = portal.edit_owners();
  const std::string& email = settings.text("email");
  if (std::any_of(owners.begin(), owners.end(),
                  [&](const Owner& each) { return equals_ignoring_case(each.email, email); })) {
    return bad_request("an owner with the email '" + email + "' is there already");
  }
  if (owners.size() >= most_owners ||
      (settings.has("teams") && settings.text_list("teams").size() > most_teams)) {
    return bad_request("a portal has at most 10,000 owners, an owner at most 100 teams");
  }
  auto& directory = portal.part<portal::OwnerDirectory>();
  const Owner owner{.id = owners.back().id + 1,
                    .user_id = owners.back().user_id + 1,
                    .email = email,
                    .first_name = text_of(settings, "first_name"),
                    .last_name = text_of(settings, "last_name"),
                    .created_at = now,
                    .updated_at = now};
  directory.edit(owner.id) = details_of(portal, settings, owner.id);
  owners.push_back(owner);
  return {.status = 201, .body = owner_json(portal, owner)};
}

CommandReply archive(CommandCall& call) {
  const auto id = parse_uint(call.tail);
  const Instant now = call.rig.world.clock().now();
  const std::lock_guard lock(call.account.mutex);
  portal::Portal& portal = call.account.portal();
  for (Owner& owner : portal.edit_owners()) {
    if (id && owner.id == *id) {
      owner.archived = true;
      owner.updated_at = now;
      return {.body = owner_json(portal, owner)};
    }
  }
  return {.status = 404, .body = {{"error", "no owner has the id '" + call.tail + "'"}}};
}

}  // namespace

void register_command_owners(CommandRegistry& registry);
void register_command_owners(CommandRegistry& registry) {
  registry.add({.name = "GET owners",
                .method = http::Method::get,
                .path = "owners",
                .help = "the owners of the portal, with their users and teams",
                .run = list});
  registry.add({.name = "POST owners",
                .method = http::Method::post,
                .path = "owners",
                .help = "adds an owner, and the user behind it",
                .run = add});
  registry.add({.name = "DELETE owners",
                .method = http::Method::del,
                .path = "owners",
                .takes_tail = true,
                .help = "archives an owner: records keep it, lists show it with archived=true",
                .run = archive});
}

}  // namespace hubsim::control

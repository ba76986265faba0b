// Owners: list and read (behaviour reference 7, R 2025).
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/support/answer.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/portal/owner_details.h"

namespace hubsim::operations {

namespace {

void append_teams(std::string& out, const portal::OwnerDetails& details) {
  if (details.teams.empty()) {
    return;  // left out where there is none (7, R 2025)
  }
  out += R"(,"teams":[)";
  for (const portal::OwnerTeam& team : details.teams) {
    out += out.back() == '[' ? R"({"id":")" : R"(,{"id":")";
    out += team.id + R"(","name":)";
    json::append_string(out, team.name);
    out += team.primary ? R"(,"primary":true})" : R"(,"primary":false})";
  }
  out += ']';
}

void append_owner(std::string& out, const Context& context, const portal::Owner& owner) {
  const auto& details = context.portal.part<portal::OwnerDirectory>().of(owner.id);
  out += R"({"id":")" + std::to_string(owner.id) + R"(","email":)";
  json::append_string(out, owner.email);
  out += R"(,"type":")" + details.type + R"(","firstName":)";
  json::append_string(out, owner.first_name);
  out += R"(,"lastName":)";
  json::append_string(out, owner.last_name);
  const std::string user = std::to_string(owner.user_id);
  out += R"(,"userId":)" + (owner.archived ? "null" : user);
  out += R"(,"userIdIncludingInactive":)" + user;
  out += R"(,"createdAt":")" + format_iso8601(owner.created_at);
  out += R"(","updatedAt":")" + format_iso8601(owner.updated_at);
  out += owner.archived ? R"(","archived":true)" : R"(","archived":false)";
  append_teams(out, details);
  out += '}';
}

bool wants_archived(const Context& context) {
  return equals_ignoring_case(context.query.first("archived").value_or(""), "true");
}

/// Paging by owner id: whether HubSpot's cursor is opaque is unknown (7, U).
Reply run_list(Context& context) {
  const auto limit = read_limit(context.query, {choices::owner_page, choices::owner_page_maximum});
  if (!limit) {
    return fail(context, limit.error());
  }
  const std::string_view after_text = context.query.first("after").value_or("");
  const auto after = after_text.empty() ? std::optional<std::uint64_t>(0) : parse_uint(after_text);
  if (!after) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  const auto email = context.query.first("email");
  std::vector<const portal::Owner*> wanted;
  for (const portal::Owner& owner : context.portal.owners()) {
    if (owner.archived == wants_archived(context) && owner.id > *after &&
        (!email || equals_ignoring_case(owner.email, *email))) {
      wanted.push_back(&owner);
    }
  }
  std::sort(wanted.begin(), wanted.end(),
            [](const auto* a, const auto* b) { return a->id < b->id; });
  const bool more = wanted.size() > *limit;
  wanted.resize(std::min(wanted.size(), *limit));
  std::string body = R"({"results":[)";
  for (const portal::Owner* owner : wanted) {
    body += body.back() == '[' ? "" : ",";
    append_owner(body, context, *owner);
  }
  body += ']';
  if (more) {
    body += ',';
    append_paging(body, context, std::to_string(wanted.back()->id));
  }
  return answer(body + "}");
}

Reply run_read(Context& context) {
  const auto id = parse_uint(context.param("ownerId"));
  const bool by_user = context.query.first("idProperty").value_or("id") == "userId";
  const auto& owners = context.portal.owners();
  const auto found = std::find_if(owners.begin(), owners.end(), [&](const portal::Owner& owner) {
    return id && owner.archived == wants_archived(context) &&
           (by_user ? owner.user_id : owner.id) == *id;
  });
  if (found == owners.end()) {
    return fail(context, hubspot::object_not_found());
  }
  std::string body;
  append_owner(body, context, *found);
  return answer(std::move(body));
}

std::string key_path(Context& context) {
  return std::string(context.request.path) + "?" + std::string(context.request.query);
}

}  // namespace

void register_owners_owners(OperationRegistry& registry);
void register_owners_owners(OperationRegistry& registry) {
  registry.add({"crm.owners.list", run_list, key_path});
  registry.add({"crm.owners.read", run_read, key_path});
}

}  // namespace hubsim::operations

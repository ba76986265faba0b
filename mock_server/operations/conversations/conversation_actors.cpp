#include "mock_server/operations/conversations/conversation_actors.h"

#include <algorithm>

#include "common/base/text.h"

namespace hubsim::operations {

namespace {

const portal::Owner* user_of(const portal::Portal& portal, std::string_view text) {
  const auto id = parse_uint(text);
  const auto& owners = portal.owners();
  const auto found = std::find_if(owners.begin(), owners.end(), [&](const portal::Owner& each) {
    return id && each.user_id == *id && !each.archived;
  });
  return found == owners.end() ? nullptr : &*found;
}

std::string full_name(std::string first, const std::string& last) {
  if (!first.empty() && !last.empty()) {
    first += ' ';
  }
  return first + last;
}

Json actor(std::string_view id, const char* type, const std::string& name,
           const std::string& email) {
  Json out = {{"id", id}, {"type", type}};
  if (!name.empty()) {
    out["name"] = name;
  }
  if (!email.empty()) {
    out["email"] = email;
  }
  return out;
}

std::optional<Json> visitor(const portal::Portal& portal, std::string_view id,
                            std::string_view text) {
  const auto number = parse_uint(text);
  const auto record =
      number ? portal.resolve(portal.find_type("contacts")->index(), *number) : nullptr;
  if (!record || record->archived) {
    return std::nullopt;
  }
  return actor(id, "VISITOR",
               full_name(contact_text(portal, record->id, "firstname"),
                         contact_text(portal, record->id, "lastname")),
               contact_text(portal, record->id, "email"));
}

}  // namespace

std::string contact_text(const portal::Portal& portal, portal::ObjectId contact,
                         std::string_view property) {
  const portal::ObjectType& type = *portal.find_type("contacts");
  const auto record = portal.resolve(type.index(), contact);
  const auto index = type.property_index(property);
  return record && index ? portal.value_of(*record, *index).value_or("") : "";
}

bool is_agent(const portal::Portal& portal, std::string_view id) {
  return id.starts_with("A-") && user_of(portal, id.substr(2)) != nullptr;
}

std::string visitor_actor(portal::ObjectId contact, std::string_view address) {
  return contact != 0 ? "V-" + std::to_string(contact) : "E-" + std::string(address);
}

std::optional<Json> find_actor(const portal::Portal& portal, const portal::Apps& apps,
                               std::string_view id) {
  const std::string_view rest = id.substr(std::min<std::size_t>(2, id.size()));
  if (id.starts_with("A-")) {
    const portal::Owner* user = user_of(portal, rest);
    return user == nullptr
               ? std::nullopt
               : std::optional(
                     actor(id, "AGENT", full_name(user->first_name, user->last_name), user->email));
  }
  if (id.starts_with("V-")) {
    return visitor(portal, id, rest);
  }
  if (id.starts_with("E-") && rest.find('@') != std::string_view::npos) {
    return actor(id, "EMAIL", "", std::string(rest));
  }
  if (id.starts_with("I-")) {
    const auto number = parse_uint(rest);
    const auto app = number ? apps.find(*number) : std::nullopt;
    return app ? std::optional(actor(id, "INTEGRATION", app->name, "")) : std::nullopt;
  }
  return id.starts_with("S-") && !rest.empty() ? std::optional(actor(id, "SYSTEM", "HubSpot", ""))
                                               : std::nullopt;
}

}  // namespace hubsim::operations

// Changes records as people in HubSpot's UI, imports or other apps would: outside limits and
// faults, with a source and an actor. The load drivers and tests write through this.
#include <variant>

#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

constexpr std::size_t max_changes_per_call = 1000;

Json error_item(std::string message) {
  return {{"status", "error"}, {"message", std::move(message)}};
}

struct Describe {
  std::string operator()(const portal::InvalidProperties& invalid) const {
    std::string text;
    for (const auto& error : invalid.errors) {
      text += (text.empty() ? "" : "; ") + error.property + ": " + error.message;
    }
    return text;
  }
  std::string operator()(const portal::Conflict& conflict) const {
    return conflict.property + " '" + conflict.value + "' is taken by record " +
           std::to_string(conflict.existing_id);
  }
  std::string operator()(const portal::NotFound&) const { return "no live record of that id"; }
  std::string operator()(const portal::MissingRequired& missing) const {
    return "required properties are missing: " + join(missing.properties, ", ");
  }
};

struct Change {
  std::string op;
  const portal::ObjectType* type = nullptr;
  portal::ObjectId id = 0;
  portal::PropertyWrites properties;
  std::string lineage;
};

Result<Change> read_change(portal::Portal& portal, const Json& item) {
  const auto text = [&](std::string_view key) {
    const Json* value = json::find(item, key);
    return value != nullptr ? json::text_of(*value) : std::string();
  };
  Change change{.op = text("op"), .lineage = text("lineage")};
  change.type = portal.find_type(text("object_type"));
  if (change.type == nullptr) {
    return Failure{"unknown object_type '" + text("object_type") + "'"};
  }
  change.id = parse_uint(text("id")).value_or(0);
  if (const Json* properties = json::find(item, "properties")) {
    for (const auto& [name, value] : properties->items()) {
      change.properties.emplace_back(name, json::text_of(value));
    }
  }
  return change;
}

Json apply(portal::Portal& portal, const Change& change, const portal::WriteContext& context) {
  const portal::TypeIndex type = change.type->index();
  const auto ok = [&](portal::ObjectId id) {
    return Json{{"status", "ok"}, {"id", std::to_string(id)}, {"sequence", portal.last_sequence()}};
  };
  if (change.op == "archive") {
    return portal.archive(type, change.id, context) ? ok(change.id)
                                                    : error_item("no live record of that id");
  }
  if (change.op == "create" || change.op == "update") {
    const auto written = change.op == "create"
                             ? portal.create(type, change.properties, context)
                             : portal.update(type, change.id, change.properties, context);
    return written.ok() ? ok((*written)->id) : error_item(std::visit(Describe{}, written.error()));
  }
  return error_item("unknown op '" + change.op + "': write create, update or archive");
}

CommandReply post_changes(CommandCall& call) {
  const Json* changes = json::find(call.body, "changes");
  if (changes == nullptr || !changes->is_array()) {
    return bad_request("write {\"changes\":[{\"op\":\"create\",...}]}");
  }
  if (changes->size() > max_changes_per_call) {
    return bad_request("at most 1000 changes a call");
  }
  portal::WriteContext context;
  if (const Json* source = json::find(call.body, "source")) {
    context.source.change_source = json::text_of(*source);
  }
  if (const Json* source_id = json::find(call.body, "source_id")) {
    context.source.source_id = json::text_of(*source_id);
  }
  Json results = Json::array();
  gateway::Account& account = call.account;
  const std::lock_guard lock(account.mutex);
  context.now = call.rig.world.clock().now();
  for (const Json& item : *changes) {
    auto change = read_change(account.portal(), item);
    if (!change.ok()) {
      results.push_back(error_item(change.error()));
      continue;
    }
    context.lineage = change->lineage;
    results.push_back(apply(account.portal(), *change, context));
  }
  return {.body = {{"results", std::move(results)}}};
}

}  // namespace

void register_command_changes(CommandRegistry& registry) {
  registry.add({.name = "POST changes",
                .method = http::Method::post,
                .path = "changes",
                .help = "creates, updates and archives records as people would",
                .run = post_changes});
}

}  // namespace hubsim::control

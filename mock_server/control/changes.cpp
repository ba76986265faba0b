// Changes records as people in HubSpot's UI, imports or other apps would: outside limits and
// faults, with a source and an actor. The load drivers and tests write through this.
#include <variant>

#include "mock_server/control/control.h"
#include "mock_server/operations/crm/associate.h"

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
  const portal::ObjectType* to_type = nullptr;
  portal::ObjectId to_id = 0;  ///< the record to merge in, or the other end
  int association_type = 0;    ///< 0: the plain one
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
  change.to_id = parse_uint(text("to_id")).value_or(0);
  change.association_type = static_cast<int>(parse_uint(text("association_type")).value_or(0));
  const std::string to_type = text("to_type");
  change.to_type = to_type.empty() ? change.type : portal.find_type(to_type);
  if (change.to_type == nullptr) {
    return Failure{"unknown to_type '" + to_type + "'"};
  }
  if (const Json* properties = json::find(item, "properties")) {
    for (const auto& [name, value] : properties->items()) {
      change.properties.emplace_back(name, json::text_of(value));
    }
  }
  return change;
}

std::string describe(portal::MergeRefusal refusal) {
  switch (refusal) {
    case portal::MergeRefusal::itself:
      return "a record cannot be merged with itself";
    case portal::MergeRefusal::no_primary:
      return "no live record of that id";
    case portal::MergeRefusal::no_other:
      return "no live record of that to_id";
    case portal::MergeRefusal::too_many:
      break;
  }
  return "more than 250 records in one";
}

/// Associates or dissociates; answers what is wrong, or "".
std::string link(portal::Portal& portal, const Change& change,
                 const portal::WriteContext& context) {
  const portal::Endpoint from{change.type->index(), change.id};
  const portal::Endpoint to{change.to_type->index(), change.to_id};
  for (const portal::Endpoint& end : {from, to}) {
    const auto record = portal.find(end.type, end.id);
    if (!record || record->archived) {
      return "no live record " + std::to_string(end.id);
    }
  }
  if (change.op == "dissociate") {
    return portal.dissociate(from, to, context) ? "" : "they are not associated";
  }
  const auto* fact =
      change.association_type != 0
          ? operations::find_association_type(portal, change.association_type)
          : operations::default_association_type(portal, *change.type, *change.to_type);
  if (fact == nullptr) {
    return "no such association type";
  }
  operations::attach(
      portal,
      {.from = from, .to = to, .type_id = fact->type_id, .inverse_type_id = fact->inverse_type_id},
      context);
  return "";
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
  if (change.op == "gdpr_delete") {
    return portal.erase(type, change.id, context) ? ok(change.id)
                                                  : error_item("no record of that id");
  }
  if (change.op == "restore") {
    const auto restored = portal.restore(type, change.id, context);
    return restored.ok() ? ok(change.id) : error_item(std::visit(Describe{}, restored.error()));
  }
  if (change.op == "merge") {
    const auto merged = portal.merge(type, change.id, change.to_id, context);
    return merged.ok() ? ok((*merged)->id) : error_item(describe(merged.error()));
  }
  if (change.op == "associate" || change.op == "dissociate") {
    const std::string problem = link(portal, change, context);
    return problem.empty() ? ok(change.id) : error_item(problem);
  }
  if (change.op == "create" || change.op == "update") {
    const auto written = change.op == "create"
                             ? portal.create(type, change.properties, context)
                             : portal.update(type, change.id, change.properties, context);
    return written.ok() ? ok((*written)->id) : error_item(std::visit(Describe{}, written.error()));
  }
  return error_item("unknown op '" + change.op +
                    "': write create, update, archive, restore, merge, gdpr_delete, " +
                    "associate or dissociate");
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
  registry.add(
      {.name = "POST changes",
       .method = http::Method::post,
       .path = "changes",
       .help = "writes, archives, restores, merges, erases and associates records as people would",
       .run = post_changes});
}

}  // namespace hubsim::control

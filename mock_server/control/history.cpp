// The portal's history: every committed change by sequence, for the oracle.
#include "common/time/format.h"
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

constexpr std::size_t default_limit = 10'000;
constexpr std::size_t max_limit = 50'000;

void append_member(std::string& out, std::string_view key, std::string_view text) {
  out += '"';
  out += key;
  out += "\":";
  json::append_string(out, text);
  out += ',';
}

void append_number(std::string& out, std::string_view key, std::uint64_t number) {
  out += '"';
  out += key;
  out += "\":";
  out += std::to_string(number);
  out += ',';
}

void append_properties(std::string& out, const portal::Change& change) {
  out += "\"properties\":{";
  for (const auto& [name, value] : change.properties) {
    append_member(out, name, value);
  }
  if (!change.properties.empty()) {
    out.pop_back();
  }
  out += '}';
}

void append_merge(std::string& out, const portal::MergeChange& merge) {
  out += ",\"merge\":{";
  append_member(out, "primary_id", std::to_string(merge.primary_id));
  append_member(out, "new_id", std::to_string(merge.new_id));
  append_number(out, "properties_moved", merge.properties_moved);
  out += "\"merged_ids\":[";
  for (const portal::ObjectId id : merge.merged_ids) {
    out += out.back() == '[' ? "\"" : ",\"";
    out += std::to_string(id) + "\"";
  }
  out += "]}";
}

/// Appended by hand: the oracle reads hundreds of thousands of these.
void append_change(std::string& out, const portal::Portal& portal, const portal::Change& change) {
  out += '{';
  append_number(out, "sequence", change.sequence);
  append_number(out, "at_ms", static_cast<std::uint64_t>(to_unix_ms(change.at)));
  append_member(out, "kind", portal::change_kind_name(change.kind));
  append_member(out, "object_type", portal.type(change.type).fact().type_id);
  append_member(out, "object_id", std::to_string(change.object_id));
  append_member(out, "lineage", change.lineage);
  append_member(out, "source", change.source.change_source);
  append_member(out, "source_id", change.source.source_id);
  append_number(out, "app_id", change.source.app_id);
  append_number(out, "request_number", change.request_number);
  if (change.list_id != 0) {
    append_member(out, "list_id", std::to_string(change.list_id));
  }
  append_properties(out, change);
  if (change.association) {
    out += ",\"association\":{";
    append_member(out, "to_type", portal.type(change.association->to_type).fact().type_id);
    append_member(out, "to_id", std::to_string(change.association->to_id));
    append_number(out, "type_id", static_cast<std::uint64_t>(change.association->type_id));
    out.back() = '}';
  }
  if (change.merge) {
    append_merge(out, *change.merge);
  }
  out += '}';
}

CommandReply read_history(CommandCall& call) {
  const auto cursor = read_cursor(call.query, default_limit, max_limit);
  if (!cursor.ok()) {
    return bad_request(cursor.error());
  }
  CommandReply reply;
  std::vector<portal::Change> changes;
  std::shared_ptr<const portal::Portal> portal;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  {
    const std::lock_guard lock(call.account.mutex);
    portal = call.account.pin();
    changes = portal->changes_after(cursor->after, cursor->limit);
    first = portal->first_available_sequence();
    last = portal->last_sequence();
  }
  reply.text = "{\"results\":[";
  for (const portal::Change& change : changes) {
    append_change(reply.text, *portal, change);
    reply.text += ',';
  }
  if (!changes.empty()) {
    reply.text.pop_back();
  }
  const std::uint64_t next = changes.empty() ? cursor->after : changes.back().sequence;
  reply.text += "],\"next_after\":" + std::to_string(next) +
                ",\"first_available\":" + std::to_string(first) +
                ",\"last_sequence\":" + std::to_string(last) + "}";
  return reply;
}

}  // namespace

void register_command_history(CommandRegistry& registry) {
  registry.add({.name = "GET history",
                .method = http::Method::get,
                .path = "history",
                .help = "committed changes in order of their sequence",
                .run = read_history});
}

}  // namespace hubsim::control

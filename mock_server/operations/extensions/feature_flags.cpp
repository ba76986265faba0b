// Feature flags of apps: a default and an override for all portals, and a state for each portal
// (behaviour reference A1, A3; shapes as the official clients' types).
#include <array>
#include <map>

#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;

constexpr std::string_view states = "ABSENT, OFF, ON";
constexpr std::size_t max_flags = 1'000;            // ours
constexpr std::size_t max_states_a_flag = 100'000;  // ours
constexpr LimitRange portal_page{100, 1'000};       // U

struct Flag {
  std::string default_state = "OFF";
  std::string override_state;  ///< empty for none
  std::map<std::uint64_t, std::string> portals;
};
struct Flags {
  std::map<std::string, Flag> by_name;
};

Flags& flags_of(const Context& context) { return context.apps.part<Flags>(context.caller.app_id); }

Flag* find(const Context& context) {
  Flags& flags = flags_of(context);
  const auto found = flags.by_name.find(std::string(context.param("flagName")));
  return found == flags.by_name.end() ? nullptr : &found->second;
}

Reply render(const Context& context, const Flag& flag) {
  Json out{{"appId", context.caller.app_id},
           {"flagName", context.param("flagName")},
           {"defaultState", flag.default_state}};
  if (!flag.override_state.empty()) {
    out["overrideState"] = flag.override_state;
  }
  return answer(json::dump(out));
}

/// The state a portal has of its own; the flag's default without one.
Json state_of(const Context& context, const Flag& flag, std::uint64_t portal) {
  const auto own = flag.portals.find(portal);
  return {{"appId", context.caller.app_id},
          {"flagName", context.param("flagName")},
          {"portalId", portal},
          {"flagState", own != flag.portals.end() ? own->second : flag.default_state}};
}

Reply run_list(Context& context) {
  Json names = Json::array();
  for (const auto& [name, flag] : flags_of(context).by_name) {
    names.push_back(name);
  }
  return answer(json::dump(Json{{"flagsForApp", names}}));
}

Reply run_read(Context& context) {
  const Flag* flag = find(context);
  return flag != nullptr ? render(context, *flag) : fail(context, hubspot::object_not_found());
}

Reply run_put(Context& context) {
  static constexpr std::array<Field, 2> fields{
      {{"defaultState", Kind::text, true, states}, {"overrideState", Kind::text, false, states}}};
  const auto read = read_fields(context, fields);
  if (!read) {
    return fail(context, read.error());
  }
  Flags& flags = flags_of(context);
  const std::string name(context.param("flagName"));
  if (!flags.by_name.contains(name) && flags.by_name.size() >= max_flags) {
    return fail(context, choices::validation("An app has at most 1000 flags"));
  }
  Flag& flag = flags.by_name[name];
  flag.default_state = (*read)["defaultState"];
  flag.override_state = read->value("overrideState", "");
  return render(context, flag);
}

Reply run_archive(Context& context) {
  const Flag* flag = find(context);
  if (flag == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  Reply reply = render(context, *flag);  // the answer is the flag that was (D, client types)
  flags_of(context).by_name.erase(std::string(context.param("flagName")));
  return reply;
}

Reply run_portals(Context& context) {
  const Flag* flag = find(context);
  const auto limit = read_limit(context.query, portal_page);
  const auto start = context.query.first("startPortalId").value_or("0");
  if (flag == nullptr || !limit) {
    return fail(context, limit ? hubspot::object_not_found() : limit.error());
  }
  const auto from = parse_uint(start);
  if (!from) {
    return fail(context, hubspot::bad_query_parameter("startPortalId"));
  }
  Json out = Json::array();
  for (auto it = flag->portals.lower_bound(*from); it != flag->portals.end() && out.size() < *limit;
       ++it) {
    out.push_back(state_of(context, *flag, it->first));
  }
  return answer(json::dump(Json{{"portalFlagStates", out}}));
}

/// The flag and portal of the path; a missing flag is 404.
struct Place {
  Flag* flag = nullptr;
  std::uint64_t portal = 0;
};
Read<Place> read_place(const Context& context) {
  const auto portal = read_number(context, "portalId");
  Flag* flag = find(context);
  if (!portal || flag == nullptr) {
    return Failure{portal ? hubspot::object_not_found() : portal.error()};
  }
  return Place{flag, *portal};
}

Reply run_portal_read(Context& context) {
  const auto place = read_place(context);
  return place ? answer(json::dump(state_of(context, *place->flag, place->portal)))
               : fail(context, place.error());
}

Reply run_portal_put(Context& context) {
  static constexpr std::array<Field, 1> fields{{{"flagState", Kind::text, true, states}}};
  const auto place = read_place(context);
  const auto read = read_fields(context, fields);
  if (!place || !read) {
    return fail(context, place ? read.error() : place.error());
  }
  place->flag->portals[place->portal] = (*read)["flagState"];
  return answer(json::dump(state_of(context, *place->flag, place->portal)));
}

Reply run_portal_archive(Context& context) {
  const auto place = read_place(context);
  if (!place) {
    return fail(context, place.error());
  }
  const Json was = state_of(context, *place->flag, place->portal);
  place->flag->portals.erase(place->portal);
  return answer(json::dump(was));
}

Reply run_batch_upsert(Context& context) {
  static constexpr std::array<Field, 1> fields{{{"portalStates", Kind::list, true}}};
  static constexpr std::array<Field, 2> entry{
      {{"portalId", Kind::whole, true}, {"flagState", Kind::text, true, states}}};
  Flag* flag = find(context);
  const auto read = read_fields(context, fields);
  if (!read || flag == nullptr) {
    return fail(context, read ? hubspot::object_not_found() : read.error());
  }
  const auto entries =
      read_each(context.request.body, read->at("portalStates"), entry, "/portalStates");
  if (!entries) {
    return fail(context, entries.error());
  }
  if (flag->portals.size() + entries->size() > max_states_a_flag) {
    return fail(context, choices::validation("A flag has at most 100000 portal states"));
  }
  Json out = Json::array();
  for (const Json& each : *entries) {
    const auto portal = each.at("portalId").get<std::uint64_t>();
    flag->portals[portal] = each.at("flagState");
    out.push_back(state_of(context, *flag, portal));
  }
  Reply reply = answer(json::dump(Json{{"portalFlagStates", out}}));
  reply.inputs = entries->size();
  return reply;
}

Reply run_batch_delete(Context& context) {
  static constexpr std::array<Field, 1> fields{{{"portalIds", Kind::list, true}}};
  Flag* flag = find(context);
  const auto read = read_fields(context, fields);
  if (!read || flag == nullptr) {
    return fail(context, read ? hubspot::object_not_found() : read.error());
  }
  Json out = Json::array();
  for (const Json& each : read->at("portalIds")) {
    const auto portal = parse_uint(scalar_text(each));
    if (!portal) {
      return fail(context,
                  hubspot::wrong_json_type(context.request.body, "/portalIds", "long", each));
    }
    if (flag->portals.contains(*portal)) {
      out.push_back(state_of(context, *flag, *portal));
      flag->portals.erase(*portal);
    }
  }
  return answer(json::dump(Json{{"portalFlagStates", out}}));
}

}  // namespace

void register_extensions_feature_flags(OperationRegistry& registry);
void register_extensions_feature_flags(OperationRegistry& registry) {
  registry.add({"crm.feature_flags.list", run_list, path_key});
  registry.add({"crm.feature_flags.read", run_read, path_key});
  registry.add({"crm.feature_flags.put", run_put, path_key});
  registry.add({"crm.feature_flags.archive", run_archive, path_key});
  registry.add({"crm.feature_flags.portals.list", run_portals, path_key});
  registry.add({"crm.feature_flags.portals.read", run_portal_read, path_key});
  registry.add({"crm.feature_flags.portals.put", run_portal_put, path_key});
  registry.add({"crm.feature_flags.portals.archive", run_portal_archive, path_key});
  registry.add({"crm.feature_flags.portals.batch_upsert", run_batch_upsert, path_key});
  registry.add({"crm.feature_flags.portals.batch_delete", run_batch_delete, path_key});
}

}  // namespace hubsim::operations

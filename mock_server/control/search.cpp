// Search and lists, seen from behind: how far search lags behind the records, and what the lists
// hold that this mock does not evaluate.
#include <mutex>

#include "hubspot/rules/option_ids.h"
#include "mock_server/control/control.h"
#include "mock_server/portal/index_lag.h"
#include "mock_server/portal/lists/lists.h"

namespace hubsim::control {

namespace {

CommandReply read_search(CommandCall& call) {
  const std::lock_guard lock(call.account.mutex);
  portal::Portal& portal = call.account.portal();
  const std::string& own = portal.part<portal::IndexLag>().text();
  Json types = Json::array();
  for (portal::TypeIndex type = 0; type < portal.type_count(); ++type) {
    const portal::SearchView& view = portal.search_view(type);
    if (view.waiting() > 0 || view.index_count() > 0) {
      types.push_back({{"object_type", portal.type(type).fact().plural},
                       {"waiting", view.waiting()},
                       {"indexes", view.index_count()}});
    }
  }
  const std::string_view preset = portal.options().value(hubspot::Option::search_index_lag);
  return {.body = {{"index_lag", own.empty() ? std::string(preset) : own},
                   {"types", std::move(types)}}};
}

CommandReply put_search(CommandCall& call) {
  const Json* lag = call.body.is_object() ? json::find(call.body, "index_lag") : nullptr;
  if (lag == nullptr || !lag->is_string()) {
    return bad_request("write {\"index_lag\":\"typical\"} or a distribution");
  }
  const auto text = lag->get<std::string>();
  {
    const std::lock_guard lock(call.account.mutex);
    portal::Portal& portal = call.account.portal();
    auto& own = portal.part<portal::IndexLag>();
    own.seed(call.rig.world.config().seed);
    const bool preset = portal.options().set("search.index_lag", text).ok();
    if (const auto set = own.set(preset ? "" : text); !set.ok()) {
      return bad_request(set.error());
    }
  }
  return read_search(call);
}

CommandReply read_lists(CommandCall& call) {
  const std::lock_guard lock(call.account.mutex);
  portal::Portal& portal = call.account.portal();
  Json results = Json::array();
  for (const auto& [id, list] : portal.part<portal::Lists>().all()) {
    Json not_evaluated = Json::array();
    for (const std::string& kind :
         list.filter ? list.filter->not_evaluated : std::vector<std::string>()) {
      not_evaluated.push_back(kind);
    }
    results.push_back({{"list_id", std::to_string(id)},
                       {"name", list.name},
                       {"processing_type", portal::processing_type_name(list.processing)},
                       {"processing", list.evaluation != 0},
                       {"members", list.members.size()},
                       {"not_evaluated", std::move(not_evaluated)}});
  }
  return {.body = {{"results", std::move(results)}}};
}

}  // namespace

void register_command_search(CommandRegistry& registry);
void register_command_search(CommandRegistry& registry) {
  registry.add({.name = "GET search",
                .method = http::Method::get,
                .path = "search",
                .help = "index lag, writes that wait for it, indexes by type",
                .run = read_search});
  registry.add({.name = "PUT search",
                .method = http::Method::put,
                .path = "search",
                .help = "index lag from now on: off, typical, slow or a distribution",
                .run = put_search});
  registry.add({.name = "GET lists",
                .method = http::Method::get,
                .path = "lists",
                .help = "lists with the filters on them that are kept but not evaluated",
                .run = read_lists});
}

}  // namespace hubsim::control

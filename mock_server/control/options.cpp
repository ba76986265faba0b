// Options: which choice the mock makes where HubSpot's behaviour is unknown, and which rules it
// keeps; readable and changeable while it runs.
#include "hubspot/rules/options.h"

#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

CommandReply read_options(CommandCall& call) {
  Json results = Json::array();
  const std::lock_guard lock(call.account.mutex);
  const hubspot::Options& options = call.account.portal().options();
  for (const hubspot::OptionFact& fact : hubspot::option_facts()) {
    results.push_back({{"name", fact.name},
                       {"value", options.value(fact.option)},
                       {"values", hubspot::option_values(fact)},
                       {"evidence", fact.evidence},
                       {"help", fact.help}});
  }
  return {.body = {{"results", std::move(results)}}};
}

CommandReply put_options(CommandCall& call) {
  if (!call.body.is_object()) {
    return bad_request(R"(write {"option.name":"value"})");
  }
  {
    const std::lock_guard lock(call.account.mutex);
    hubspot::Options changed = call.account.portal().options();
    for (const auto& [name, value] : call.body.items()) {
      const auto set = changed.set(name, json::text_of(value));
      if (!set.ok()) {
        return bad_request(set.error());
      }
    }
    call.account.portal().options() = changed;
  }
  return read_options(call);
}

}  // namespace

void register_command_options(CommandRegistry& registry) {
  registry.add({.name = "GET options",
                .method = http::Method::get,
                .path = "options",
                .help = "choices where HubSpot is unknown and rules that can be switched off",
                .run = read_options});
  registry.add({.name = "PUT options",
                .method = http::Method::put,
                .path = "options",
                .help = "changes options by name; POST reset brings back those of the start",
                .run = put_options});
}

}  // namespace hubsim::control

#include "contract_tests/runner/machine.h"

namespace hubsim::contract {

namespace {

/// For what belongs to an app; never expires, has every scope.
constexpr std::string_view app_token = "client-credentials-of-the-contract-cases";

Status<> set_options(const Json& wanted, hubspot::Options& options) {
  if (!wanted.is_object()) {
    return Done{};
  }
  for (const auto& [name, value] : wanted.items()) {
    auto set = options.set(name, json::text_of(value));
    if (!set.ok()) {
      return set;
    }
  }
  return Done{};
}

}  // namespace

Machine::Machine() : facts_(hubspot::load_facts()) { begin_plain(); }

void Machine::build(const std::string& tier, bool private_app, const hubspot::Options& options) {
  gateway_.reset();
  world_.reset();
  clock_ = std::make_unique<ManualClock>(start_of_cases);
  world_ = std::make_unique<gateway::World>(
      gateway::WorldConfig{
          .tier = tier, .limits_on = true, .private_app = private_app, .options = options},
      facts_, *clock_);
  gateway_ = std::make_unique<gateway::Gateway>(*world_);
  portal::Caller caller = world_->main_app().caller;
  caller.credential = hubspot::Credential::client_credentials;
  world_->apps().put_token(
      {.token = std::string(app_token), .caller = caller, .issued_at = clock_->now()});
}

void Machine::begin_plain() { build("enterprise", true, {}); }

Status<> Machine::begin(const Case& what) {
  hubspot::Options options;
  auto set = set_options(default_options_, options);
  if (set.ok()) {
    set = set_options(what.options, options);
  }
  if (set.ok()) {
    build(what.tier.empty() ? "enterprise" : what.tier, what.app != "oauth", options);
    grant_scopes(what.scopes);
  }
  return set;
}

void Machine::grant_scopes(const Json& scopes) {
  if (scopes.is_array()) {
    (void)world_->apps().set_scopes(world_->main_app().caller.app_id, scopes.get<portal::Scopes>());
  }
}

Status<> Machine::advance(Duration by) {
  clock_->set(clock_->now() + by);
  world_->run_due();
  return Done{};
}

Result<http::Response> Machine::call(const http::Request& request) {
  const auto view = request.view();
  const auto route = gateway_->router().match(view.method, view.path);
  if (route.row != nullptr) {
    called_.insert(route.row->id);
  }
  return gateway_->handle(view).response;
}

Variables Machine::names() const {
  const gateway::AppAccess& app = world_->main_app();
  return {{"token", app.access_token},
          {"app_token", std::string(app_token)},
          {"portal", std::to_string(world_->portal().config().portal_id)},
          {"app", std::to_string(app.caller.app_id)},
          {"client_id", app.client_id},
          {"client_secret", app.client_secret},
          {"hapikey", app.developer_api_key}};
}

}  // namespace hubsim::contract

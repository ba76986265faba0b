#include "mock_server/gateway/world.h"

namespace hubsim::gateway {

namespace {

constexpr std::uint64_t portal_id = 147893286;

constexpr std::string_view developer_key = "00000000-0000-4000-8000-00000000de7e";

/// The two apps of a fresh portal. Tokens have HubSpot's shape (behaviour reference 1.1) and are
/// the same at every start, so that they can stand in a configuration file. They open nothing real.
std::vector<AppAccess> default_access() {
  using hubspot::Credential;
  const portal::Scopes every{std::string(portal::every_scope)};
  return {{.caller = {.app_id = 19635961,
                      .private_app = true,
                      .scopes = every,
                      .credential = Credential::private_app,
                      .portal_id = portal_id},
           .access_token = "pat-na1-00000000-0000-4000-8000-hubsim000001",
           .client_id = "00000000-0000-4000-8000-00000000c11d",
           .client_secret = "00000000-0000-4000-8000-0000005ec2e7",
           .developer_api_key = std::string(developer_key)},
          {.caller = {.app_id = 19635962,
                      .private_app = false,
                      .scopes = every,
                      .credential = Credential::oauth,
                      .portal_id = portal_id},
           .access_token = "CO-hubsim-oauth-access-token-0000000000000000000000000001",
           .client_id = "00000000-0000-4000-8000-00000000c12d",
           .client_secret = "00000000-0000-4000-8000-0000005ec2e8",
           .developer_api_key = std::string(developer_key)}};
}

}  // namespace

World::World(WorldConfig config, std::shared_ptr<const hubspot::Facts> facts, const Clock& clock)
    : config_(std::move(config)),
      facts_(std::move(facts)),
      clock_(clock),
      access_(default_access()),
      apps_(portal_id) {
  faults::register_all_faults(fault_kinds_);
  build();
}

void World::register_apps() {
  apps_.clear();
  apps_.set_developer_key(std::string(developer_key));
  for (const AppAccess& access : access_) {
    apps_.add({.id = access.caller.app_id,
               .name = access.caller.private_app ? "hubsim private app" : "hubsim app",
               .private_app = access.caller.private_app,
               .client_id = access.client_id,
               .client_secret = access.client_secret});
    apps_.put_token(
        {.token = access.access_token, .caller = access.caller, .issued_at = clock_.now()});
  }
}

void World::build() {
  register_apps();
  portal_ = std::make_shared<portal::Portal>(
      portal::PortalConfig{
          .portal_id = portal_id, .tier = config_.tier, .options = config_.options},
      facts_, clock_.now());
  portal_->on_scheduled([this](Instant due) {
    if (notify_scheduled_) {
      notify_scheduled_(due);
    }
  });
  portal_->subscribe([this](const portal::Change& change) {
    for (const auto& subscriber : subscribers_) {
      subscriber(change);
    }
  });
  limiter_ = std::make_unique<limits::Limiter>(limits::limits_of(*facts_, config_.tier),
                                               config_.limits_on);
  faults_ = std::make_unique<faults::RuleBook>(fault_kinds_, config_.seed);
}

void World::reset() {
  const std::lock_guard lock(mutex);
  build();
  // The log outlives resets: calls under way still write to it.
  log_.clear();
}

void World::run_due() {
  const std::lock_guard lock(mutex);
  portal_->run_due(clock_.now());
}

void World::subscribe(portal::Portal::Subscriber subscriber) {
  subscribers_.push_back(std::move(subscriber));
}

const AppAccess& World::main_app() const noexcept {
  return config_.private_app ? access_.front() : access_.back();
}

}  // namespace hubsim::gateway

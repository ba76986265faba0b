#include "mock_server/gateway/world.h"

#include <fmt/format.h>

namespace hubsim::gateway {

namespace {

constexpr std::uint64_t first_portal_id = 147893286;
constexpr std::uint64_t first_private_app = 19635961;
constexpr std::uint64_t oauth_app = 19635962;
/// Private apps of further portals: ids that leave room beside the first two.
constexpr std::uint64_t app_id_step = 100;
/// Who installed the apps: the first owner of a fresh portal.
constexpr std::uint64_t installing_user = 2506672;
constexpr std::string_view developer_key = "00000000-0000-4000-8000-00000000de7e";

/// The two apps of the portal of that number. Tokens have HubSpot's shape (behaviour reference 1.1)
/// and are the same at every start, so that they can stand in a configuration file. They open
/// nothing real.
Account::Access access_of(std::uint64_t number, const portal::Scopes& scopes) {
  using hubspot::Credential;
  const std::uint64_t portal_id = first_portal_id + number;
  const auto caller = [&](std::uint64_t app, bool is_private) {
    return portal::Caller{.app_id = app,
                          .private_app = is_private,
                          .scopes = scopes,
                          .credential = is_private ? Credential::private_app : Credential::oauth,
                          .portal_id = portal_id,
                          .user_id = installing_user};
  };
  return {
      .private_app = {.caller = caller(first_private_app + number * app_id_step, true),
                      .access_token =
                          fmt::format("pat-na1-00000000-0000-4000-8000-hubsim{:06}", number + 1),
                      .client_id = fmt::format("00000000-0000-4000-8000-{:04x}0000c11d", number),
                      .client_secret =
                          fmt::format("00000000-0000-4000-8000-{:04x}005ec2e7", number),
                      .developer_api_key = std::string(developer_key)},
      .oauth_app = {.caller = caller(oauth_app, false),
                    .access_token = fmt::format("CO-hubsim-oauth-access-token-{:028}", number + 1),
                    .client_id = "00000000-0000-4000-8000-00000000c12d",
                    .client_secret = "00000000-0000-4000-8000-0000005ec2e8",
                    .developer_api_key = std::string(developer_key)}};
}

}  // namespace

World::World(WorldConfig config, std::shared_ptr<const hubspot::Facts> facts, const Clock& clock)
    : config_(std::move(config)),
      rows_(config_.more_rows),
      facts_(std::move(facts)),
      clock_(clock),
      fault_kinds_([] {
        faults::FaultRegistry kinds;
        faults::register_all_faults(kinds);
        return kinds;
      }()),
      apps_(first_portal_id),
      main_(make_account(0, make_state(make_portal(first_portal_id, config_.tier)))),
      mutex(main_->mutex) {
  apps_.set_developer_key(std::string(developer_key));
  register_access(main_->access());
}

AccountPtr World::make_account(std::uint64_t number, Account::State state) const {
  return std::make_shared<Account>(first_portal_id + number, access_of(number, config_.scopes),
                                   std::move(state));
}

std::shared_ptr<portal::Portal> World::make_portal(std::uint64_t portal_id,
                                                   const std::string& tier) {
  auto portal = std::make_shared<portal::Portal>(
      portal::PortalConfig{.portal_id = portal_id, .tier = tier, .options = config_.options},
      facts_, clock_.now());
  attach(*portal);
  return portal;
}

Account::State World::make_state(std::shared_ptr<portal::Portal> portal) {
  auto limiter = std::make_unique<limits::Limiter>(
      limits::limits_of(*facts_, portal->config().tier), config_.limits_on);
  return {.portal = std::move(portal),
          .limiter = std::move(limiter),
          .faults = std::make_unique<faults::RuleBook>(fault_kinds_, config_.seed)};
}

void World::attach(portal::Portal& portal) {
  portal.on_scheduled([this](Instant due) {
    if (notify_scheduled_) {
      notify_scheduled_(due);
    }
  });
  portal.subscribe([this, &portal](const portal::Change& change) {
    for (const auto& subscriber : subscribers_) {
      subscriber(change);
    }
    for (const auto& subscriber : portal_subscribers_) {
      subscriber(portal, change);
    }
  });
  if (const auto due = portal.next_due(); due && notify_scheduled_) {
    notify_scheduled_(*due);  // a copy's agenda came with it
  }
}

void World::register_access(const Account::Access& access) {
  for (const AppAccess* each : {&access.private_app, &access.oauth_app}) {
    // The OAuth app is there already when a further account installs it.
    apps_.add({.id = each->caller.app_id,
               .name = each->caller.private_app ? "hubsim private app" : "hubsim app",
               .private_app = each->caller.private_app,
               .client_id = each->client_id,
               .client_secret = each->client_secret,
               .scopes = config_.scopes});
    apps_.put_token(
        {.token = each->access_token, .caller = each->caller, .issued_at = clock_.now()});
  }
}

AccountPtr World::find_account(std::uint64_t portal_id) const {
  if (portal_id == main_->portal_id()) {
    return main_;
  }
  const std::shared_lock lock(accounts_mutex_);
  const auto found = others_.find(portal_id);
  return found == others_.end() ? nullptr : found->second;
}

std::vector<AccountPtr> World::accounts() const {
  std::vector<AccountPtr> all{main_};
  const std::shared_lock lock(accounts_mutex_);
  for (const auto& [id, account] : others_) {
    all.push_back(account);
  }
  return all;
}

Result<AccountPtr, std::string> World::add_account(const Wish& wish) {
  std::uint64_t number = 0;
  {
    const std::unique_lock lock(accounts_mutex_);
    if (others_.size() + 1 >= max_accounts) {
      return Failure{"there are " + std::to_string(max_accounts) + " portals already"};
    }
    number = ++last_number_;
  }
  const std::uint64_t portal_id = first_portal_id + number;
  std::shared_ptr<portal::Portal> portal;
  std::shared_ptr<const portal::Portal> origin;
  if (wish.fork_of) {
    const std::lock_guard lock(wish.fork_of->mutex);
    portal = wish.fork_of->portal().copy(portal_id);
    origin = portal->copy(portal_id);
    attach(*portal);
  } else {
    portal = make_portal(portal_id, wish.tier.empty() ? config_.tier : wish.tier);
  }
  AccountPtr account = make_account(number, make_state(std::move(portal)));
  account->set_origin(std::move(origin));
  {
    const std::unique_lock lock(accounts_mutex_);
    others_.emplace(portal_id, account);
  }
  register_access(account->access());
  return account;
}

bool World::remove_account(std::uint64_t portal_id) {
  AccountPtr gone;
  {
    const std::unique_lock lock(accounts_mutex_);
    const auto found = others_.find(portal_id);
    if (found == others_.end()) {
      return false;
    }
    gone = found->second;
    others_.erase(found);
  }
  apps_.forget_portal(portal_id);
  apps_.remove(gone->access().private_app.caller.app_id);
  return true;
}

Result<World::Snapshot, std::string> World::add_snapshot(Account& account) {
  Snapshot snapshot{.at = clock_.now()};
  {
    const std::lock_guard lock(account.mutex);
    snapshot.portal = account.portal().copy(account.portal_id());
  }
  const std::unique_lock lock(accounts_mutex_);
  if (snapshots_.size() >= max_snapshots) {
    return Failure{std::to_string(max_snapshots) + " snapshots are kept already: delete some"};
  }
  snapshot.id = ++last_snapshot_;
  snapshots_.emplace(snapshot.id, snapshot);
  return snapshot;
}

std::optional<World::Snapshot> World::find_snapshot(std::uint64_t id) const {
  const std::shared_lock lock(accounts_mutex_);
  const auto found = snapshots_.find(id);
  return found == snapshots_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<World::Snapshot> World::snapshots() const {
  const std::shared_lock lock(accounts_mutex_);
  std::vector<Snapshot> all;
  for (const auto& [id, snapshot] : snapshots_) {
    all.push_back(snapshot);
  }
  return all;
}

bool World::remove_snapshot(std::uint64_t id) {
  const std::unique_lock lock(accounts_mutex_);
  return snapshots_.erase(id) > 0;
}

void World::restore(Account& account, const portal::Portal& snapshot) {
  std::shared_ptr<portal::Portal> portal = snapshot.copy(account.portal_id());
  const std::lock_guard lock(account.mutex);
  attach(*portal);
  account.replace(std::move(portal));
}

void World::reset(Account& account) {
  std::shared_ptr<portal::Portal> portal =
      account.origin()
          ? std::shared_ptr<portal::Portal>(account.origin()->copy(account.portal_id()))
          : nullptr;
  const std::lock_guard lock(account.mutex);
  if (portal) {
    attach(*portal);
  } else {
    portal = make_portal(account.portal_id(), account.portal().config().tier);
  }
  account.replace(make_state(std::move(portal)));
}

hubspot::Options World::options() const {
  const std::lock_guard lock(main_->mutex);
  return main_->portal().options();
}

void World::reset() {
  {
    const std::unique_lock lock(accounts_mutex_);
    others_.clear();
    last_number_ = 0;
    snapshots_.clear();
  }
  const std::lock_guard lock(main_->mutex);
  apps_.clear();
  register_access(main_->access());
  main_->replace(make_state(make_portal(main_->portal_id(), config_.tier)));
  // The log outlives resets: calls under way still write to it.
  log_.clear();
}

void World::run_due() {
  for (const AccountPtr& account : accounts()) {
    const std::lock_guard lock(account->mutex);
    account->portal().run_due(clock_.now());
  }
}

void World::subscribe(portal::Portal::Subscriber subscriber) {
  subscribers_.push_back(std::move(subscriber));
}

const AppAccess& World::main_app(const Account& account) const noexcept {
  return config_.private_app ? account.access().private_app : account.access().oauth_app;
}

}  // namespace hubsim::gateway

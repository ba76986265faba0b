// World: everything one simulated HubSpot holds: the accounts, each with its lock, the apps and
// their credentials, the request log. The gateway passes requests through it; the control API looks
// at it and changes it.
// Threads: accounts come and go under a mutex of their own; whoever holds one keeps it alive. What
// an account's lock guards: account.h. `mutex`, portal(), ... are the first account's.
// The request log and the apps have their own locks. Clock and facts do not change after start.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/time/clock.h"
#include "hubspot/catalogue/router.h"
#include "hubspot/catalogue/row_set.h"
#include "mock_server/gateway/account.h"
#include "mock_server/operations/operation.h"
#include "mock_server/request_log/request_log.h"

namespace hubsim::gateway {

struct WorldConfig {
  std::uint64_t seed = 1;
  std::string tier = "professional";
  bool limits_on = true;
  /// The app whose token the ready file names: private (static token) or OAuth.
  bool private_app = true;
  /// What the apps of a new portal are granted.
  portal::Scopes scopes{std::string(portal::every_scope)};
  hubspot::Options options;
  /// Operations beyond the catalogue: `--openapi`.
  hubspot::MoreRows more_rows{};
};

class World {
 public:
  World(WorldConfig config, std::shared_ptr<const hubspot::Facts> facts, const Clock& clock);

  [[nodiscard]] const WorldConfig& config() const noexcept { return config_; }
  [[nodiscard]] const Clock& clock() const noexcept { return clock_; }
  /// The operations there are; they do not change after start.
  [[nodiscard]] std::span<const hubspot::OperationRow> rows() const noexcept {
    return rows_.rows();
  }
  /// Apps and credentials; has its own mutex.
  [[nodiscard]] portal::Apps& apps() noexcept { return apps_; }
  /// The app the ready file names, in the first portal or in another.
  [[nodiscard]] const AppAccess& main_app() const noexcept { return main_app(*main_); }
  [[nodiscard]] const AppAccess& main_app(const Account& account) const noexcept;

  // Accounts. The first is the developer account as well and stays; others come and go.
  static constexpr std::size_t max_accounts = 1000;
  [[nodiscard]] Account& main() const noexcept { return *main_; }
  /// Nothing when there is none of that portal id.
  [[nodiscard]] AccountPtr find_account(std::uint64_t portal_id) const;
  [[nodiscard]] std::vector<AccountPtr> accounts() const;

  struct Wish {
    std::string tier;      ///< empty: that of the first account
    AccountPtr fork_of{};  ///< nothing: empty
  };
  /// A new account with apps of its own. The error says why not.
  [[nodiscard]] Result<AccountPtr, std::string> add_account(const Wish& wish);
  /// Ends its tokens too; calls under way finish. False: none of that id, or the first.
  bool remove_account(std::uint64_t portal_id);
  // Snapshots of an account's state. Taking one and restoring it takes the account's lock.
  static constexpr std::size_t max_snapshots = 100;
  struct Snapshot {
    std::uint64_t id = 0;
    Instant at{};
    std::shared_ptr<const portal::Portal> portal;
  };
  [[nodiscard]] Result<Snapshot, std::string> add_snapshot(Account& account);
  [[nodiscard]] std::optional<Snapshot> find_snapshot(std::uint64_t id) const;
  [[nodiscard]] std::vector<Snapshot> snapshots() const;
  bool remove_snapshot(std::uint64_t id);
  /// Puts the account back to a snapshot of its own; limits and fault rules stay. Takes its lock.
  void restore(Account& account, const portal::Portal& snapshot);
  /// Back to the state it was made in (a fork: what it was forked from, as it was then).
  void reset(Account& account);

  /// The first account's options, for what is decided before an account is known. Takes its lock.
  [[nodiscard]] hubspot::Options options() const;

  /// Back to the state after construction, with the first account only. Subscribers stay.
  void reset();

  // Of the first account.
  [[nodiscard]] portal::Portal& portal() noexcept { return main_->portal(); }
  [[nodiscard]] std::shared_ptr<const portal::Portal> pin() const noexcept { return main_->pin(); }
  [[nodiscard]] limits::Limiter& limiter() noexcept { return main_->limiter(); }
  [[nodiscard]] faults::RuleBook& faults() noexcept { return main_->faults(); }

  [[nodiscard]] request_log::RequestLog& request_log() noexcept { return log_; }
  [[nodiscard]] const faults::FaultRegistry& fault_kinds() const noexcept { return fault_kinds_; }

  /// Told of every change right after its commit, under the lock; survives reset().
  void subscribe(portal::Portal::Subscriber subscriber);
  /// The same with the portal it happened in.
  using PortalSubscriber = std::function<void(const portal::Portal&, const portal::Change&)>;
  void subscribe_portals(PortalSubscriber subscriber) {
    portal_subscribers_.push_back(std::move(subscriber));
  }
  /// Told, under the lock, of each instant at which run_due() is wanted; survives reset().
  void on_scheduled(std::function<void(Instant)> notify) { notify_scheduled_ = std::move(notify); }
  /// Does what the portals have to do by themselves up to now. Takes their locks.
  void run_due();

 private:
  [[nodiscard]] AccountPtr make_account(std::uint64_t number, Account::State state) const;
  [[nodiscard]] std::shared_ptr<portal::Portal> make_portal(std::uint64_t portal_id,
                                                            const std::string& tier);
  [[nodiscard]] Account::State make_state(std::shared_ptr<portal::Portal> portal);
  void attach(portal::Portal& portal);
  void register_access(const Account::Access& access);

  WorldConfig config_;
  hubspot::RowSet rows_;
  std::shared_ptr<const hubspot::Facts> facts_;
  const Clock& clock_;
  faults::FaultRegistry fault_kinds_;
  std::vector<portal::Portal::Subscriber> subscribers_;
  std::vector<PortalSubscriber> portal_subscribers_;
  std::function<void(Instant)> notify_scheduled_;
  portal::Apps apps_;
  request_log::RequestLog log_;
  AccountPtr main_;

 public:
  std::mutex& mutex;  ///< of the first account

 private:
  mutable std::shared_mutex accounts_mutex_;  ///< guards what follows
  std::map<std::uint64_t, AccountPtr> others_;
  std::uint64_t last_number_ = 0;
  std::map<std::uint64_t, Snapshot> snapshots_;
  std::uint64_t last_snapshot_ = 0;
};

}  // namespace hubsim::gateway

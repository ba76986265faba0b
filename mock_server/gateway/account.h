// Account: one HubSpot account (portal) of this mock with everything that is decided under its
// lock: state, limits, fault rules; and what opens it. Several stand side by side in one process
// and share the clock, the apps and the request log.
// Threads: `mutex` guards portal, limiter and faults; hold it for a whole step, never over I/O, and
// never two accounts' at once. Id and access do not change.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "mock_server/faults/rule_book.h"
#include "mock_server/limits/limiter.h"
#include "mock_server/portal/apps.h"
#include "mock_server/portal/portal.h"

namespace hubsim::gateway {

/// What opens a portal in the name of one app.
struct AppAccess {
  portal::Caller caller;
  std::string access_token;
  std::string client_id;
  std::string client_secret;
  std::string developer_api_key;
};

class Account {
 public:
  struct State {
    std::shared_ptr<portal::Portal> portal;
    std::unique_ptr<limits::Limiter> limiter;
    std::unique_ptr<faults::RuleBook> faults;
  };
  /// The account's own private app and the OAuth app that all accounts have installed.
  struct Access {
    AppAccess private_app;
    AppAccess oauth_app;
  };
  Account(std::uint64_t portal_id, Access access, State state)
      : portal_id_(portal_id), access_(std::move(access)), state_(std::move(state)) {}

  [[nodiscard]] std::uint64_t portal_id() const noexcept { return portal_id_; }
  [[nodiscard]] const Access& access() const noexcept { return access_; }

  std::mutex mutex;
  [[nodiscard]] portal::Portal& portal() noexcept { return *state_.portal; }
  /// Keeps the portal alive beyond the lock and a reset, for long reads of what never changes.
  [[nodiscard]] std::shared_ptr<const portal::Portal> pin() const noexcept { return state_.portal; }
  [[nodiscard]] limits::Limiter& limiter() noexcept { return *state_.limiter; }
  [[nodiscard]] faults::RuleBook& faults() noexcept { return *state_.faults; }
  /// Under the lock.
  void replace(State state) { state_ = std::move(state); }
  void replace(std::shared_ptr<portal::Portal> portal) { state_.portal = std::move(portal); }
  /// What a fork was made from; nothing for those that began empty.
  [[nodiscard]] const std::shared_ptr<const portal::Portal>& origin() const noexcept {
    return origin_;
  }
  void set_origin(std::shared_ptr<const portal::Portal> origin) { origin_ = std::move(origin); }

 private:
  const std::uint64_t portal_id_;
  const Access access_;
  State state_;
  std::shared_ptr<const portal::Portal> origin_;
};
using AccountPtr = std::shared_ptr<Account>;

}  // namespace hubsim::gateway

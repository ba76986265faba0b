// World: everything one simulated HubSpot holds: the portal with its lock, the apps and their
// credentials, limits, fault rules, the request log. The gateway passes requests through it; the
// control API looks at it and changes it.
// Threads: `mutex` guards portal, limiter and faults; hold it for a whole step, never over I/O.
// The request log and the apps have their own locks. Clock and facts do not change after start.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/time/clock.h"
#include "hubspot/catalogue/router.h"
#include "mock_server/faults/rule_book.h"
#include "mock_server/limits/limiter.h"
#include "mock_server/operations/operation.h"
#include "mock_server/portal/apps.h"
#include "mock_server/portal/portal.h"
#include "mock_server/request_log/request_log.h"

namespace hubsim::gateway {

/// What the ready file says of an app: what opens the first portal in its name.
struct AppAccess {
  portal::Caller caller;
  std::string access_token;
  std::string client_id;
  std::string client_secret;
  std::string developer_api_key;
};

struct WorldConfig {
  std::uint64_t seed = 1;
  std::string tier = "professional";
  bool limits_on = true;
  /// The app whose token the ready file names: private (static token) or OAuth.
  bool private_app = true;
  hubspot::Options options;
};

class World {
 public:
  World(WorldConfig config, std::shared_ptr<const hubspot::Facts> facts, const Clock& clock);

  [[nodiscard]] const WorldConfig& config() const noexcept { return config_; }
  [[nodiscard]] const Clock& clock() const noexcept { return clock_; }
  /// Apps and credentials; has its own mutex.
  [[nodiscard]] portal::Apps& apps() noexcept { return apps_; }
  /// The app the ready file names.
  [[nodiscard]] const AppAccess& main_app() const noexcept;

  /// Back to the state after construction. Subscribers of the portal stay subscribed.
  void reset();

  std::mutex mutex;
  [[nodiscard]] portal::Portal& portal() noexcept { return *portal_; }
  /// Keeps the portal alive beyond the lock and a reset, for long reads of what never changes.
  [[nodiscard]] std::shared_ptr<const portal::Portal> pin() const noexcept { return portal_; }
  [[nodiscard]] limits::Limiter& limiter() noexcept { return *limiter_; }
  [[nodiscard]] faults::RuleBook& faults() noexcept { return *faults_; }
  [[nodiscard]] request_log::RequestLog& request_log() noexcept { return log_; }
  [[nodiscard]] const faults::FaultRegistry& fault_kinds() const noexcept { return fault_kinds_; }

  /// Told of every change right after its commit, under the lock; survives reset().
  void subscribe(portal::Portal::Subscriber subscriber);
  /// Told, under the lock, of each instant at which run_due() is wanted; survives reset().
  void on_scheduled(std::function<void(Instant)> notify) { notify_scheduled_ = std::move(notify); }
  /// Does what the portal has to do by itself up to now. Takes the lock.
  void run_due();

 private:
  void register_apps();
  void build();

  WorldConfig config_;
  std::shared_ptr<const hubspot::Facts> facts_;
  const Clock& clock_;
  std::vector<AppAccess> access_;
  portal::Apps apps_;
  faults::FaultRegistry fault_kinds_;
  std::vector<portal::Portal::Subscriber> subscribers_;
  std::function<void(Instant)> notify_scheduled_;
  std::shared_ptr<portal::Portal> portal_;
  std::unique_ptr<limits::Limiter> limiter_;
  std::unique_ptr<faults::RuleBook> faults_;
  request_log::RequestLog log_;
};

}  // namespace hubsim::gateway

// AutomationLink: makes the calls that the portals' automation asks for (portal/automation/
// action_runs) and brings the answers back: custom actions, signed with their app's secret, and
// webhooks of workflows. Why here: it needs accounts, apps and the network side at once.
// Threads: collect() and answers on the background thread, or on a manual clock inside of
// advance(); takes one portal's lock at a time, never over I/O. Destroy it after that thread has
// ended.
#pragma once

#include <functional>
#include <string>

#include "mock_server/gateway/world.h"
#include "mock_server/portal/automation/action_book.h"
#include "mock_server/portal/automation/action_runs.h"
#include "mock_server/webhooks/caller.h"

namespace hubsim::control {

class AutomationLink {
 public:
  /// How an app's receivers with https are believed: as its webhooks' are. Empty: by the system's
  /// authorities.
  using TlsOf = std::function<net::TlsOptions(std::uint64_t app_id)>;
  AutomationLink(gateway::World& world, webhooks::Caller::Parts parts, TlsOf tls_of = {});

  /// Makes every call that waits. Whoever works off the portals' agendas calls it after that.
  void collect();
  [[nodiscard]] webhooks::Caller& caller() noexcept { return caller_; }
  void reset() { caller_.reset(); }

 private:
  struct Call {
    std::string callback_id;
    webhooks::CallPlan plan;
    /// Once it is replaced (reset, restored) nobody waits for the answer.
    std::weak_ptr<const portal::Portal> portal;
  };
  void make(const gateway::AccountPtr& account, Call call);
  void trust(webhooks::CallPlan& plan, std::uint64_t app_id) const;
  [[nodiscard]] Result<webhooks::CallPlan> plan_of(portal::Portal& portal,
                                                   const portal::ActionRun& run) const;

  gateway::World& world_;
  TlsOf tls_of_;
  webhooks::Caller caller_;
};

/// The definition of that id and the app it belongs to; nothing: no app has it.
struct FoundAction {
  portal::App app;
  portal::ActionDefinition definition;
};
[[nodiscard]] std::optional<FoundAction> find_action(portal::Apps& apps, std::uint64_t id);

}  // namespace hubsim::control

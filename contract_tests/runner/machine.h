// Machine: a HubSpot in this process, on a manual clock, without sockets: the target of the
// contract tests, of the replay of recordings and of `hubsim contract`.
// Threads: one at a time. Invariant: each case begins with a world of its own.
#pragma once

#include <memory>
#include <set>

#include "contract_tests/runner/target.h"
#include "mock_server/gateway/gateway.h"

namespace hubsim::contract {

class Machine final : public Target {
 public:
  Machine();

  [[nodiscard]] std::string refusal(const Case& /*what*/) override { return ""; }
  [[nodiscard]] Status<> begin(const Case& what) override;
  [[nodiscard]] Status<> advance(Duration by) override;
  [[nodiscard]] Result<http::Response> call(const http::Request& request) override;
  [[nodiscard]] Variables names() const override;

  /// A fresh world without a case, of tier enterprise.
  void begin_plain();
  [[nodiscard]] gateway::World& world() noexcept { return *world_; }
  [[nodiscard]] const gateway::World& world() const noexcept { return *world_; }
  /// Catalogue ids of the operations called so far, over all cases.
  [[nodiscard]] const std::set<std::string_view>& called() const noexcept { return called_; }
  /// Option values that replace the defaults in every case that does not set them itself.
  void set_default_options(Json options) { default_options_ = std::move(options); }

 private:
  void grant_scopes(const Json& scopes);
  void build(const std::string& tier, bool private_app, const hubspot::Options& options);

  std::shared_ptr<const hubspot::Facts> facts_;
  std::unique_ptr<ManualClock> clock_;
  std::unique_ptr<gateway::World> world_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::set<std::string_view> called_;
  Json default_options_;
};

}  // namespace hubsim::contract

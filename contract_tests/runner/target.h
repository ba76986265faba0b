// Target: the HubSpot that cases are played against: a machine in this process, a mock over HTTP,
// or the real one. What only hubsim offers (options, a clock to advance, an empty portal, another
// tier) a target may lack; a case that needs it is then skipped, with the reason.
// Threads: one case at a time.
#pragma once

#include <string>

#include "common/base/result.h"
#include "common/http/message.h"
#include "common/time/clock.h"
#include "contract_tests/runner/case.h"
#include "contract_tests/runner/pattern.h"

namespace hubsim::contract {

/// When cases begin, where the target's clock can be set: a Friday in March 2026. Their own dates
/// lie around it.
inline constexpr Instant start_of_cases{std::chrono::milliseconds(1'774'000'000'123)};

class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  virtual ~Target() = default;

  /// "" when that case can be played here, else why not: "needs options".
  [[nodiscard]] virtual std::string refusal(const Case& what) = 0;
  /// A fresh portal in the setting the case asks for. An error ends the whole run.
  [[nodiscard]] virtual Status<> begin(const Case& what) = 0;
  /// Lets time pass; only hubsim's clocks are moved.
  [[nodiscard]] virtual Status<> advance(Duration by) = 0;
  [[nodiscard]] virtual Result<http::Response> call(const http::Request& request) = 0;
  /// `token`, `app_token`, `portal`, `app`, `client_id`, `client_secret`, `hapikey`, as far as
  /// known; another `app_token` when time has passed.
  [[nodiscard]] virtual Variables names() const = 0;
  /// The case is over: a target that is not ours tidies up what it made.
  virtual void end() {}
};

}  // namespace hubsim::contract

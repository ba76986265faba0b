// Player: plays cases against a target and says what came out: held, failed with the step and the
// reason, or skipped with the reason.
// Threads: one thread; the target outlives the player.
#pragma once

#include <functional>
#include <string>

#include "contract_tests/runner/target.h"

namespace hubsim::contract {

struct Verdict {
  enum class Kind { held, failed, skipped };
  Kind kind = Kind::held;
  std::string reason;  ///< of a failure or a skip
};

/// One call as it went, for recorders.
struct Exchange {
  const Case& played;
  std::size_t step = 0;
  const http::Request& request;
  const http::Response& response;
};

class Player {
 public:
  using Listener = std::function<void(const Exchange&)>;

  explicit Player(Target& target) : target_(target) {}
  void on_exchange(Listener listener) { listener_ = std::move(listener); }

  [[nodiscard]] Verdict play(const Case& what);

 private:
  [[nodiscard]] std::string play_steps(const Case& what);
  [[nodiscard]] std::string play_step(const Case& what, std::size_t index, Variables& variables);
  [[nodiscard]] std::string play_call(const Case& what, std::size_t index, Variables& variables);
  [[nodiscard]] Status<> pass(Duration by, Variables& variables);

  Target& target_;
  Listener listener_;
};

}  // namespace hubsim::contract

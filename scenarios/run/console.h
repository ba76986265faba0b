// Console: where a run shows itself while it goes on. On a terminal the progress is one line that
// is drawn again and again; elsewhere it is a plain line now and then, so that CI logs stay
// readable. Threads: the runner's. The text goes out through a function that app/ gives.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace hubsim::scenarios {

struct ConsoleOutput {
  bool is_terminal = false;
  std::function<void(std::string_view)> write;
};

class Console {
 public:
  explicit Console(ConsoleOutput output) : output_(std::move(output)) {}

  /// A line that stays.
  void line(const std::string& text);
  /// The state at the moment; drawn over the one before on a terminal, else at most every 10 s.
  void progress(const std::string& text);

 private:
  void clear();
  ConsoleOutput output_;
  bool drawn_ = false;
  std::chrono::nanoseconds last_plain_{0};
};

}  // namespace hubsim::scenarios

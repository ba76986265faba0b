#include "scenarios/run/console.h"

#include "common/time/clock.h"

namespace hubsim::scenarios {

namespace {
constexpr std::chrono::seconds plain_gap{10};
constexpr std::size_t widest = 118;  // a wrapped line cannot be drawn over
}  // namespace

void Console::clear() {
  if (drawn_) {
    output_.write("\r\x1b[K");
    drawn_ = false;
  }
}

void Console::line(const std::string& text) {
  clear();
  output_.write(text + "\n");
}

void Console::progress(const std::string& text) {
  if (output_.is_terminal) {
    output_.write("\r\x1b[K" + text.substr(0, widest));
    drawn_ = true;
    return;
  }
  const auto now = monotonic_now();
  if (now - last_plain_ >= plain_gap) {
    last_plain_ = now;
    output_.write(text + "\n");
  }
}

}  // namespace hubsim::scenarios

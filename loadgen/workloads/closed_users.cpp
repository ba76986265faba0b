#include "loadgen/workloads/closed_users.h"

namespace hubsim::loadgen {

ClosedUsers::ClosedUsers(const TrafficShare& share, std::chrono::nanoseconds length, Prng prng)
    : think_(share.think), length_(length), prng_(prng) {
  for (std::size_t i = 0; i < share.users; ++i) {
    const std::chrono::nanoseconds first = think_.sample(prng_);
    ready_.push(std::chrono::nanoseconds(
        static_cast<std::int64_t>(static_cast<double>(first.count()) * prng_.uniform())));
  }
}

std::optional<std::chrono::nanoseconds> ClosedUsers::next() {
  if (ready_.empty() || ready_.top() >= length_) {
    return std::nullopt;  // who is ready after the end goes home
  }
  const auto at = ready_.top();
  ready_.pop();
  ++out_;
  return at;
}

void ClosedUsers::take_back(std::chrono::nanoseconds unsent) {
  --out_;
  ready_.push(unsent);
}

void ClosedUsers::returned(std::chrono::nanoseconds at) {
  --out_;
  ready_.push(at + think_.sample(prng_));
}

}  // namespace hubsim::loadgen

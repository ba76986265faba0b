// ArrivalQueue: arrivals that wait for a connection, one line for all or one for each user, from
// one bounded store: a line is two numbers, so five thousand of them cost nothing while empty.
// Threads: one. Invariant: first in, first out within a line; a full store refuses.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <vector>

namespace hubsim::loadgen {

struct WaitingArrival {
  std::uint64_t index = 0;
  std::chrono::nanoseconds intended{0};
};

class ArrivalQueue {
 public:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  struct Line {
    std::uint32_t first = none;
    std::uint32_t last = none;
    [[nodiscard]] bool empty() const noexcept { return first == none; }
  };

  explicit ArrivalQueue(std::size_t limit) : limit_(limit) {}

  /// False: full, and nothing was added.
  bool push(Line& line, const WaitingArrival& arrival) {
    std::uint32_t place = free_;
    if (place != none) {
      free_ = nodes_[place].next;
      nodes_[place] = {arrival, none};
    } else if (nodes_.size() < limit_) {
      place = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back({arrival, none});
    } else {
      return false;
    }
    if (line.empty()) {
      line.first = place;
    } else {
      nodes_[line.last].next = place;
    }
    line.last = place;
    ++size_;
    return true;
  }

  [[nodiscard]] const WaitingArrival& front(const Line& line) const {
    return nodes_[line.first].arrival;
  }

  WaitingArrival pop(Line& line) {
    const std::uint32_t place = line.first;
    line.first = nodes_[place].next;
    if (line.first == none) {
      line.last = none;
    }
    nodes_[place].next = free_;
    free_ = place;
    --size_;
    return nodes_[place].arrival;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  struct Node {
    WaitingArrival arrival;
    std::uint32_t next = none;
  };
  std::size_t limit_;
  std::vector<Node> nodes_;
  std::uint32_t free_ = none;
  std::size_t size_ = 0;
};

}  // namespace hubsim::loadgen

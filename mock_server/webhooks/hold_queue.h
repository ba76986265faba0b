// HoldQueue: events that rules or the control API keep back, in order of birth, until every hold on
// them has ended.
// Threads: none of its own; guarded by the emitter's mutex.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "mock_server/webhooks/event.h"

namespace hubsim::webhooks {

/// An event on its way from the portal's side to the background thread.
struct Pending {
  Event event;
  Instant due{};
  bool suppressed = false;
};

class HoldQueue {
 public:
  using Hold = faults::DeliveryEffect::Hold;

  void add(Pending pending, std::vector<Hold> holds) {
    waiting_.push_back({std::move(pending), std::move(holds)});
  }
  /// Ends the holds that `ends` picks; appends to `out` the events that none is left of.
  template <class Ends>
  void end(const Ends& ends, std::vector<Pending>& out) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      Waiting& waiting = waiting_[i];
      std::erase_if(waiting.holds, ends);
      if (waiting.holds.empty()) {
        out.push_back(std::move(waiting.pending));
      } else if (kept++ != i) {
        waiting_[kept - 1] = std::move(waiting);
      }
    }
    waiting_.resize(kept);
  }
  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }
  void clear() { waiting_.clear(); }

 private:
  struct Waiting {
    Pending pending;
    std::vector<Hold> holds;
  };
  std::vector<Waiting> waiting_;
};

}  // namespace hubsim::webhooks

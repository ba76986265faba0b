// MemoryTransport: webhook requests into a list, answered by a function or by the test itself.
// Threads: one.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "mock_server/webhooks/transport.h"

namespace hubsim::webhooks {

class MemoryTransport final : public Transport {
 public:
  using Answer = std::function<DeliveryResult(const DeliveryRequest&)>;

  /// Answers at once by `answer`; without one requests wait for answer_next().
  explicit MemoryTransport(Answer answer = {}) : answer_(std::move(answer)) {}

  void post(DeliveryRequest request, Callback done) override {
    requests.push_back(request);
    if (answer_) {
      done(answer_(request));
    } else {
      waiting_.push_back(std::move(done));
    }
  }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }
  void answer_next(DeliveryResult result) {
    Callback done = std::move(waiting_.front());
    waiting_.pop_front();
    done(result);
  }

  std::vector<DeliveryRequest> requests;

 private:
  Answer answer_;
  std::deque<Callback> waiting_;
};

}  // namespace hubsim::webhooks

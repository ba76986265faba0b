// Collector: reads the mock's logs by cursor throughout the run, so that none grows over its ring,
// and feeds the history to the oracles. An entry that was lost, or more entries than fit, is a
// gap, and a gap makes the run INVALID.
// Threads: the runner's. Memory: at most `max_entries` of each log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/checks/evidence.h"
#include "scenarios/oracle/oracle.h"
#include "scenarios/run/control_client.h"

namespace hubsim::scenarios {

struct MirrorJudge {
  std::string observer;
  Oracle oracle;
};
struct EffectsJudge {
  std::string observer;
  EffectsLedger ledger;
};

/// The webhook emitter's state at one moment.
struct WebhookSample {
  std::int64_t at_ms = 0;
  std::uint64_t queued_events = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t waiting_retries = 0;
  std::uint64_t overflowed = 0;
};

class Collector {
 public:
  static constexpr std::size_t max_entries = 2'000'000;

  Collector(ControlClient& control, std::vector<MirrorJudge>& mirrors,
            std::vector<EffectsJudge>& effects)
      : control_(control), mirrors_(mirrors), effects_(effects) {}

  /// To the history's end as it is now.
  void read_history();
  /// All three logs to their ends.
  void read_all();
  void sample_webhooks(std::int64_t now_ms);

  [[nodiscard]] RunEvidence& evidence() noexcept { return evidence_; }
  [[nodiscard]] const std::vector<WebhookSample>& webhook_samples() const noexcept {
    return samples_;
  }
  /// When the last change was committed; 0 before the first.
  [[nodiscard]] std::int64_t last_change_ms() const noexcept {
    return evidence_.history.empty() ? 0 : evidence_.history.back().at_ms;
  }
  [[nodiscard]] std::uint64_t count_429() const noexcept { return count_429_; }
  [[nodiscard]] std::uint64_t count_5xx() const noexcept { return count_5xx_; }

 private:
  template <class Take>
  void read(const char* log, std::uint64_t& after, Take take);
  void gap(const std::string& why);
  void take_history(const Json& entry);
  void take_request(const Json& entry);
  void take_delivery(const Json& entry);

  ControlClient& control_;
  std::vector<MirrorJudge>& mirrors_;
  std::vector<EffectsJudge>& effects_;
  RunEvidence evidence_;
  std::vector<WebhookSample> samples_;
  std::uint64_t after_history_ = 0;
  std::uint64_t after_requests_ = 0;
  std::uint64_t after_deliveries_ = 0;
  std::uint64_t count_429_ = 0;
  std::uint64_t count_5xx_ = 0;
};

}  // namespace hubsim::scenarios

// OtlpPusher: sends the newest metrics to an OTLP/HTTP collector every few seconds and once more at
// the end. Metrics are cumulative, so nothing queues up: what could not be sent is in the next one.
// A collector that is slow or absent costs the run nothing and is told of as a warning.
// Threads: its own; constructor, finish() and destructor from one thread. `body` is called on its
// thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hubsim::loadgen {

struct OtlpTarget {
  std::string url;  ///< where its path is empty, /v1/metrics is added
  std::vector<std::pair<std::string, std::string>> headers;
  std::chrono::nanoseconds every = std::chrono::seconds(5);
  std::chrono::nanoseconds timeout = std::chrono::seconds(2);
};

class OtlpPusher {
 public:
  OtlpPusher(OtlpTarget target, std::function<std::string()> body);
  OtlpPusher(const OtlpPusher&) = delete;
  OtlpPusher& operator=(const OtlpPusher&) = delete;
  ~OtlpPusher() { finish(); }

  /// Sends the last one, three tries at most, and ends the thread. Once; later calls do nothing.
  void finish();
  /// After finish(): "2 of 7 pushes ... failed"; empty where all arrived.
  [[nodiscard]] std::string warning() const;

 private:
  void run();
  /// Whether the collector took it, as 2xx.
  bool push();

  OtlpTarget target_;
  std::function<std::string()> body_;
  std::uint64_t pushed_ = 0;
  std::uint64_t failed_ = 0;
  bool last_arrived_ = false;
  std::string why_;
  std::mutex mutex_;
  std::condition_variable ending_;
  bool stop_ = false;
  std::thread thread_;
};

/// `url` with the path that OTLP/HTTP says, where it has none.
[[nodiscard]] std::string otlp_metrics_url(std::string url);

}  // namespace hubsim::loadgen

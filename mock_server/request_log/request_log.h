// RequestLog: what every API request asked and got, in a bounded ring. Slots are filled in place
// and keep their strings' room, so that in steady state logging allocates nothing; memory grows in
// chunks up to the capacity. Numbers are dense; when full the oldest go and first_available()
// moves. Threads: its own small mutex; any thread. A number is recorded once and may be closed
// later. Invariant: page() never skips: it stops before the first number that is not recorded yet.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "common/time/clock.h"
#include "mock_server/request_log/call_shapes.h"

namespace hubsim::request_log {

/// One request as docs/control-api.md shows it. Texts are copied by record().
struct RequestEntry {
  std::uint64_t number = 0;
  Instant at{};  ///< portal clock
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view operation;
  std::string_view object_type;
  std::uint64_t app_id = 0;
  int status = 0;
  std::string_view correlation_id;
  /// Ids of the fault rules that hit, blank between them.
  std::string_view faults;
  std::string_view limited_by;  ///< TEN_SECONDLY_ROLLING, ...
  bool committed = false;
  /// Commits of one request are one run of sequences: it holds the portal's lock.
  std::uint64_t first_sequence = 0;
  std::uint32_t sequence_count = 0;
  std::string_view ending;  ///< "complete", "reset", ...
  std::string_view key;
  /// For people: what an unknown call was near to, that an operation is retired.
  std::string_view note;
  Duration delay{0};     ///< injected
  Duration handling{0};  ///< the mock's own
  std::uint32_t inputs = 1;
  std::int64_t retry_after_ms = 0;
  // Known when the answer has left:
  std::uint64_t sent_bytes = 0;
  Duration took{0};
  bool sent_complete = false;
  bool closed = false;
};

[[nodiscard]] Json to_json(const RequestEntry& entry);

class RequestLog {
 public:
  explicit RequestLog(std::size_t capacity = 200'000);
  ~RequestLog();
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;

  /// The next number, from 1; every number taken must be recorded.
  [[nodiscard]] std::uint64_t next_number() noexcept { return next_.fetch_add(1); }
  void record(const RequestEntry& entry);
  /// What truly went out. A number that has left the ring already is ignored.
  void close(std::uint64_t number, std::uint64_t bytes, bool complete, Duration took);

  /// What the bodies of the calls looked like, where that was asked for.
  [[nodiscard]] CallShapes& shapes() noexcept { return shapes_; }

  /// Forgets everything; numbers go on, so that a late close() cannot meet a new request.
  void clear();

  [[nodiscard]] std::uint64_t first_available() const;
  /// {"results":[…],"next_after","first_available","lost"}: numbers greater than `after`, at most
  /// `limit`; `lost` counts those after it that had left the ring. With `closed_only` it also stops
  /// before the first that is not closed, for readers that follow and want final values.
  [[nodiscard]] Json page(std::uint64_t after, std::size_t limit, bool closed_only = false) const;

 private:
  struct Slot;
  struct Chunk;
  [[nodiscard]] Slot& slot_of(std::uint64_t number);
  [[nodiscard]] const Slot* find(std::uint64_t number) const;
  [[nodiscard]] std::uint64_t first_locked() const noexcept;

  CallShapes shapes_;
  const std::size_t capacity_;
  std::atomic<std::uint64_t> next_{1};
  mutable std::mutex mutex_;
  std::uint64_t base_ = 1;     ///< first number since clear()
  std::uint64_t highest_ = 0;  ///< highest number recorded
  std::pmr::unsynchronized_pool_resource rooms_{
      {.max_blocks_per_chunk = 256, .largest_required_pool_block = 4096}};
  std::vector<std::unique_ptr<Chunk>> chunks_;
};

}  // namespace hubsim::request_log

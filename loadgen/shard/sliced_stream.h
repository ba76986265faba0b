// SlicedStream: a slice of an open stream's arrivals, each with its number in the whole stream and
// its own time, bit for bit. What belongs to others is passed over, which is cheaper than making
// it. Threads: as the stream it holds.
#pragma once

#include <memory>
#include <optional>

#include "common/base/assert.h"
#include "loadgen/shard/slice.h"
#include "loadgen/workloads/workload.h"

namespace hubsim::loadgen {

class SlicedStream final : public ArrivalStream {
 public:
  SlicedStream(std::unique_ptr<ArrivalStream> whole, Slice slice)
      : whole_(std::move(whole)), slice_(slice), others_(slice.first) {
    HUBSIM_ASSERT(!whole_->is_closed());  // its arrivals depend on answers others get
  }

  std::optional<std::chrono::nanoseconds> next() override {
    passed_ += whole_->skip(others_);
    others_ = slice_.step - 1;
    const auto at = whole_->next();
    if (at) {
      index_ = passed_++;
    }
    return at;
  }

  /// Arrivals of the whole stream so far, others' too; all of them once next() gave nothing.
  [[nodiscard]] std::uint64_t passed() const noexcept { return passed_; }
  /// In the whole stream: of the arrival that next() gave last.
  [[nodiscard]] std::uint64_t index() const noexcept { return index_; }

 private:
  std::unique_ptr<ArrivalStream> whole_;
  Slice slice_;
  std::uint64_t others_;      ///< arrivals of others before the next of ours
  std::uint64_t passed_ = 0;  ///< arrivals of the whole stream so far
  std::uint64_t index_ = 0;
};

}  // namespace hubsim::loadgen

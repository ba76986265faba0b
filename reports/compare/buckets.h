// Response times of two runs on one grid of logarithmic buckets, and by interval: what the
// bootstrap and the effect sizes work on, so that no histogram is decoded twice.
// Buckets span what the two runs saw, so each is a few per cent wide; within one, values are taken
// as spread evenly.
// Threads: plain values. Bounded: a run has at most max_intervals; longer ones get intervals of
// several seconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hubsim::reports {

inline constexpr std::size_t bucket_count = 512;
inline constexpr std::size_t max_intervals = 1200;

class BucketGrid {
 public:
  /// From `lowest` to `highest`, nanoseconds; widened where they are the same.
  BucketGrid(double lowest_ns, double highest_ns);
  [[nodiscard]] std::size_t index_of(double ns) const noexcept;
  /// Where bucket `index` begins; bucket_count is the end of the last.
  [[nodiscard]] double edge(double index) const noexcept;
  /// Its logarithm.
  [[nodiscard]] double log_edge(double index) const noexcept {
    return log_low_ + index * log_step_;
  }

 private:
  double log_low_;
  double log_step_;
};

using BucketCounts = std::vector<std::uint64_t>;

[[nodiscard]] std::uint64_t sum_of(const BucketCounts& counts) noexcept;
/// Where the quantiles `shares` (ascending) lie, in buckets: 3.5 is the middle of the fourth;
/// 0 where there are no counts. BucketGrid::edge() makes nanoseconds of it.
void quantile_places(const BucketCounts& counts, std::span<const double> shares,
                     std::span<double> places) noexcept;

/// Counts by interval, as running sums: a block of any length is one subtraction.
class IntervalCounts {
 public:
  explicit IntervalCounts(std::size_t intervals)
      : intervals_(intervals), sums_((intervals + 1) * bucket_count) {}

  void add(std::size_t interval, std::size_t bucket, std::uint64_t count) noexcept {
    sums_[(interval + 1) * bucket_count + bucket] += count;
  }
  /// After the last add(): from counts to running sums.
  void close() noexcept;

  [[nodiscard]] std::size_t intervals() const noexcept { return intervals_; }
  [[nodiscard]] BucketCounts total() const { return block(0, intervals_); }
  [[nodiscard]] BucketCounts block(std::size_t first, std::size_t length) const;
  void add_block(std::size_t first, std::size_t length, BucketCounts& to) const noexcept;

 private:
  std::size_t intervals_;
  std::vector<std::uint64_t> sums_;
};

}  // namespace hubsim::reports

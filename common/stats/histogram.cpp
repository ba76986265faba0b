#include "common/stats/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace hubsim::stats {

namespace {

// HdrHistogram's layout for lowest 1, three digits: sub-buckets of 2,048, halved from the second
// bucket on.
constexpr int sub_bucket_bits = 11;
constexpr std::int64_t sub_bucket_count = std::int64_t{1} << sub_bucket_bits;
constexpr int half_bits = sub_bucket_bits - 1;
constexpr std::int64_t half_count = sub_bucket_count / 2;

constexpr int bucket_count() {
  std::int64_t smallest_untrackable = sub_bucket_count;
  int buckets = 1;
  while (smallest_untrackable <= Histogram::highest_ns) {
    smallest_untrackable <<= 1;
    ++buckets;
  }
  return buckets;
}
constexpr std::size_t counts_length =
    static_cast<std::size_t>(bucket_count() + 1) * static_cast<std::size_t>(half_count);

int bucket_of(std::int64_t value) noexcept {
  const auto masked = static_cast<std::uint64_t>(value | (sub_bucket_count - 1));
  return 64 - std::countl_zero(masked) - sub_bucket_bits;
}

std::size_t index_of(std::int64_t value) noexcept {
  const int bucket = bucket_of(value);
  const std::int64_t sub_bucket = value >> bucket;
  const std::int64_t base = static_cast<std::int64_t>(bucket + 1) << half_bits;
  return static_cast<std::size_t>(base + sub_bucket - half_count);
}

std::int64_t lowest_at(std::size_t index) noexcept {
  auto bucket = static_cast<int>(index >> half_bits) - 1;
  auto sub_bucket = static_cast<std::int64_t>(index & (half_count - 1)) + half_count;
  if (bucket < 0) {
    sub_bucket -= half_count;
    bucket = 0;
  }
  return sub_bucket << bucket;
}

std::int64_t highest_at(std::size_t index) noexcept {
  const auto bucket = std::max(static_cast<int>(index >> half_bits) - 1, 0);
  return lowest_at(index) + (std::int64_t{1} << bucket) - 1;
}

}  // namespace

Histogram::Histogram() : counts_(counts_length), min_(std::numeric_limits<std::int64_t>::max()) {}

void Histogram::record(std::chrono::nanoseconds value, std::uint64_t times) noexcept {
  std::int64_t ns = value.count();
  if (ns < 0 || ns > highest_ns) [[unlikely]] {
    ns = std::clamp<std::int64_t>(ns, 0, highest_ns);
    clamped_ += times;
  }
  counts_[index_of(ns)] += times;
  total_ += times;
  sum_ += static_cast<double>(ns) * static_cast<double>(times);
  min_ = std::min(min_, ns);
  max_ = std::max(max_, ns);
}

void Histogram::add(const Histogram& other) noexcept {
  if (other.total_ == 0) {
    return;
  }
  const std::size_t last = index_of(other.max_);
  for (std::size_t i = index_of(other.min_); i <= last; ++i) {
    counts_[i] += other.counts_[i];
  }
  total_ += other.total_;
  clamped_ += other.clamped_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

void Histogram::reset() noexcept {
  if (total_ != 0) {
    const auto cell = [this](std::int64_t value) {
      return counts_.begin() + static_cast<std::ptrdiff_t>(index_of(value));
    };
    std::fill(cell(min_), cell(max_) + 1, 0);
  }
  total_ = clamped_ = 0;
  sum_ = 0;
  min_ = std::numeric_limits<std::int64_t>::max();
  max_ = 0;
}

std::chrono::nanoseconds Histogram::min() const noexcept {
  return std::chrono::nanoseconds(total_ == 0 ? 0 : min_);
}

std::chrono::nanoseconds Histogram::max() const noexcept { return std::chrono::nanoseconds(max_); }

double Histogram::mean_ns() const noexcept {
  return total_ == 0 ? 0 : sum_ / static_cast<double>(total_);
}

std::chrono::nanoseconds Histogram::quantile(double q) const noexcept {
  if (total_ == 0) {
    return std::chrono::nanoseconds(0);
  }
  const double wanted = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(total_));
  const auto rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1);
  std::uint64_t seen = 0;
  for (std::size_t i = index_of(min_); i < counts_length; ++i) {
    seen += counts_[i];
    if (seen >= rank) {
      return std::chrono::nanoseconds(std::min(highest_at(i), max_));
    }
  }
  return max();
}

std::uint64_t Histogram::count_at_most(std::chrono::nanoseconds value) const noexcept {
  if (value.count() < 0) {
    return 0;
  }
  const std::size_t last = index_of(std::min<std::int64_t>(value.count(), highest_ns));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i <= last; ++i) {
    seen += counts_[i];
  }
  return seen;
}

void Histogram::make_exact(std::chrono::nanoseconds min, std::chrono::nanoseconds max,
                           double mean_ns) noexcept {
  // Only within the buckets that are in use: quantile() begins at that of the least.
  if (total_ == 0 || index_of(min_) != index_of(std::max<std::int64_t>(min.count(), 0)) ||
      index_of(max_) != index_of(std::clamp<std::int64_t>(max.count(), 0, highest_ns))) {
    return;
  }
  min_ = min.count();
  max_ = max.count();
  sum_ = mean_ns * static_cast<double>(total_);
}

std::size_t Histogram::cell_count() noexcept { return counts_length; }

std::int64_t Histogram::lowest_of_cell(std::size_t cell) noexcept { return lowest_at(cell); }

std::int64_t Histogram::highest_of_cell(std::size_t cell) noexcept {
  return std::min(highest_at(cell), highest_ns);
}

std::size_t Histogram::first_cell() const noexcept { return total_ == 0 ? 0 : index_of(min_); }

std::uint64_t Histogram::count_in_cell(std::size_t cell) const noexcept { return counts_[cell]; }

std::size_t Histogram::cells_in_use() const noexcept {
  return total_ == 0 ? 0 : index_of(max_) + 1;
}

bool Histogram::restore_cell(std::size_t cell, std::uint64_t times) noexcept {
  if (cell >= counts_length) {
    return false;
  }
  const std::int64_t low = lowest_at(cell);
  const std::int64_t high = std::min(highest_at(cell), highest_ns);
  counts_[cell] += times;
  total_ += times;
  sum_ += static_cast<double>(low + (high - low) / 2) * static_cast<double>(times);
  min_ = std::min(min_, low);
  max_ = std::max(max_, high);
  return true;
}

}  // namespace hubsim::stats

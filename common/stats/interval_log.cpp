#include "common/stats/interval_log.h"

#include <algorithm>

namespace hubsim::stats {

namespace {

Interval sum_of(const Interval& a, const Interval& b, Histogram& scratch) {
  scratch.reset();
  HUBSIM_ASSERT(scratch.add_packed(a.cells) && scratch.add_packed(b.cells));
  return {a.second, std::max(a.max, b.max), scratch.pack()};
}

}  // namespace

IntervalLog::IntervalLog(std::chrono::nanoseconds start, std::size_t max_seconds)
    : start_(start), max_seconds_(max_seconds) {
  HUBSIM_ASSERT(max_seconds > 0);
}

void IntervalLog::roll(std::chrono::nanoseconds at) {
  const auto passed = std::max(at - start_, std::chrono::nanoseconds(0));
  auto second =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(passed).count());
  full_ = full_ || second >= max_seconds_;
  second = std::min<std::uint64_t>(second, max_seconds_ - 1);
  if (second != second_) {
    close();
    second_ = second;
  }
  end_ = full_ ? std::chrono::nanoseconds::max() : start_ + std::chrono::seconds(second + 1);
}

void IntervalLog::close() {
  if (current_.count() > 0) {
    whole_.add(current_);
    closed_.push_back({second_, current_.max(), current_.pack()});
    current_.reset();
  }
}

void IntervalLog::add(const IntervalLog& other) {
  close();
  closed_ = merge(closed_, other.intervals());
  whole_.add(other.whole());
  full_ = full_ || other.full_;
}

Histogram IntervalLog::whole() const {
  Histogram all = whole_;
  all.add(current_);
  return all;
}

std::vector<Interval> IntervalLog::intervals() const {
  std::vector<Interval> all = closed_;
  if (current_.count() > 0) {
    all.push_back({second_, current_.max(), current_.pack()});
  }
  return all;
}

std::vector<Interval> merge(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  std::vector<Interval> all;
  all.reserve(std::max(a.size(), b.size()));
  Histogram scratch;
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() || right != b.end()) {
    if (right == b.end() || (left != a.end() && left->second < right->second)) {
      all.push_back(*left++);
    } else if (left == a.end() || right->second < left->second) {
      all.push_back(*right++);
    } else {
      all.push_back(sum_of(*left++, *right++, scratch));
    }
  }
  return all;
}

}  // namespace hubsim::stats

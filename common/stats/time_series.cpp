#include "common/stats/time_series.h"

#include <algorithm>

namespace hubsim::stats {

TimeSeries::TimeSeries(std::chrono::nanoseconds start, std::size_t max_seconds)
    : start_(start), max_seconds_(max_seconds) {
  HUBSIM_ASSERT(max_seconds > 0);
}

SecondPoint& TimeSeries::second_at(std::chrono::nanoseconds at) {
  const auto passed = std::max(at - start_, std::chrono::nanoseconds(0));
  auto second =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(passed).count());
  if (second >= max_seconds_) {
    second = max_seconds_ - 1;
    full_ = true;
  }
  if (open_ && second > current_.second) {
    close_current();
  }
  if (!open_) {
    current_ = SecondPoint{};
    current_.second = second;
    open_ = true;
  }
  return current_;
}

void TimeSeries::close_current() {
  current_.p50 = latency_.quantile(0.50);
  current_.p99 = latency_.quantile(0.99);
  current_.max = latency_.max();
  closed_.push_back(current_);
  if (on_close_) {
    on_close_(current_, latency_);
  }
  latency_.reset();
  open_ = false;
}

void TimeSeries::record(std::chrono::nanoseconds at, Result result, int status,
                        std::chrono::nanoseconds latency) {
  SecondPoint& point = second_at(at);
  switch (result) {
    case Result::ok:
      ++point.ok;
      break;
    case Result::failed:
      ++point.failed;
      break;
    case Result::unknown:
      ++point.unknown;
      break;
    case Result::overflow:
      ++point.overflow;
      break;
  }
  const auto status_class = static_cast<std::size_t>(std::clamp(status / 100, 0, 5));
  ++point.status_class[status_class];
  point.throttled += status == 429 ? 1 : 0;
  latency_.record(latency);
}

void TimeSeries::close_before(std::chrono::nanoseconds now) {
  const auto end = start_ + std::chrono::seconds(current_.second + 1);
  if (open_ && now >= end && current_.second + 1 < max_seconds_) {
    close_current();
  }
}

void TimeSeries::count_overflow(std::chrono::nanoseconds at) { ++second_at(at).overflow; }

std::vector<SecondPoint> TimeSeries::points() const {
  std::vector<SecondPoint> all = closed_;
  if (open_) {
    SecondPoint last = current_;
    last.p50 = latency_.quantile(0.50);
    last.p99 = latency_.quantile(0.99);
    last.max = latency_.max();
    all.push_back(last);
  }
  return all;
}

}  // namespace hubsim::stats

// The one timeline: what happened in each second of the run.
#include <algorithm>
#include <cmath>
#include <functional>

#include "scenarios/run/result.h"

namespace hubsim::scenarios {

namespace {

using Values = std::vector<std::optional<double>>;

class Seconds {
 public:
  explicit Seconds(const ResultContext& context)
      : started_ms_(context.started_ms),
        count_(static_cast<std::size_t>(
            std::max<std::int64_t>(1, (context.ended_ms - context.started_ms + 999) / 1000))) {}

  /// The second a moment falls into; what is before the start or after the end has none.
  std::optional<std::size_t> of(std::int64_t at_ms) const {
    const std::int64_t second = (at_ms - started_ms_) / 1000;
    const bool inside = at_ms >= started_ms_ && static_cast<std::size_t>(second) < count_;
    return inside ? std::optional(static_cast<std::size_t>(second)) : std::nullopt;
  }
  std::size_t count() const { return count_; }

 private:
  std::int64_t started_ms_;
  std::size_t count_;
};

template <class Items, class When>
Values rate(const Seconds& seconds, const Items& items, When when) {
  Values values(seconds.count(), 0.0);
  for (const auto& item : items) {
    const std::optional<std::int64_t> at_ms = when(item);
    if (const auto second = at_ms ? seconds.of(*at_ms) : std::nullopt) {
      *values[*second] += 1;
    }
  }
  return values;
}

/// The value (in ms) that each item gives to its second, as quantile; null where there was none.
template <class Items, class Measure>
Values quantile(const Seconds& seconds, const Items& items, double share, Measure measure) {
  std::vector<std::vector<double>> each(seconds.count());
  for (const auto& item : items) {
    const auto [at_ms, value] = measure(item);
    const auto second = seconds.of(at_ms);
    if (second && value >= 0) {
      each[*second].push_back(value);
    }
  }
  Values values;
  for (auto& sample : each) {
    if (sample.empty()) {
      values.emplace_back();
      continue;
    }
    std::sort(sample.begin(), sample.end());
    const double size = static_cast<double>(sample.size());
    const auto rank = static_cast<std::size_t>(std::ceil(share * size));
    values.emplace_back(sample[std::max<std::size_t>(rank, 1) - 1]);
  }
  return values;
}

/// The last sample of each second, held where there was none.
template <class Items, class Value>
Values held(const Seconds& seconds, const Items& items, Value value) {
  Values values(seconds.count());
  for (const auto& item : items) {
    if (const auto second = seconds.of(item.at_ms)) {
      values[*second] = value(item);
    }
  }
  for (std::size_t i = 1; i < values.size(); ++i) {
    values[i] = values[i] ? values[i] : values[i - 1];
  }
  return values;
}

std::pair<std::int64_t, double> call_time(const RequestRecord& request) {
  return {request.done_ms(), static_cast<double>(request.took_us) / 1000};
}

std::pair<std::int64_t, double> ack_time(const DeliveryRecord& delivery) {
  const bool answered = delivery.outcome == "acked" || delivery.outcome == "rejected";
  return {delivery.at_ms, answered ? delivery.ack_ms : -1};
}

}  // namespace

std::vector<reports::Series> timeline_series(const ResultContext& context,
                                             const std::vector<WebhookSample>& webhooks,
                                             const std::vector<DivergencePoint>& divergence) {
  const Seconds seconds(context);
  const RunEvidence& seen = context.evidence;
  using When = std::optional<std::int64_t>;
  const auto status_at = [](int from, int until) {
    return [=](const RequestRecord& request) {
      const bool counts = request.status >= from && request.status < until;
      return counts ? When(request.done_ms()) : When();
    };
  };
  std::vector<reports::Series> all;
  const auto add = [&](std::string_view name, const char* unit, Values values) {
    all.push_back({.name = std::string(name), .unit = unit, .values = std::move(values)});
  };
  add(reports::series::changes, "1/s",
      rate(seconds, seen.history, [](const HistoryEntry& entry) { return When(entry.at_ms); }));
  add(reports::series::api_calls, "1/s",
      rate(seconds, seen.requests, [](const RequestRecord& r) { return When(r.at_ms); }));
  add(reports::series::api_p50, "ms", quantile(seconds, seen.requests, 0.5, call_time));
  add(reports::series::api_p99, "ms", quantile(seconds, seen.requests, 0.99, call_time));
  add(reports::series::throttled, "1/s", rate(seconds, seen.requests, status_at(429, 430)));
  add(reports::series::server_errors, "1/s", rate(seconds, seen.requests, status_at(500, 600)));
  add(reports::series::webhook_backlog, "events",
      held(seconds, webhooks, [](const WebhookSample& sample) {
        return static_cast<double>(sample.queued_events + sample.waiting_retries);
      }));
  add(reports::series::deliveries, "1/s",
      rate(seconds, seen.deliveries, [](const DeliveryRecord& delivery) {
        return delivery.outcome == "suppressed" ? When() : When(delivery.at_ms);
      }));
  add(reports::series::webhook_ack_p99, "ms", quantile(seconds, seen.deliveries, 0.99, ack_time));
  add(reports::series::divergence, "records",
      held(seconds, divergence,
           [](const DivergencePoint& point) { return static_cast<double>(point.count); }));
  return all;
}

}  // namespace hubsim::scenarios

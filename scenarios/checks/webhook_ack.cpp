// webhook_ack: how long the integration takes to answer a delivery: from the last byte of the
// request to the end of the answer, at the mock. Nothing else is in it: not the API, not the way of
// a change to the other system. Genuine deliveries that began in the named phases count, whatever
// the answer's status; one that timed out counts as the whole timeout. Not counted: suppressed
// ones, refused connections, and deliveries while the rig itself kept the process down. Quantiles
// are exact (nearest rank).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

namespace {

struct Point {
  std::string_view name;
  double share;
};
constexpr std::array<Point, 4> points{{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"max", 1}}};

struct Bound {
  Point point;
  config::Condition condition;
};

double quantile(const std::vector<double>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

bool during_outage(const RunEvidence& evidence, const DeliveryRecord& delivery) {
  const auto end_ms = delivery.at_ms + static_cast<std::int64_t>(std::ceil(delivery.ack_ms));
  return std::any_of(evidence.outages.begin(), evidence.outages.end(), [&](const Outage& outage) {
    return delivery.at_ms <= outage.end_ms && end_ms >= outage.start_ms;
  });
}

class WebhookAck final : public Check {
 public:
  WebhookAck(std::vector<Bound> bounds, std::vector<std::string> phases)
      : bounds_(std::move(bounds)), phases_(std::move(phases)) {}
  std::string wanted() const override {
    std::string text;
    for (const Bound& bound : bounds_) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", bound.point.name,
                          bound.condition.text());
    }
    return text + in_phases_text(phases_);
  }
  std::vector<std::string> phases() const override { return phases_; }
  CheckOutcome evaluate(const RunEvidence& evidence) const override;

 private:
  std::vector<double> times(const RunEvidence& evidence) const;

  std::vector<Bound> bounds_;
  std::vector<std::string> phases_;
};

std::vector<double> WebhookAck::times(const RunEvidence& evidence) const {
  std::vector<double> times;
  for (const DeliveryRecord& delivery : evidence.deliveries) {
    const bool timeout = delivery.outcome == "timeout";
    const bool answered = delivery.outcome == "acked" || delivery.outcome == "rejected";
    if (delivery.forged.empty() && (timeout || answered) && !during_outage(evidence, delivery) &&
        in_phases(evidence, phases_, delivery.at_ms)) {
      times.push_back(timeout ? std::max(evidence.delivery_timeout_ms, delivery.ack_ms)
                              : delivery.ack_ms);
    }
  }
  std::sort(times.begin(), times.end());
  return times;
}

CheckOutcome WebhookAck::evaluate(const RunEvidence& evidence) const {
  if (auto outcome = unusable(evidence, phases_)) {
    return *outcome;
  }
  const std::vector<double> sorted = times(evidence);
  if (sorted.empty()) {
    return vacuous("no delivery was answered" + in_phases_text(phases_));
  }
  CheckOutcome outcome{.verdict = CheckVerdict::pass};
  for (const Bound& bound : bounds_) {
    const double value = quantile(sorted, bound.point.share);
    outcome.got +=
        fmt::format("{}{} {:.1f}ms", outcome.got.empty() ? "" : ", ", bound.point.name, value);
    const auto margin = margin_below(value, bound.condition.bound);
    if (margin && (!outcome.margin || *margin < *outcome.margin)) {
      outcome.margin = margin;
    }
    if (!bound.condition.holds(value)) {
      outcome.verdict = CheckVerdict::fail;
    }
  }
  outcome.got += fmt::format(" of {}", sorted.size());
  if (sorted.size() < 100) {
    outcome.explanation = "of fewer than 100 deliveries the p99 is the slowest one";
  }
  return outcome;
}

std::unique_ptr<Check> make(const config::Settings& settings, const std::string& pointer,
                            config::Problems& problems) {
  std::vector<Bound> bounds;
  for (const Point& point : points) {
    if (settings.has(point.name)) {
      const config::Condition& condition = settings.condition(point.name);
      bounds.push_back({.point = point, .condition = condition});
      if (!condition.is_duration) {
        problems.push_back({pointer + "/" + std::string(point.name),
                            "expected a time with its unit, such as '< 300ms'"});
      }
    }
  }
  if (bounds.empty()) {
    problems.push_back({pointer, "name at least one bound: p50, p90, p99 or max ('< 300ms')"});
  }
  return std::make_unique<WebhookAck>(std::move(bounds), settings.has("phases")
                                                             ? settings.text_list("phases")
                                                             : std::vector<std::string>());
}

}  // namespace

void register_check_webhook_ack(CheckRegistry& registry) {
  CheckKind kind{
      .name = "webhook_ack",
      .help = "how fast the integration answers webhook deliveries",
      .advice =
          "Deliveries are answered late; HubSpot gives up after its timeout and sends them "
          "again. Store the events, answer, and work afterwards.",
      .fields = {phases_field()},
      .make = make};
  for (const Point& point : points) {
    kind.fields.push_back({.name = std::string(point.name),
                           .type = config::Type::condition,
                           .help = "bound on that quantile, such as '< 300ms'"});
  }
  registry.add(std::move(kind));
}

}  // namespace hubsim::scenarios

#include "mock_server/webhooks/delivery_log.h"

#include <algorithm>

#include "common/base/assert.h"
#include "common/time/format.h"

namespace hubsim::webhooks {

namespace {

Json to_json(const Event& event, int attempt) {
  const portal::Change& change = event.change();
  const bool sensitive = event.source->is_sensitive(event.property_name());
  return {{"event_id", event.event_id},
          {"subscription_id", event.subscription_id},
          {"subscription_type", event.subscription_type()},
          {"object_type_id", event.source->type.type_id},
          {"object_id", std::to_string(event.object_id())},
          {"property_name", event.property_name()},
          {"property_value", sensitive ? "REDACTED" : event.property_value()},
          {"occurred_at_ms", to_unix_ms(change.at)},
          {"change_source", change.source.change_source},
          {"source_id", change.source.source_id},
          {"sequence", change.sequence},
          {"lineage", change.lineage},
          {"attempt_number", attempt}};
}

}  // namespace

std::string_view outcome_name(DeliveryOutcome outcome) noexcept {
  switch (outcome) {
    case DeliveryOutcome::in_flight:
      return "in_flight";
    case DeliveryOutcome::acked:
      return "acked";
    case DeliveryOutcome::rejected:
      return "rejected";
    case DeliveryOutcome::timeout:
      return "timeout";
    case DeliveryOutcome::connection_failed:
      return "connection_failed";
    case DeliveryOutcome::suppressed:
      return "suppressed";
  }
  return "";
}

Json to_json(const DeliveryRecord& record) {
  Json events = Json::array();
  std::vector<std::string> rules;
  const auto add_fault = [&](const std::string& id) {
    if (!id.empty() && std::find(rules.begin(), rules.end(), id) == rules.end()) {
      rules.push_back(id);
    }
  };
  add_fault(record.rule_id);
  for (const Event& event : *record.events) {
    events.push_back(to_json(event, record.attempt));
    std::for_each(event.rule_ids.begin(), event.rule_ids.end(), add_fault);
  }
  Json json = {{"number", record.number},
               {"at_ms", to_unix_ms(record.at)},
               {"app_id", record.app_id},
               {"url", record.url},
               {"attempt", record.attempt},
               {"events", std::move(events)},
               {"faults", std::move(rules)},
               {"forged", nullptr},
               {"malformed", nullptr},
               {"redelivery_of", nullptr},
               {"outcome", outcome_name(record.outcome)},
               {"status", record.status},
               {"ack_ms", static_cast<double>(record.ack.count()) / 1000.0}};
  if (record.forged) {
    json["forged"] = std::string(faults::forgery_name(*record.forged));
  }
  if (record.malformed) {
    json["malformed"] = std::string(faults::malformation_name(*record.malformed));
  }
  if (!record.error.empty()) {
    json["error"] = record.error;
  }
  if (record.redelivery_of != 0) {
    json["redelivery_of"] = record.redelivery_of;
  }
  return json;
}

Json request_json(const DeliveryRecord& record, std::string_view client_secret) {
  AppSettings settings{.app_id = record.app_id,
                       .client_secret = std::string(client_secret),
                       .target_url = record.url};
  settings.timeout = record.timeout;
  const DeliveryRequest request = render_request(settings, *record.events, record.request);
  Json headers = Json::array();
  for (const auto& [name, value] : request.headers) {
    headers.push_back(Json::array({name, value}));
  }
  Json json = {{"at_ms", to_unix_ms(record.at)},
               {"url", request.url},
               {"headers", std::move(headers)},
               {"body", request.body}};
  // A truncated body may end in half a character; what is not UTF-8 is replaced when it is dumped.
  const auto read_back = json::parse(json::dump(json["body"]));
  json["body_exact"] = read_back.ok() && *read_back == json["body"];
  return json;
}

DeliveryLog::DeliveryLog(std::size_t capacity, std::size_t event_capacity)
    : capacity_(capacity), event_capacity_(event_capacity) {}

void DeliveryLog::drop_oldest() {
  events_ -= records_.front().events->size();
  records_.pop_front();
}

std::uint64_t DeliveryLog::add(DeliveryRecord record) {
  const std::lock_guard lock(mutex_);
  record.number = next_++;
  events_ += record.events->size();
  records_.push_back(std::move(record));
  while (records_.size() > 1 && (records_.size() > capacity_ || events_ > event_capacity_)) {
    drop_oldest();
  }
  return next_ - 1;
}

void DeliveryLog::complete(std::uint64_t number, Completion completion) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t first = next_ - records_.size();
  if (number < first || number >= next_) {
    return;  // left the ring, or cleared away
  }
  DeliveryRecord& record = records_[number - first];
  record.outcome = completion.outcome;
  record.status = completion.status;
  record.ack = completion.ack;
  record.error = std::move(completion.error);
}

void DeliveryLog::clear() {
  const std::lock_guard lock(mutex_);
  records_.clear();
  events_ = 0;
  base_ = next_;
}

std::optional<DeliveryRecord> DeliveryLog::find(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const std::uint64_t first = next_ - records_.size();
  if (number < first || number >= next_) {
    return std::nullopt;
  }
  return records_[number - first];
}

Json DeliveryLog::page(std::uint64_t after, std::size_t limit, const SecretOf& secret_of) const {
  std::vector<DeliveryRecord> found;
  std::uint64_t first = 0;
  std::uint64_t wanted = 0;
  {
    const std::lock_guard lock(mutex_);
    first = next_ - records_.size();
    wanted = std::max(after + 1, base_);
    for (std::uint64_t number = std::max(wanted, first); number < next_; ++number) {
      const DeliveryRecord& record = records_[number - first];
      if (found.size() >= limit || record.outcome == DeliveryOutcome::in_flight) {
        break;
      }
      found.push_back(record);
    }
  }
  Json results = Json::array();
  for (const DeliveryRecord& record : found) {
    results.push_back(to_json(record));
    if (secret_of && record.outcome != DeliveryOutcome::suppressed) {
      results.back()["request"] = request_json(record, secret_of(record.app_id));
    }
  }
  const std::uint64_t skipped_to = std::max(after, std::max(wanted, first) - 1);
  return {{"results", std::move(results)},
          {"next_after", found.empty() ? skipped_to : found.back().number},
          {"first_available", first},
          {"lost", first > wanted ? first - wanted : 0}};
}

}  // namespace hubsim::webhooks

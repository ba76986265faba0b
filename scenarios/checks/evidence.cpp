#include "scenarios/checks/evidence.h"

#include <algorithm>

#include "common/base/text.h"

namespace hubsim::scenarios {

namespace {

std::string text_at(const Json& value, std::string_view key) {
  const Json* member = json::find(value, key);
  return member == nullptr ? std::string() : json::text_of(*member);
}

template <class Number>
Number number_at(const Json& value, std::string_view key) {
  const Json* member = json::find(value, key);
  return member != nullptr && member->is_number() ? member->get<Number>() : Number{};
}

/// App and object ids come as numbers or as texts, depending on who wrote them.
std::uint64_t id_at(const Json& value, std::string_view key) {
  const Json* member = json::find(value, key);
  if (member != nullptr && member->is_number_unsigned()) {
    return member->get<std::uint64_t>();
  }
  return parse_uint(text_at(value, key)).value_or(0);
}

std::vector<std::string> texts_at(const Json& value, std::string_view key) {
  std::vector<std::string> texts;
  const Json* member = json::find(value, key);
  if (member != nullptr && member->is_array()) {
    for (const Json& item : *member) {
      texts.push_back(json::text_of(item));
    }
  }
  return texts;
}

std::vector<std::uint64_t> sequences_of(const Json& value) {
  std::vector<std::uint64_t> sequences;
  const Json* member = json::find(value, "sequences");
  if (member != nullptr && member->is_array()) {
    for (const Json& item : *member) {
      sequences.push_back(item.is_number_unsigned() ? item.get<std::uint64_t>() : 0);
    }
  }
  return sequences;
}

DeliveredEvent event_from_json(const Json& value) {
  return {.event_id = id_at(value, "event_id"),
          .subscription_type = text_at(value, "subscription_type"),
          .object_id = text_at(value, "object_id"),
          .property_name = text_at(value, "property_name"),
          .property_value = text_at(value, "property_value"),
          .occurred_at_ms = number_at<std::int64_t>(value, "occurred_at_ms"),
          .sequence = number_at<std::uint64_t>(value, "sequence"),
          .lineage = text_at(value, "lineage"),
          .attempt_number = number_at<std::int64_t>(value, "attempt_number")};
}

Failure<std::string> refusal(std::string_view what, const Json& value) {
  return Failure{"not a " + std::string(what) + ": " + json::dump(value).substr(0, 200)};
}

bool is_true(const Json& value, std::string_view key) {
  const Json* member = json::find(value, key);
  return member != nullptr && member->is_boolean() && member->get<bool>();
}

}  // namespace

const PhaseSpan* RunEvidence::phase(std::string_view name) const {
  const auto it = std::find_if(phases.begin(), phases.end(),
                               [&](const PhaseSpan& span) { return span.name == name; });
  return it == phases.end() ? nullptr : &*it;
}

Result<RequestRecord> request_record_from_json(const Json& value) {
  if (number_at<std::uint64_t>(value, "number") == 0) {
    return refusal("request record (no 'number')", value);
  }
  return RequestRecord{.number = number_at<std::uint64_t>(value, "number"),
                       .at_ms = number_at<std::int64_t>(value, "at_ms"),
                       .method = text_at(value, "method"),
                       .path = text_at(value, "path"),
                       .query = text_at(value, "query"),
                       .operation = text_at(value, "operation"),
                       .object_type = text_at(value, "object_type"),
                       .app_id = id_at(value, "app_id"),
                       .status = number_at<int>(value, "status"),
                       .correlation_id = text_at(value, "correlation_id"),
                       .faults = texts_at(value, "faults"),
                       .limited_by = text_at(value, "limited_by"),
                       .committed = is_true(value, "committed"),
                       .sequences = sequences_of(value),
                       .ending = text_at(value, "ending"),
                       .key = text_at(value, "key"),
                       .delay_us = number_at<std::int64_t>(value, "delay_us"),
                       .handling_us = number_at<std::int64_t>(value, "handling_us"),
                       .took_us = number_at<std::int64_t>(value, "took_us"),
                       .inputs = number_at<std::int64_t>(value, "inputs"),
                       .retry_after_ms = number_at<std::int64_t>(value, "retry_after_ms")};
}

Result<DeliveryRecord> delivery_record_from_json(const Json& value) {
  const std::string outcome = text_at(value, "outcome");
  if (number_at<std::uint64_t>(value, "number") == 0 || outcome.empty()) {
    return refusal("delivery record (no 'number' or 'outcome')", value);
  }
  DeliveryRecord record{.number = number_at<std::uint64_t>(value, "number"),
                        .at_ms = number_at<std::int64_t>(value, "at_ms"),
                        .url = text_at(value, "url"),
                        .attempt = number_at<std::int64_t>(value, "attempt"),
                        .faults = texts_at(value, "faults"),
                        .forged = text_at(value, "forged"),
                        .outcome = outcome,
                        .status = number_at<int>(value, "status"),
                        .ack_ms = number_at<double>(value, "ack_ms")};
  if (const Json* events = json::find(value, "events"); events != nullptr && events->is_array()) {
    for (const Json& event : *events) {
      record.events.push_back(event_from_json(event));
    }
  }
  return record;
}

Result<FaultCount> fault_count_from_json(const Json& value) {
  const std::string id = text_at(value, "id");
  if (id.empty()) {
    return refusal("fault rule (no 'id')", value);
  }
  return FaultCount{.id = id,
                    .kind = text_at(value, "kind"),
                    .eligible = number_at<std::uint64_t>(value, "eligible"),
                    .hits = number_at<std::uint64_t>(value, "hits")};
}

}  // namespace hubsim::scenarios

#include "scenarios/run/collector.h"

#include <fmt/format.h>

namespace hubsim::scenarios {

void Collector::gap(const std::string& why) {
  if (evidence_.gap.empty()) {
    evidence_.gap = why;
  }
}

template <class Take>
void Collector::read(const char* log, std::uint64_t& after, Take take) {
  for (bool more = true; more && evidence_.gap.empty();) {
    auto page = control_.read_log(log, after);
    if (!page.ok()) {
      return gap(page.error());
    }
    if (page->lost > 0 || (page->first_available > after + 1 && !page->entries.empty())) {
      gap(fmt::format("the {} log lost entries after {}", log, after));
    }
    for (const Json& entry : page->entries) {
      (this->*take)(entry);
    }
    more = page->full && page->next_after > after;
    after = std::max(after, page->next_after);
  }
}

void Collector::read_history() { read("history", after_history_, &Collector::take_history); }

void Collector::read_all() {
  read_history();
  read("requests", after_requests_, &Collector::take_request);
  read("webhooks/deliveries", after_deliveries_, &Collector::take_delivery);
}

void Collector::take_history(const Json& json_entry) {
  auto entry = history_entry_from_json(json_entry);
  if (!entry.ok()) {
    return gap("history: " + entry.error());
  }
  for (MirrorJudge& mirror : mirrors_) {
    if (const auto added = mirror.oracle.add_history(*entry); !added.ok()) {
      gap("history: " + added.error());
    }
  }
  for (EffectsJudge& effects : effects_) {
    effects.ledger.add_history(*entry);
  }
  if (evidence_.history.size() >= max_entries) {
    return gap(fmt::format("more than {} changes", max_entries));
  }
  evidence_.history.push_back(std::move(*entry));
}

void Collector::take_request(const Json& json_entry) {
  auto record = request_record_from_json(json_entry);
  if (!record.ok()) {
    return gap("requests: " + record.error());
  }
  count_429_ += record->status == 429 ? 1U : 0U;
  count_5xx_ += record->status >= 500 ? 1U : 0U;
  if (evidence_.requests.size() >= max_entries) {
    return gap(fmt::format("more than {} API calls", max_entries));
  }
  evidence_.requests.push_back(std::move(*record));
}

void Collector::take_delivery(const Json& json_entry) {
  auto record = delivery_record_from_json(json_entry);
  if (!record.ok()) {
    return gap("webhooks/deliveries: " + record.error());
  }
  if (evidence_.deliveries.size() >= max_entries) {
    return gap(fmt::format("more than {} deliveries", max_entries));
  }
  evidence_.deliveries.push_back(std::move(*record));
}

void Collector::sample_webhooks(std::int64_t now_ms) {
  const auto state = control_.get("webhooks");
  if (!state.ok()) {
    return gap(state.error());
  }
  const auto number = [&](const char* key) {
    const Json* value = json::find(*state, key);
    return value != nullptr && value->is_number() ? value->get<std::uint64_t>() : 0;
  };
  samples_.push_back({.at_ms = now_ms,
                      .queued_events = number("queued_events"),
                      .in_flight = number("in_flight"),
                      .waiting_retries = number("waiting_retries"),
                      .overflowed = number("overflowed")});
}

}  // namespace hubsim::scenarios

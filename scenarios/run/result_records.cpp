// The worst records with their life stories: each change, delivery and call that touched them, in
// order, with the ids by which the logs know them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/base/text.h"
#include "scenarios/run/result.h"

namespace hubsim::scenarios {

namespace {

constexpr std::size_t most_records = 20;
constexpr std::size_t most_events = 60;  ///< of one record: the last ones are kept

class Stories {
 public:
  Stories(const ResultContext& context, const std::vector<std::string>& keys) : context_(context) {
    for (const std::string& key : keys) {
      order_.push_back(key);
      records_[key].key = key;
    }
  }

  std::vector<reports::WorstRecord> tell() {
    tell_changes();
    tell_deliveries();
    tell_calls();
    tell_findings();
    std::vector<reports::WorstRecord> all;
    for (const std::string& key : order_) {
      reports::WorstRecord& record = records_[key];
      auto& life = record.life;
      std::stable_sort(life.begin(), life.end(),
                       [](const auto& a, const auto& b) { return a.at_ms < b.at_ms; });
      if (life.size() > most_events) {
        life.erase(life.begin(), life.end() - most_events);
      }
      all.push_back(std::move(record));
    }
    return all;
  }

 private:
  reports::WorstRecord* find(const std::string& key) {
    const auto it = records_.find(key);
    return it != records_.end() ? &it->second : nullptr;
  }

  void add(reports::WorstRecord& record, std::int64_t at_ms, const char* kind, std::string text,
           std::vector<std::string> ids) {
    record.life.push_back({.at_ms = at_ms - context_.started_ms,
                           .kind = kind,
                           .text = std::move(text),
                           .ids = std::move(ids)});
  }

  void tell_changes() {
    for (const HistoryEntry& entry : context_.evidence.history) {
      reports::WorstRecord* record = find(entry.object_id);
      if (record == nullptr) {
        continue;
      }
      record->object_type = entry.object_type;
      record->lineage = entry.lineage;
      sequences_[entry.sequence] = entry.object_id;
      std::string text(name_of(entry.kind));
      for (const auto& [name, value] : entry.properties) {
        text += fmt::format(" {}='{}'", name, value.substr(0, 60));
      }
      text += " by " + (entry.source.empty() ? std::string("unknown") : entry.source);
      std::vector<std::string> ids{fmt::format("sequence {}", entry.sequence)};
      if (entry.request_number != 0) {
        ids.push_back(fmt::format("request {}", entry.request_number));
      }
      add(*record, entry.at_ms, "change", std::move(text), std::move(ids));
    }
  }

  void tell_deliveries() {
    for (const DeliveryRecord& delivery : context_.evidence.deliveries) {
      for (const DeliveredEvent& event : delivery.events) {
        if (reports::WorstRecord* record = find(event.object_id)) {
          add(*record, delivery.at_ms, "delivery", delivery_text(delivery, event),
              {fmt::format("delivery {}", delivery.number), fmt::format("event {}", event.event_id),
               fmt::format("sequence {}", event.sequence)});
        }
      }
    }
  }

  static std::string delivery_text(const DeliveryRecord& delivery, const DeliveredEvent& event) {
    std::string text = event.subscription_type;
    if (!event.property_name.empty()) {
      text += fmt::format(" {}='{}'", event.property_name, event.property_value.substr(0, 60));
    }
    text += fmt::format(", attempt {}: {}", delivery.attempt, delivery.outcome);
    if (delivery.status != 0) {
      text += fmt::format(" ({} in {:.0f} ms)", delivery.status, delivery.ack_ms);
    }
    if (!delivery.forged.empty()) {
      text += ", forged: " + delivery.forged;
    }
    return delivery.faults.empty() ? text : text + ", by " + join(delivery.faults, ", ");
  }

  void tell_calls() {
    for (const RequestRecord& request : context_.evidence.requests) {
      for (const std::string& key : records_touched(request)) {
        std::string text =
            fmt::format("{} {}: {}", request.method,
                        request.operation.empty() ? request.path : request.operation,
                        request.broken() ? request.ending : std::to_string(request.status));
        if (!request.faults.empty()) {
          text += ", by " + join(request.faults, ", ");
        }
        add(records_[key], request.at_ms, "call", std::move(text),
            {fmt::format("request {}", request.number)});
      }
    }
  }

  /// By what it wrote, by the id at the end of its path, and by the ids or lineages in its key.
  std::set<std::string> records_touched(const RequestRecord& request) {
    std::set<std::string> keys;
    for (const std::uint64_t sequence : request.sequences) {
      if (const auto it = sequences_.find(sequence); it != sequences_.end()) {
        keys.insert(it->second);
      }
    }
    const std::string last = request.path.substr(request.path.find_last_of('/') + 1);
    for (const auto& [key, record] : records_) {
      const bool named = last == key || names(request.key, key) ||
                         (!record.lineage.empty() && names(request.key, record.lineage));
      if (named) {
        keys.insert(key);
      }
    }
    return keys;
  }

  /// `part` stands in `text` as a word of its own, not as a piece of a longer id.
  static bool names(const std::string& text, const std::string& part) {
    const auto is_word = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
      const bool left = at == 0 || !is_word(text[at - 1]);
      const std::size_t end = at + part.size();
      if (left && (end == text.size() || !is_word(text[end]))) {
        return true;
      }
    }
    return false;
  }

  void tell_findings() {
    for (const MirrorEvidence& mirror : context_.evidence.mirrors) {
      for (const Finding& finding : mirror.findings.findings) {
        if (reports::WorstRecord* record = find(finding.key)) {
          record->findings.push_back(finding.text());
          record->lineage = finding.lineage.empty() ? record->lineage : finding.lineage;
          add(*record, mirror.findings.final_to_ms, "observation",
              fmt::format("{} sees: {}", mirror.observer, finding.text()), {});
        }
      }
    }
    for (const EffectsEvidence& effects : context_.evidence.effects) {
      for (const DuplicateEffect& effect : effects.findings.records) {
        if (reports::WorstRecord* record = find(effect.key)) {
          record->findings.push_back(fmt::format("{}: done {} times, called for {} times",
                                                 effects.observer, effect.done, effect.warranted));
        }
      }
    }
  }

  const ResultContext& context_;
  std::vector<std::string> order_;
  std::map<std::string, reports::WorstRecord> records_;
  std::map<std::uint64_t, std::string> sequences_;
};

void add_key(std::vector<std::string>& keys, const std::string& key) {
  if (keys.size() < most_records && std::find(keys.begin(), keys.end(), key) == keys.end()) {
    keys.push_back(key);
  }
}

}  // namespace

std::vector<reports::WorstRecord> worst_records(
    const ResultContext& context, const std::vector<reports::Requirement>& requirements) {
  std::vector<std::string> keys;
  for (const auto& requirement : requirements) {
    const bool failed = requirement.verdict == reports::RequirementVerdict::fail;
    for (std::size_t i = 0; failed && i < requirement.evidence.size() && i < 5; ++i) {
      add_key(keys, requirement.evidence[i]);
    }
  }
  for (const MirrorEvidence& mirror : context.evidence.mirrors) {
    for (const Finding& finding : mirror.findings.findings) {
      add_key(keys, finding.key);
    }
  }
  return Stories(context, keys).tell();
}

}  // namespace hubsim::scenarios

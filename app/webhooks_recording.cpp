#include "app/webhooks_recording.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/webhooks/request.h"

namespace hubsim::app {

namespace {

using webhooks::EventKind;

std::string text_at(const Json& object, std::string_view key) {
  const Json* value = json::find(object, key);
  return value == nullptr ? std::string() : json::text_of(*value);
}

std::uint64_t number_at(const Json& object, std::string_view key) {
  return parse_uint(text_at(object, key)).value_or(0);
}

bool is_journal_entry(const Json& json) {
  return json::find(json, "events") != nullptr && json::find(json, "outcome") != nullptr;
}

/// Only for what the event's own kind does not say.
portal::ChangeKind change_kind(EventKind kind) {
  return kind == EventKind::deletion ? portal::ChangeKind::archived : portal::ChangeKind::updated;
}

/// Nothing for an event whose entry says too little: the other ends of an association, what went
/// into a merge, a message.
std::optional<webhooks::Event> event_again(const Json& json, std::uint64_t app_id) {
  const auto type = webhooks::parse_subscription(text_at(json, "subscription_type"));
  const bool plain = type.ok() && type->kind != EventKind::association_change &&
                     type->kind != EventKind::merge && type->kind != EventKind::new_message &&
                     type->kind != EventKind::completed;
  if (!plain) {
    return std::nullopt;
  }
  const std::string source = text_at(json, "change_source");
  auto shared = std::make_shared<webhooks::SharedChange>();
  static const std::uint64_t mock_portal = mock_identity().portal_id;
  shared->portal_id = mock_portal;
  shared->type = {text_at(json, "object_type_id"), type->object};
  shared->change = {
      .at = from_unix_ms(static_cast<std::int64_t>(number_at(json, "occurred_at_ms"))),
      .kind = change_kind(type->kind),
      .object_id = number_at(json, "object_id"),
      .source = {.change_source = source.empty() ? "CRM_UI" : source,
                 .source_id = text_at(json, "source_id")},
      .properties = {{text_at(json, "property_name"), text_at(json, "property_value")}}};
  const bool property = type->kind == EventKind::property_change;
  return webhooks::Event{.event_id = number_at(json, "event_id"),
                         .subscription_id = number_at(json, "subscription_id"),
                         .app_id = app_id,
                         .kind = type->kind,
                         .generic = type->object == portal::generic_object,
                         .source = std::move(shared),
                         .property = property ? 0 : webhooks::Event::no_property};
}

/// Adds up what the journal's entries lack.
class JournalReader {
 public:
  void read(const Json& json, Recording& recording) {
    recording.from_journal = true;
    if (text_at(json, "outcome") == "suppressed") {
      ++suppressed_;
      return;
    }
    JournalEntry entry{.app_id = number_at(json, "app_id"),
                       .attempt = static_cast<int>(number_at(json, "attempt"))};
    const std::string forged = text_at(json, "forged");
    entry.forged = faults::find_forgery(forged);
    entry.malformed = faults::find_malformation(text_at(json, "malformed"));
    if (entry.forged == faults::Forgery::replay || (!forged.empty() && !entry.forged)) {
      ++replays_;
      return;
    }
    for (const Json& event : json["events"]) {
      if (auto again = event_again(event, entry.app_id)) {
        again->malformed = entry.malformed;
        entry.events.push_back(std::move(*again));
      } else {
        ++lost_events_;
      }
    }
    if (!entry.events.empty()) {
      const auto at_ms = static_cast<std::int64_t>(number_at(json, "at_ms"));
      recording.deliveries.push_back({.at = from_unix_ms(at_ms), .events = std::move(entry)});
    }
  }

  void add_notes(Recording& recording) const {
    if (!recording.from_journal) {
      return;
    }
    recording.notes.emplace_back(
        "made again from the journal: portalId is the mock's; for the exact bytes save "
        "GET webhooks/deliveries?requests=true");
    note(recording, lost_events_,
         "events left out: without requests the journal says too little of associationChange, "
         "merge, newMessage, completed and unknown types");
    note(recording, suppressed_, "deliveries left out: a fault rule suppressed them");
    note(recording, replays_,
         "deliveries left out: replays, of which the journal keeps no old signatures");
  }

 private:
  static void note(Recording& recording, std::size_t count, const char* text) {
    if (count > 0) {
      recording.notes.push_back(fmt::format("{} {}", count, text));
    }
  }
  std::size_t suppressed_ = 0;
  std::size_t lost_events_ = 0;
  std::size_t replays_ = 0;
};

/// The answer of `GET webhooks/deliveries` or its results; nullptr for anything else.
const Json* journal_of(const Json& whole) {
  if (whole.is_array()) {
    return &whole;
  }
  const Json* results = json::find(whole, "results");
  return results != nullptr && results->is_array() ? results : nullptr;
}

Status<> read_line(const Json& line, JournalReader& journal, Recording& recording) {
  const Json* request = json::find(line, "request");
  if (is_journal_entry(line) && request == nullptr) {
    journal.read(line, recording);
    return Done{};
  }
  auto delivery = delivery_from_json(request != nullptr ? *request : line);
  if (!delivery.ok()) {
    return Failure{delivery.error()};
  }
  const Json* exact = json::find(request != nullptr ? *request : line, "body_exact");
  if (exact != nullptr && *exact == false) {
    recording.notes.push_back(
        fmt::format("delivery {} had bytes that are no UTF-8: its body is not the one that came",
                    recording.deliveries.size() + 1));
  }
  const Instant at = delivery->at;
  const bool forged = !text_at(line, "forged").empty();
  recording.deliveries.push_back({.at = at, .delivery = std::move(*delivery), .forged = forged});
  return Done{};
}

Status<> read_items(const std::string& path, const std::string& text, JournalReader& journal,
                    Recording& recording) {
  if (const auto whole = json::parse(text); whole.ok() && journal_of(*whole) != nullptr) {
    for (const Json& entry : *journal_of(*whole)) {
      if (auto read = read_line(entry, journal, recording); !read.ok()) {
        return Failure{path + ": " + read.error()};
      }
    }
    return Done{};
  }
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (trim(line).empty()) {
      continue;
    }
    const auto json = json::parse(line);
    if (!json.ok()) {
      return Failure{
          fmt::format("{}:{}:{}: {}", path, number, json.error().column, json.error().message)};
    }
    if (auto read = read_line(*json, journal, recording); !read.ok()) {
      return Failure{fmt::format("{}:{}: {}", path, number, read.error())};
    }
  }
  return Done{};
}

}  // namespace

Result<Recording> read_recording(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) {
    return Failure{"'" + path + "' cannot be read"};
  }
  Recording recording;
  JournalReader journal;
  if (auto read = read_items(path, text, journal, recording); !read.ok()) {
    return Failure{read.error()};
  }
  if (recording.deliveries.size() > max_recorded_deliveries) {
    return Failure{fmt::format("'{}' holds {} deliveries, at most {} are read: split it", path,
                               recording.deliveries.size(), max_recorded_deliveries)};
  }
  journal.add_notes(recording);
  return recording;
}

webhooks::DeliveryRequest render_again(const JournalEntry& entry, const std::string& url,
                                       const MockIdentity& identity, Instant now) {
  const webhooks::AppSettings settings{
      .app_id = entry.app_id, .client_secret = identity.client_secret, .target_url = url};
  return webhooks::render_request(settings, entry.events,
                                  {.attempt = entry.attempt,
                                   .signed_at = now,
                                   .forged = entry.forged,
                                   .malformed = entry.malformed});
}

}  // namespace hubsim::app

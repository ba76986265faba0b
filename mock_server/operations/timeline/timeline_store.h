// Timeline: event templates of an app and the events of a portal (behaviour reference 7, 2.4).
// Templates are a part of the app, events a part of the portal.
// Threads: guarded by the portals' locks. Invariant: events never change once made.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

inline constexpr std::size_t max_templates = 750;        // D 2.4
inline constexpr std::size_t max_tokens = 500;           // D 2.4
inline constexpr std::size_t max_kept_events = 100'000;  // ours; the oldest go
inline constexpr std::uint64_t first_template_id = 1'003'001;

struct EventToken {
  Json body;  ///< name, label, type, options, objectPropertyName
  Instant created_at{};
  Instant updated_at{};
};

struct EventTemplate {
  std::string name;
  std::string object_type;  ///< as the caller wrote it
  std::string header;
  std::string detail;
  std::map<std::string, EventToken> tokens;
  Instant created_at{};
  Instant updated_at{};
};

struct EventTemplates {
  std::map<std::uint64_t, EventTemplate> by_id;
  std::uint64_t next_id = first_template_id;
};

/// Template id (or event type's name) and the event's own id.
using EventKey = std::pair<std::string, std::string>;

class TimelineEvents : public portal::PartOf<TimelineEvents> {
 public:
  explicit TimelineEvents(const portal::Portal& /*portal*/) {}
  [[nodiscard]] const Json* find(const EventKey& key) const {
    const auto found = events_.find(key);
    return found == events_.end() ? nullptr : &found->second;
  }
  void add(const EventKey& key, Json event) {
    if (events_.size() >= max_kept_events) {
      events_.erase(order_.front());
      order_.pop_front();
    }
    if (events_.insert_or_assign(key, std::move(event)).second) {
      order_.push_back(key);
    }
  }

 private:
  std::map<EventKey, Json> events_;
  std::deque<EventKey> order_;
};

[[nodiscard]] inline EventTemplates& templates_of(const Context& context) {
  return context.apps.part<EventTemplates>(context.caller.app_id);
}

}  // namespace hubsim::operations

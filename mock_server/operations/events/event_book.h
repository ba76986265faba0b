// EventBook: the custom event definitions of a portal and the occurrences that were sent. A part of
// the portal.
// Threads: guarded by the portal's lock. Invariants: at most max_definitions, each with at most
// max_properties of its own (behaviour reference 7, D); at most max_occurrences, the oldest make
// room; an occurrence is seen from `visible_at` on.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

struct EventOption {
  std::string label;
  std::string value;
  std::string description;
};

struct EventProperty {
  std::string name;
  std::string label;
  std::string type;
  std::string description;
  std::vector<EventOption> options;
  bool by_hubspot = false;
  Instant created{};
  Instant updated{};
};

struct EventDefinition {
  std::uint64_t id = 0;
  std::string name;
  std::string full_name;  ///< pe147893286_name
  std::string object_type_id;
  std::string label;
  std::string description;
  std::string primary_object;
  std::vector<EventProperty> properties;
  Instant created{};
  Instant updated{};

  [[nodiscard]] EventProperty* property(std::string_view wanted);
};

struct Occurrence {
  std::string id;
  std::string event_type;
  std::string object_type;
  std::uint64_t object_id = 0;
  Instant at{};
  Instant visible_at{};
  std::vector<std::pair<std::string, std::string>> properties;
};

class EventBook : public portal::PartOf<EventBook> {
 public:
  static constexpr std::size_t max_definitions = 500;
  static constexpr std::size_t max_properties = 50;
  static constexpr std::size_t max_occurrences = 200'000;
  explicit EventBook(const portal::Portal& portal) : portal_id_(portal.config().portal_id) {}

  [[nodiscard]] std::map<std::string, EventDefinition>& definitions() { return definitions_; }
  /// By its full name, or by the short one.
  [[nodiscard]] EventDefinition* find(std::string_view name);
  [[nodiscard]] std::string full_name(std::string_view name) const;
  [[nodiscard]] std::uint64_t next_id() { return ++last_id_; }

  /// False when an occurrence with that id was there.
  bool add(Occurrence occurrence);
  [[nodiscard]] const std::deque<Occurrence>& occurrences() const noexcept { return occurrences_; }

 private:
  std::uint64_t portal_id_ = 0;
  std::map<std::string, EventDefinition> definitions_;
  std::uint64_t last_id_ = 0;
  std::deque<Occurrence> occurrences_;
  std::set<std::string, std::less<>> ids_;
};

}  // namespace hubsim::operations

// Routes: one app's settings with its subscriptions sorted by what they listen to, so that a change
// finds its events without looking at all of them. Types are sorted in when they are first met.
// Threads: match() under the emitter's mutex; settings() never change and are for any thread.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/portal/change.h"
#include "mock_server/webhooks/event.h"
#include "mock_server/webhooks/settings.h"

namespace hubsim::webhooks {

/// One for each type of each portal, for as long as the type is there.
using TypeLabelPtr = std::shared_ptr<const portal::TypeLabel>;

class Routes {
 public:
  /// Which of the events that sources only infer or contradict are told (webhooks.* options).
  struct Rules {
    bool silent_properties = true;  ///< no propertyChange for what HubSpot offers none for
    bool merge_storm = true;        ///< a merge also deletes and changes properties (10, inferred)
    bool privacy_deletes = true;    ///< a privacy deletion is a deletion too (8.3)
  };
  Routes(AppSettings settings, Rules rules);
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  [[nodiscard]] const AppSettings& settings() const noexcept { return settings_; }

  struct Listener {
    const Subscription* subscription = nullptr;
    std::string type;  ///< subscription->type()
  };
  /// One subscription that listens to a change, and which of its properties, if any.
  struct Match {
    const Listener* listener = nullptr;
    std::size_t property = Event::no_property;
    std::uint64_t other_object_id = 0;  ///< as in Event
  };
  /// Appends the events of a change in HubSpot's order: creation first, then its properties.
  void match(const portal::Change& change, const TypeLabelPtr& type, std::vector<Match>& out);
  /// The same for what is no record's change; looks at every subscription.
  void match_signal(EventKind kind, const SharedChange& signal, std::vector<Match>& out) const;

 private:
  using List = std::vector<const Listener*>;
  struct TypeRoutes {
    /// By EventKind; propertyChange: those of every property.
    std::array<List, portal::webhook_event_kinds> by_kind;
    std::map<std::string_view, List> by_property;
  };
  [[nodiscard]] const TypeRoutes& routes_of(const TypeLabelPtr& type);
  static void match_all(const List& list, Match match, std::vector<Match>& out);
  void match_kind(const TypeRoutes& routes, const portal::Change& change,
                  std::vector<Match>& out) const;
  void match_properties(const TypeRoutes& routes, const portal::Change& change,
                        std::vector<Match>& out) const;

  AppSettings settings_;
  Rules rules_;
  std::deque<Listener> listeners_;
  std::map<TypeLabelPtr, TypeRoutes> types_;
};

}  // namespace hubsim::webhooks

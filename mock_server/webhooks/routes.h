// Routes: one app's settings with its subscriptions sorted by what they listen to, so that a change
// finds its events without looking at all of them.
// Threads: immutable once made; shared by the portal's side and the background thread.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/portal/change.h"
#include "mock_server/webhooks/event.h"
#include "mock_server/webhooks/settings.h"

namespace hubsim::webhooks {

class Routes {
 public:
  Routes(AppSettings settings, const TypeNames& types);
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
  };
  /// Appends the events of a change in HubSpot's order: creation first, then its properties.
  void match(const portal::Change& change, std::vector<Match>& out) const;

 private:
  using List = std::vector<const Listener*>;
  struct TypeRoutes {
    std::array<List, 5> by_kind;  ///< by EventKind; propertyChange: those of every property
    std::map<std::string_view, List> by_property;
  };
  void add(const Listener& listener, const TypeNames& types);
  static void match_all(const List& list, std::size_t property, std::vector<Match>& out);

  AppSettings settings_;
  std::deque<Listener> listeners_;
  std::vector<TypeRoutes> types_;
};

/// The event a change is besides its properties; nothing for a plain update.
[[nodiscard]] std::optional<EventKind> kind_of(portal::ChangeKind change) noexcept;

}  // namespace hubsim::webhooks

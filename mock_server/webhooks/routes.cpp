#include "mock_server/webhooks/routes.h"

namespace hubsim::webhooks {

namespace {

constexpr auto property_kind = static_cast<std::size_t>(EventKind::property_change);

/// Never told, whatever is subscribed to (behaviour reference 8.1, documented).
bool is_silent(std::string_view property) {
  return property == "hs_lastmodifieddate" || property == "num_unique_conversion_events";
}

bool listens_to(const Subscription& subscription, const TypeName& type) {
  if (subscription.object != "object") {
    return subscription.object == type.singular;
  }
  return subscription.object_type_id.empty() || subscription.object_type_id == type.type_id;
}

}  // namespace

std::optional<EventKind> kind_of(portal::ChangeKind change) noexcept {
  switch (change) {
    case portal::ChangeKind::created:
      return EventKind::creation;
    case portal::ChangeKind::archived:
    case portal::ChangeKind::privacy_deleted:  // a deletion fires beside it (8.3)
      return EventKind::deletion;
    case portal::ChangeKind::restored:
      return EventKind::restore;
    case portal::ChangeKind::associated:
    case portal::ChangeKind::dissociated:
      return EventKind::association_change;
    case portal::ChangeKind::merged:
    case portal::ChangeKind::updated:
    case portal::ChangeKind::list_added:
    case portal::ChangeKind::list_removed:
      break;
  }
  return std::nullopt;
}

Routes::Routes(AppSettings settings, const TypeNames& types)
    : settings_(std::move(settings)), types_(types.size()) {
  for (const Subscription& subscription : settings_.subscriptions) {
    if (subscription.active) {
      add(listeners_.emplace_back(Listener{&subscription, subscription.type()}), types);
    }
  }
}

void Routes::add(const Listener& listener, const TypeNames& types) {
  const Subscription& subscription = *listener.subscription;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (!listens_to(subscription, types[i])) {
      continue;
    }
    TypeRoutes& routes = types_[i];
    List& list = subscription.property_name.empty()
                     ? routes.by_kind[static_cast<std::size_t>(subscription.kind)]
                     : routes.by_property[subscription.property_name];
    list.push_back(&listener);
  }
}

void Routes::match_all(const List& list, std::size_t property, std::vector<Match>& out) {
  for (const Listener* listener : list) {
    out.push_back({listener, property});
  }
}

void Routes::match(const portal::Change& change, std::vector<Match>& out) const {
  if (settings_.target_url.empty() || change.type >= types_.size()) {
    return;
  }
  const TypeRoutes& routes = types_[change.type];
  if (const auto kind = kind_of(change.kind)) {
    match_all(routes.by_kind[static_cast<std::size_t>(*kind)], Event::no_property, out);
  }
  const bool writes =
      change.kind == portal::ChangeKind::created || change.kind == portal::ChangeKind::updated;
  if (!writes || (routes.by_kind[property_kind].empty() && routes.by_property.empty())) {
    return;
  }
  for (std::size_t i = 0; i < change.properties.size(); ++i) {
    const std::string& name = change.properties[i].first;
    if (is_silent(name)) {
      continue;
    }
    match_all(routes.by_kind[property_kind], i, out);
    if (const auto it = routes.by_property.find(name); it != routes.by_property.end()) {
      match_all(it->second, i, out);
    }
  }
}

}  // namespace hubsim::webhooks

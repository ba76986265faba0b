#include "mock_server/webhooks/routes.h"

namespace hubsim::webhooks {

namespace {

constexpr auto property_kind = static_cast<std::size_t>(EventKind::property_change);

bool listens_to(const Subscription& subscription, const TypeName& type) {
  if (subscription.object != portal::generic_object) {
    return subscription.object == type.singular;
  }
  return subscription.object_type_id.empty() || subscription.object_type_id == type.type_id;
}

/// The event a change is besides its properties; nothing for a plain update.
std::optional<EventKind> kind_of(portal::ChangeKind change) noexcept {
  switch (change) {
    case portal::ChangeKind::created:
      return EventKind::creation;
    case portal::ChangeKind::archived:
      return EventKind::deletion;
    case portal::ChangeKind::restored:
      return EventKind::restore;
    case portal::ChangeKind::associated:
    case portal::ChangeKind::dissociated:
      return EventKind::association_change;
    case portal::ChangeKind::merged:
      return EventKind::merge;
    case portal::ChangeKind::privacy_deleted:
      return EventKind::privacy_deletion;
    case portal::ChangeKind::updated:
    case portal::ChangeKind::list_added:
    case portal::ChangeKind::list_removed:
      break;
  }
  return std::nullopt;
}

}  // namespace

Routes::Routes(AppSettings settings, Rules rules) : settings_(std::move(settings)), rules_(rules) {
  for (const Subscription& subscription : settings_.subscriptions) {
    if (subscription.active) {
      listeners_.emplace_back(Listener{&subscription, subscription.type()});
    }
  }
}

const Routes::TypeRoutes& Routes::routes_of(const TypeLabelPtr& type) {
  const auto [place, is_new] = types_.try_emplace(type);
  TypeRoutes& routes = place->second;
  if (!is_new) {
    return routes;
  }
  for (const Listener& listener : listeners_) {
    const Subscription& subscription = *listener.subscription;
    if (!listens_to(subscription, *type)) {
      continue;
    }
    List& list = subscription.property_name.empty()
                     ? routes.by_kind[static_cast<std::size_t>(subscription.kind)]
                     : routes.by_property[subscription.property_name];
    list.push_back(&listener);
  }
  return routes;
}

void Routes::match_all(const List& list, Match match, std::vector<Match>& out) {
  for (const Listener* listener : list) {
    match.listener = listener;
    out.push_back(match);
  }
}

void Routes::match(const portal::Change& change, const TypeLabelPtr& type,
                   std::vector<Match>& out) {
  if (settings_.target_url.empty() || listeners_.empty()) {
    return;
  }
  const TypeRoutes& routes = routes_of(type);
  match_kind(routes, change, out);
  const bool writes = change.kind == portal::ChangeKind::created ||
                      change.kind == portal::ChangeKind::updated ||
                      (change.kind == portal::ChangeKind::merged && rules_.merge_storm);
  if (writes && !(routes.by_kind[property_kind].empty() && routes.by_property.empty())) {
    match_properties(routes, change, out);
  }
}

void Routes::match_kind(const TypeRoutes& routes, const portal::Change& change,
                        std::vector<Match>& out) const {
  const auto kind = kind_of(change.kind);
  if (!kind) {
    return;
  }
  match_all(routes.by_kind[static_cast<std::size_t>(*kind)], {}, out);
  const List& deletions = routes.by_kind[static_cast<std::size_t>(EventKind::deletion)];
  if (change.kind == portal::ChangeKind::privacy_deleted && rules_.privacy_deletes) {
    match_all(deletions, {}, out);
  }
  if (change.merge && rules_.merge_storm) {
    for (const portal::ObjectId id : change.merge->merged_ids) {
      if (id != change.merge->primary_id && id != change.object_id) {
        match_all(deletions, {.other_object_id = id}, out);
      }
    }
  }
}

void Routes::match_properties(const TypeRoutes& routes, const portal::Change& change,
                              std::vector<Match>& out) const {
  for (std::size_t i = 0; i < change.properties.size(); ++i) {
    const std::string& name = change.properties[i].first;
    if (rules_.silent_properties && portal::is_silent_property(name)) {
      continue;
    }
    match_all(routes.by_kind[property_kind], {.property = i}, out);
    if (const auto it = routes.by_property.find(name); it != routes.by_property.end()) {
      match_all(it->second, {.property = i}, out);
    }
  }
}

void Routes::match_signal(EventKind kind, const SharedChange& signal,
                          std::vector<Match>& out) const {
  if (settings_.target_url.empty()) {
    return;
  }
  const auto& properties = signal.change.properties;
  for (const Listener& listener : listeners_) {
    const Subscription& subscription = *listener.subscription;
    const bool named = subscription.event_type_name.empty() ||
                       subscription.event_type_name == signal.event_type_name;
    if (subscription.kind != kind || !named || !listens_to(subscription, signal.type)) {
      continue;
    }
    if (kind != EventKind::property_change) {
      out.push_back({&listener});
      continue;
    }
    for (std::size_t i = 0; i < properties.size(); ++i) {
      if (subscription.property_name.empty() || subscription.property_name == properties[i].first) {
        out.push_back({&listener, i});
      }
    }
  }
}

}  // namespace hubsim::webhooks

#include "mock_server/portal/association_lag.h"

#include <fmt/format.h>

#include <algorithm>

#include "hubspot/rules/option_ids.h"
#include "mock_server/portal/index_lag.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

void AssociationLag::hold(Endpoint a, Endpoint b, bool tied, Instant seen_at) {
  for (const Pair& pair : {Pair{a, b}, Pair{b, a}}) {
    // What search saw before the first of several changes is what it still sees.
    Held& held = held_.try_emplace(pair, Held{tied, seen_at}).first->second;
    held.seen_at = std::max(held.seen_at, seen_at);
    due_.emplace(held.seen_at, pair);
  }
}

void AssociationLag::advance(Instant now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const auto held = held_.find(due_.begin()->second);
    if (held != held_.end() && held->second.seen_at <= now) {
      held_.erase(held);
    }
    due_.erase(due_.begin());
  }
}

void AssociationLag::apply(Endpoint from, TypeIndex type, std::vector<ObjectId>& ids) const {
  for (auto held = held_.lower_bound({from, {type, 0}}); held != held_.end(); ++held) {
    const auto& [pair, state] = *held;
    if (pair.first != from || pair.second.type != type) {
      break;
    }
    const auto place = std::lower_bound(ids.begin(), ids.end(), pair.second.id);
    const bool there = place != ids.end() && *place == pair.second.id;
    if (there && !state.tied) {
      ids.erase(place);
    } else if (!there && state.tied) {
      ids.insert(place, pair.second.id);
    }
  }
}

void hold_association(const Portal& portal, Endpoint a, Endpoint b, const WriteContext& context) {
  if (context.quiet) {
    return;
  }
  const std::string_view preset = portal.options().value(hubspot::Option::search_index_lag);
  const auto seen_at = portal.part<IndexLag>().edge_seen_at(
      preset, fmt::format("{}/{}-{}/{}", a.type, a.id, b.type, b.id), context.now);
  if (!seen_at) {
    return;
  }
  const auto tied = portal.associations().list(a, b.type, b.id - 1, 1);
  portal.part<AssociationLag>().hold(a, b, !tied.empty() && tied.front().to_id == b.id, *seen_at);
}

}  // namespace hubsim::portal

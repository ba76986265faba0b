// Drafts: push live, reset, publish, unpublish, and publishing at a later time (on the portal's
// agenda).
#include "common/time/format.h"
#include "mock_server/generic/core/render.h"
#include "mock_server/generic/core/role_table.h"
#include "mock_server/generic/core/verbs.h"

namespace hubsim::generic {

namespace {

Item published(const Item& item, const Json& state, Instant now) {
  Item next = item;
  Json fields = merged(next.draft ? *next.draft : *next.live, state);
  if (next.draft) {
    const std::uint64_t number = next.revisions.empty() ? 1 : next.revisions.back().number + 1;
    next.revisions.push_back({.number = number, .fields = item.live, .at = item.updated});
    if (next.revisions.size() > max_revisions) {
      next.revisions.erase(next.revisions.begin());
    }
  }
  next.live = std::make_shared<const Json>(std::move(fields));
  next.draft.reset();
  next.published = true;
  next.published_at = next.updated = now;
  return next;
}

/// What an item owns is published with it: the rows of a table.
void publish_owned(Call& call, const Item& item) {
  for (const auto& [key, id] : call.store.owned_by(call.key, item.id)) {
    const ItemPtr owned = call.store.find(key, id);
    if (owned->draft_gone) {
      call.store.remove(key, id);
    } else if (owned->draft || !owned->published) {
      (void)call.store.put(key, published(*owned, Json::object(), call.context.now), call.limits());
    }
  }
}

/// And goes back with it to what is live.
void reset_owned(Call& call, const Item& item) {
  for (const auto& [key, id] : call.store.owned_by(call.key, item.id)) {
    Item owned = *call.store.find(key, id);
    if (!owned.published) {
      call.store.remove(key, id);
      continue;
    }
    owned.draft.reset();
    owned.draft_gone = false;
    (void)call.store.put(key, std::move(owned), call.limits());
  }
}

/// Where the path names no item, the body does: {"id": …}.
Read<ItemPtr> meant_item(Call& call) {
  if (call.id.empty()) {
    for (const char* name : {"id", "objectId", "contentId"}) {
      const Json* id = json::find(call.body, name);
      if (id != nullptr && call.id.empty()) {
        call.id = id_text(*id);
      }
    }
  }
  return require_item(call);
}

Reply stored(Call& call, Item item) {
  const std::string id = item.id;
  if (const auto error = save(call, std::move(item))) {
    return operations::fail(call.context, *error);
  }
  return answer_item(call, *call.store.find(call.key, id));
}

Reply publish(Call& call) {
  const auto item = meant_item(call);
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  if (call.resource.draft_first) {
    publish_owned(call, **item);
  }
  return stored(call,
                published(**item, state_after(call.resource.item, "publish"), call.context.now));
}

Reply unpublish(Call& call) {
  const auto item = meant_item(call);
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  Item next =
      changed(call, **item, merged(*(*item)->live, state_after(call.resource.item, "unpublish")));
  next.published = false;
  if (call.resource.draft_first && !next.draft) {
    next.draft = next.live;
  }
  return stored(call, std::move(next));
}

Reply reset(Call& call) {
  const auto item = meant_item(call);
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  Item next = **item;
  if (call.resource.draft_first) {
    reset_owned(call, next);
  }
  if (next.published || !call.resource.draft_first) {
    next.draft.reset();
  }
  return stored(call, std::move(next));
}

void publish_now(portal::Portal& portal, Instant now, std::uint64_t subject) {
  GenericStore& store = portal.part<GenericStore>();
  const auto later = store.take_later(subject);
  const ItemPtr item = later ? store.find(later->key, later->id) : nullptr;
  if (item && !item->archived) {
    // It replaces what was stored and is hardly larger: no limit stops it.
    (void)store.put(later->key, published(*item, later->change, now), {SIZE_MAX, SIZE_MAX});
  }
}

std::optional<Instant> wanted_time(const Json& body) {
  for (const char* name : {"publishDate", "scheduledAt", "publishAt", "date"}) {
    const Json* value = json::find(body, name);
    if (value != nullptr && value->is_string()) {
      return parse_iso8601(value->get_ref<const std::string&>());
    }
    if (value != nullptr && value->is_number_integer()) {
      const auto ms = value->get<std::int64_t>();
      return std::abs(ms) < 253'402'300'800'000 ? std::optional(from_unix_ms(ms)) : std::nullopt;
    }
  }
  return std::nullopt;
}

Reply schedule(Call& call) {
  const auto item = meant_item(call);
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  const Instant due = std::max(wanted_time(call.body).value_or(call.context.now), call.context.now);
  Item next = **item;
  next.updated = call.context.now;
  const Json state = state_after(call.resource.item, "schedule");
  next.live = std::make_shared<const Json>(merged(*next.live, state));
  const std::string id = next.id;
  if (const auto error = save(call, std::move(next))) {
    return operations::fail(call.context, *error);
  }
  const std::uint64_t subject =
      call.store.add_later({.key = call.key,
                            .id = id,
                            .change = state_after(call.resource.item, "publish"),
                            .publish = true});
  call.context.portal.schedule(due, publish_now, subject);
  return answer_item(call, *call.store.find(call.key, id));
}

}  // namespace

void register_roles_drafts(RoleTable& table);
void register_roles_drafts(RoleTable& table) {
  table.add(Role::publish_draft, publish);
  table.add(Role::publish, publish);
  table.add(Role::unpublish, unpublish);
  table.add(Role::reset_draft, reset);
  table.add(Role::schedule, schedule);
}

}  // namespace hubsim::generic

#include "mock_server/portal/automation/action_book.h"

#include <algorithm>

#include "common/time/format.h"

namespace hubsim::portal {

ActionFunction* ActionDefinition::function(std::string_view type, std::string_view wanted) {
  const auto found = std::find_if(functions.begin(), functions.end(), [&](const auto& each) {
    return each.type == type && each.id == wanted;
  });
  return found == functions.end() ? nullptr : &*found;
}

Json ActionDefinition::shown() const {
  Json out = {{"id", std::to_string(id)}, {"revisionId", std::to_string(revision)}};
  Json list = Json::array();
  for (const ActionFunction& each : functions) {
    Json item = {{"functionType", each.type}};
    if (!each.id.empty()) {
      item["id"] = each.id;
    }
    list.push_back(std::move(item));
  }
  out["functions"] = std::move(list);
  out.update(body);
  if (archived_at) {
    out["archivedAt"] = to_unix_ms(*archived_at);
  }
  return out;
}

void ActionDefinition::revise(Instant now) {
  ++revision;
  revisions.push_back({.number = revision, .created = now, .definition = shown()});
  if (revisions.size() > ActionBook::max_revisions) {
    revisions.erase(revisions.begin());
  }
}

std::optional<ActionDefinition> ActionBook::add(std::uint64_t app_id, ActionDefinition definition,
                                                Instant now) {
  constexpr std::uint64_t ids_an_app = 100'000;
  const std::lock_guard lock(mutex_);
  if (by_id_.size() >= max_definitions) {
    return std::nullopt;
  }
  definition.id = app_id * ids_an_app + ++last_;
  definition.revise(now);
  return by_id_.emplace(definition.id, std::move(definition)).first->second;
}

std::optional<ActionDefinition> ActionBook::find(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

void ActionBook::put(ActionDefinition definition) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t id = definition.id;
  by_id_.insert_or_assign(id, std::move(definition));
}

std::vector<ActionDefinition> ActionBook::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<ActionDefinition> all;
  all.reserve(by_id_.size());
  for (const auto& [id, definition] : by_id_) {
    all.push_back(definition);
  }
  return all;
}

}  // namespace hubsim::portal

#include "mock_server/operations/events/event_book.h"

#include <algorithm>

namespace hubsim::operations {

EventProperty* EventDefinition::property(std::string_view wanted) {
  const auto found = std::find_if(properties.begin(), properties.end(),
                                  [&](const EventProperty& each) { return each.name == wanted; });
  return found == properties.end() ? nullptr : &*found;
}

std::string EventBook::full_name(std::string_view name) const {
  return "pe" + std::to_string(portal_id_) + "_" + std::string(name);
}

EventDefinition* EventBook::find(std::string_view name) {
  auto found = definitions_.find(std::string(name));
  if (found == definitions_.end()) {
    found = definitions_.find(full_name(name));
  }
  return found == definitions_.end() ? nullptr : &found->second;
}

bool EventBook::add(Occurrence occurrence) {
  if (!ids_.insert(occurrence.id).second) {
    return false;
  }
  if (occurrences_.size() >= max_occurrences) {
    ids_.erase(occurrences_.front().id);
    occurrences_.pop_front();
  }
  occurrences_.push_back(std::move(occurrence));
  return true;
}

}  // namespace hubsim::operations

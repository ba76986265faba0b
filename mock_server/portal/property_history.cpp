#include "mock_server/portal/property_history.h"

#include <algorithm>

namespace hubsim::portal {

namespace {

bool remembers(const std::vector<PropertyHistory::Entry>& entries, PropertyIndex property) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const auto& entry) { return entry.property == property; });
}

}  // namespace

const PropertyHistory::Entries* PropertyHistory::find(ObjectId record) const {
  const auto it = kept_.find(record);
  return it == kept_.end() ? nullptr : it->second.get();
}

PropertyHistory::Entries& PropertyHistory::edit(ObjectId record) {
  auto& place = kept_[record];
  if (!place) {
    place = std::make_shared<Entries>();
  } else if (place.use_count() > 1) {
    place = std::make_shared<Entries>(*place);
  }
  return *place;
}

void PropertyHistory::append(Entries& entries, Entry entry) const {
  const auto same = [&](const Entry& each) { return each.property == entry.property; };
  if (static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), same)) >= limit_) {
    entries.erase(std::find_if(entries.begin(), entries.end(), same));
  }
  entries.push_back(std::move(entry));
}

void PropertyHistory::add(const Record& before, const Record& after,
                          std::span<const PropertyIndex> changed, std::uint16_t source) {
  Entries& entries = edit(after.id);
  for (const PropertyIndex property : changed) {
    const std::string* old = before.value(property);
    if (old != nullptr && !remembers(entries, property)) {
      append(entries, {property, before.source, before.created_at, *old});
    }
    const std::string* value = after.value(property);
    append(entries,
           {property, source, after.updated_at, value != nullptr ? *value : std::string()});
  }
}

std::vector<PropertyHistory::Entry> PropertyHistory::of(const Record& record,
                                                        PropertyIndex property) const {
  std::vector<Entry> found;
  if (const Entries* entries = find(record.id)) {
    std::copy_if(entries->rbegin(), entries->rend(), std::back_inserter(found),
                 [&](const Entry& entry) { return entry.property == property; });
  }
  const std::string* value = record.value(property);
  if (found.empty() && value != nullptr) {
    found.push_back({property, record.source, record.created_at, *value});
  }
  return found;
}

Instant PropertyHistory::since(const Record& record, PropertyIndex property) const {
  if (const Entries* entries = find(record.id)) {
    const auto last = std::find_if(entries->rbegin(), entries->rend(),
                                   [&](const Entry& entry) { return entry.property == property; });
    if (last != entries->rend()) {
      return last->at;
    }
  }
  return record.created_at;
}

void PropertyHistory::inherit(const Record& from, const Record& to) {
  Entries entries;
  for (const auto& [property, value] : from.values) {
    const auto known = of(from, property);
    entries.insert(entries.end(), known.rbegin(), known.rend());
  }
  if (!entries.empty()) {
    kept_[to.id] = std::make_shared<Entries>(std::move(entries));
  }
}

}  // namespace hubsim::portal

#include "mock_server/portal/record_store.h"

#include <algorithm>
#include <array>

#include "common/base/assert.h"
#include "common/base/text.h"

namespace hubsim::portal {

namespace {

/// FNV-1a over the value in lower case, finished by a multiply-xor mix.
std::uint64_t hash_ignoring_case(std::string_view value) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : value) {
    hash = (hash ^ static_cast<unsigned char>(to_lower_ascii(c))) * 0x100000001b3ULL;
  }
  hash ^= hash >> 32U;
  return hash * 0x9e3779b97f4a7c15ULL;
}

}  // namespace

RecordStore::RecordStore(ObjectId first_id, std::vector<PropertyIndex> unique_properties)
    : first_id_(first_id), unique_(std::move(unique_properties)) {
  for (const PropertyIndex property : unique_) {
    indexes_[property];
  }
}

ObjectId RecordStore::next_id() const noexcept { return first_id_ + slots_.size() * id_step; }

std::optional<Slot> RecordStore::slot_of(ObjectId id) const noexcept {
  if (id < first_id_ || (id - first_id_) % id_step != 0) {
    return std::nullopt;
  }
  const ObjectId slot = (id - first_id_) / id_step;
  return slot < slots_.size() ? std::optional(static_cast<Slot>(slot)) : std::nullopt;
}

void RecordStore::insert(std::shared_ptr<Record> record, std::optional<Instant> seen_at) {
  HUBSIM_ASSERT(record->id == next_id());
  record->version = ++last_version_;
  const auto slot = static_cast<Slot>(slots_.size());
  for (auto& [property, index] : indexes_) {
    add_to(index, property, *record, slot);
  }
  live_ += record->archived ? 0U : 1U;
  view_.append(slots_, std::move(record), seen_at);
}

void RecordStore::replace(std::shared_ptr<Record> record, std::optional<Instant> seen_at) {
  const auto slot = slot_of(record->id);
  HUBSIM_ASSERT(slot.has_value());
  record->version = ++last_version_;
  const RecordPtr& place = slots_[*slot];
  for (auto& [property, index] : indexes_) {
    remove_from(index, property, *place, *slot);
    add_to(index, property, *record, *slot);
  }
  live_ -= place->archived ? 0U : 1U;
  live_ += record->archived ? 0U : 1U;
  view_.replace(slots_, *slot, std::move(record), seen_at);
}

RecordPtr RecordStore::find(ObjectId id) const {
  const auto slot = slot_of(id);
  return slot ? slots_[*slot] : nullptr;
}

/// Level by level, so that the waits for memory overlap.
void RecordStore::prefetch(std::span<const ObjectId> ids) const {
  std::array<const RecordPtr*, 128> places;
  for (std::size_t begin = 0; begin < ids.size(); begin += places.size()) {
    std::size_t count = 0;
    for (const ObjectId id : ids.subspan(begin, std::min(places.size(), ids.size() - begin))) {
      if (const auto slot = slot_of(id)) {
        places[count] = &slots_[*slot];
        __builtin_prefetch(places[count++]);
      }
    }
    const std::span<const RecordPtr*> found(places.data(), count);
    for (const RecordPtr* place : found) {
      __builtin_prefetch(place->get());
      __builtin_prefetch(&place->get()->lineage);
    }
    for (const RecordPtr* place : found) {
      __builtin_prefetch((*place)->lineage.data());
      __builtin_prefetch((*place)->values.data());
    }
    for (const RecordPtr* place : found) {
      for (const auto& [index, value] : (*place)->values) {
        __builtin_prefetch(value.data());
      }
    }
  }
}

RecordPtr RecordStore::find_unique(PropertyIndex property, std::string_view value) const {
  const auto index = indexes_.find(property);
  if (index == indexes_.end()) {
    return nullptr;
  }
  const auto entry = index->second.find(hash_ignoring_case(value));
  if (entry == index->second.end()) {
    return nullptr;
  }
  const auto matches = [&](Slot slot) {
    const std::string* stored = slots_[slot]->value(property);
    if (stored != nullptr && equals_ignoring_case(*stored, value)) {
      return true;
    }
    const auto keys = shared_keys(property, *slots_[slot]);
    return std::any_of(keys.begin(), keys.end(),
                       [&](std::string_view key) { return equals_ignoring_case(key, value); });
  };
  if (matches(entry->second.first)) {
    return slots_[entry->second.first];
  }
  for (const Slot slot : entry->second.more ? *entry->second.more : std::vector<Slot>()) {
    if (matches(slot)) {
      return slots_[slot];
    }
  }
  return nullptr;
}

RecordStore::Page RecordStore::list(ObjectId from, std::size_t limit, bool archived) const {
  Page page;
  const ObjectId skip = from <= first_id_ ? 0 : (from - first_id_ + id_step - 1) / id_step;
  for (auto slot = static_cast<std::size_t>(skip); slot < slots_.size(); ++slot) {
    if (slots_[slot]->archived != archived || slots_[slot]->gone != Gone::no) {
      continue;
    }
    if (page.records.size() == limit) {
      page.next = slots_[slot]->id;
      break;
    }
    page.records.push_back(slots_[slot]);
  }
  return page;
}

bool RecordStore::is_unique(PropertyIndex property) const noexcept {
  return std::find(unique_.begin(), unique_.end(), property) != unique_.end();
}

std::optional<PropertyIndex> RecordStore::unique_space_of(PropertyIndex property) const noexcept {
  if (is_unique(property)) {
    return property;
  }
  for (const auto& [owner, list] : shares_space_) {
    if (list == property) {
      return owner;
    }
  }
  return std::nullopt;
}

void RecordStore::make_unique(PropertyIndex property) {
  if (!is_unique(property)) {
    unique_.push_back(property);
    equality_index(property);
  }
}

void RecordStore::share_unique_space(PropertyIndex property, PropertyIndex list) {
  shares_space_[property] = list;
}

std::vector<std::string_view> RecordStore::shared_keys(PropertyIndex property,
                                                       const Record& record) const {
  std::vector<std::string_view> keys;
  const auto shared = shares_space_.find(property);
  const std::string* more =
      shared != shares_space_.end() && !record.archived ? record.value(shared->second) : nullptr;
  if (more == nullptr || more->empty()) {
    return keys;
  }
  for (const std::string_view each : split(*more, ';')) {
    if (!each.empty() && std::find(keys.begin(), keys.end(), each) == keys.end()) {
      keys.push_back(each);
    }
  }
  return keys;
}

void RecordStore::add_to(HashIndex& index, PropertyIndex property, const Record& record,
                         Slot slot) const {
  const std::string* value = record.archived ? nullptr : record.value(property);
  if (value != nullptr && !value->empty()) {
    add_hash(index, hash_ignoring_case(*value), slot);
  }
  for (const std::string_view each : shared_keys(property, record)) {
    add_hash(index, hash_ignoring_case(each), slot);
  }
}

void RecordStore::add_hash(HashIndex& index, std::uint64_t hash, Slot slot) {
  const auto [entry, fresh] = index.try_emplace(hash);
  if (fresh) {
    entry->second.first = slot;
    return;
  }
  if (!entry->second.more) {
    entry->second.more = std::make_unique<std::vector<Slot>>();
  }
  entry->second.more->push_back(slot);
}

void RecordStore::remove_from(HashIndex& index, PropertyIndex property, const Record& record,
                              Slot slot) const {
  const std::string* value = record.archived ? nullptr : record.value(property);
  if (value != nullptr && !value->empty()) {
    remove_hash(index, hash_ignoring_case(*value), slot);
  }
  for (const std::string_view each : shared_keys(property, record)) {
    remove_hash(index, hash_ignoring_case(each), slot);
  }
}

void RecordStore::remove_hash(HashIndex& index, std::uint64_t hash, Slot slot) {
  const auto entry = index.find(hash);
  HUBSIM_ASSERT(entry != index.end());
  SlotList& list = entry->second;
  if (!list.more) {
    index.erase(entry);
    return;
  }
  if (list.first == slot) {
    list.first = list.more->back();
    list.more->pop_back();
  } else {
    // One only: a record may stand twice under one hash.
    list.more->erase(std::find(list.more->begin(), list.more->end(), slot));
  }
  if (list.more->empty()) {
    list.more.reset();
  }
}

RecordStore::HashIndex& RecordStore::equality_index(PropertyIndex property) {
  const auto [it, fresh] = indexes_.try_emplace(property);
  if (fresh) {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      add_to(it->second, property, *slots_[slot], static_cast<Slot>(slot));
    }
  }
  return it->second;
}

}  // namespace hubsim::portal

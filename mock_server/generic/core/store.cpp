#include "mock_server/generic/core/store.h"

namespace hubsim::generic {

namespace {

constexpr std::size_t item_overhead = 256;

std::size_t weigh(const Item& item) {
  std::size_t weight = item_overhead + json::dump(*item.live).size();
  weight += item.draft ? json::dump(*item.draft).size() : 0;
  return weight + (item.bytes ? item.bytes->size() : 0);
}

}  // namespace

ItemPtr Collection::find(const std::string& id) const {
  const auto number = by_id_.find(id);
  return number == by_id_.end() ? nullptr : items_.at(number->second);
}

ItemPtr GenericStore::find(const std::string& key, const std::string& id) const {
  const auto collection = collections_.find(key);
  return collection == collections_.end() ? nullptr : collection->second.find(id);
}

void GenericStore::forget(const Item& item) {
  --item_count_;
  byte_count_ -= item.weight;
}

bool GenericStore::put(const std::string& key, Item item, Limits limits) {
  Collection& collection = collections_[key];
  item.weight = weigh(item);
  const auto known = collection.by_id_.find(item.id);
  const bool is_new = known == collection.by_id_.end();
  const std::size_t old_weight = is_new ? 0 : collection.items_.at(known->second)->weight;
  if (item_count_ + (is_new ? 1 : 0) > limits.items ||
      byte_count_ - old_weight + item.weight > limits.bytes) {
    return false;
  }
  item_count_ += is_new ? 1 : 0;
  byte_count_ = byte_count_ - old_weight + item.weight;
  const std::uint64_t number = is_new ? ++collection.last_ : known->second;
  collection.by_id_.emplace(item.id, number);
  collection.items_[number] = std::make_shared<const Item>(std::move(item));
  return true;
}

void GenericStore::remove(const std::string& key, const std::string& id) {
  const auto collection = collections_.find(key);
  if (collection == collections_.end()) {
    return;
  }
  const auto number = collection->second.by_id_.find(id);
  if (number == collection->second.by_id_.end()) {
    return;
  }
  forget(*collection->second.items_.at(number->second));
  collection->second.items_.erase(number->second);
  collection->second.by_id_.erase(number);
  const std::string owned = key + "/" + id + "/";
  for (auto each = collections_.lower_bound(owned);
       each != collections_.end() && each->first.starts_with(owned);
       each = collections_.erase(each)) {
    for (const auto& [place, item] : each->second.items_) {
      forget(*item);
    }
  }
}

std::vector<std::pair<std::string, std::string>> GenericStore::owned_by(
    const std::string& key, const std::string& id) const {
  std::vector<std::pair<std::string, std::string>> owned;
  const std::string prefix = key + "/" + id + "/";
  for (auto each = collections_.lower_bound(prefix);
       each != collections_.end() && each->first.starts_with(prefix); ++each) {
    for (const auto& [number, item] : each->second.items_) {
      owned.emplace_back(each->first, item->id);
    }
  }
  return owned;
}

std::size_t GenericStore::size_of(const std::string& key) const {
  const auto found = collections_.find(key);
  return found == collections_.end() ? 0 : found->second.items_.size();
}

void GenericStore::add_task(Task task) {
  if (tasks_.size() >= max_tasks) {
    task_of_.erase(tasks_.begin()->second.id);
    tasks_.erase(tasks_.begin());
  }
  task_of_[task.id] = ++last_task_;
  tasks_.emplace(last_task_, std::move(task));
}

const Task* GenericStore::find_task(std::string_view id) const {
  const auto number = task_of_.find(std::string(id));
  return number == task_of_.end() ? nullptr : &tasks_.at(number->second);
}

std::uint64_t GenericStore::add_later(Later later) {
  if (later_.size() >= max_later) {
    later_.erase(later_.begin());
  }
  later_.emplace(++last_later_, std::move(later));
  return last_later_;
}

std::optional<GenericStore::Later> GenericStore::take_later(std::uint64_t subject) {
  const auto found = later_.find(subject);
  if (found == later_.end()) {
    return std::nullopt;
  }
  Later later = std::move(found->second);
  later_.erase(found);
  return later;
}

}  // namespace hubsim::generic

// GenericStore: everything the generic engine remembers of a portal: items by collection, tasks and
// what is scheduled. A collection is named by the resource with the owners' ids filled in:
// "/cms/hubdb/tables/117/rows"; versions of an API share it.
// Threads: guarded by the portal's lock. Invariants: items and bytes stay below the limits given
// to put(); ids are unique in a collection; copies share items, which never change.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mock_server/generic/core/item.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/portal.h"

namespace hubsim::generic {

/// Items in the order they were made.
class Collection {
 public:
  [[nodiscard]] ItemPtr find(const std::string& id) const;
  /// The number under which an item was made; cursors of lists are such numbers.
  [[nodiscard]] const std::map<std::uint64_t, ItemPtr>& items() const noexcept { return items_; }
  /// Those of resources that no API call makes exist from the start (resources.h).
  [[nodiscard]] bool seeded() const noexcept { return seeded_; }
  void set_seeded() noexcept { seeded_ = true; }

 private:
  friend class GenericStore;
  std::map<std::uint64_t, ItemPtr> items_;
  std::unordered_map<std::string, std::uint64_t> by_id_;
  std::uint64_t last_ = 0;
  bool seeded_ = false;
};

/// Something that runs over time: its state is a function of the portal's clock.
struct Task {
  std::string id;
  Instant requested_at{};
  Instant started_at{};
  Instant completed_at{};
  Json result;  ///< what the status answers show beside the state
};

class GenericStore : public portal::PartOf<GenericStore> {
 public:
  struct Limits {
    std::size_t items = 0;
    std::size_t bytes = 0;
  };
  explicit GenericStore(const portal::Portal& portal) : portal_id_(portal.config().portal_id) {}

  [[nodiscard]] std::uint64_t portal_id() const noexcept { return portal_id_; }
  [[nodiscard]] Collection& collection(const std::string& key) { return collections_[key]; }
  [[nodiscard]] ItemPtr find(const std::string& key, const std::string& id) const;

  /// Adds the item, or puts it in place of the one with its id. False when a limit is reached.
  [[nodiscard]] bool put(const std::string& key, Item item, Limits limits);
  /// Ids of the items in all collections that an item owns, with their collections' keys.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> owned_by(
      const std::string& key, const std::string& id) const;
  /// How many of them a collection has.
  [[nodiscard]] std::size_t size_of(const std::string& key) const;
  /// With everything that it owns.
  void remove(const std::string& key, const std::string& id);

  /// 1, 2, 3... for each name: ids are made from it.
  [[nodiscard]] std::uint64_t next_number(const std::string& name) { return ++numbers_[name]; }

  /// The oldest tasks make room.
  void add_task(Task task);
  [[nodiscard]] const Task* find_task(std::string_view id) const;

  /// What happens to an item later; the subject of an agenda entry.
  struct Later {
    std::string key;
    std::string id;
    Json change;  ///< fields to write, or null
    bool publish = false;
  };
  [[nodiscard]] std::uint64_t add_later(Later later);
  [[nodiscard]] std::optional<Later> take_later(std::uint64_t subject);

  [[nodiscard]] std::size_t item_count() const noexcept { return item_count_; }
  [[nodiscard]] std::size_t byte_count() const noexcept { return byte_count_; }

 private:
  static constexpr std::size_t max_tasks = 10'000;
  static constexpr std::size_t max_later = 100'000;
  void forget(const Item& item);

  std::uint64_t portal_id_ = 0;
  std::map<std::string, Collection, std::less<>> collections_;
  std::map<std::string, std::uint64_t> numbers_;
  std::map<std::uint64_t, Task> tasks_;
  std::unordered_map<std::string, std::uint64_t> task_of_;
  std::uint64_t last_task_ = 0;
  std::map<std::uint64_t, Later> later_;
  std::uint64_t last_later_ = 0;
  std::size_t item_count_ = 0;
  std::size_t byte_count_ = 0;
};

}  // namespace hubsim::generic

// RecordStore: the records of one type in id order, with the indexes of unique values, and the view
// that search has of them.
// Threads: guarded by the portal's lock. Invariant: slots are in id order and never reused;
// every index names exactly the slots whose live record has the value.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/portal/record.h"
#include "mock_server/portal/search_view.h"

namespace hubsim::portal {

/// Ids grow by this step, as recorded ids of one portal do (behaviour reference 4.3: 21251, 21301).
inline constexpr ObjectId id_step = 50;

class RecordStore {
 public:
  RecordStore(ObjectId first_id, std::vector<PropertyIndex> unique_properties);

  [[nodiscard]] ObjectId next_id() const noexcept;
  /// Search sees the record from `seen_at` on (index lag); nothing: at once.
  void insert(std::shared_ptr<Record> record, std::optional<Instant> seen_at = std::nullopt);
  void replace(std::shared_ptr<Record> record, std::optional<Instant> seen_at = std::nullopt);

  [[nodiscard]] RecordPtr find(ObjectId id) const;
  /// Brings these records and their values near the CPU, all at once: in a large store each would
  /// cost a wait of its own.
  void prefetch(std::span<const ObjectId> ids) const;
  [[nodiscard]] RecordPtr find_unique(PropertyIndex property, std::string_view value) const;
  [[nodiscard]] std::size_t live_count() const noexcept { return live_; }
  [[nodiscard]] const std::vector<RecordPtr>& slots() const noexcept { return slots_; }

  struct Page {
    std::vector<RecordPtr> records;
    std::optional<ObjectId> next;  ///< id of the first record of the next page
  };
  /// Records from id `from` on (HubSpot's `after` names the next record), live or archived ones.
  [[nodiscard]] Page list(ObjectId from, std::size_t limit, bool archived) const;

  [[nodiscard]] std::optional<Slot> slot_of(ObjectId id) const noexcept;
  /// What search sees, and its indexes.
  [[nodiscard]] SearchView& view() noexcept { return view_; }
  [[nodiscard]] bool is_unique(PropertyIndex property) const noexcept;
  /// The unique property whose space the values of `property` are in: itself, or that of
  /// share_unique_space(); nothing: they need not be unique.
  [[nodiscard]] std::optional<PropertyIndex> unique_space_of(PropertyIndex property) const noexcept;
  /// For a property without values yet.
  void make_unique(PropertyIndex property);
  /// The values listed in `list` (a;b) share the unique space of `property`: additional e-mail
  /// addresses (4.5). Before the first record.
  void share_unique_space(PropertyIndex property, PropertyIndex list);

 private:
  /// Most values are rare: one slot in place, the others (same value, or same hash) beside.
  struct SlotList {
    SlotList() = default;
    SlotList(SlotList&&) = default;
    SlotList& operator=(SlotList&&) = default;
    SlotList(const SlotList& other)
        : first(other.first),
          more(other.more ? std::make_unique<std::vector<Slot>>(*other.more) : nullptr) {}
    SlotList& operator=(const SlotList&) = delete;
    ~SlotList() = default;

    Slot first = 0;
    std::unique_ptr<std::vector<Slot>> more;
  };
  using HashIndex = boost::unordered_flat_map<std::uint64_t, SlotList>;
  void add_to(HashIndex& index, PropertyIndex property, const Record& record, Slot slot) const;
  void remove_from(HashIndex& index, PropertyIndex property, const Record& record, Slot slot) const;
  static void add_hash(HashIndex& index, std::uint64_t hash, Slot slot);
  static void remove_hash(HashIndex& index, std::uint64_t hash, Slot slot);
  /// The texts by which the index of `property` finds a live record.
  [[nodiscard]] std::vector<std::string_view> shared_keys(PropertyIndex property,
                                                          const Record& record) const;
  HashIndex& equality_index(PropertyIndex property);

  ObjectId first_id_;
  std::vector<RecordPtr> slots_;
  SearchView view_;
  std::size_t live_ = 0;
  std::uint64_t last_version_ = 0;
  std::map<PropertyIndex, HashIndex> indexes_;
  std::vector<PropertyIndex> unique_;
  std::map<PropertyIndex, PropertyIndex> shares_space_;
};

}  // namespace hubsim::portal

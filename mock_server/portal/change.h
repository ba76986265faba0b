// Change: one committed step of a portal's history. Every commit gets one sequence number under the
// portal's lock; webhooks, index lag, log cursors and the oracle all read this one stream.
// Threads: plain values. Invariant: sequences are dense; time never goes back along them.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mock_server/portal/record.h"

namespace hubsim::portal {

enum class ChangeKind {
  created,
  updated,
  archived,
  restored,
  associated,
  dissociated,
  merged,           ///< object_id is the outcome; the merged records are gone with it
  privacy_deleted,  ///< a GDPR delete: gone for good
  list_added,       ///< object_id has come on list_id
  list_removed,     ///< object_id has left list_id
};
inline constexpr std::size_t change_kinds = 10;

[[nodiscard]] const char* change_kind_name(ChangeKind kind) noexcept;

struct AssociationChange {
  TypeIndex to_type = 0;
  ObjectId to_id = 0;
  int type_id = 0;
  bool primary = false;
  /// It goes, or comes back, with its record: archived, restored, merged, erased.
  bool by_removal = false;
  std::shared_ptr<const TypeLabel> to_label{};
};

/// What HubSpot's merge event says beside the outcome (behaviour reference 8.3).
struct MergeChange {
  ObjectId primary_id = 0;
  std::vector<ObjectId> merged_ids;  ///< the others; their ids now mean the outcome
  ObjectId new_id = 0;               ///< the outcome; when it is not the primary, that is gone too
  std::size_t properties_moved = 0;  ///< values that the primary lacked
};

struct Change {
  std::uint64_t sequence = 0;
  Instant at{};
  ChangeKind kind = ChangeKind::updated;
  TypeIndex type = 0;
  std::shared_ptr<const TypeLabel> type_label;
  ObjectId object_id = 0;
  std::string lineage;
  Source source;
  /// The API request that caused it (request log number), 0 for the control API.
  std::uint64_t request_number = 0;
  /// Properties set by this change, by name, as stored; only those whose value changed. A merge
  /// into a new record, like a creation, names all it has.
  std::vector<std::pair<std::string, std::string>> properties;
  std::optional<AssociationChange> association;
  std::optional<MergeChange> merge;
  std::uint64_t list_id = 0;  ///< of list_added and list_removed
};

/// The bounded log of changes. Entries refer to the committed record version instead of copying its
/// values; the portal expands them. When full the oldest are dropped and first_available() moves: a
/// reader sees the gap instead of silently missing entries.
class ChangeLog {
 public:
  struct Entry {
    Instant at{};
    ChangeKind kind = ChangeKind::updated;
    std::uint16_t source = 0;
    RecordPtr record;
    /// Empty for created, and for merged into a new record: all its values.
    std::vector<PropertyIndex> changed{};
    std::uint64_t request_number = 0;
    std::shared_ptr<const AssociationChange> association{};
    std::shared_ptr<const MergeChange> merge{};
    std::uint64_t list_id = 0;
  };

  explicit ChangeLog(std::size_t capacity) : capacity_(capacity) {}
  /// Returns the entry's sequence.
  std::uint64_t append(Entry entry);
  [[nodiscard]] std::uint64_t last_sequence() const noexcept { return last_; }
  [[nodiscard]] std::uint64_t first_available() const noexcept {
    return last_ + 1 - entries_.size();
  }
  /// The entry of that sequence, which must be available.
  [[nodiscard]] const Entry& at(std::uint64_t sequence) const;

 private:
  std::size_t capacity_;
  std::uint64_t last_ = 0;
  std::deque<Entry> entries_;
};

}  // namespace hubsim::portal

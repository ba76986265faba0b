// HistoryEntry: one committed change as the control API tells it (docs/control-api.md, "History
// entry"). The oracle's only source of truth.
// Threads: plain values. Times are milliseconds since 1970 on the portal's clock.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/json/json.h"

namespace hubsim::scenarios {

using PropertyList = std::vector<std::pair<std::string, std::string>>;

enum class ChangeKind {
  created,
  updated,
  archived,
  restored,
  associated,
  dissociated,
  merged,
  privacy_deleted,
  list_added,
  list_removed
};

struct HistoryEntry {
  std::uint64_t sequence = 0;
  std::int64_t at_ms = 0;
  ChangeKind kind = ChangeKind::updated;
  std::string object_type;  ///< the type id, "0-1"
  std::string object_id;
  std::string lineage;
  std::string source;
  std::string source_id;
  std::uint64_t app_id = 0;
  std::uint64_t request_number = 0;  ///< 0: not by a call of the API
  PropertyList properties;           ///< null is ""
  /// Of a merge: the records that went into object_id, and whose ids mean it from then on.
  std::vector<std::string> merged_ids;

  /// Written through the API, which in a run only the integration uses.
  [[nodiscard]] bool by_integration() const noexcept { return request_number != 0; }
};

/// Whether it is about the record itself, not what it is connected to or listed on.
[[nodiscard]] bool is_of_record(ChangeKind kind) noexcept;
[[nodiscard]] std::string_view name_of(ChangeKind kind) noexcept;
[[nodiscard]] Result<HistoryEntry> history_entry_from_json(const Json& value);
/// "contacts" or "0-1" -> "0-1"; other names are answered as they are.
[[nodiscard]] std::string object_type_id(std::string_view name);

}  // namespace hubsim::scenarios

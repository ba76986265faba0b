// Record: one CRM object at one version. Immutable once committed and shared, so that readers,
// snapshots and indexes hold the same copy.
// Values are kept by property index, in index order, as the text HubSpot shows. Values that follow
// from the rest (id, dates, source) are derived when rendered and take no room.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/time/clock.h"

namespace hubsim::portal {

using ObjectId = std::uint64_t;
using PropertyIndex = std::uint16_t;
using TypeIndex = std::uint16_t;

/// What others (events, logs) say of a type; shared, so that a change can carry it for nothing.
struct TypeLabel {
  std::string type_id;   ///< "0-1", "2-123"
  std::string singular;  ///< "contact"; of a custom type its short name
};

/// Who made a change, as HubSpot's changeSource and sourceId show it (behaviour reference 8.3).
struct Source {
  std::string change_source = "CRM_UI";
  std::string source_id;
  std::uint64_t app_id = 0;
};

/// Why a record that is not live cannot come back.
enum class Gone : std::uint8_t {
  no,
  merged,  ///< its id means another record now
  erased,  ///< GDPR: its values are gone too
};

struct Record {
  ObjectId id = 0;
  TypeIndex type = 0;
  /// Not live: archived, or gone.
  bool archived = false;
  Gone gone = Gone::no;
  std::uint16_t source = 0;  ///< index of the creating Source in the portal's table
  /// Given by the store at commit; no two versions of the records of one type share it.
  std::uint64_t version = 0;
  Instant created_at{};
  Instant updated_at{};
  Instant archived_at{};
  /// Who wrote it in the plan, or its natural key at birth; never changes. Fault keys use it.
  std::string lineage;
  std::vector<std::pair<PropertyIndex, std::string>> values;

  /// The stored value, or nullptr. "" is a value: it was cleared.
  [[nodiscard]] const std::string* value(PropertyIndex index) const noexcept;
};
using RecordPtr = std::shared_ptr<const Record>;

}  // namespace hubsim::portal

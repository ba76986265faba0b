// The families of system values: each gives a table of kinds, found by name in system_values.cpp.
// Why tables: a kind is named in the data files, and a file that names none is told by a test.
// Threads: guarded by the portal's lock; rules are pure over the portal.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/portal/portal.h"

namespace hubsim::portal {

/// A kind split at its colons; the first is its name.
using KindParts = std::vector<std::string_view>;

struct Subject {
  const Portal& portal;
  const PropertyHistory& history;
  const Record& record;

  [[nodiscard]] const ObjectType& type() const { return portal.type(record.type); }
  [[nodiscard]] std::optional<PropertyIndex> index(std::string_view name) const {
    return type().property_index(name);
  }
  /// "" where there is none.
  [[nodiscard]] std::string stored(std::string_view name) const;
};

using SystemRule = std::optional<std::string> (*)(const Subject& subject, const KindParts& parts);
struct SystemKind {
  std::string_view name;
  std::size_t arguments = 0;
  SystemRule rule = nullptr;
};

/// The value of a property of any record as HubSpot shows it; "" where there is none.
[[nodiscard]] std::string shown_value(const Portal& portal, const Record& record,
                                      std::string_view name);
/// A time as HubSpot shows it or takes it.
[[nodiscard]] std::optional<Instant> time_of(std::string_view text);
/// The live records of a type that `subject` is associated with, in id order.
[[nodiscard]] std::vector<RecordPtr> associated_records(const Subject& subject,
                                                        std::string_view type_name);

[[nodiscard]] std::span<const SystemKind> record_kinds();    ///< of the record itself
[[nodiscard]] std::span<const SystemKind> stage_kinds();     ///< stages over time
[[nodiscard]] std::span<const SystemKind> deal_kinds();      ///< what a stage means, and amounts
[[nodiscard]] std::span<const SystemKind> rollup_kinds();    ///< over associated records
[[nodiscard]] std::span<const SystemKind> activity_kinds();  ///< over associated activities
[[nodiscard]] std::span<const SystemKind> owner_kinds();     ///< owners, teams, users
[[nodiscard]] std::span<const SystemKind> task_kinds();      ///< due dates of tasks
[[nodiscard]] std::span<const SystemKind> phone_kinds();     ///< phone numbers, normalised

}  // namespace hubsim::portal

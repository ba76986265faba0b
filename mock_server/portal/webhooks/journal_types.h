// What the webhooks journal is subscribed to: kinds, actions and filters of HubSpot's subscription
// management API (behaviour reference 8.6, A3 and the published specification).
// Threads: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "mock_server/portal/record.h"

namespace hubsim::portal {

enum class JournalKind : std::uint8_t {
  object,
  association,
  event,
  app_lifecycle,
  list_membership,
  gdpr_privacy_deletion,
};
/// "OBJECT", ...
[[nodiscard]] std::string_view journal_kind_name(JournalKind kind) noexcept;
[[nodiscard]] std::optional<JournalKind> find_journal_kind(std::string_view name) noexcept;

/// CREATE, UPDATE, ... in the specification's order.
[[nodiscard]] std::span<const std::string_view> journal_actions() noexcept;
/// Those that events of that kind have.
[[nodiscard]] std::span<const std::string_view> journal_actions_of(JournalKind kind) noexcept;
/// CONTAINS, ENDS_WITH, ...
[[nodiscard]] std::span<const std::string_view> journal_operators() noexcept;

/// Event types of APP_LIFECYCLE_EVENT (8.6).
inline constexpr std::string_view app_install_event = "4-1909196";
inline constexpr std::string_view app_uninstall_event = "4-1916193";

struct JournalSubscription {
  std::uint64_t id = 0;
  JournalKind kind = JournalKind::object;
  std::uint64_t portal_id = 0;
  std::string object_type_id;  ///< of app lifecycle events the event type
  std::vector<std::string> actions;
  std::vector<std::string> properties;           ///< empty: all
  std::vector<ObjectId> object_ids;              ///< empty: all
  std::vector<std::string> associated_type_ids;  ///< empty: all
  std::vector<std::uint64_t> list_ids;           ///< empty: all
  Instant created_at{};
  Instant updated_at{};

  [[nodiscard]] bool has_action(std::string_view action) const;
  /// Upserts replace it: of the same kind about the same things.
  [[nodiscard]] bool same_subject(const JournalSubscription& other) const;
};

struct JournalCondition {
  std::string property;
  std::string op;
  std::optional<std::string> value;
  std::vector<std::string> values;

  /// `text`: the property's value; nothing when it has none.
  [[nodiscard]] bool holds(const std::optional<std::string>& text) const;
};

struct JournalFilter {
  std::uint64_t id = 0;
  std::uint64_t subscription_id = 0;
  Instant created_at{};
  std::vector<JournalCondition> conditions;  ///< all must hold
};

}  // namespace hubsim::portal

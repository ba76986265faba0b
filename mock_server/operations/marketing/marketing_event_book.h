// MarketingEventBook: what a portal knows of its marketing events beside their CRM records (type
// 0-54, where names, times and custom properties are): the identity that an app gave each, who
// registered, attended or cancelled, and the lists tied to it. A part of the portal.
// Threads: guarded by the portal's lock. Invariants: one app, account and event id name one record;
// at most max_participations in a portal; a change of attendance counts once it was applied.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

struct ExternalEvent {
  std::uint64_t app_id = 0;
  std::string account;
  std::string event;
  auto operator<=>(const ExternalEvent&) const = default;
};

enum class SubscriberState { registered, attended, cancelled };

struct AttendanceChange {
  portal::ObjectId event = 0;
  portal::ObjectId contact = 0;
  SubscriberState state = SubscriberState::registered;
  Instant at{};
  std::optional<Instant> joined;
  std::optional<Instant> left;
};

/// One contact's part in one event; the instants are when it came into a state.
struct Participation {
  std::uint64_t id = 0;
  Instant created{};
  std::optional<Instant> registered;
  std::optional<Instant> attended;
  std::optional<Instant> cancelled;
  std::optional<Instant> joined;
  std::optional<Instant> left;

  /// ATTENDED, CANCELLED, REGISTERED, or NO_SHOW once the event is over.
  [[nodiscard]] std::string_view state(bool over) const;
  [[nodiscard]] Instant since() const;
};

struct AttendanceCounts {
  std::size_t registered = 0;
  std::size_t attended = 0;
  std::size_t cancelled = 0;
  std::size_t no_shows = 0;
};

struct EventNotes {
  ExternalEvent external;
  std::map<portal::ObjectId, Participation> participants;  ///< by contact
  std::set<std::uint64_t> lists;

  [[nodiscard]] AttendanceCounts counts(bool over) const;
};

class MarketingEventBook : public portal::PartOf<MarketingEventBook> {
 public:
  static constexpr std::size_t max_participations = 500'000;
  explicit MarketingEventBook(const portal::Portal& /*portal*/) {}

  void add(portal::ObjectId event, ExternalEvent external);
  /// 0: no event has that identity.
  [[nodiscard]] portal::ObjectId find(const ExternalEvent& external) const;
  /// Made at first use: events that came by the CRM's own API have no identity but their id.
  [[nodiscard]] EventNotes& notes(portal::ObjectId event) { return notes_[event]; }
  [[nodiscard]] const std::map<ExternalEvent, portal::ObjectId>& externals() const noexcept {
    return externals_;
  }
  /// Its identity is free again.
  void remove(portal::ObjectId event);

  /// False when the portal has no room for so many more.
  [[nodiscard]] bool has_room(std::size_t more) const noexcept {
    return participations_ + waiting_ + more <= max_participations;
  }
  /// Kept until apply() is told its number.
  std::uint64_t wait(std::vector<AttendanceChange> changes);
  std::vector<AttendanceChange> take(std::uint64_t number);
  void apply(const AttendanceChange& change, Instant now);

 private:
  std::map<ExternalEvent, portal::ObjectId> externals_;
  std::map<portal::ObjectId, EventNotes> notes_;
  std::map<std::uint64_t, std::vector<AttendanceChange>> pending_;
  std::uint64_t last_pending_ = 0;
  std::uint64_t last_participation_ = 0;
  std::size_t participations_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace hubsim::operations

// Agenda: what a portal has still to do by itself, at an instant of its own clock: imports that go
// on, lists that finish, URLs that expire. Plain data, so that snapshots and forks copy it.
// Threads: guarded by the portal's lock. Invariant: entries run in order of their instant, those of
// one instant in the order they were made.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "common/time/clock.h"

namespace hubsim::portal {

class Portal;

class Agenda {
 public:
  /// Runs under the portal's lock; `now` is the instant it was due. Must not block.
  using Run = void (*)(Portal& portal, Instant now, std::uint64_t subject);
  struct Entry {
    Run run = nullptr;
    std::uint64_t subject = 0;
  };

  void add(Instant due, Entry entry) { entries_.emplace(std::pair(due, ++last_), entry); }
  [[nodiscard]] std::optional<Instant> next_due() const {
    return entries_.empty() ? std::nullopt : std::optional(entries_.begin()->first.first);
  }
  /// Takes the first entry due at or before `now`.
  [[nodiscard]] std::optional<std::pair<Instant, Entry>> take_due(Instant now) {
    if (entries_.empty() || entries_.begin()->first.first > now) {
      return std::nullopt;
    }
    const auto first = entries_.begin();
    const std::pair taken(first->first.first, first->second);
    entries_.erase(first);
    return taken;
  }

 private:
  std::map<std::pair<Instant, std::uint64_t>, Entry> entries_;
  std::uint64_t last_ = 0;
};

}  // namespace hubsim::portal

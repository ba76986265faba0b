// Recording: what `hubsim webhooks replay` reads: lines of `listen --save` and the mock's delivery
// journal with ?requests=true, with every byte that was sent, or the plain journal, whose events
// are made again from what it says. What that lacks is told in the notes.
// Threads: plain values. Limits: max_recorded_deliveries; one more is an error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/webhooks.h"
#include "mock_server/webhooks/event.h"

namespace hubsim::app {

inline constexpr std::size_t max_recorded_deliveries = 100'000;

/// An entry of the journal, made into events again.
struct JournalEntry {
  std::vector<webhooks::Event> events;
  std::uint64_t app_id = 0;
  int attempt = 0;
  std::optional<faults::Forgery> forged;
  std::optional<faults::Malformation> malformed;
};

struct Recorded {
  Instant at{};
  Delivery delivery;                   ///< empty where there are events
  bool forged = false;                 ///< its signatures are wrong and stay so
  std::optional<JournalEntry> events;  ///< from the journal
};

struct Recording {
  std::vector<Recorded> deliveries;
  bool from_journal = false;
  /// Sentences for the person who replays: what is left out or made up.
  std::vector<std::string> notes;
};

/// The error names file and line.
[[nodiscard]] Result<Recording> read_recording(const std::string& path);

/// Signed anew for `url` with the identity's secret; portalId is the identity's.
[[nodiscard]] webhooks::DeliveryRequest render_again(const JournalEntry& entry,
                                                     const std::string& url,
                                                     const MockIdentity& identity, Instant now);

}  // namespace hubsim::app

// Journal: the webhooks journal of each app in one portal (behaviour reference 8.6): what its
// subscriptions tell of changes, gathered and published as files that are kept for three days.
// Why here: events are judged at the moment of their change, by the record as it is then; files
// appear on the portal's agenda, so that the clock decides.
// Threads: guarded by the portal's lock. Invariants: files are in order of publication, offsets are
// never given out twice; without a subscription no change costs anything.
// Bounds: files of one app together hold at most max_bytes; beyond it the oldest go and are
// counted.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/portal/change.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/portal.h"
#include "mock_server/portal/webhooks/journal_types.h"

namespace hubsim::portal {

struct JournalFile {
  std::string offset;  ///< a UUID
  Instant published_at{};
  std::shared_ptr<const std::string> content;
};

/// Of one request for a snapshot of a record.
struct JournalSnapshot {
  enum class State { pending, in_progress, success, failed, expired };
  std::string id;  ///< a UUID
  ObjectId object_id = 0;
  std::string object_type_id;
  std::vector<std::string> properties;
  State state = State::pending;
  std::string error_code;  ///< of failed ones
  std::string message;
  Instant initiated_at{};
  Instant completed_at{};
};

struct AppJournal {
  std::vector<JournalSubscription> subscriptions;
  std::vector<JournalFilter> filters;
  std::deque<JournalFile> files;
  std::deque<JournalSnapshot> snapshots;
  std::size_t bytes = 0;             ///< of all files
  std::uint64_t dropped = 0;         ///< files that went before their three days
  std::vector<std::string> pending;  ///< events of the next file
  std::size_t pending_bytes = 0;
  bool publishing = false;  ///< on the agenda
};

class Journal : public PartOf<Journal> {
 public:
  static constexpr std::size_t max_subscriptions = 1000;
  static constexpr std::size_t max_filters = 1000;
  static constexpr std::size_t max_snapshots = 10'000;
  static constexpr std::size_t max_file_bytes = 5'000'000;  ///< D
  static constexpr std::size_t max_bytes = 256'000'000;
  static constexpr auto retention = std::chrono::hours(72);  ///< D

  explicit Journal(const Portal& portal);

  [[nodiscard]] AppJournal& of(std::uint64_t app_id) { return apps_[app_id]; }
  /// Numbers it, or puts it in place of one about the same; the portal is watched from now on.
  static const JournalSubscription& subscribe(Portal& portal, std::uint64_t app_id,
                                              JournalSubscription wanted);
  /// With the filters of those that are gone. Says how many went.
  template <class Gone>
  std::size_t unsubscribe(std::uint64_t app_id, const Gone& gone) {
    AppJournal& app = apps_[app_id];
    return std::erase_if(app.subscriptions, [&](const JournalSubscription& one) {
      const bool goes = gone(one);
      if (goes) {
        std::erase_if(app.filters, [&](const auto& it) { return it.subscription_id == one.id; });
      }
      return goes;
    });
  }
  [[nodiscard]] std::uint64_t next_id() noexcept { return ++last_id_; }

  /// Files that are too old go.
  void prune(std::uint64_t app_id, const Portal& portal, Instant now);

  /// A snapshot of a record, done a little later; its event is in the journal then.
  static const JournalSnapshot& snapshot(Portal& portal, std::uint64_t app_id,
                                         JournalSnapshot wanted);

  /// What no change of a record brings.
  static void on_app_lifecycle(Portal& portal, std::uint64_t app_id, bool installed, Instant now);

 private:
  static void on_commit(Portal& portal, const Portal::Commit& commit);
  static void publish(Portal& portal, Instant now, std::uint64_t app_id);
  static void advance_snapshots(Portal& portal, Instant now, std::uint64_t app_id);
  void add_event(Portal& portal, std::uint64_t app_id, std::string event, Instant now);
  void close_file(Portal& portal, std::uint64_t app_id, Instant now);
  [[nodiscard]] std::string next_uuid(const Portal& portal);

  std::map<std::uint64_t, AppJournal> apps_;
  std::uint64_t last_id_ = 0;
  std::uint64_t uuids_ = 0;
};

// What the journal says of changes (journal_events.cpp).
struct JournalSaid {
  std::string_view action;
  JournalKind kind = JournalKind::object;
};
/// The events that the app's subscriptions want of a change, as JSON.
[[nodiscard]] std::vector<std::string> journal_events(const Portal& portal, const AppJournal& app,
                                                      const Change& change);
/// What a snapshot puts into the journal.
[[nodiscard]] std::string snapshot_event(const Portal& portal, const JournalSnapshot& snapshot,
                                         Instant now);

}  // namespace hubsim::portal

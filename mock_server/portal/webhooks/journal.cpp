#include "mock_server/portal/webhooks/journal.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

namespace {

using hubspot::Option;
using namespace std::chrono_literals;

/// How long a snapshot waits, and how long it takes (chosen; nothing is known).
constexpr Duration snapshot_step = 1s;

Duration publishing_interval(const Portal& portal) {
  const auto text = portal.options().value(Option::webhooks_journal_interval);
  return parse_duration(std::string(text)).value_or(Duration(5s));
}

std::size_t max_file_events(const Portal& portal) {
  return portal.options().is(Option::webhooks_journal_file_events, "100") ? 100 : 10'000;
}

}  // namespace

Journal::Journal(const Portal& /*portal*/) {}

const JournalSubscription& Journal::subscribe(Portal& portal, std::uint64_t app_id,
                                              JournalSubscription wanted) {
  portal.observe(&Journal::on_commit);
  auto& journal = portal.part<Journal>();
  auto& list = journal.apps_[app_id].subscriptions;
  const auto same = std::find_if(list.begin(), list.end(),
                                 [&](const auto& known) { return known.same_subject(wanted); });
  if (same != list.end()) {
    wanted.id = same->id;
    wanted.created_at = same->created_at;
    *same = std::move(wanted);
    return *same;
  }
  wanted.id = journal.next_id();
  return list.emplace_back(std::move(wanted));
}

/// Seed data is told to nobody.
void Journal::on_commit(Portal& portal, const Portal::Commit& commit) {
  if (commit.quiet) {
    return;
  }
  const auto changes = portal.changes_after(commit.sequence - 1, 1);
  auto& journal = portal.part<Journal>();
  for (const Change& change : changes) {
    for (auto& [app_id, app] : journal.apps_) {
      for (std::string& event : journal_events(portal, app, change)) {
        journal.add_event(portal, app_id, std::move(event), change.at);
      }
    }
  }
}

void Journal::add_event(Portal& portal, std::uint64_t app_id, std::string event, Instant now) {
  AppJournal& app = apps_[app_id];
  const bool full = app.pending.size() >= max_file_events(portal) ||
                    app.pending_bytes + event.size() > max_file_bytes;
  if (full) {
    close_file(portal, app_id, now);
  }
  app.pending_bytes += event.size() + 1;
  app.pending.push_back(std::move(event));
  if (!app.publishing) {
    app.publishing = true;
    portal.schedule(now + publishing_interval(portal), &Journal::publish, app_id);
  }
}

void Journal::publish(Portal& portal, Instant now, std::uint64_t app_id) {
  auto& journal = portal.part<Journal>();
  journal.apps_[app_id].publishing = false;
  journal.close_file(portal, app_id, now);
  journal.prune(app_id, portal, now);
}

void Journal::close_file(Portal& portal, std::uint64_t app_id, Instant now) {
  AppJournal& app = apps_[app_id];
  if (app.pending.empty()) {
    return;
  }
  JournalFile file{.offset = next_uuid(portal), .published_at = now};
  auto content = std::make_shared<std::string>();
  content->reserve(app.pending_bytes + 128);
  *content += R"({"offset":")" + file.offset + R"(","journalEvents":[)";
  for (const std::string& event : app.pending) {
    *content += content->back() == '[' ? "" : ",";
    *content += event;
  }
  *content += R"(],"publishedAt":")" + format_iso8601(now) + "\"}";
  app.bytes += content->size();
  file.content = std::move(content);
  app.files.push_back(std::move(file));
  app.pending.clear();
  app.pending_bytes = 0;
  while (app.bytes > max_bytes) {
    app.bytes -= app.files.front().content->size();
    app.files.pop_front();
    ++app.dropped;
  }
}

void Journal::prune(std::uint64_t app_id, const Portal& portal, Instant now) {
  if (!portal.options().on(Option::webhooks_journal_retention)) {
    return;
  }
  AppJournal& app = apps_[app_id];
  while (!app.files.empty() && app.files.front().published_at + retention <= now) {
    app.bytes -= app.files.front().content->size();
    app.files.pop_front();
  }
  for (JournalSnapshot& snapshot : app.snapshots) {
    if (snapshot.initiated_at + retention <= now) {
      snapshot.state = JournalSnapshot::State::expired;
    }
  }
}

/// The same for the same history.
std::string Journal::next_uuid(const Portal& portal) {
  Prng random =
      keyed_prng(portal.config().portal_id, {"journal", fmt::format_int(++uuids_).c_str()});
  const std::uint64_t high = random.next();
  const std::uint64_t low = random.next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xffffU,
                     high & 0xfffU, 0x8000U | (low >> 48U & 0x3fffU), low & 0xffffffffffffU);
}

const JournalSnapshot& Journal::snapshot(Portal& portal, std::uint64_t app_id,
                                         JournalSnapshot wanted) {
  auto& journal = portal.part<Journal>();
  AppJournal& app = journal.apps_[app_id];
  wanted.id = journal.next_uuid(portal);
  if (app.snapshots.size() == max_snapshots) {
    app.snapshots.pop_front();
  }
  const Instant now = wanted.initiated_at;
  app.snapshots.push_back(std::move(wanted));
  portal.schedule(now + snapshot_step, &Journal::advance_snapshots, app_id);
  portal.schedule(now + 2 * snapshot_step, &Journal::advance_snapshots, app_id);
  return app.snapshots.back();
}

/// PENDING for a second, IN_PROGRESS for another.
void Journal::advance_snapshots(Portal& portal, Instant now, std::uint64_t app_id) {
  using State = JournalSnapshot::State;
  auto& journal = portal.part<Journal>();
  for (JournalSnapshot& snapshot : journal.apps_[app_id].snapshots) {
    const Duration age = now - snapshot.initiated_at;
    if (snapshot.state == State::pending && age >= snapshot_step) {
      snapshot.state = State::in_progress;
    }
    if (snapshot.state != State::in_progress || age < 2 * snapshot_step) {
      continue;
    }
    snapshot.completed_at = now;
    std::string event = snapshot_event(portal, snapshot, now);
    snapshot.state = event.empty() ? State::failed : State::success;
    if (event.empty()) {
      snapshot.error_code = "VALIDATION_ERROR";
      snapshot.message = fmt::format("Object {} of type {} does not exist", snapshot.object_id,
                                     snapshot.object_type_id);
    } else {
      journal.add_event(portal, app_id, std::move(event), now);
    }
  }
}

}  // namespace hubsim::portal

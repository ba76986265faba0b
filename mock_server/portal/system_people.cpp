// People behind a record: its owner with user and teams, who wrote it; and what a task's owner is
// late with (4.4; recorded 2022 for owners, 2024 for tasks).
#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/portal/owner_details.h"
#include "mock_server/portal/system_kinds.h"

namespace hubsim::portal {

namespace {

std::string team_ids(const OwnerDetails& details, bool only_primary) {
  std::string ids;
  for (const OwnerTeam& team : details.teams) {
    if (team.primary || !only_primary) {
      ids.append(ids.empty() ? "" : ";").append(team.id);
    }
  }
  return ids;
}

std::optional<std::string> owner(const Subject& subject, const KindParts& parts) {
  const auto id = parse_uint(subject.stored("hubspot_owner_id"));
  const auto& owners = subject.portal.owners();
  const auto found = std::find_if(owners.begin(), owners.end(),
                                  [&](const Owner& each) { return id && each.id == *id; });
  if (found == owners.end()) {
    return std::nullopt;
  }
  if (parts[1] == "user") {
    return std::to_string(found->user_id);
  }
  std::string ids =
      team_ids(subject.portal.part<OwnerDirectory>().of(found->id), parts[1] == "team");
  return ids.empty() ? std::nullopt : std::optional(std::move(ids));
}

/// "userId:2506672" of a person's change; nothing for an app's.
std::optional<std::string> user_of(const Source& source) {
  constexpr std::string_view prefix = "userId:";
  return source.source_id.starts_with(prefix)
             ? std::optional(source.source_id.substr(prefix.size()))
             : std::nullopt;
}

std::optional<std::string> writer(const Subject& subject, const KindParts& parts) {
  if (parts[1] == "created") {
    return user_of(subject.portal.source_of(subject.record));
  }
  std::optional<Portal::PastValue> newest;
  for (const auto& [index, value] : subject.record.values) {
    auto past = subject.portal.history_of(subject.record, index);
    if (!past.empty() && (!newest || past.front().at > newest->at)) {
      newest = std::move(past.front());
    }
  }
  return newest ? user_of(newest->source) : std::nullopt;
}

/// "true" or nothing.
std::optional<std::string> source_is(const Subject& subject, const KindParts& parts) {
  return subject.portal.source_of(subject.record).change_source == parts[1]
             ? std::optional<std::string>("true")
             : std::nullopt;
}

bool is_completed(const Subject& subject) {
  return subject.stored("hs_task_status") == "COMPLETED";
}

/// When the task was done, or now while it is not.
Instant reached(const Subject& subject) {
  const auto status = subject.index("hs_task_status");
  return status && is_completed(subject)
             ? subject.history.since(subject.record, *status)
             : std::max(subject.portal.now(), subject.record.created_at);
}

/// past_due: due before now; overdue: and not done; missed: not done in time (4.4, R 2024-11 a new
/// late task, R 2024-12 one that was completed late).
std::optional<std::string> task(const Subject& subject, const KindParts& parts) {
  const auto due = time_of(subject.stored("hs_timestamp"));
  const bool past = due && std::max(subject.portal.now(), subject.record.created_at) > *due;
  const bool missed = due && reached(subject) > *due;
  if (parts[1] == "missed_count") {
    return missed ? "1" : "0";
  }
  const bool holds = parts[1] == "past_due"  ? past
                     : parts[1] == "overdue" ? past && !is_completed(subject)
                                             : missed;
  return holds ? "true" : "false";
}

/// "1" for a completed task of that type; any: of whatever type.
std::optional<std::string> task_completed(const Subject& subject, const KindParts& parts) {
  const bool counts = parts[1] == "any" || subject.stored("hs_task_type") == parts[1];
  return is_completed(subject) && counts ? "1" : "0";
}

constexpr std::array<SystemKind, 3> people_kinds{
    {{"owner", 1, owner}, {"writer", 1, writer}, {"source_is", 1, source_is}}};
constexpr std::array<SystemKind, 2> due_kinds{
    {{"task", 1, task}, {"task_completed", 1, task_completed}}};

}  // namespace

std::span<const SystemKind> owner_kinds() { return people_kinds; }
std::span<const SystemKind> task_kinds() { return due_kinds; }

}  // namespace hubsim::portal

#include "mock_server/operations/marketing/marketing_event_book.h"

#include <algorithm>

namespace hubsim::operations {

std::string_view Participation::state(bool over) const {
  if (attended) {
    return "ATTENDED";
  }
  if (cancelled && (!registered || *cancelled >= *registered)) {
    return "CANCELLED";
  }
  return over ? "NO_SHOW" : "REGISTERED";
}

Instant Participation::since() const {
  if (attended) {
    return *attended;
  }
  return std::max(registered.value_or(Instant::min()), cancelled.value_or(Instant::min()));
}

AttendanceCounts EventNotes::counts(bool over) const {
  AttendanceCounts counts;
  for (const auto& [contact, each] : participants) {
    const std::string_view state = each.state(over);
    counts.registered += each.registered ? 1U : 0U;
    counts.attended += state == "ATTENDED" ? 1U : 0U;
    counts.cancelled += state == "CANCELLED" ? 1U : 0U;
    counts.no_shows += state == "NO_SHOW" ? 1U : 0U;
  }
  return counts;
}

void MarketingEventBook::add(portal::ObjectId event, ExternalEvent external) {
  externals_[external] = event;
  notes_[event].external = std::move(external);
}

portal::ObjectId MarketingEventBook::find(const ExternalEvent& external) const {
  const auto found = externals_.find(external);
  return found == externals_.end() ? 0 : found->second;
}

void MarketingEventBook::remove(portal::ObjectId event) {
  const auto found = notes_.find(event);
  if (found == notes_.end()) {
    return;
  }
  participations_ -= found->second.participants.size();
  externals_.erase(found->second.external);
  notes_.erase(found);
}

std::uint64_t MarketingEventBook::wait(std::vector<AttendanceChange> changes) {
  waiting_ += changes.size();
  pending_.emplace(++last_pending_, std::move(changes));
  return last_pending_;
}

std::vector<AttendanceChange> MarketingEventBook::take(std::uint64_t number) {
  const auto found = pending_.find(number);
  if (found == pending_.end()) {
    return {};
  }
  std::vector<AttendanceChange> changes = std::move(found->second);
  pending_.erase(found);
  waiting_ -= changes.size();
  return changes;
}

void MarketingEventBook::apply(const AttendanceChange& change, Instant now) {
  auto& participants = notes_[change.event].participants;
  auto [place, is_new] = participants.try_emplace(change.contact);
  Participation& one = place->second;
  if (is_new) {
    ++participations_;
    one.id = ++last_participation_;
    one.created = now;
  }
  switch (change.state) {
    case SubscriberState::registered:
      one.registered = change.at;
      break;
    case SubscriberState::cancelled:
      one.cancelled = change.at;
      break;
    case SubscriberState::attended:
      one.attended = change.at;
      one.joined = change.joined;
      one.left = change.left;
      break;
  }
}

}  // namespace hubsim::operations

// Activities: what follows from the calls, e-mails, meetings, messages, notes and tasks that a
// record is associated with. Which kinds count where is HubSpot's own wording (R 2024, the
// descriptions of the contact properties); their time is hs_timestamp.
#include <algorithm>
#include <array>

#include "common/time/format.h"
#include "mock_server/portal/system_kinds.h"

namespace hubsim::portal {

namespace {

struct ActivityType {
  std::string_view plural;
  std::string_view name;   ///< an option of hs_notes_next_activity_type
  bool contacted = false;  ///< counts as a contact
  bool logged = false;     ///< counts as an update
};
constexpr std::array<ActivityType, 7> activity_types{{{"calls", "CALL", true, true},
                                                      {"communications", "", true, true},
                                                      {"emails", "EMAIL", true, true},
                                                      {"meetings", "MEETING", true, true},
                                                      {"notes", "NOTE", false, true},
                                                      {"postal_mail", "POSTAL_MAIL", true, true},
                                                      {"tasks", "TASK", false, false}}};

struct Activity {
  const ActivityType* type = nullptr;
  RecordPtr record;
  std::optional<Instant> at;
};

/// Of the kinds that `counts` takes.
template <class Counts>
std::vector<Activity> activities_of(const Subject& subject, const Counts& counts) {
  std::vector<Activity> found;
  for (const ActivityType& type : activity_types) {
    if (!counts(type)) {
      continue;
    }
    for (RecordPtr& record : associated_records(subject, type.plural)) {
      const auto at = time_of(shown_value(subject.portal, *record, "hs_timestamp"));
      found.push_back({&type, std::move(record), at});
    }
  }
  return found;
}

bool is_contact(const ActivityType& type) { return type.contacted; }
bool is_logged(const ActivityType& type) { return type.logged; }

/// Of HubSpot's own types, whose places are those of the facts: looked up once, because every new
/// contact is asked how many activities it has.
TypeIndex index_of(const Portal& portal, std::size_t activity) {
  static const auto indexes = [&] {
    std::array<TypeIndex, activity_types.size()> found{};
    for (std::size_t i = 0; i < found.size(); ++i) {
      found[i] = portal.find_type(activity_types[i].plural)->index();
    }
    return found;
  }();
  return indexes[activity];
}

/// all: whatever is one; contacted: what reaches the other side.
std::optional<std::string> activities(const Subject& subject, const KindParts& parts) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < activity_types.size(); ++i) {
    if (activity_types[i].contacted || parts[1] == "all") {
      count += subject.portal.associations().count({subject.record.type, subject.record.id},
                                                   index_of(subject.portal, i));
    }
  }
  return std::to_string(count);
}

/// The latest that is not in the future.
std::optional<Activity> latest(const Subject& subject, std::vector<Activity> all) {
  std::optional<Activity> best;
  for (Activity& each : all) {
    if (each.at && *each.at <= subject.portal.now() && (!best || *each.at > *best->at)) {
      best = std::move(each);
    }
  }
  return best;
}

std::optional<std::string> activity_last(const Subject& subject, const KindParts& parts) {
  const auto best =
      latest(subject, activities_of(subject, parts[1] == "contacted" ? is_contact : is_logged));
  return best ? std::optional(format_iso8601(*best->at)) : std::nullopt;
}

std::string coordinates(const Subject& subject, const Activity& activity) {
  return subject.portal.type(activity.record->type).fact().type_id + "-" +
         std::to_string(activity.record->id);
}

std::optional<std::string> last_coordinates(const Subject& subject, const KindParts& /*none*/) {
  const auto best = latest(subject, activities_of(subject, is_logged));
  return best ? std::optional(coordinates(subject, *best)) : std::nullopt;
}

/// The soonest in the future that is not done.
std::optional<Activity> upcoming(const Subject& subject) {
  std::optional<Activity> best;
  for (Activity& each : activities_of(subject, [](const ActivityType&) { return true; })) {
    const bool done = shown_value(subject.portal, *each.record, "hs_task_status") == "COMPLETED";
    if (each.at && *each.at > subject.portal.now() && !done && (!best || *each.at < *best->at)) {
      best = std::move(each);
    }
  }
  return best;
}

std::optional<std::string> activity_next(const Subject& subject, const KindParts& parts) {
  const auto next = upcoming(subject);
  if (!next) {
    return std::nullopt;
  }
  if (parts[1] == "coordinates") {
    return coordinates(subject, *next);
  }
  if (parts[1] == "date") {
    return format_iso8601(*next->at);
  }
  return next->type->name.empty()
             ? shown_value(subject.portal, *next->record, "hs_communication_channel_type")
             : std::string(next->type->name);
}

/// An owner who engaged after the last assignment (R 2024, descriptions). Nothing where nobody owns
/// the record, but for the flag.
std::optional<std::string> worked(const Subject& subject, const KindParts& parts) {
  const auto owner = subject.index("hubspot_owner_id");
  const bool owned = owner && !subject.stored("hubspot_owner_id").empty();
  const auto last =
      owned ? latest(subject, activities_of(subject, is_contact)) : std::optional<Activity>();
  const bool is_worked = last && *last->at >= subject.history.since(subject.record, *owner);
  if (parts[1] == "flag") {
    return is_worked ? "false" : "true";
  }
  if (!owned) {
    return std::nullopt;
  }
  return is_worked == (parts[1] == "worked") ? "1" : "0";
}

constexpr std::array<SystemKind, 5> kinds{{{"activities", 1, activities},
                                           {"activity_last", 1, activity_last},
                                           {"activity_last_coordinates", 0, last_coordinates},
                                           {"activity_next", 1, activity_next},
                                           {"worked", 1, worked}}};

}  // namespace

std::span<const SystemKind> activity_kinds() { return kinds; }

}  // namespace hubsim::portal

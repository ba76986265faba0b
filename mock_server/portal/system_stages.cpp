// Stages over time: when a record entered and left each, and how long it stayed (4.4: hs_date_*,
// hs_time_in_*, hs_v2_*). Read from the history of the stage's property.
#include <array>

#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/portal/system_kinds.h"

namespace hubsim::portal {

namespace {

struct Visit {
  Instant begin{};
  std::optional<Instant> end;  ///< nothing while the record is there
};

/// The stays at that value, oldest first.
std::vector<Visit> visits(const Subject& subject, const KindParts& parts) {
  std::vector<Visit> found;
  const auto index = subject.index(parts[1]);
  if (!index) {
    return found;
  }
  const auto past = subject.history.of(subject.record, *index);
  for (std::size_t i = past.size(); i-- > 0;) {
    if (past[i].value == parts[2]) {
      found.push_back({past[i].at, i > 0 ? std::optional(past[i - 1].at) : std::nullopt});
    }
  }
  return found;
}

/// Milliseconds, or seconds as the descriptions of the properties say (option).
std::string span_text(const Subject& subject, Duration span) {
  const bool seconds = subject.portal.options().is(hubspot::Option::crm_stage_time_unit, "seconds");
  return std::to_string(seconds ? std::chrono::floor<std::chrono::seconds>(span).count()
                                : std::chrono::floor<std::chrono::milliseconds>(span).count());
}

std::optional<std::string> entered(const Subject& subject, const KindParts& parts) {
  const auto stays = visits(subject, parts);
  return stays.empty() ? std::nullopt : std::optional(format_iso8601(stays.back().begin));
}

std::optional<std::string> exited(const Subject& subject, const KindParts& parts) {
  const auto stays = visits(subject, parts);
  return stays.empty() || !stays.back().end ? std::nullopt
                                            : std::optional(format_iso8601(*stays.back().end));
}

/// Of the last stay, once it is over.
std::optional<std::string> latest_time(const Subject& subject, const KindParts& parts) {
  const auto stays = visits(subject, parts);
  if (stays.empty() || !stays.back().end) {
    return std::nullopt;
  }
  return span_text(subject, *stays.back().end - stays.back().begin);
}

/// Of all stays that are over.
std::optional<std::string> cumulative_time(const Subject& subject, const KindParts& parts) {
  std::optional<Duration> total;
  for (const Visit& stay : visits(subject, parts)) {
    if (stay.end) {
      total = total.value_or(Duration(0)) + (*stay.end - stay.begin);
    }
  }
  return total ? std::optional(span_text(subject, *total)) : std::nullopt;
}

/// Of all stays, the one under way too: read now, as its field type calculation_read_time says.
std::optional<std::string> total_time(const Subject& subject, const KindParts& parts) {
  const auto stays = visits(subject, parts);
  Duration total{0};
  for (const Visit& stay : stays) {
    total += stay.end.value_or(std::max(subject.portal.now(), stay.begin)) - stay.begin;
  }
  return stays.empty() ? std::nullopt : std::optional(span_text(subject, total));
}

std::optional<std::string> since(const Subject& subject, const KindParts& parts) {
  const auto index = subject.index(parts[1]);
  if (!index || subject.stored(parts[1]).empty()) {
    return std::nullopt;
  }
  return format_iso8601(subject.history.since(subject.record, *index));
}

std::optional<std::string> since_while(const Subject& subject, const KindParts& parts) {
  return subject.stored(parts[1]) == parts[2] ? since(subject, parts) : std::nullopt;
}

constexpr std::array<SystemKind, 7> kinds{{{"entered", 2, entered},
                                           {"exited", 2, exited},
                                           {"latest_time", 2, latest_time},
                                           {"cumulative_time", 2, cumulative_time},
                                           {"total_time", 2, total_time},
                                           {"since", 1, since},
                                           {"since_while", 2, since_while}}};

}  // namespace

std::span<const SystemKind> stage_kinds() { return kinds; }

}  // namespace hubsim::portal

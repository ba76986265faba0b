// Rollups: what follows from the records that a record is associated with: counts, sums, the first
// and the last, values side by side. HubSpot's descriptions of the properties say what they hold;
// which records count (live ones, of any label) is inferred.
#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/decimal.h"
#include "mock_server/portal/association_types.h"
#include "mock_server/portal/system_kinds.h"

namespace hubsim::portal {

namespace {

using hubspot::Decimal;

/// One value, or one of several joined by semicolons.
bool holds(std::string_view value, std::string_view wanted) {
  const auto parts = split(value, ';');
  return std::find(parts.begin(), parts.end(), wanted) != parts.end();
}

std::vector<RecordPtr> records_where(const Subject& subject, std::string_view type,
                                     std::string_view property, std::string_view wanted) {
  auto records = associated_records(subject, type);
  std::erase_if(records, [&](const RecordPtr& record) {
    return !holds(shown_value(subject.portal, *record, property), wanted);
  });
  return records;
}

std::optional<std::string> associated(const Subject& subject, const KindParts& parts) {
  const ObjectType* other = subject.portal.find_type(parts[1]);
  return other == nullptr ? std::nullopt
                          : std::optional(std::to_string(subject.portal.associations().count(
                                {subject.record.type, subject.record.id}, other->index())));
}

/// The records that one association type leads to.
std::vector<ObjectId> led_to(const Subject& subject, std::string_view type_id) {
  std::vector<ObjectId> ids;
  const int wanted = static_cast<int>(parse_int(type_id).value_or(0));
  const auto* fact = subject.portal.facts().find_association_type(wanted);
  const ObjectType* to = fact != nullptr ? subject.portal.find_type(fact->to_type_id) : nullptr;
  if (to == nullptr) {
    return ids;
  }
  for (const auto& item : subject.portal.associations().list(
           {subject.record.type, subject.record.id}, to->index(), 0, SIZE_MAX)) {
    if (std::find(item.type_ids.begin(), item.type_ids.end(), wanted) != item.type_ids.end()) {
      ids.push_back(item.to_id);
    }
  }
  return ids;
}

std::optional<std::string> associated_by(const Subject& subject, const KindParts& parts) {
  const auto ids = led_to(subject, parts[1]);
  return ids.empty() ? std::nullopt : std::optional(std::to_string(ids.front()));
}

std::optional<std::string> associated_count(const Subject& subject, const KindParts& parts) {
  return std::to_string(led_to(subject, parts[1]).size());
}

std::optional<std::string> count_where(const Subject& subject, const KindParts& parts) {
  return std::to_string(records_where(subject, parts[1], parts[2], parts[3]).size());
}

std::optional<std::string> count_with(const Subject& subject, const KindParts& parts) {
  const auto records = associated_records(subject, parts[1]);
  return std::to_string(std::count_if(records.begin(), records.end(), [&](const RecordPtr& each) {
    return !shown_value(subject.portal, *each, parts[2]).empty();
  }));
}

std::optional<Decimal> total(const Subject& subject, const std::vector<RecordPtr>& records,
                             std::string_view property) {
  std::optional<Decimal> sum;
  for (const RecordPtr& record : records) {
    if (const auto number = Decimal::parse(shown_value(subject.portal, *record, property))) {
      sum = sum ? sum->plus(*number) : *number;
    }
  }
  return sum;
}

std::optional<std::string> sum(const Subject& subject, const KindParts& parts) {
  const auto all = total(subject, associated_records(subject, parts[1]), parts[2]);
  return all ? std::optional(all->text()) : std::nullopt;
}

std::optional<std::string> sum_where(const Subject& subject, const KindParts& parts) {
  const auto all = total(subject, records_where(subject, parts[1], parts[3], parts[4]), parts[2]);
  return all ? std::optional(all->text()) : std::nullopt;
}

/// Whole numbers only: durations.
std::optional<std::string> average(const Subject& subject, const KindParts& parts) {
  std::int64_t all = 0;
  std::int64_t count = 0;
  for (const RecordPtr& record : associated_records(subject, parts[1])) {
    if (const auto number = parse_int(shown_value(subject.portal, *record, parts[2]))) {
      all += *number;
      ++count;
    }
  }
  return count == 0 ? std::nullopt : std::optional(std::to_string(all / count));
}

std::optional<std::string> extreme(const Subject& subject, const KindParts& parts, bool last) {
  std::optional<Instant> best;
  for (const RecordPtr& record : associated_records(subject, parts[1])) {
    const auto at = time_of(shown_value(subject.portal, *record, parts[2]));
    if (at && (!best || (last ? *at > *best : *at < *best))) {
      best = at;
    }
  }
  return best ? std::optional(format_iso8601(*best)) : std::nullopt;
}

std::optional<std::string> first(const Subject& subject, const KindParts& parts) {
  return extreme(subject, parts, false);
}

std::optional<std::string> last(const Subject& subject, const KindParts& parts) {
  return extreme(subject, parts, true);
}

/// recent:<type>:<by>:<shown>:<property>:<value>: of those where property holds value, the one that
/// is latest by a date.
std::optional<std::string> recent(const Subject& subject, const KindParts& parts) {
  std::optional<Instant> best;
  std::string shown;
  for (const RecordPtr& record : records_where(subject, parts[1], parts[4], parts[5])) {
    const auto at = time_of(shown_value(subject.portal, *record, parts[2]));
    if (at && (!best || *at >= *best)) {
      best = at;
      shown = shown_value(subject.portal, *record, parts[3]);
    }
  }
  return shown.empty() ? std::nullopt : std::optional(std::move(shown));
}

std::optional<std::string> joined(const Subject& subject, const KindParts& parts) {
  std::string all;
  for (const RecordPtr& record : associated_records(subject, parts[1])) {
    const std::string value = shown_value(subject.portal, *record, parts[2]);
    if (!value.empty() && !holds(all, value)) {
      all.append(all.empty() ? "" : ";").append(value);
    }
  }
  return all.empty() ? std::nullopt : std::optional(std::move(all));
}

/// Of the primary record of that type.
std::optional<std::string> primary(const Subject& subject, const KindParts& parts) {
  const ObjectType* other = subject.portal.find_type(parts[1]);
  if (other == nullptr) {
    return std::nullopt;
  }
  const auto& types = subject.portal.part<AssociationTypes>();
  for (const auto& item : subject.portal.associations().list(
           {subject.record.type, subject.record.id}, other->index(), 0, SIZE_MAX)) {
    const bool is_primary =
        std::any_of(item.type_ids.begin(), item.type_ids.end(), [&](int type_id) {
          const auto* fact = types.find(type_id);
          return fact != nullptr && fact->label.starts_with("Primary");
        });
    const RecordPtr record = is_primary ? subject.portal.find(other->index(), item.to_id) : nullptr;
    if (record) {
      std::string value = shown_value(subject.portal, *record, parts[2]);
      return value.empty() ? std::nullopt : std::optional(std::move(value));
    }
  }
  return std::nullopt;
}

constexpr std::array<SystemKind, 13> kinds{{{"associated", 1, associated},
                                            {"associated_by", 1, associated_by},
                                            {"associated_count", 1, associated_count},
                                            {"count_where", 3, count_where},
                                            {"count_with", 2, count_with},
                                            {"sum", 2, sum},
                                            {"sum_where", 4, sum_where},
                                            {"average", 2, average},
                                            {"first", 2, first},
                                            {"last", 2, last},
                                            {"recent", 5, recent},
                                            {"join", 2, joined},
                                            {"primary", 2, primary}}};

}  // namespace

std::span<const SystemKind> rollup_kinds() { return kinds; }

}  // namespace hubsim::portal

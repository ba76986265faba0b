#include "mock_server/portal/closing_dates.h"

#include <algorithm>
#include <array>

#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/portal/pipelines.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

namespace {

constexpr std::string_view ticket_type_id = "0-5";
constexpr std::array<std::string_view, 3> closing_types{"0-1", "0-2", ticket_type_id};

bool is_end(const Portal& portal, const ObjectType& type, std::string_view stage) {
  if (type.fact().type_id != ticket_type_id) {
    return stage == "customer";
  }
  const Pipeline* pipeline = portal.part<Pipelines>().with_stage(type.index(), stage);
  const PipelineStage* found = pipeline != nullptr ? pipeline->find_stage(stage) : nullptr;
  return found != nullptr && found->metadata_value("ticketState") == "CLOSED";
}

bool has_text(const Record* record, PropertyIndex index) {
  const std::string* value = record != nullptr ? record->value(index) : nullptr;
  return value != nullptr && !value->empty();
}

PreparedValues::iterator place_of(PreparedValues& values, PropertyIndex index) {
  return std::lower_bound(
      values.begin(), values.end(), index,
      [](const auto& value, PropertyIndex wanted) { return value.first < wanted; });
}

}  // namespace

void add_closing_date(const Portal& portal, const ObjectType& type, const Record* before,
                      Instant now, PreparedValues& values) {
  const auto stage = std::find_if(values.begin(), values.end(), [&](const auto& value) {
    return type.property(value.first).guard == ValueGuard::stage;
  });
  const bool may_close = stage != values.end() &&
                         std::find(closing_types.begin(), closing_types.end(),
                                   type.fact().type_id) != closing_types.end() &&
                         portal.options().on(hubspot::Option::crm_closing_dates);
  const bool is_ticket = type.fact().type_id == ticket_type_id;
  const auto date =
      may_close ? type.property_index(is_ticket ? "closed_date" : "closedate") : std::nullopt;
  if (!date) {
    return;
  }
  const auto place = place_of(values, *date);
  const bool given = place != values.end() && place->first == *date;
  const bool ends = is_end(portal, type, stage->second);
  if (given || ends == has_text(before, *date)) {
    return;
  }
  if (ends) {
    values.insert(place, {*date, format_iso8601(now)});
  } else if (is_ticket) {
    values.insert(place, {*date, ""});
  }
}

}  // namespace hubsim::portal

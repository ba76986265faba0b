// Limits tracking: what the portal uses of what it may have, counted from its real records, types
// and properties (behaviour reference 7, A1; shapes as the official clients' types). The limits are
// documented for custom objects and custom properties; those of records are the tool's published
// defaults or chosen (docs/imports-exports.md says which).
#include <algorithm>

#include "mock_server/operations/support/fields.h"
#include "mock_server/portal/pipelines.h"

namespace hubsim::operations {

namespace {

using portal::ObjectType;
using portal::TypeIndex;

constexpr std::size_t custom_object_limit = 10;           // D 4.11
constexpr std::size_t custom_record_limit = 1'000'000;    // U
constexpr std::size_t record_limit = 15'000'000;          // U
constexpr std::size_t custom_property_limit = 1'000;      // D, I 4.10
constexpr std::size_t calculated_limit = 200;             // U
constexpr std::size_t pipeline_limit = 50;                // U
constexpr std::size_t custom_pipeline_limit = 100;        // U
constexpr std::size_t association_label_limit = 10;       // D 6.1
constexpr std::size_t association_record_limit = 50'000;  // D 6.1, contacts of a company
constexpr double near_limit = 0.8;                        // D 6.1
constexpr std::size_t max_samples = 10;                   // ours

double percent(std::size_t usage, std::size_t limit) {
  return limit == 0 ? 0 : 100.0 * static_cast<double>(usage) / static_cast<double>(limit);
}

std::string capital(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

Json labels_of(const ObjectType& type) {
  return {{"objectTypeId", type.fact().type_id},
          {"singularLabel", capital(type.fact().singular)},
          {"pluralLabel", capital(type.fact().plural)}};
}

bool is_custom(const ObjectType& type) { return type.fact().type_id.starts_with("2-"); }

template <class Visit>
void each_type(const Context& context, const Visit& visit) {
  for (TypeIndex i = 0; i < context.portal.type_count(); ++i) {
    const ObjectType& type = context.portal.type(i);
    if (!type.removed()) {
      visit(type);
    }
  }
}

Json with_limit(const ObjectType& type, std::size_t usage, std::size_t limit) {
  Json out = labels_of(type);
  out["usage"] = usage;
  out["limit"] = limit;
  out["percentage"] = percent(usage, limit);
  return out;
}

Json overall(Json by_type, std::size_t usage, std::size_t limit) {
  return {{"overallLimit", limit},
          {"overallUsage", usage},
          {"overallPercentage", percent(usage, limit)},
          {"byObjectType", std::move(by_type)}};
}

/// HubSpot's own types with a limit each, custom ones with one for all of them.
template <class Count>
Json by_kind(const Context& context, std::size_t own_limit, std::size_t custom_limit,
             const Count& count) {
  Json own = Json::array();
  Json custom = Json::array();
  std::size_t sum = 0;
  each_type(context, [&](const ObjectType& type) {
    const std::size_t usage = count(type);
    if (is_custom(type)) {
      Json entry = labels_of(type);
      entry["usage"] = usage;
      custom.push_back(std::move(entry));
      sum += usage;
    } else {
      own.push_back(with_limit(type, usage, own_limit));
    }
  });
  return {{"hubspotDefinedObjectTypes", std::move(own)},
          {"customObjectTypes", overall(std::move(custom), sum, custom_limit)}};
}

Reply run_records(Context& context) {
  return answer(
      json::dump(by_kind(context, record_limit, custom_record_limit, [&](const ObjectType& type) {
        return context.portal.store(type.index()).live_count();
      })));
}

Reply run_pipelines(Context& context) {
  auto& pipelines = context.portal.part<portal::Pipelines>();
  return answer(json::dump(
      by_kind(context, pipeline_limit, custom_pipeline_limit,
              [&](const ObjectType& type) { return pipelines.of(type.index()).size(); })));
}

Reply run_custom_objects(Context& context) {
  std::size_t usage = 0;
  each_type(context, [&](const ObjectType& type) { usage += is_custom(type) ? 1U : 0U; });
  return answer(json::dump(Json{{"limit", custom_object_limit},
                                {"usage", usage},
                                {"percentage", percent(usage, custom_object_limit)}}));
}

template <class Wanted>
std::size_t count_properties(const ObjectType& type, const Wanted& wanted) {
  const auto& all = type.properties();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const portal::Property& property) {
        return !property.archived && !property.fact.hubspot_defined && wanted(property);
      }));
}

Reply run_custom_properties(Context& context) {
  Json types = Json::array();
  std::size_t sum = 0;
  std::size_t limit = 0;
  each_type(context, [&](const ObjectType& type) {
    const std::size_t usage = count_properties(type, [](const auto&) { return true; });
    types.push_back(with_limit(type, usage, custom_property_limit));
    sum += usage;
    limit += custom_property_limit;
  });
  return answer(json::dump(overall(std::move(types), sum, limit)));
}

Reply run_calculated_properties(Context& context) {
  Json types = Json::array();
  std::size_t sum = 0;
  each_type(context, [&](const ObjectType& type) {
    const std::size_t usage =
        count_properties(type, [](const auto& property) { return property.fact.calculated; });
    Json entry = labels_of(type);
    entry["usage"] = usage;
    types.push_back(std::move(entry));
    sum += usage;
  });
  return answer(json::dump(overall(std::move(types), sum, calculated_limit)));
}

// ---- associations

/// The type of that query or path parameter; nullptr where it is not given.
Read<const ObjectType*> read_named(const Context& context, std::string_view name) {
  const auto type = name.empty() ? nullptr : context.portal.find_type(name);
  if (type == nullptr && !name.empty()) {
    return Failure{hubspot::unknown_object_type(name)};
  }
  return type;
}

Reply run_labels(Context& context) {
  const auto from = read_named(context, context.query.first("fromObjectTypeId").value_or(""));
  const auto to = read_named(context, context.query.first("toObjectTypeId").value_or(""));
  if (!from || !to) {
    return fail(context, from ? to.error() : from.error());
  }
  Json results = Json::array();
  if (*from != nullptr && *to != nullptr) {
    Json labels = Json::array();
    for (const auto& fact : context.portal.facts().association_types) {
      if (fact.from_type_id == (*from)->fact().type_id &&
          fact.to_type_id == (*to)->fact().type_id && !fact.label.empty()) {
        labels.push_back(fact.label);
      }
    }
    // HubSpot's own labels are shown and do not count.
    results.push_back({{"fromObjectType", labels_of(**from)},
                       {"toObjectType", labels_of(**to)},
                       {"allLabels", std::move(labels)},
                       {"usage", 0},
                       {"limit", association_label_limit},
                       {"percentage", 0.0}});
  }
  return answer(json::dump(Json{{"results", std::move(results)}}));
}

struct Pressure {
  std::size_t at_limit = 0;
  std::size_t near_limit = 0;
  Json at_samples = Json::array();
  Json near_samples = Json::array();
};

/// Live records of `from` that are near or at the limit of records of `to`.
Pressure pressure(const Context& context, const ObjectType& from, const ObjectType& to) {
  Pressure found;
  constexpr auto near = static_cast<std::size_t>(near_limit * association_record_limit);
  for (const auto& record : context.portal.store(from.index()).slots()) {
    const std::size_t count = record->archived ? 0
                                               : context.portal.associations().count(
                                                     {from.index(), record->id}, to.index());
    if (count < near) {
      continue;
    }
    const bool full = count >= association_record_limit;
    Json sample{{"objectId", record->id}, {"label", std::to_string(record->id)}};
    if (!full) {
      sample["usage"] = count;
      sample["percentage"] = percent(count, association_record_limit);
    }
    Json& samples = full ? found.at_samples : found.near_samples;
    if (samples.size() < max_samples) {
      samples.push_back(std::move(sample));
    }
    ++(full ? found.at_limit : found.near_limit);
  }
  return found;
}

void add_pressed(Json& results, const ObjectType& shown, const Pressure& found) {
  if (found.at_limit + found.near_limit == 0) {
    return;
  }
  Json entry = labels_of(shown);
  entry["hasRecordsAtLimit"] = found.at_limit > 0;
  entry["hasRecordsNearLimit"] = found.near_limit > 0;
  results.push_back(std::move(entry));
}

/// Types that have records near or at a limit.
Reply run_from(Context& context) {
  Json results = Json::array();
  each_type(context, [&](const ObjectType& from) {
    if (context.portal.store(from.index()).live_count() == 0) {
      return;
    }
    Pressure all;
    each_type(context, [&](const ObjectType& to) {
      const Pressure found = pressure(context, from, to);
      all.at_limit += found.at_limit;
      all.near_limit += found.near_limit;
    });
    add_pressed(results, from, all);
  });
  return answer(json::dump(Json{{"results", std::move(results)}}));
}

Reply run_to(Context& context) {
  const auto from = read_named(context, context.param("fromObjectTypeId"));
  if (!from) {
    return fail(context, from.error());
  }
  Json results = Json::array();
  each_type(context,
            [&](const ObjectType& to) { add_pressed(results, to, pressure(context, **from, to)); });
  return answer(json::dump(Json{{"results", std::move(results)}}));
}

Reply run_between(Context& context) {
  const auto from = read_named(context, context.param("fromObjectTypeId"));
  const auto to = read_named(context, context.param("toObjectTypeId"));
  if (!from || !to) {
    return fail(context, from ? to.error() : from.error());
  }
  Pressure found = pressure(context, **from, **to);
  return answer(json::dump(Json{{"limit", association_record_limit},
                                {"totalRecordsAtLimit", found.at_limit},
                                {"totalRecordsNearLimit", found.near_limit},
                                {"atLimitFromRecordSamples", std::move(found.at_samples)},
                                {"nearLimitFromRecordSamples", std::move(found.near_samples)}}));
}

}  // namespace

void register_account_crm_limits(OperationRegistry& registry);
void register_account_crm_limits(OperationRegistry& registry) {
  registry.add({"crm.limits.records", run_records, path_key});
  registry.add({"crm.limits.custom_objects", run_custom_objects, path_key});
  registry.add({"crm.limits.custom_properties", run_custom_properties, path_key});
  registry.add({"crm.limits.calculated_properties", run_calculated_properties, path_key});
  registry.add({"crm.limits.pipelines", run_pipelines, path_key});
  registry.add({"crm.limits.association_labels", run_labels, path_key});
  registry.add({"crm.limits.association_records_from", run_from, path_key});
  registry.add({"crm.limits.association_records_to", run_to, path_key});
  registry.add({"crm.limits.association_records_between", run_between, path_key});
}

}  // namespace hubsim::operations

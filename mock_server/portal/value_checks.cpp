#include "mock_server/portal/value_checks.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/portal/pipelines.h"
#include "mock_server/portal/portal.h"
#include "mock_server/portal/property_rules.h"

namespace hubsim::portal {

namespace {

using hubspot::Option;
using hubspot::ValueError;
using Value = Result<std::string, ValueError>;

/// What HubSpot says to a value that is none of the options (behaviour reference 3.4, R).
ValueError not_an_option(std::string_view value, const std::vector<std::string>& known) {
  return {"INVALID_OPTION",
          std::string(value) + " was not one of the allowed options: [" + join(known, ", ") + "]"};
}

bool has_pipelines(const Portal& portal, const ObjectType& type) {
  return !portal.part<Pipelines>().of(type.index()).empty();
}

bool checks_stages(const Portal& portal, const ObjectType& type) {
  return portal.options().on(Option::pipelines_records_checked) && has_pipelines(portal, type);
}

Value read_pipeline(const Portal& portal, const ObjectType& type, std::string_view raw) {
  std::vector<std::string> known;
  for (const Pipeline& pipeline : portal.part<Pipelines>().of(type.index())) {
    if (pipeline.id == raw) {
      return std::string(raw);
    }
    known.push_back(pipeline.id);
  }
  return Failure{not_an_option(raw, known)};
}

Value read_stage(const Portal& portal, const ObjectType& type, std::string_view raw) {
  std::vector<std::string> known;
  for (const Pipeline& pipeline : portal.part<Pipelines>().of(type.index())) {
    for (const PipelineStage& stage : pipeline.stages) {
      if (stage.id == raw) {
        return std::string(raw);
      }
      known.push_back(stage.id);
    }
  }
  return Failure{not_an_option(raw, known)};
}

Value read_place(const Portal& portal, const ObjectType& type, ValueGuard guard,
                 std::string_view raw) {
  if (!portal.options().on(Option::pipelines_records_checked)) {
    return std::string(raw);
  }
  return guard == ValueGuard::stage ? read_stage(portal, type, raw)
                                    : read_pipeline(portal, type, raw);
}

/// Owner properties take owner ids, not user ids (4.10, D). The text is ours (3.4, U).
Value read_owner(const Portal& portal, std::string_view raw) {
  const auto id = parse_uint(raw);
  const auto& owners = portal.owners();
  const bool known = id && std::any_of(owners.begin(), owners.end(),
                                       [&](const Owner& owner) { return owner.id == *id; });
  if (known) {
    return std::string(raw);
  }
  return Failure{ValueError{"INVALID_OWNER_ID",
                            "Owner \"" + std::string(raw) + "\" does not exist or is not valid"}};
}

/// Without its padding, as until April 2025 (3.4, D).
Value read_trimmed(const hubspot::PropertyFact& fact, std::string_view raw, Value refused) {
  const std::string_view plain = trim(raw);
  return plain.size() == raw.size() ? std::move(refused) : hubspot::normalise(fact, plain);
}

/// The day of an instant that is not midnight.
Value read_day(std::string_view raw, Value refused) {
  const auto ms = parse_int(raw);
  const auto instant = ms ? std::optional(from_unix_ms(*ms)) : parse_iso8601(raw);
  return instant ? Value(format_date(*instant)) : std::move(refused);
}

/// A refused value may pass where its rule is switched off.
Value reconsider(const Portal& portal, const hubspot::PropertyFact& fact, std::string_view raw,
                 Value refused) {
  const hubspot::Options& options = portal.options();
  const std::string& code = refused.error().code;
  if (code == "READ_ONLY_VALUE" || code == "INVALID_EMAIL") {
    return refused;
  }
  if (code == "INVALID_OPTION" && !options.on(Option::properties_options_checked)) {
    return std::string(raw);
  }
  if (fact.type == "date" && !options.on(Option::properties_midnight_required)) {
    return read_day(raw, std::move(refused));
  }
  return options.on(Option::properties_padding_refused)
             ? refused
             : read_trimmed(fact, raw, std::move(refused));
}

Value read_typed(const Portal& portal, const ObjectType& type, PropertyIndex index,
                 std::string_view raw) {
  const Property& property = type.property(index);
  if (property.guard != ValueGuard::none && !raw.empty()) {
    if (property.guard == ValueGuard::owner) {
      if (portal.options().on(Option::properties_owner_ids_checked)) {
        return read_owner(portal, raw);
      }
    } else if (has_pipelines(portal, type)) {
      return read_place(portal, type, property.guard, raw);
    }
  }
  Value value = hubspot::normalise(property.fact, raw);
  return value.ok() ? value : reconsider(portal, property.fact, raw, std::move(value));
}

const std::string* resulting(const Record* before, const PreparedValues& values,
                             std::optional<PropertyIndex> index) {
  for (const auto& [written, value] : values) {
    if (written == index) {
      return &value;
    }
  }
  return before != nullptr && index ? before->value(*index) : nullptr;
}

bool writes(const PreparedValues& values, std::optional<PropertyIndex> index) {
  return std::any_of(values.begin(), values.end(),
                     [&](const auto& value) { return value.first == index; });
}

std::optional<StageProblem> wrong_stage(PropertyIndex property, const Pipeline& pipeline,
                                        const std::string& stage) {
  std::vector<std::string> known;
  for (const PipelineStage& each : pipeline.stages) {
    known.push_back(each.id);
  }
  return StageProblem{property, not_an_option(stage, known)};
}

}  // namespace

Value read_value(const Portal& portal, const ObjectType& type, PropertyIndex index,
                 std::string_view raw) {
  auto value = read_typed(portal, type, index, raw);
  if (!value.ok() || value->empty() || !type.property(index).has_rules ||
      !portal.options().on(Option::properties_rules_enforced)) {
    return value;
  }
  const auto complaint =
      portal.part<PropertyRules>().apply({type.index(), index}, *value, portal.now());
  if (complaint) {
    return Failure{ValueError{"INVALID_CUSTOM_PROPERTY_VALIDATION", *complaint}};
  }
  return value;
}

std::optional<StageProblem> settle_stage(const Portal& portal, const ObjectType& type,
                                         const Record* before, PreparedValues& values) {
  const StageProperties own = stage_properties(type);
  if (!own.stage || !own.pipeline || !(writes(values, own.stage) || writes(values, own.pipeline)) ||
      !checks_stages(portal, type)) {
    return std::nullopt;
  }
  const std::string* stage = resulting(before, values, own.stage);
  const std::string* pipeline = resulting(before, values, own.pipeline);
  if (stage == nullptr || stage->empty()) {
    return std::nullopt;
  }
  const auto& pipelines = portal.part<Pipelines>();
  if (pipeline == nullptr || pipeline->empty()) {
    const Pipeline* found = pipelines.with_stage(type.index(), *stage);
    if (found != nullptr && !writes(values, own.pipeline)) {
      const auto place = std::lower_bound(
          values.begin(), values.end(), *own.pipeline,
          [](const auto& value, PropertyIndex wanted) { return value.first < wanted; });
      values.emplace(place, *own.pipeline, found->id);
    }
    return std::nullopt;
  }
  const Pipeline* chosen = pipelines.find(type.index(), *pipeline);
  return chosen == nullptr || chosen->find_stage(*stage) != nullptr
             ? std::nullopt
             : wrong_stage(*own.stage, *chosen, *stage);
}

}  // namespace hubsim::portal

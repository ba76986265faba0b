#include "loadgen/drivers/value_maker.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "common/time/format.h"

namespace hubsim::loadgen {

namespace {

/// Default pipelines of a new portal; their stages are no options of the property.
struct FixedValue {
  std::string_view type_id;
  std::string_view property;
  std::string_view value;
};
constexpr FixedValue fixed_values[] = {
    {"0-3", "pipeline", "default"},
    {"0-3", "dealstage", "appointmentscheduled"},
    {"0-5", "hs_pipeline", "0"},
    {"0-5", "hs_pipeline_stage", "1"},
};

struct CreateSet {
  std::string_view type_id;
  std::vector<std::string> properties;
};

std::string capitalised(std::string_view text) {
  std::string made(text);
  if (!made.empty() && made[0] >= 'a' && made[0] <= 'z') {
    made[0] = static_cast<char>(made[0] - 'a' + 'A');
  }
  return made;
}

}  // namespace

ValueMaker::ValueMaker(std::string driver_id, const hubspot::ObjectTypeFact& type)
    : driver_id_(std::move(driver_id)), type_(type), area_(200 + stable_hash(driver_id_) % 800) {}

const hubspot::PropertyFact* ValueMaker::find(std::string_view property) const {
  for (const hubspot::PropertyFact& fact : type_.properties) {
    if (fact.name == property) {
      return &fact;
    }
  }
  return nullptr;
}

Status<> ValueMaker::check(std::string_view property) const {
  const hubspot::PropertyFact* fact = find(property);
  if (fact == nullptr) {
    std::vector<std::string> known;
    for (const hubspot::PropertyFact& one : type_.properties) {
      known.push_back(one.name);
    }
    return Failure{type_.plural + " have no property '" + std::string(property) + "'" +
                   did_you_mean(property, known)};
  }
  if (fact->calculated || fact->read_only_value) {
    return Failure{"'" + fact->name + "' is read-only in HubSpot"};
  }
  return Done{};
}

std::string ValueMaker::value(std::string_view property, std::uint64_t index) const {
  for (const FixedValue& fixed : fixed_values) {
    if (fixed.type_id == type_.type_id && fixed.property == property) {
      return std::string(fixed.value);
    }
  }
  if (property == "email") {
    return fmt::format("{}-{}@example.org", driver_id_, index);
  }
  if (property == "domain" || property == "website") {
    return fmt::format("{}-{}.example.org", driver_id_, index);
  }
  if (property == "phone" || property == "mobilephone" || property == "fax") {
    return fmt::format("+1 {} {:07}", area_, index);
  }
  const hubspot::PropertyFact* fact = find(property);
  if (fact != nullptr && !fact->options.empty()) {
    return fact->options[index % fact->options.size()].value;
  }
  if (fact != nullptr && fact->type == "number") {
    return std::to_string(index);
  }
  if (fact != nullptr && (fact->type == "date" || fact->type == "datetime")) {
    const Instant day = from_unix_ms(946'684'800'000) + std::chrono::hours(24) * (index % 20'000);
    return format_date(day);
  }
  if (fact != nullptr && fact->type == "bool") {
    return index % 2 == 0 ? "true" : "false";
  }
  return fmt::format("{} {}-{}", capitalised(property), driver_id_, index);
}

std::vector<std::string> ValueMaker::create_properties() const {
  static const std::vector<CreateSet> sets{
      {"0-1", {"email", "firstname", "lastname"}},
      {"0-2", {"name", "domain"}},
      {"0-3", {"dealname", "pipeline", "dealstage"}},
      {"0-5", {"subject", "hs_pipeline", "hs_pipeline_stage"}}};
  for (const CreateSet& set : sets) {
    if (set.type_id == type_.type_id) {
      return set.properties;
    }
  }
  return type_.required_to_create;
}

}  // namespace hubsim::loadgen

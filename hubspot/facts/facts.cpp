#include "hubspot/facts/facts.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "common/base/text.h"
#include "common/json/json.h"
#include "hubspot/facts/embedded_data.h"
#include "hubspot/facts/stage_properties.h"

namespace hubsim::hubspot {

namespace {

constexpr std::string_view properties_folder = "properties/";

[[noreturn]] void broken(std::string_view place, std::string_view what) {
  throw std::runtime_error("hubspot/data/" + std::string(place) + ": " + std::string(what));
}

/// One JSON object of a data file, read by member; every complaint names the place.
class Reader {
 public:
  Reader(const Json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) {
      broken(place_, "must be an object");
    }
  }

  [[nodiscard]] std::string text(std::string_view key, bool required = false) const {
    const Json* member = json::find(object_, key);
    if (member == nullptr && !required) {
      return {};
    }
    if (member == nullptr || !member->is_string()) {
      broken(place_, "'" + std::string(key) + "' must be a text");
    }
    return member->get<std::string>();
  }

  [[nodiscard]] std::optional<std::string> optional_text(std::string_view key) const {
    return json::find(object_, key) != nullptr ? std::optional(text(key)) : std::nullopt;
  }

  [[nodiscard]] bool flag(std::string_view key, bool fallback = false) const {
    const Json* member = json::find(object_, key);
    if (member != nullptr && !member->is_boolean()) {
      broken(place_, "'" + std::string(key) + "' must be true or false");
    }
    return member != nullptr ? member->get<bool>() : fallback;
  }

  [[nodiscard]] std::string text_or(std::string_view key, std::string_view fallback) const {
    std::string found = text(key);
    return found.empty() ? std::string(fallback) : found;
  }

  [[nodiscard]] std::int64_t number(std::string_view key, std::int64_t fallback) const {
    const Json* member = json::find(object_, key);
    if (member == nullptr) {
      return fallback;
    }
    if (!member->is_number_integer()) {
      broken(place_, "'" + std::string(key) + "' must be a whole number");
    }
    return member->get<std::int64_t>();
  }

  [[nodiscard]] const Json& list(std::string_view key) const {
    static const Json empty = Json::array();
    const Json* member = json::find(object_, key);
    if (member != nullptr && !member->is_array()) {
      broken(place_, "'" + std::string(key) + "' must be a list");
    }
    return member != nullptr ? *member : empty;
  }

  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const {
    std::vector<std::string> all;
    for (const Json& item : list(key)) {
      if (!item.is_string()) {
        broken(place_, "'" + std::string(key) + "' must list texts");
      }
      all.push_back(item.get<std::string>());
    }
    return all;
  }

  [[nodiscard]] const std::string& place() const noexcept { return place_; }

 private:
  const Json& object_;
  std::string place_;
};

Json read_file(std::string_view name) {
  auto parsed = json::parse(embedded_file(name));
  if (!parsed) {
    broken(name, parsed.error().message + " at line " + std::to_string(parsed.error().line));
  }
  return std::move(parsed).value();
}

PropertyOption read_option(const Reader& in) {
  return {.label = in.text("label", true),
          .value = in.text("value", true),
          .display_order = static_cast<int>(in.number("displayOrder", -1)),
          .hidden = in.flag("hidden"),
          .description = in.optional_text("description")};
}

PropertyGroupFact read_group(const Reader& in) {
  return {.name = in.text("name", true),
          .label = in.text("label", true),
          .display_order = static_cast<int>(in.number("displayOrder", -1)),
          .evidence = in.text("evidence", true)};
}

PropertyFact read_property(const Reader& in) {
  PropertyFact fact{.name = in.text("name", true),
                    .label = in.text("label", true),
                    .type = in.text("type", true),
                    .field_type = in.text("fieldType", true),
                    .group_name = in.text("groupName", true),
                    .description = in.text("description"),
                    .has_unique_value = in.flag("hasUniqueValue"),
                    .calculated = in.flag("calculated"),
                    .read_only_value = in.flag("readOnlyValue"),
                    .data_sensitivity = in.text_or("dataSensitivity", "non_sensitive"),
                    .derived = in.text("derived"),
                    .default_value = in.text("defaultValue"),
                    .default_from = in.text("defaultFrom"),
                    .in_create_answer = in.flag("inCreateAnswer"),
                    .in_update_answer = in.flag("inUpdateAnswer"),
                    .evidence = in.text("evidence", true),
                    .hidden = in.flag("hidden"),
                    .form_field = in.flag("formField"),
                    .external_options = in.flag("externalOptions"),
                    .display_order = static_cast<int>(in.number("displayOrder", -1)),
                    .referenced_object_type = in.text("referencedObjectType")};
  for (const Json& option : in.list("options")) {
    fact.options.push_back(read_option(Reader(option, in.place() + " " + fact.name + " options")));
  }
  return fact;
}

struct VerbName {
  std::string_view name;
  Verb verb;
};
constexpr std::array<VerbName, 13> verb_names{{{"list", Verb::list},
                                               {"read", Verb::read},
                                               {"create", Verb::create},
                                               {"update", Verb::update},
                                               {"archive", Verb::archive},
                                               {"batch_create", Verb::batch_create},
                                               {"batch_read", Verb::batch_read},
                                               {"batch_update", Verb::batch_update},
                                               {"batch_upsert", Verb::batch_upsert},
                                               {"batch_archive", Verb::batch_archive},
                                               {"search", Verb::search},
                                               {"merge", Verb::merge},
                                               {"gdpr_delete", Verb::gdpr_delete}}};
constexpr std::string_view standard_verbs = "standard";  // all but merge and gdpr_delete

std::uint32_t verb_bit(Verb verb) { return 1U << static_cast<unsigned>(verb); }

std::uint32_t read_verbs(const Reader& in) {
  std::uint32_t verbs = 0;
  for (const std::string& name : in.texts("verbs")) {
    if (name == standard_verbs) {
      verbs |= verb_bit(Verb::merge) - 1;
      continue;
    }
    const auto* known = std::find_if(verb_names.begin(), verb_names.end(),
                                     [&](const VerbName& each) { return each.name == name; });
    if (known == verb_names.end()) {
      broken(in.place(), "'verbs' names '" + name + "', which is none");
    }
    verbs |= verb_bit(known->verb);
  }
  return verbs;
}

ObjectTypeFact read_object_type(const Reader& in) {
  ObjectTypeFact fact{.type_id = in.text("typeId", true),
                      .plural = in.text("plural", true),
                      .singular = in.text("singular", true),
                      .label = in.text("label", true),
                      .first_id = static_cast<std::uint64_t>(in.number("firstId", 1)),
                      .created_property = in.text("createdProperty", true),
                      .modified_property = in.text("modifiedProperty", true),
                      .default_properties = in.texts("defaultProperties"),
                      .searchable_properties = in.texts("searchableProperties"),
                      .required_to_create = in.texts("requiredToCreate"),
                      .documented_required = in.texts("documentedRequired"),
                      .aliases = in.texts("aliases"),
                      .singular_resolves = in.flag("singularResolves", true),
                      .in_object_library = in.flag("inObjectLibrary"),
                      .verbs = read_verbs(in),
                      .evidence = in.text("evidence", true)};
  const std::string file = std::string(properties_folder) + fact.plural + ".json";
  const Json data = read_file(file);
  const Reader content(data, file);
  for (const Json& group : content.list("groups")) {
    fact.groups.push_back(read_group(Reader(group, file + " groups")));
  }
  for (const Json& property : content.list("properties")) {
    fact.properties.push_back(read_property(Reader(property, file)));
  }
  return fact;
}

bool has_property(const ObjectTypeFact& type, std::string_view name) {
  return std::any_of(type.properties.begin(), type.properties.end(),
                     [&](const PropertyFact& property) { return property.name == name; });
}

/// Every name a type mentions must be one of its properties: an answer is rendered from them.
void check_names(const ObjectTypeFact& type) {
  std::vector<std::string> names = type.default_properties;
  names.insert(names.end(), type.required_to_create.begin(), type.required_to_create.end());
  names.insert(names.end(), type.searchable_properties.begin(), type.searchable_properties.end());
  for (const PropertyFact& property : type.properties) {
    if (!property.default_from.empty()) {
      names.push_back(property.default_from);
    }
  }
  names.push_back(type.created_property);
  names.push_back(type.modified_property);
  for (const std::string& name : names) {
    if (!has_property(type, name)) {
      broken("object_types.json", type.plural + " names the property '" + name +
                                      "', which properties/" + type.plural + ".json lacks");
    }
  }
}

AssociationTypeFact read_association(const Reader& in) {
  return {.from_type_id = in.text("from", true),
          .to_type_id = in.text("to", true),
          .type_id = static_cast<int>(in.number("typeId", 0)),
          .category = in.text("category", true),
          .label = in.text("label"),
          .name = in.text("name", true),
          .inverse_type_id = static_cast<int>(in.number("inverseTypeId", 0)),
          .evidence = in.text("evidence", true)};
}

/// Each association has its inverse from the other side, or writes would be one-sided; but those
/// whose inverse HubSpot does not list, which lead to things that are no CRM objects.
void check_inverses(const Facts& facts) {
  for (const AssociationTypeFact& type : facts.association_types) {
    const AssociationTypeFact* inverse = facts.find_association_type(type.inverse_type_id);
    const bool leads_out = facts.find_type(type.from_type_id) == nullptr ||
                           facts.find_type(type.to_type_id) == nullptr;
    const bool known = inverse != nullptr ? inverse->inverse_type_id == type.type_id &&
                                                inverse->from_type_id == type.to_type_id &&
                                                inverse->to_type_id == type.from_type_id
                                          : leads_out && type.inverse_type_id == 0;
    if (!known) {
      broken("association_types.json",
             "type " + std::to_string(type.type_id) + " " + type.name + " lacks its inverse");
    }
  }
}

int limit_value(const Json& limits, std::string_view key) {
  const Json* limit = json::find(limits, key);
  if (limit == nullptr) {
    broken("limits.json", "'" + std::string(key) + "' is missing");
  }
  return static_cast<int>(Reader(*limit, "limits.json").number("value", 0));
}

void read_limits(Facts& facts) {
  const Json limits = read_file("limits.json");
  for (const Json& item : Reader(limits, "limits.json").list("private_app")) {
    const Reader in(item, "limits.json private_app");
    facts.private_app_limits.push_back({.tier = in.text("tier", true),
                                        .burst = static_cast<int>(in.number("burst", 0)),
                                        .daily = static_cast<int>(in.number("daily", 0))});
  }
  facts.oauth_burst = limit_value(limits, "oauth_burst");
  facts.search_per_second = limit_value(limits, "search_per_second");
}

}  // namespace

std::vector<std::string_view> path_names(const ObjectTypeFact& type) {
  std::vector<std::string_view> names{type.type_id, type.plural};
  if (type.singular_resolves && type.singular != type.plural) {
    names.emplace_back(type.singular);
  }
  if (!type.fully_qualified_name.empty()) {
    names.emplace_back(type.fully_qualified_name);
  }
  names.insert(names.end(), type.aliases.begin(), type.aliases.end());
  return names;
}

const ObjectTypeFact* Facts::find_type(std::string_view name) const {
  const auto found =
      std::find_if(object_types.begin(), object_types.end(), [&](const ObjectTypeFact& type) {
        const auto names = path_names(type);
        return std::any_of(names.begin(), names.end(),
                           [&](std::string_view each) { return equals_ignoring_case(each, name); });
      });
  return found == object_types.end() ? nullptr : &*found;
}

const AssociationTypeFact* Facts::find_association_type(int type_id) const {
  const auto found = std::lower_bound(
      association_types.begin(), association_types.end(), type_id,
      [](const AssociationTypeFact& type, int wanted) { return type.type_id < wanted; });
  return found == association_types.end() || found->type_id != type_id ? nullptr : &*found;
}

std::shared_ptr<const Facts> load_facts() {
  auto facts = std::make_shared<Facts>();
  const Json types = read_file("object_types.json");
  for (const Json& type : Reader(types, "object_types.json").list("object_types")) {
    facts->object_types.push_back(read_object_type(Reader(type, "object_types.json")));
    add_stage_properties(facts->object_types.back());
    check_names(facts->object_types.back());
  }
  const Json associations = read_file("association_types.json");
  for (const Json& item :
       Reader(associations, "association_types.json").list("association_types")) {
    facts->association_types.push_back(read_association(Reader(item, "association_types.json")));
  }
  std::sort(facts->association_types.begin(), facts->association_types.end(),
            [](const auto& a, const auto& b) { return a.type_id < b.type_id; });
  check_inverses(*facts);
  read_limits(*facts);
  return facts;
}

}  // namespace hubsim::hubspot

#include "mock_server/portal/property_groups.h"

#include <algorithm>
#include <cctype>

namespace hubsim::portal {

namespace {

/// The fact's, or else "deal_revenue" is "Deal revenue" (I).
std::string label_of(const hubspot::ObjectTypeFact& type, std::string_view name) {
  const auto known =
      std::find_if(type.groups.begin(), type.groups.end(),
                   [&](const hubspot::PropertyGroupFact& each) { return each.name == name; });
  if (known != type.groups.end()) {
    return known->label;
  }
  std::string label(name);
  std::replace(label.begin(), label.end(), '_', ' ');
  if (!label.empty()) {
    label.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(label.front())));
  }
  return label;
}

auto place_of(std::vector<PropertyGroup>& groups, std::string_view name) {
  return std::lower_bound(
      groups.begin(), groups.end(), name,
      [](const PropertyGroup& group, std::string_view wanted) { return group.name < wanted; });
}

}  // namespace

std::vector<PropertyGroup>& PropertyGroups::groups(const ObjectType& type) {
  const auto [entry, fresh] = groups_.try_emplace(type.index());
  std::vector<PropertyGroup>& groups = entry->second;
  if (fresh) {
    for (const hubspot::PropertyGroupFact& fact : type.fact().groups) {
      groups.insert(place_of(groups, fact.name),
                    {.name = fact.name, .label = fact.label, .display_order = fact.display_order});
    }
    for (const Property& property : type.properties()) {
      const std::string& name = property.fact.group_name;
      const auto place = place_of(groups, name);
      if (!name.empty() && (place == groups.end() || place->name != name)) {
        groups.insert(place, {.name = name, .label = label_of(type.fact(), name)});
      }
    }
  }
  return groups;
}

const std::vector<PropertyGroup>& PropertyGroups::of(const ObjectType& type) {
  return groups(type);
}

PropertyGroup* PropertyGroups::edit(const ObjectType& type, std::string_view name) {
  auto& all = groups(type);
  const auto place = place_of(all, name);
  return place != all.end() && place->name == name ? &*place : nullptr;
}

const PropertyGroup* PropertyGroups::find(const ObjectType& type, std::string_view name) {
  return edit(type, name);
}

bool PropertyGroups::add(const ObjectType& type, PropertyGroup group) {
  auto& all = groups(type);
  const auto place = place_of(all, group.name);
  if (place != all.end() && place->name == group.name) {
    return false;
  }
  all.insert(place, std::move(group));
  return true;
}

bool PropertyGroups::remove(const ObjectType& type, std::string_view name) {
  auto& all = groups(type);
  const auto place = place_of(all, name);
  if (place == all.end() || place->name != name) {
    return false;
  }
  all.erase(place);
  return true;
}

}  // namespace hubsim::portal

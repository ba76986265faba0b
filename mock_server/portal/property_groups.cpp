#include "mock_server/portal/property_groups.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hubsim::portal {

namespace {

struct KnownLabel {
  std::string_view name;
  std::string_view label;
};
/// Groups whose names run their words together (D knowledge base, names R).
constexpr std::array<KnownLabel, 8> known_labels{
    {{"contactinformation", "Contact information"},
     {"companyinformation", "Company information"},
     {"dealinformation", "Deal information"},
     {"ticketinformation", "Ticket information"},
     {"emailinformation", "Email information"},
     {"conversioninformation", "Conversion information"},
     {"analyticsinformation", "Web analytics history"},
     {"contactlcs", "Contact lifecycle stages"}}};

/// "deal_revenue" is "Deal revenue" (I).
std::string label_of(std::string_view name) {
  const auto* known = std::find_if(known_labels.begin(), known_labels.end(),
                                   [&](const KnownLabel& each) { return each.name == name; });
  if (known != known_labels.end()) {
    return std::string(known->label);
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
    for (const Property& property : type.properties()) {
      const std::string& name = property.fact.group_name;
      const auto place = place_of(groups, name);
      if (!name.empty() && (place == groups.end() || place->name != name)) {
        groups.insert(place, {.name = name, .label = label_of(name)});
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

// Property groups: how the properties of a type are grouped in HubSpot's settings. Those that the
// facts' properties name are there from the start; archiving one frees its name.
// Threads: guarded by the portal's lock. Source: behaviour reference 4.10.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/portal/object_type.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/record.h"

namespace hubsim::portal {

class Portal;

struct PropertyGroup {
  std::string name;
  std::string label;
  int display_order = -1;
};

class PropertyGroups : public PartOf<PropertyGroups> {
 public:
  explicit PropertyGroups(const Portal& /*portal*/) {}

  /// In order of their names.
  [[nodiscard]] const std::vector<PropertyGroup>& of(const ObjectType& type);
  [[nodiscard]] const PropertyGroup* find(const ObjectType& type, std::string_view name);
  [[nodiscard]] PropertyGroup* edit(const ObjectType& type, std::string_view name);
  /// False when the name is taken.
  bool add(const ObjectType& type, PropertyGroup group);
  bool remove(const ObjectType& type, std::string_view name);

 private:
  std::vector<PropertyGroup>& groups(const ObjectType& type);
  std::map<TypeIndex, std::vector<PropertyGroup>> groups_;
};

}  // namespace hubsim::portal

// Scopes: which scopes open an operation for the object type it is called with, and the lists that
// HubSpot names when they are missing (behaviour reference 1.4, 1.5).
// Threads: pure functions over constant tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hubspot/facts/facts.h"

namespace hubsim::hubspot {

/// The scopes a catalogue row names, of which one is enough. `pattern` may hold a placeholder in
/// braces, which stands for `type`: its own scope name, and what else covers it (activities are
/// covered by those of contacts, tickets and commerce have legacy names).
void append_scopes(std::vector<std::string>& out, std::string_view pattern,
                   const ObjectTypeFact& type);

/// The parameter a pattern refers to: "objectType" of "crm.objects.{objectType}.read"; empty: none.
[[nodiscard]] std::string_view scope_parameter(std::string_view pattern) noexcept;

/// Scopes from before granular ones; errors list them apart.
[[nodiscard]] bool is_legacy_scope(std::string_view scope) noexcept;

/// What the generic objects route lists whatever the type, as recorded in October 2024.
struct ScopeLists {
  std::vector<std::string> legacy;
  std::vector<std::string> granular;
};
[[nodiscard]] ScopeLists every_object_scope();

}  // namespace hubsim::hubspot

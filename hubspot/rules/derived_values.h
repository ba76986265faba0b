// Derived values: what HubSpot calculates from other properties of the same record. The kinds are
// named in the data files (PropertyFact::derived); those that need only the record itself (id,
// dates, source, constants) live with the record.
// Threads: pure. Source: behaviour reference 4.4 (recorded answers to creates).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hubsim::hubspot {

/// Value of a property of the record, nothing when it has none.
using ValueOf = std::function<std::optional<std::string>(std::string_view name)>;

/// Whether `kind` is one of these: a data file that names another is broken.
[[nodiscard]] bool is_derived_kind(std::string_view kind);

/// property:<name>                      the same as another property
/// value_is:<name>:<value>:<yes>:<no>   by what another property holds
[[nodiscard]] std::optional<std::string> derive(std::string_view kind, const ValueOf& value_of);

}  // namespace hubsim::hubspot

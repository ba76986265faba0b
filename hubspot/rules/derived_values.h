// Derived values: what HubSpot calculates from other properties of the same record. The kinds are
// named in the data files (PropertyFact::derived); those that need only the record itself (id,
// dates, source, constants) live with the record.
// Threads: pure. Source: behaviour reference 4.4 (recorded answers to creates); stage
// probabilities of the default pipeline: section 7.
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
/// createdate_while:<name>:<value>      the create date while that property has that value
/// deal_is:<stage or closed>:<yes>:<no> by the stage of the deal
/// deal_stage_probability, deal_closed_amount, deal_projected_amount, ticket_is_closed
[[nodiscard]] std::optional<std::string> derive(std::string_view kind, const ValueOf& value_of);

}  // namespace hubsim::hubspot

// Value checks: what a portal's own state says to a value beyond the type of its property: its
// pipelines and stages, its owners, the validation rules of its administrators, and the options
// that switch rules off. Why here: every write path of records goes through it.
// Threads: under the portal's lock. Pure over the portal.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "hubspot/rules/property_values.h"
#include "mock_server/portal/object_type.h"

namespace hubsim::portal {

class Portal;

/// The text the portal stores for `raw`, or why it refuses it.
[[nodiscard]] Result<std::string, hubspot::ValueError> read_value(const Portal& portal,
                                                                  const ObjectType& type,
                                                                  PropertyIndex index,
                                                                  std::string_view raw);

using PreparedValues = std::vector<std::pair<PropertyIndex, std::string>>;
struct StageProblem {
  PropertyIndex property = 0;
  hubspot::ValueError error;
};
/// The stage must be one of the pipeline's. A record that gets a stage and has no pipeline gets the
/// stage's. `before` is nullptr for a record not yet born; `values` are in index order.
[[nodiscard]] std::optional<StageProblem> settle_stage(const Portal& portal, const ObjectType& type,
                                                       const Record* before,
                                                       PreparedValues& values);

}  // namespace hubsim::portal

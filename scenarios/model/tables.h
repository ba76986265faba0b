// The field tables of a scenario's fixed parts. Reader, JSON Schema and documentation all come from
// these and from the tables of the kinds.
// Threads: pure functions; the tables are made once.
#pragma once

#include <string>
#include <vector>

#include "common/config/fields.h"

namespace hubsim::scenarios::tables {

[[nodiscard]] const config::Fields& scenario();
[[nodiscard]] const config::Fields& target();
[[nodiscard]] const config::Fields& world();
[[nodiscard]] const config::Fields& portal();
[[nodiscard]] const config::Fields& webhooks();
[[nodiscard]] const config::Fields& data();
[[nodiscard]] const config::Fields& phase();
[[nodiscard]] const config::Fields& rate();
/// Common to every kind of the family; the kind's own table is added to it. `workloads` are the
/// known spacings of arrivals.
[[nodiscard]] config::Fields traffic(const std::vector<std::string>& workloads);
[[nodiscard]] const config::Fields& fault();
[[nodiscard]] const config::Fields& match();
[[nodiscard]] const config::Fields& observe();
[[nodiscard]] const config::Fields& require();
[[nodiscard]] const config::Fields& compare();

/// `common` and what `own` adds; a field in both is taken from `own`.
[[nodiscard]] config::Fields merged(const config::Fields& common, const config::Fields& own);

}  // namespace hubsim::scenarios::tables

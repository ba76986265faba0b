// HubDB row order: `sort=city`, `sort=-size`, and the functions geo_distance(column,lat,long),
// length(column) and random() (I: HubSpot's guide as remembered). Rows without a value come last;
// ties stay in order of creation. Threads: under the portal's lock.
#pragma once

#include <vector>

#include "mock_server/operations/hubdb/row_filter.h"

namespace hubsim::operations {

/// By all `sort` parameters, the first counting most. The error names one that is not understood.
[[nodiscard]] std::optional<ApiError> sort_rows(Context& context, const HubdbVersion& version,
                                                const std::vector<RowFilter>& filters,
                                                std::vector<HubdbRowPtr>& rows);

}  // namespace hubsim::operations

// Nearest: what a caller probably meant by a call that no row serves: the rows whose path is alike
// but for the method, the version or a typo, and what differs. For the request log only; the answer
// stays HubSpot's.
// Threads: pure. Invariant: bounded work whatever the path: long segments are not compared letter
// by letter.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hubspot/catalogue/catalogue.h"

namespace hubsim::hubspot {

struct NearMiss {
  const OperationRow* row = nullptr;
  std::string differs;  ///< "method POST", "version v3", "'contcts' for 'contacts'"
  std::size_t cost = 0;
};

/// At most `limit`, the nearest first; empty when nothing is near.
[[nodiscard]] std::vector<NearMiss> nearest(std::span<const OperationRow> rows, http::Method method,
                                            std::string_view path, std::size_t limit = 3);

/// "no such operation; near: GET /crm/v3/objects/{objectType} ('contcts' for 'contacts'), ..."
[[nodiscard]] std::string near_miss_note(const std::vector<NearMiss>& misses);

}  // namespace hubsim::hubspot

// `hubsim mock --openapi FILE`: reads OpenAPI 3 documents, JSON or YAML by the file's name.
// Threads: one.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "hubspot/catalogue/row_set.h"

namespace hubsim::app {

/// The operations of all files; the error has one line for each problem.
[[nodiscard]] Result<hubspot::MoreRows> load_openapi(const std::vector<std::string>& files);

}  // namespace hubsim::app

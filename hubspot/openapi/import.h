// OpenAPI import: the operations of any OpenAPI 3 document as rows beside the catalogue's, for a
// newer or private API (`hubsim mock --openapi FILE`). Bodies become shapes, roles are inferred
// from method and path (roles.h).
// Threads: pure. Lifetime: rows and shapes live as long as the keeper of the result.
// Invariants: every input ends in rows or in problems, each with the JSON pointer of its place;
// work is bounded by the limits below.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/json/json.h"
#include "hubspot/catalogue/row_set.h"

namespace hubsim::hubspot {

inline constexpr std::size_t max_openapi_bytes = std::size_t{64} << 20;
inline constexpr std::size_t max_openapi_operations = 20'000;
inline constexpr std::size_t max_openapi_shapes = 500'000;
inline constexpr std::size_t max_openapi_problems = 50;

struct ImportProblem {
  std::string file;
  std::string pointer;  ///< "/paths/~1x/get/responses"; or "3:7", line and column of broken JSON
  std::string message;
  /// "api.json: #/paths/~1x/get: message"
  [[nodiscard]] std::string text() const;
};

/// `file` names the document in problems and is the evidence of its operations.
[[nodiscard]] Result<MoreRows, std::vector<ImportProblem>> import_openapi(std::string_view text,
                                                                          const std::string& file);
/// The same for a document that is parsed already (YAML).
[[nodiscard]] Result<MoreRows, std::vector<ImportProblem>> import_openapi_document(
    const Json& document, const std::string& file);

}  // namespace hubsim::hubspot

// Row set: the rows of one simulated HubSpot: the catalogue's, and more that came at start
// (`--openapi`). A row that came at start takes the place of one of the catalogue that serves the
// same calls, unless that one is modelled: what is written by hand knows more than a schema.
// Threads: constant once made. Lifetime: shapes of further rows live as long as their keeper.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hubspot/catalogue/catalogue.h"

namespace hubsim::hubspot {

/// Rows of another origin, and what owns their texts and shapes.
struct MoreRows {
  std::vector<OperationRow> rows{};
  std::vector<std::shared_ptr<const void>> keepers{};
};

class RowSet {
 public:
  explicit RowSet(const MoreRows& more = {});

  [[nodiscard]] std::span<const OperationRow> rows() const noexcept { return rows_; }

 private:
  std::vector<OperationRow> owned_;  ///< empty when there is nothing but the catalogue
  std::vector<std::shared_ptr<const void>> keepers_;
  std::span<const OperationRow> rows_;
};

/// "GET /x/{}/y": equal for rows that serve the same calls.
[[nodiscard]] std::string row_shape(const OperationRow& row);

}  // namespace hubsim::hubspot

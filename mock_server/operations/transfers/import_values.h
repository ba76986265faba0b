// Import values: what a cell of an import file means as a value of a property: dates in the
// import's order, numbers with separators, option labels, owners by e-mail (behaviour reference 7,
// imports; the conversions of the documentation's file guide).
// Threads: reads the portal under its lock.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "mock_server/operations/transfers/import_plan.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

/// Why a cell is refused: the errorType of the import error.
struct CellProblem {
  std::string type;
  std::string message;
};

/// The value to write; "" for a blank cell.
[[nodiscard]] Result<std::string, CellProblem> cell_value(const portal::Portal& portal,
                                                          const hubspot::PropertyFact& property,
                                                          std::string_view cell, DateOrder order);

/// errorType for a code of the property validation (3.4).
[[nodiscard]] std::string error_type_of(std::string_view code,
                                        const hubspot::PropertyFact& property);

/// "YYYY-MM-DD" for a date written in that order with '/', '-', '.' or blanks; nothing when it is
/// none.
[[nodiscard]] std::optional<std::string> read_import_date(std::string_view text, DateOrder order);

}  // namespace hubsim::operations

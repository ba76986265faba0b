// ImportPlan: an import as asked for: the importRequest JSON and the uploaded files, checked
// against the portal's types and properties (behaviour reference 7, imports; A3 for the error
// types). Threads: built under the portal's lock, immutable afterwards and shared by copies of a
// portal.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/operations/support/answer.h"
#include "mock_server/operations/support/multipart.h"

namespace hubsim::operations {

enum class ImportMode { upsert, create, update };
enum class DateOrder { month_day_year, day_month_year, year_month_day };

struct ImportColumn {
  enum class Role {
    property,
    object_id,          ///< names the record
    alternate_id,       ///< names the record by a unique property
    association,        ///< key of records of another type
    association_label,  ///< label of the association between two objects of the row
    ignored,
  };
  std::string name;  ///< the header
  Role role = Role::property;
  portal::TypeIndex type = 0;
  std::string property;  ///< empty where the role needs none
  portal::TypeIndex to_type = 0;
  int association_type_id = 0;  ///< 0: the unlabelled one
};

struct ImportFile {
  std::string name;
  std::uint64_t id = 0;
  std::shared_ptr<const void> keeper;  ///< holds `text`
  std::string_view text;
  bool has_header = true;
  std::vector<ImportColumn> columns;
};

/// What makes the whole import fail, as an error of the errors endpoint.
struct PlanProblem {
  std::string type;  ///< FILE_NOT_FOUND, INVALID_COLUMN_CONFIGURATION, ...
  std::string message;
  std::uint64_t file_id = 0;
};

struct ImportPlan {
  std::string name;
  Json request;
  std::map<portal::TypeIndex, ImportMode> modes;
  DateOrder dates = DateOrder::month_day_year;
  bool creates_list = false;
  std::vector<ImportFile> files;
  std::vector<std::string> type_ids;  ///< of all mapped objects, in order of appearance
  std::vector<PlanProblem> problems;

  [[nodiscard]] ImportMode mode_of(portal::TypeIndex type) const {
    const auto found = modes.find(type);
    return found == modes.end() ? ImportMode::upsert : found->second;  // D: the default
  }
};

/// Reads the request's JSON with the files that came with it; errors are answered at once (400).
[[nodiscard]] Read<ImportPlan> read_import_plan(const Context& context,
                                                const std::vector<FormPart>& parts);

}  // namespace hubsim::operations

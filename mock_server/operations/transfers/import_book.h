// ImportBook: the imports of a portal: what was asked, how far each is, and its errors. A part of
// the portal; the rows are worked off by import_run.cpp on the agenda.
// Threads: guarded by the portal's lock. Invariant: at most three are at work; more are DEFERRED
// and begin in order as the others end. Copies share only plans, which never change.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mock_server/operations/transfers/csv.h"
#include "mock_server/operations/transfers/import_plan.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

enum class ImportState { started, processing, done, failed, canceled, deferred };

[[nodiscard]] std::string_view import_state_name(ImportState state) noexcept;

struct ImportError {
  std::uint64_t id = 0;
  Instant at{};
  std::string type;  ///< errorType of appendix A3
  std::string message;
  std::uint64_t file_id = 0;
  std::size_t line = 0;
  std::size_t column = 0;  ///< from 1; 0: the row as a whole
  std::string value;
  std::string object_type_id;
  std::string object_label;
  std::vector<std::string> row;
};

/// An association to a record that another row may bring.
struct PendingEdge {
  portal::Endpoint from;
  std::size_t file = 0;
  std::size_t column = 0;
  std::string key;
  std::size_t line = 0;
};

struct ImportCounters {
  std::uint64_t rows = 0;
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t values = 0;
  std::uint64_t errors = 0;
};

struct Import {
  std::uint64_t id = 0;
  std::shared_ptr<const ImportPlan> plan;
  ImportState state = ImportState::started;
  Instant created_at{};
  Instant updated_at{};
  std::uint64_t app_id = 0;
  std::string list_id;  ///< of the list made from the imported contacts; empty for none

  // Where the work stands.
  std::size_t file = 0;
  bool file_begun = false;
  CsvReader reader;
  std::vector<std::size_t> fields;  ///< by column: the field of a row, or npos
  ImportCounters counters;
  std::vector<ImportError> errors;                   ///< the first max_import_errors
  boost::unordered_flat_set<std::uint64_t> written;  ///< type and id in one
  /// Keys that association columns of other files name, by type, header and value.
  boost::unordered_flat_map<std::string, portal::ObjectId> keys;
  std::vector<PendingEdge> pending;
  std::size_t pending_done = 0;

  [[nodiscard]] bool at_work() const noexcept {
    return state == ImportState::started || state == ImportState::processing;
  }
};

/// Import::written holds a record's id above these bits and its type in them.
inline constexpr unsigned written_type_bits = 16;

inline constexpr std::size_t max_running_imports = 3;        // D 2.1
inline constexpr std::size_t max_import_errors = 10'000;     // ours; the counter goes on
inline constexpr std::size_t max_kept_imports = 1'000;       // ours; the oldest that ended go
inline constexpr std::uint64_t max_rows_a_day = 80'000'000;  // D 2.1

struct ImportLimits {
  std::uint64_t file_bytes = std::uint64_t{512} << 20;  // D 2.1
  std::uint64_t file_rows = 1'048'576;                  // D 2.1
};
/// By the option imports.limits.
[[nodiscard]] ImportLimits import_limits(const hubspot::Options& options);

class ImportBook : public portal::PartOf<ImportBook> {
 public:
  explicit ImportBook(const portal::Portal& portal);

  /// Begins an import, or defers it.
  Import& start(portal::Portal& portal, ImportPlan plan, std::uint64_t app_id, Instant now);
  [[nodiscard]] Import* find(std::uint64_t id);
  [[nodiscard]] const std::map<std::uint64_t, Import>& all() const noexcept { return imports_; }
  /// Ends it in that state, lets go of its files and begins the first deferred one.
  void end(portal::Portal& portal, Import& import, ImportState state, Instant now);
  /// False when the rows of the day would be too many.
  [[nodiscard]] bool take_rows(std::uint64_t rows, Instant now);
  void add_error(Import& import, ImportError error);

 private:
  void begin(portal::Portal& portal, Import& import, Instant now);
  void forget_oldest();

  std::map<std::uint64_t, Import> imports_;
  std::uint64_t next_id_;
  std::uint64_t next_error_id_ = 1;
  std::int64_t day_ = 0;
  std::uint64_t rows_today_ = 0;
};

/// The agenda's step of one import (import_run.cpp).
void run_import(portal::Portal& portal, Instant now, std::uint64_t id);

}  // namespace hubsim::operations

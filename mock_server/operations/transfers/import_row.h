// Import rows: one row of an import file becomes creates and updates of the objects it describes,
// associations among them, and errors (behaviour reference 7, imports; error types: A3).
// Threads: works on the portal under its lock.
#pragma once

#include <string>
#include <vector>

#include "mock_server/operations/transfers/import_book.h"

namespace hubsim::operations {

class ImportRow {
 public:
  ImportRow(portal::Portal& portal, ImportBook& book, Import& import, Instant now);

  /// A row that could be read.
  void apply(const std::vector<std::string>& cells);
  /// One that could not.
  void reject(std::string_view error_type, std::string message,
              const std::vector<std::string>& cells);
  /// Resolves up to `limit` associations that waited for other rows; false when none is left.
  bool resolve_pending(std::size_t limit);

 private:
  struct Object;
  [[nodiscard]] const ImportFile& file() const { return import_.plan->files[import_.file]; }
  [[nodiscard]] std::string_view cell(std::size_t column) const;
  [[nodiscard]] portal::WriteContext write_context() const;
  void read_objects(std::vector<Object>& objects);
  void read_cell(Object& object, std::size_t column);
  void settle(Object& object);
  [[nodiscard]] bool find(Object& object);
  [[nodiscard]] bool find_by(Object& object, std::string_view property, std::string_view value,
                             std::size_t column);
  void commit(Object& object);
  [[nodiscard]] bool drop_invalid(Object& object, const portal::InvalidProperties& invalid);
  void count_written(const Object& object, bool created);
  void note_keys(const Object& object);
  void associate(const std::vector<Object>& objects);
  void associate_pair(const Object& from, const Object& to);
  void attach_edge(portal::Endpoint from, portal::Endpoint to, int type_id, std::size_t line,
                   std::size_t column);
  [[nodiscard]] portal::ObjectId resolve(const ImportColumn& column, const std::string& key) const;
  void error(std::string_view type, std::string message, std::size_t column, std::string_view value,
             std::optional<portal::TypeIndex> object = std::nullopt);

  portal::Portal& portal_;
  ImportBook& book_;
  Import& import_;
  Instant now_;
  const std::vector<std::string>* cells_ = nullptr;
};

/// Where a key of an association column is kept while the import runs.
[[nodiscard]] std::string key_place(portal::TypeIndex type, std::string_view header,
                                    std::string_view value);

}  // namespace hubsim::operations

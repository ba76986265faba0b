// Schemas of an OpenAPI document as shapes: references, allOf, oneOf and anyOf, nullable in both
// spellings (3.0 and 3.1), enumerations, formats.
// Threads: one. Invariants: a schema that is referenced is read once; recursion ends there; depth
// and number are bounded, and what is beyond is a problem, never a crash.
#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "hubspot/openapi/import.h"
#include "hubspot/openapi/shape_builder.h"

namespace hubsim::hubspot {

/// Collects problems with their places; stops taking them when there are enough.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  void add(const std::string& pointer, std::string message);
  [[nodiscard]] bool empty() const noexcept { return problems_.empty(); }
  [[nodiscard]] bool full() const noexcept { return problems_.size() >= max_openapi_problems; }
  [[nodiscard]] std::vector<ImportProblem> take() { return std::move(problems_); }

 private:
  std::string file_;
  std::vector<ImportProblem> problems_;
};

/// A value of the document and its place.
struct Place {
  const Json* value = nullptr;
  std::string pointer;
  [[nodiscard]] explicit operator bool() const noexcept { return value != nullptr; }
  /// The member; an empty place when there is none.
  [[nodiscard]] Place at(std::string_view key) const;
};

class Schemas {
 public:
  Schemas(const Json& document, Problems& problems) : document_(document), problems_(problems) {}

  /// Follows `$ref` inside the document, as often as it is one. Empty, with a problem, when broken.
  [[nodiscard]] Place resolved(Place place);
  [[nodiscard]] std::uint32_t shape(const Place& schema) { return read(schema, 0); }
  [[nodiscard]] ShapeBuilder& builder() noexcept { return builder_; }

 private:
  struct Members {
    std::vector<BuiltField> fields;
    std::set<std::string> required;
    std::uint32_t element = ShapeTables::none;
    std::size_t parts = 0;
  };
  std::uint32_t read(const Place& schema, int depth);
  std::uint32_t read_reference(const Place& schema, int depth);
  std::uint32_t read_plain(const Place& schema, int depth);
  std::uint32_t read_object(const Place& schema, int depth);
  std::uint32_t read_alternatives(const Place& list, int depth);
  std::uint32_t read_scalar(const Place& schema, const std::string& type);
  void gather(const Place& schema, int depth, Members& members);
  void gather_fields(const Place& properties, int depth, Members& members);
  [[nodiscard]] bool is_nullable(const Place& schema);
  [[nodiscard]] std::string type_of(const Place& schema);
  [[nodiscard]] bool too_much(const Place& place, int depth);

  const Json& document_;
  Problems& problems_;
  ShapeBuilder builder_;
  std::unordered_map<std::string, std::uint32_t> read_already_;  ///< by pointer
};

}  // namespace hubsim::hubspot

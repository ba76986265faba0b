// Fields: a JSON object of a request read by a table of its members, as Jackson reads a class:
// required ones complained about together, wrong types with their column, unknown ones ignored,
// scalars turned into each other where Jackson does (behaviour reference 3.3).
// Threads: pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

struct Field {
  enum class Kind { text, whole, number, boolean, list, object, any };
  std::string_view name;
  Kind kind = Kind::text;
  bool required = false;
  /// The known words of an enum, "A, B, C"; empty for a free text.
  std::string_view words = {};
};

/// The known members in the table's order; `path` is where `object` stands in the body.
[[nodiscard]] Read<Json> read_fields(std::string_view body, const Json& object,
                                     std::span<const Field> fields, const std::string& path = "");
/// Of the request's body.
[[nodiscard]] Read<Json> read_fields(const Context& context, std::span<const Field> fields);

/// Each element of `list`, at `path`, is such an object.
[[nodiscard]] Read<Json> read_each(std::string_view body, const Json& list,
                                   std::span<const Field> fields, const std::string& path);

/// A path parameter that is a whole number over 0, or HubSpot's complaint.
[[nodiscard]] Read<std::uint64_t> read_number(const Context& context, std::string_view parameter);

/// The path, for operations whose fault key nothing else gives.
[[nodiscard]] std::string path_key(Context& context);

}  // namespace hubsim::operations

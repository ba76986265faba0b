// Answers and request bodies: what every operation needs to read JSON in and put an envelope out.
// Threads: pure over the context.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/json/json.h"
#include "hubspot/rules/error_envelope.h"
#include "mock_server/operations/operation.h"

namespace hubsim::operations {

using hubspot::ApiError;
template <class T>
using Read = Result<T, ApiError>;

/// The error as HubSpot puts it to this caller: JSON, or HTML for a missing record when the client
/// did not ask for JSON (behaviour reference 3.2).
[[nodiscard]] Reply fail(const Context& context, const ApiError& error);
[[nodiscard]] Reply answer(std::string body, int status = 200);
[[nodiscard]] Reply no_content();

/// The body as a JSON object, or HubSpot's complaint (3.3).
[[nodiscard]] Read<Json> read_object(const Context& context);

/// Reads members of a JSON object at a place in the body; a wrong type is told with its column.
class Members {
 public:
  Members(std::string_view body, const Json& object, std::string path = "")
      : body_(body), object_(object), path_(std::move(path)) {}

  [[nodiscard]] const Json* find(std::string_view name) const;
  /// Strings as they are, numbers and booleans as written; "" when absent or null.
  [[nodiscard]] Read<std::string> text(std::string_view name) const;
  [[nodiscard]] Read<std::vector<std::string>> texts(std::string_view name) const;
  /// The array, or an empty one when absent or null.
  [[nodiscard]] Read<const Json*> list(std::string_view name) const;
  [[nodiscard]] std::string path_of(std::string_view name) const;
  [[nodiscard]] std::string_view body() const noexcept { return body_; }

 private:
  std::string_view body_;
  const Json& object_;
  std::string path_;
};

/// Absent: the default. Not a whole number in range: bad_query_parameter or `too_large`.
struct LimitRange {
  std::size_t fallback;
  std::size_t maximum;
};
[[nodiscard]] Read<std::size_t> read_limit(const http::Query& query, LimitRange range);

/// Where links of this answer lead: the mock's own origin, or HubSpot's (option http.link_origin).
[[nodiscard]] std::string link_origin(const Context& context);
/// The mock's own, as the client reached it: for files that only the mock has.
[[nodiscard]] std::string own_origin(const Context& context);

/// `"paging":{"next":{"after":"…","link":"…"}}` with the caller's own query (4.6, R).
void append_paging(std::string& out, const Context& context, std::string_view after);

/// What a JSON value is as text, the way Jackson turns scalars into strings.
[[nodiscard]] std::string scalar_text(const Json& value);

}  // namespace hubsim::operations

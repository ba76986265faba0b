// Error envelopes: HubSpot's error bodies, rendered with the key order of the wire, and one
// constructor for each error it is known to answer. Every text is quoted from the behaviour
// reference (section 3 unless said otherwise) and cites its grade there.
// Threads: pure functions and plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/json/json.h"

namespace hubsim::hubspot {

using ErrorContext = std::vector<std::pair<std::string, std::vector<std::string>>>;

struct ErrorDetail {
  std::string message;
  std::string code;
  ErrorContext context;
};

struct ApiError {
  int status = 400;
  std::string message;
  std::string category;
  std::string sub_category;
  ErrorContext context;
  std::vector<ErrorDetail> errors;
  /// The older form: `"errors":["text"]` (3.3 "validation error").
  std::vector<std::string> error_texts;
  std::vector<std::pair<std::string, std::string>> links;
  /// The gateway's family of 429 bodies (2.3): errorType and policyName instead of category.
  std::string error_type;
  std::string policy_name;
  /// Answered as Jetty's HTML page to clients that do not ask for JSON (3.2).
  bool negotiated_not_found = false;
};

/// {"status":"error","message":…,"correlationId":…,context,errors,links,category,subCategory} (3.1,
/// R)
[[nodiscard]] std::string render(const ApiError& error, std::string_view correlation_id);
/// One item of a 207's errors: status, category, subCategory, message, context; no correlation id
/// (4.8, R; D documents one, recordings lack it).
void append_batch_item(std::string& out, const ApiError& error);

/// What goes out for an error: some are HTML pages.
struct ErrorPage {
  int status = 500;
  std::string content_type;
  std::string body;
};
inline constexpr std::string_view json_content_type = "application/json;charset=utf-8";
inline constexpr std::string_view jetty_content_type = "text/html;charset=iso-8859-1";
[[nodiscard]] ErrorPage error_page(const ApiError& error, std::string_view accept,
                                   std::string_view correlation_id);

/// True when a missing thing is told as HTML: the client did not name JSON (3.2, R for */*).
[[nodiscard]] bool prefers_html(std::string_view accept) noexcept;

// ---- the edge and the server, HTML (3.2, 3.6)
[[nodiscard]] std::string jetty_page(int status, std::string_view reason, std::string_view text);
[[nodiscard]] ErrorPage unknown_route();           ///< 404 (3.2, R)
[[nodiscard]] ErrorPage method_not_allowed();      ///< 405 (3.2, R)
[[nodiscard]] ErrorPage unsupported_media_type();  ///< 415 (3.6, I)
[[nodiscard]] ErrorPage edge_page(int status);     ///< 414, 502 to 504, 520 to 526 (3.6, R; 10)

// ---- credentials and scopes (1.4)
[[nodiscard]] ApiError missing_credentials();  ///< 401 (R)
[[nodiscard]] ApiError expired_token(std::string_view ago,
                                     std::string_view expired_at);  ///< 401 (R)
[[nodiscard]] ApiError developer_key_required();  ///< 403 to a bearer token (R 2026-04, -05)
[[nodiscard]] ApiError scope_not_public();        ///< 403 (R 2026-04, its end I)
/// 403 (R 2024 with both lists, D newer with the granular one alone). Empty lists are left out.
[[nodiscard]] ApiError missing_scopes(const std::vector<std::string>& granular,
                                      const std::vector<std::string>& legacy = {});
[[nodiscard]] ApiError missing_scopes_flat(const std::vector<std::string>& granular);  ///< 403 (R)
/// 403 of the service itself, without a category: "view" a type needs "companies-read" (R 2024).
[[nodiscard]] ApiError type_not_permitted(std::string_view action, std::string_view object_label,
                                          std::uint64_t portal_id, std::string_view permission);

// ---- limits (2.3)
[[nodiscard]] ApiError burst_limit_reached();   ///< 429 TEN_SECONDLY_ROLLING (R)
[[nodiscard]] ApiError daily_limit_reached();   ///< 429 DAILY (R)
[[nodiscard]] ApiError search_limit_reached();  ///< 429, category RATE_LIMITS (R)

// ---- JSON (3.3)
[[nodiscard]] ApiError invalid_json(std::size_t line, std::size_t column, std::string_view tail);
/// The mismatch text of Jackson: wanted "java.lang.String", got the kind of `value`.
[[nodiscard]] ApiError wrong_json_type(std::string_view body, std::string_view path,
                                       std::string_view wanted_java_type, const Json& value);
[[nodiscard]] ApiError missing_fields(std::string_view body,
                                      const std::vector<std::string>& fields);
[[nodiscard]] ApiError invalid_enum(std::string_view body, std::string_view path,
                                    std::string_view known);
[[nodiscard]] ApiError missing_body();

// ---- paths and queries (3.3)
[[nodiscard]] ApiError unknown_object_type(std::string_view name);
[[nodiscard]] ApiError bad_path_parameter(std::string_view name);
[[nodiscard]] ApiError bad_query_parameter(std::string_view name);
[[nodiscard]] ApiError object_not_found();  ///< 404, negotiated (3.2, R)
[[nodiscard]] ApiError object_id_not_positive(std::string_view id);
[[nodiscard]] ApiError object_id_not_numeric(std::string_view id);

// ---- writes (3.3 to 3.5)
struct PropertyProblem {
  std::string property;
  std::string code;
  std::string message;
  std::string value{};
};
/// The fields of the embedded items differ by service and age (3.4, section 11.10).
enum class EmbeddedItems { documented, plain, with_value };
struct ProblemStyle {
  EmbeddedItems items = EmbeddedItems::documented;
  /// Batches cut long lists (3.4, R): as many stand in the message and in `errors`.
  std::size_t most_embedded = SIZE_MAX;
  std::size_t most_errors = SIZE_MAX;
};
[[nodiscard]] ApiError invalid_properties(const std::vector<PropertyProblem>& problems,
                                          std::uint64_t portal_id, ProblemStyle style = {});
[[nodiscard]] ApiError missing_required(std::string_view object_label,
                                        const std::vector<std::string>& properties);
[[nodiscard]] ApiError contact_exists(std::uint64_t existing_id);  ///< 409 (R)
struct TakenValue {
  std::string object_label;  ///< CONTACT
  std::string property;
  std::string value;
  std::string target;  ///< id of the record written to
  std::uint64_t existing_id = 0;
};
/// Another record has the value of a custom unique property: 400 (3.4, R).
[[nodiscard]] ApiError value_taken(const TakenValue& taken, std::uint64_t portal_id);
[[nodiscard]] ApiError non_unique_id_property(std::string_view action, std::string_view type_id,
                                              std::string_view property, std::uint64_t portal_id);
[[nodiscard]] ApiError nothing_to_update();
/// 409; the exact subCategory is unknown (3.5).
[[nodiscard]] ApiError property_exists(std::string_view name, std::string_view sub_category);
[[nodiscard]] ApiError property_missing(std::string_view name);  ///< 404 (3.2)

[[nodiscard]] ApiError merge_with_itself(std::string_view object_name);  ///< 400 (R v1 3.7)
/// `role` is "canonical vid" or "vid to merge" (R v1 3.7).
[[nodiscard]] ApiError not_mergeable(std::string_view role, std::string_view object_name);
[[nodiscard]] ApiError too_many_merges();  ///< 414 (D 3.6)

// ---- batches (3.3, 4.8)
[[nodiscard]] ApiError empty_batch();
[[nodiscard]] ApiError batch_too_large(std::size_t maximum);  ///< U
[[nodiscard]] ApiError duplicate_ids(const std::vector<std::string>& ids);
[[nodiscard]] ApiError objects_not_found(std::string_view object_label,
                                         const std::vector<std::string>& ids);

}  // namespace hubsim::hubspot

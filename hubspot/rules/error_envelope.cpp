#include "hubspot/rules/error_envelope.h"

#include <algorithm>

#include "common/base/text.h"
#include "hubspot/rules/json_place.h"

namespace hubsim::hubspot {

namespace {

void append_key(std::string& out, std::string_view key) {
  if (out.back() != '{') {
    out += ',';
  }
  json::append_string(out, key);
  out += ':';
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  if (!value.empty()) {
    append_key(out, key);
    json::append_string(out, value);
  }
}

void append_texts(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (const std::string& text : texts) {
    if (out.back() != '[') {
      out += ',';
    }
    json::append_string(out, text);
  }
  out += ']';
}

void append_context(std::string& out, const ErrorContext& context) {
  if (context.empty()) {
    return;
  }
  append_key(out, "context");
  out += '{';
  for (const auto& [name, values] : context) {
    append_key(out, name);
    append_texts(out, values);
  }
  out += '}';
}

void append_errors(std::string& out, const ApiError& error) {
  if (!error.error_texts.empty()) {
    append_key(out, "errors");
    append_texts(out, error.error_texts);
  }
  if (error.errors.empty()) {
    return;
  }
  append_key(out, "errors");
  out += '[';
  for (const ErrorDetail& detail : error.errors) {
    out += out.back() == '[' ? "{" : ",{";
    append_key(out, "message");
    json::append_string(out, detail.message);
    append_member(out, "code", detail.code);
    append_context(out, detail.context);
    out += '}';
  }
  out += ']';
}

void append_links(std::string& out, const ApiError& error) {
  if (error.links.empty()) {
    return;
  }
  append_key(out, "links");
  out += '{';
  for (const auto& [name, url] : error.links) {
    append_member(out, name, url);
  }
  out += '}';
}

/// How Jackson names a JSON value it did not want (3.3, R for objects and arrays, I for the rest).
std::string_view token_text(const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      return "Object value (token `JsonToken.START_OBJECT`)";
    case Json::value_t::array:
      return "Array value (token `JsonToken.START_ARRAY`)";
    case Json::value_t::string:
      return "String value (token `JsonToken.VALUE_STRING`)";
    case Json::value_t::boolean:
      return value.get<bool>() ? "Boolean value (token `JsonToken.VALUE_TRUE`)"
                               : "Boolean value (token `JsonToken.VALUE_FALSE`)";
    case Json::value_t::number_float:
      return "Floating-point value (token `JsonToken.VALUE_NUMBER_FLOAT`)";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return "Integer value (token `JsonToken.VALUE_NUMBER_INT`)";
    default:
      return "Null value (token `JsonToken.VALUE_NULL`)";
  }
}

std::string at_place(JsonPlace place) {
  return "Invalid input JSON on line " + std::to_string(place.line) + ", column " +
         std::to_string(place.column);
}

ApiError validation_error(std::string message) {
  return {.message = std::move(message), .category = "VALIDATION_ERROR"};
}

/// The gateway's family of 429 bodies (2.3, R).
ApiError rate_limit(std::string_view which, std::string_view policy) {
  return {.status = 429,
          .message = "You have reached your " + std::string(which) + " limit.",
          .error_type = "RATE_LIMIT",
          .policy_name = std::string(policy)};
}

/// The item of the text that "Property values were not valid" embeds (3.4, D R).
void append_embedded_problem(std::string& out, const PropertyProblem& problem,
                             std::uint64_t portal_id, EmbeddedItems items) {
  out += out.back() == '[' ? "{\"isValid\":false" : ",{\"isValid\":false";
  append_member(out, "message", problem.message);
  append_member(out, "error", problem.code);
  append_member(out, "name", problem.property);
  if (items == EmbeddedItems::plain) {
    out += '}';
    return;
  }
  if (items == EmbeddedItems::with_value) {
    append_key(out, "propertyValue");
    json::append_string(out, problem.value);
  }
  append_member(out, "localizedErrorMessage", problem.message);
  append_key(out, "portalId");
  out += std::to_string(portal_id) + "}";
}

}  // namespace

std::string render(const ApiError& error, std::string_view correlation_id) {
  std::string out = R"({"status":"error")";
  append_key(out, "message");
  json::append_string(out, error.message);
  append_member(out, "errorType", error.error_type);
  append_key(out, "correlationId");
  json::append_string(out, correlation_id);
  append_member(out, "policyName", error.policy_name);
  append_context(out, error.context);
  append_errors(out, error);
  append_links(out, error);
  append_member(out, "category", error.category);
  append_member(out, "subCategory", error.sub_category);
  return out + "}";
}

void append_batch_item(std::string& out, const ApiError& error) {
  out += R"({"status":"error")";
  append_member(out, "category", error.category);
  append_member(out, "subCategory", error.sub_category);
  append_member(out, "message", error.message);
  append_context(out, error.context);
  out += '}';
}

bool prefers_html(std::string_view accept) noexcept {
  return to_lower(accept).find("json") == std::string::npos;
}

ErrorPage error_page(const ApiError& error, std::string_view accept,
                     std::string_view correlation_id) {
  if (error.negotiated_not_found && prefers_html(accept)) {
    return {404, std::string(jetty_content_type),
            jetty_page(404, "Not Found", "Resource not found")};
  }
  return {error.status, std::string(json_content_type), render(error, correlation_id)};
}

std::string jetty_page(int status, std::string_view reason, std::string_view text) {
  const std::string code = std::to_string(status);
  return "<html>\n<head>\n"
         "<meta http-equiv=\"Content-Type\" content=\"text/html;charset=utf-8\"/>\n"
         "<title>Error " +
         code + " " + std::string(reason) + "</title>\n</head>\n<body><h2>HTTP ERROR " + code +
         "</h2>\n<p>" + std::string(text) + "</p>\n</body>\n</html>\n";
}

ErrorPage unknown_route() {
  return {404, std::string(jetty_content_type), jetty_page(404, "Not Found", "Resource not found")};
}

ErrorPage method_not_allowed() {
  return {405, std::string(jetty_content_type),
          jetty_page(405, "Method Not Allowed", "HTTP 405 Method Not Allowed")};
}

ErrorPage unsupported_media_type() {
  return {415, std::string(jetty_content_type),
          jetty_page(415, "Unsupported Media Type", "HTTP 415 Unsupported Media Type")};
}

ErrorPage edge_page(int status) {
  struct Reason {
    int status;
    std::string_view text;
  };
  static constexpr Reason reasons[] = {
      {414, "Request-URI Too Large"}, {500, "Internal Server Error"},
      {502, "Bad Gateway"},           {503, "Service Temporarily Unavailable"},
      {504, "Gateway Time-out"},      {520, "Web server is returning an unknown error"},
      {521, "Web server is down"},    {522, "Connection timed out"},
      {523, "Origin is unreachable"}, {524, "A timeout occurred"},
      {525, "SSL handshake failed"},  {526, "Invalid SSL certificate"}};
  const auto* known = std::find_if(std::begin(reasons), std::end(reasons),
                                   [&](const Reason& reason) { return reason.status == status; });
  const std::string title = std::to_string(status) + " " +
                            std::string(known == std::end(reasons) ? "Error" : known->text);
  return {status, "text/html",
          "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
              "</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"};
}

ApiError missing_credentials() {
  return {.status = 401,
          .message =
              "Authentication credentials not found. This API supports OAuth 2.0 "
              "authentication and you can find more details at "
              "https://developers.hubspot.com/docs/methods/auth/oauth-overview",
          .category = "INVALID_AUTHENTICATION"};
}

ApiError expired_token(std::string_view ago, std::string_view expired_at) {
  return {.status = 401,
          .message = "The OAuth token used to make this call expired " + std::string(ago) + " ago.",
          .category = "EXPIRED_AUTHENTICATION",
          .context = {{"expire time", {std::string(expired_at)}}}};
}

ApiError developer_key_required() {
  return {.status = 403,
          .message =
              "This API can't be called using an OAuth access token. A valid developer API key "
              "must be provided in the `hapikey` query parameter, and a valid `appId` must be "
              "provided in the API request.",
          .category = "INVALID_AUTHENTICATION"};
}

ApiError scope_not_public() {
  return {.status = 403,
          .message =
              "The scope needed for this API call isn't available for public use. If you have "
              "questions, contact support or post in our developer forum.",
          .category = "MISSING_SCOPES"};
}

ApiError missing_scopes(const std::vector<std::string>& granular,
                        const std::vector<std::string>& legacy) {
  ErrorContext context;
  if (!legacy.empty()) {
    context.emplace_back("requiredScopes", legacy);
  }
  if (!granular.empty() || legacy.empty()) {
    context.emplace_back("requiredGranularScopes", granular);
  }
  return {.status = 403,
          .message =
              "This app hasn't been granted all required scopes to make this call. Read more "
              "about required scopes here: https://developers.hubspot.com/scopes.",
          .category = "MISSING_SCOPES",
          .errors = {{.message = "One or more of the following scopes are required.",
                      .context = std::move(context)}},
          .links = {{"scopes", "https://developers.hubspot.com/scopes"}}};
}

ApiError missing_scopes_flat(const std::vector<std::string>& granular) {
  return {.status = 403,
          .message = "One or more of the following scopes are required.",
          .category = "MISSING_SCOPES",
          .context = {{"requiredGranularScopes", granular}},
          .links = {{"scopes", "https://developers.hubspot.com/scopes"}}};
}

ApiError type_not_permitted(std::string_view action, std::string_view object_label,
                            std::uint64_t portal_id, std::string_view permission) {
  return {.status = 403,
          .message = "You do not have permissions to " + std::string(action) +
                     " object type ObjectTypeId{legacyObjectType=" + std::string(object_label) +
                     "} in portal " + std::to_string(portal_id) + " (requires one of [" +
                     std::string(permission) + "])"};
}

ApiError burst_limit_reached() {
  return rate_limit("ten_secondly_rolling", "TEN_SECONDLY_ROLLING");
}

ApiError daily_limit_reached() { return rate_limit("daily", "DAILY"); }

ApiError search_limit_reached() {
  return {
      .status = 429, .message = "You have reached your secondly limit.", .category = "RATE_LIMITS"};
}

ApiError invalid_json(std::size_t line, std::size_t column, std::string_view tail) {
  return {.message = at_place({line, column}) + ": " + std::string(tail)};
}

ApiError wrong_json_type(std::string_view body, std::string_view path,
                         std::string_view wanted_java_type, const Json& value) {
  return {.message = at_place(place_of(body, path)) + ": Cannot deserialize value of type `" +
                     std::string(wanted_java_type) + "` from " + std::string(token_text(value))};
}

ApiError missing_fields(std::string_view body, const std::vector<std::string>& fields) {
  return validation_error(at_place(place_of_end(body)) + ". Some required fields were not set: [" +
                          join(fields, ", ") + "]");
}

ApiError invalid_enum(std::string_view body, std::string_view path, std::string_view known) {
  return validation_error(at_place(place_of(body, path)) + ": Enum type must be one of: [" +
                          std::string(known) + "]");
}

ApiError missing_body() {
  return {.message = "validation error", .error_texts = {"The request body may not be null"}};
}

/// "0-9999" and "2-1" have the shape of a type id and get another text (3.3, R).
ApiError unknown_object_type(std::string_view name) {
  const auto dash = name.find('-');
  const bool is_id = dash != std::string_view::npos && parse_uint(name.substr(0, dash)) &&
                     parse_uint(name.substr(dash + 1));
  return {.message =
              (is_id ? "Invalid object or event type id: " : "Unable to infer object type from: ") +
              std::string(name)};
}

ApiError bad_path_parameter(std::string_view name) {
  return {.message = "Unable to parse value for path parameter: " + std::string(name)};
}

ApiError bad_query_parameter(std::string_view name) {
  return {.message = "Unable to parse value for query parameter: " + std::string(name)};
}

ApiError object_not_found() {
  return {.status = 404, .message = "resource not found", .negotiated_not_found = true};
}

ApiError object_id_not_positive(std::string_view id) {
  return {.status = 404,
          .message = "Object not found. objectId is usually positive.",
          .category = "OBJECT_NOT_FOUND",
          .context = {{"id", {std::string(id)}}}};
}

ApiError object_id_not_numeric(std::string_view id) {
  return {.status = 404,
          .message = "Object not found.  objectId are usually numeric.",
          .category = "OBJECT_NOT_FOUND",
          .context = {{"id", {std::string(id)}}}};
}

ApiError invalid_properties(const std::vector<PropertyProblem>& problems, std::uint64_t portal_id,
                            ProblemStyle style) {
  std::string embedded = "[";
  ApiError error{.category = "VALIDATION_ERROR"};
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const PropertyProblem& problem = problems[i];
    if (i < style.most_embedded) {
      append_embedded_problem(embedded, problem, portal_id, style.items);
    }
    // The outer list came with the newer items (3.4, R 2022 lacks it).
    if (i < style.most_errors && style.items != EmbeddedItems::plain) {
      error.errors.push_back({.message = problem.message,
                              .code = problem.code,
                              .context = {{"propertyName", {problem.property}}}});
    }
  }
  error.message = "Property values were not valid: " + embedded + "]";
  return error;
}

ApiError missing_required(std::string_view object_label,
                          const std::vector<std::string>& properties) {
  ApiError error = validation_error("Error creating " + std::string(object_label) +
                                    ". Some required properties were not set.");
  for (const std::string& name : properties) {
    error.errors.push_back({.message = "Required property " + name + " was not set",
                            .code = "REQUIRED_FIELD",
                            .context = {{"propertyName", {name}}}});
  }
  return error;
}

ApiError contact_exists(std::uint64_t existing_id) {
  return {.status = 409,
          .message = "Contact already exists. Existing ID: " + std::to_string(existing_id),
          .category = "CONFLICT"};
}

ApiError value_taken(const TakenValue& taken, std::uint64_t portal_id) {
  return validation_error(
      "Cannot set PropertyValueCoordinates{portalId=" + std::to_string(portal_id) +
      ", objectTypeId=ObjectTypeId{legacyObjectType=" + taken.object_label +
      "}, propertyName=" + taken.property + ", value=" + taken.value + "} on " + taken.target +
      ". " + std::to_string(taken.existing_id) + " already has that value.");
}

ApiError non_unique_id_property(std::string_view action, std::string_view type_id,
                                std::string_view property, std::uint64_t portal_id) {
  return validation_error("Unable to perform " + std::string(action) + " by non-unique " +
                          std::string(type_id) + " property " + std::string(property) +
                          " in portal ID " + std::to_string(portal_id));
}

ApiError nothing_to_update() {
  return validation_error("No properties found to update, please provide at least one.");
}

ApiError property_exists(std::string_view name, std::string_view sub_category) {
  return {.status = 409,
          .message = "A property named '" + std::string(name) + "' already exists.",
          .category = "OBJECT_ALREADY_EXISTS",
          .sub_category = std::string(sub_category)};
}

ApiError property_missing(std::string_view name) {
  return {.status = 404,
          .message = "Property \"" + std::string(name) + "\" does not exist",
          .category = "OBJECT_NOT_FOUND",
          .sub_category = "PropertyError.PROPERTY_DOESNT_EXIST",
          .context = {{"propertyName", {std::string(name)}}}};
}

ApiError empty_batch() {
  return validation_error("Batch input provided should have at least one object.");
}

ApiError batch_too_large(std::size_t maximum) {
  return validation_error(
      "The maximum number of inputs supported in a batch request for this endpoint "
      "is " +
      std::to_string(maximum));
}

ApiError duplicate_ids(const std::vector<std::string>& ids) {
  ApiError error = validation_error("Duplicate IDs found in batch input: [" + join(ids, ", ") +
                                    "]. IDs must be unique");
  error.context = {{"ids", ids}};
  return error;
}

ApiError merge_with_itself(std::string_view object_name) {
  return {.message = "Cannot merge a " + std::string(object_name) + " with itself",
          .category = "VALIDATION_ERROR"};
}

ApiError not_mergeable(std::string_view role, std::string_view object_name) {
  return {.message = std::string(role) + " is not a valid " + std::string(object_name) +
                     " or is already in the process of being merged",
          .category = "VALIDATION_ERROR"};
}

ApiError too_many_merges() {
  return {.status = 414,
          .message = "Cannot have more than 250 identities on a profile",
          .category = "VALIDATION_ERROR"};
}

ApiError objects_not_found(std::string_view object_label, const std::vector<std::string>& ids) {
  return {.status = 404,
          .message = "Could not get some " + std::string(object_label) +
                     " objects, they may be deleted or not exist. Check that ids are valid.",
          .category = "OBJECT_NOT_FOUND",
          .context = {{"ids", ids}}};
}

}  // namespace hubsim::hubspot

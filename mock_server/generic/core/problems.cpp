#include "mock_server/generic/core/problems.h"

#include <fmt/format.h>

#include <algorithm>

#include "hubspot/rules/option_ids.h"
#include "hubspot/shapes/check.h"

namespace hubsim::generic {

namespace {

using hubspot::Option;
using hubspot::ShapeProblem;
using Kind = ShapeProblem::Kind;

constexpr std::string_view java_list = "java.util.ArrayList<java.lang.Object>";

std::string_view java_name(Shape shape) {
  switch (shape.kind()) {
    case ShapeKind::integer:
      return shape.format() == hubspot::ShapeFormat::int32 ? "int" : "long";
    case ShapeKind::number:
      return "double";
    case ShapeKind::boolean:
      return "boolean";
    case ShapeKind::array:
      return java_list;
    case ShapeKind::object:
    case ShapeKind::map:
    case ShapeKind::one_of:
      return "java.util.LinkedHashMap<java.lang.String,java.lang.Object>";
    default:
      return "java.lang.String";
  }
}

std::string known_values(Shape shape) {
  std::string known;
  for (const std::string_view each : shape.values()) {
    known += known.empty() ? "" : ", ";
    known += each;
  }
  return known;
}

const Json& value_at(const Json& body, const std::string& path) {
  static const Json nothing;
  const nlohmann::json_pointer<std::string> pointer(path);
  return body.contains(pointer) ? body.at(pointer) : nothing;
}

ApiError told(const Call& call, const ShapeProblem& problem) {
  const std::string_view text = call.context.request.body;
  switch (problem.kind) {
    case Kind::missing:
      return hubspot::missing_fields(text, {problem.name});
    case Kind::unknown_value:
      return hubspot::invalid_enum(text, problem.path, known_values(problem.wanted));
    case Kind::unknown_field: {
      ApiError error = hubspot::wrong_json_type(text, problem.path, "", Json());
      const auto colon = error.message.find(": ");
      error.message = error.message.substr(0, colon) + ": Unrecognized field \"" + problem.name +
                      "\", not marked as ignorable";
      return error;
    }
    case Kind::wrong_type:
      break;
  }
  return hubspot::wrong_json_type(text, problem.path, java_name(problem.wanted),
                                  value_at(call.body, problem.path));
}

std::string_view code_of(Kind kind) {
  switch (kind) {
    case Kind::missing:
      return "REQUIRED_FIELD";
    case Kind::unknown_value:
      return "INVALID_OPTION";
    case Kind::unknown_field:
      return "UNKNOWN_FIELD";
    case Kind::wrong_type:
      break;
  }
  return "INVALID_TYPE";
}

ApiError all_told(const Call& call, const std::vector<ShapeProblem>& problems) {
  std::vector<std::string> missing;
  for (const ShapeProblem& problem : problems) {
    if (problem.kind == Kind::missing) {
      missing.push_back(problem.name);
    }
  }
  if (missing.size() == problems.size()) {
    return hubspot::missing_fields(call.context.request.body, missing);
  }
  ApiError error = told(call, problems.front());
  for (std::size_t i = 0; problems.size() > 1 && i < problems.size(); ++i) {
    error.errors.push_back({.message = told(call, problems[i]).message,
                            .code = std::string(code_of(problems[i].kind)),
                            .context = {{"path", {problems[i].path}}}});
  }
  return error;
}

/// A PATCH brings what it changes; and where the body has the shape of the answer, HubSpot does
/// not ask for what only it can set (id, times).
bool wants_required(const Call& call) {
  switch (call.row.role) {
    case Role::update:
    case Role::update_one:
    case Role::batch_update:
      return false;
    default:
      return call.row.method != http::Method::patch && call.row.request != call.row.response &&
             call.row.request.name() != call.row.response.name();
  }
}

}  // namespace

std::optional<ApiError> check_body(const Call& call) {
  const auto& options = call.context.portal.options();
  if (!call.row.request || !options.on(Option::generic_validation)) {
    return std::nullopt;
  }
  const auto problems =
      hubspot::check_shape(call.body, call.row.request,
                           {.required = wants_required(call),
                            .unknown_fields = options.is(Option::generic_unknown_fields, "refused"),
                            .lenient = true});
  return problems.empty() ? std::nullopt : std::optional(all_told(call, problems));
}

Read<Json> read_list(const operations::Context& context) {
  auto parsed = json::parse(context.request.body);
  if (!parsed) {
    return operations::read_object(context);  // has HubSpot's words for it
  }
  if (!parsed->is_array()) {
    return Failure{hubspot::wrong_json_type(context.request.body, "", java_list, *parsed)};
  }
  return std::move(parsed).value();
}

bool has_required(Shape shape) {
  if (shape.kind() != ShapeKind::object) {
    return shape.kind() == ShapeKind::array;
  }
  for (const Field field : shape.fields()) {
    if (field.required) {
      return true;
    }
  }
  return false;
}

ApiError account_full(GenericStore::Limits limits) {
  return {.message = fmt::format("The limit of this account is reached: {} items, {} bytes",
                                 limits.items, limits.bytes),
          .category = "VALIDATION_ERROR",
          .sub_category = "LIMIT_EXCEEDED"};
}

}  // namespace hubsim::generic

#include "mock_server/operations/support/answer.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr std::string_view java_string = "java.lang.String";
constexpr std::string_view java_list = "java.util.ArrayList<java.lang.Object>";
constexpr std::string_view java_map = "java.util.LinkedHashMap<java.lang.String,java.lang.Object>";

const Json& empty_list() {
  static const Json empty = Json::array();
  return empty;
}

/// Jackson's words for the byte it stumbled over (behaviour reference 3.3: the tail varies).
std::string syntax_tail(std::string_view body, const json::ParseError& error) {
  std::size_t line_start = 0;
  for (std::size_t line = 1; line < error.line; ++line) {
    line_start = body.find('\n', line_start) + 1;
  }
  const std::size_t at = line_start + error.column - 1;
  if (at >= body.size()) {
    return "Unexpected end-of-input";
  }
  const auto byte = static_cast<unsigned char>(body[at]);
  if (byte >= 0x80) {
    return fmt::format("Invalid UTF-8 start byte 0x{:x}", byte);
  }
  return fmt::format("Unexpected character ('{}' (code {}))", body[at], byte);
}

void append_pair(std::string& out, std::string_view name, std::string_view value) {
  static constexpr std::string_view kept = "-_.~";
  out += out.empty() ? "" : "&";
  out += percent_encode(name, kept) + "=" + percent_encode(value, kept);
}

}  // namespace

Reply fail(const Context& context, const ApiError& error) {
  hubspot::ErrorPage page = hubspot::error_page(
      error, context.request.header("accept").value_or(""), context.correlation_id);
  return {.status = page.status,
          .body = std::move(page.body),
          .location = {},
          .content_type = std::move(page.content_type)};
}

Reply answer(std::string body, int status) { return {.status = status, .body = std::move(body)}; }

Reply no_content() { return {.status = 204, .body = {}, .location = {}, .content_type = {}}; }

Read<Json> read_object(const Context& context) {
  const std::string_view body = context.request.body;
  if (trim(body).empty()) {
    return Failure{hubspot::missing_body()};
  }
  auto parsed = json::parse(body);
  if (!parsed) {
    const json::ParseError& error = parsed.error();
    return Failure{hubspot::invalid_json(error.line, error.column, syntax_tail(body, error))};
  }
  if (!parsed->is_object()) {
    return Failure{hubspot::wrong_json_type(body, "", java_map, *parsed)};
  }
  return std::move(parsed).value();
}

std::string Members::path_of(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

const Json* Members::find(std::string_view name) const {
  const Json* member = json::find(object_, name);
  return member != nullptr && member->is_null() ? nullptr : member;
}

Read<std::string> Members::text(std::string_view name) const {
  const Json* member = find(name);
  if (member == nullptr) {
    return std::string();
  }
  if (member->is_structured()) {
    return Failure{hubspot::wrong_json_type(body_, path_of(name), java_string, *member)};
  }
  return scalar_text(*member);
}

Read<const Json*> Members::list(std::string_view name) const {
  const Json* member = find(name);
  if (member == nullptr) {
    return &empty_list();
  }
  if (!member->is_array()) {
    return Failure{hubspot::wrong_json_type(body_, path_of(name), java_list, *member)};
  }
  return member;
}

Read<std::vector<std::string>> Members::texts(std::string_view name) const {
  const auto items = list(name);
  if (!items) {
    return Failure{items.error()};
  }
  std::vector<std::string> texts;
  for (const Json& item : **items) {
    if (item.is_structured()) {
      const std::string place = path_of(name) + "/" + std::to_string(texts.size());
      return Failure{hubspot::wrong_json_type(body_, place, java_string, item)};
    }
    texts.push_back(scalar_text(item));
  }
  return texts;
}

Read<std::size_t> read_limit(const http::Query& query, LimitRange range) {
  const auto text = query.first("limit");
  if (!text || text->empty()) {
    return range.fallback;
  }
  const auto limit = parse_uint(*text);
  if (!limit) {
    return Failure{hubspot::bad_query_parameter("limit")};
  }
  if (*limit < 1 || *limit > range.maximum) {
    return Failure{choices::limit_out_of_range(*text, range.maximum)};
  }
  return static_cast<std::size_t>(*limit);
}

std::string link_origin(const Context& context) {
  const auto host = context.request.header("host");
  if (!host || context.portal.options().is(hubspot::Option::http_link_origin, "hubspot")) {
    return std::string(choices::api_base_url);
  }
  return own_origin(context);
}

std::string own_origin(const Context& context) {
  const auto host = context.request.header("host");
  if (!host) {
    return std::string(choices::api_base_url);
  }
  return (context.request.secure ? "https://" : "http://") + std::string(*host);
}

void append_paging(std::string& out, const Context& context, std::string_view after) {
  std::string query;
  for (const auto& [name, value] : context.query.all()) {
    if (name != "after" && name != "limit") {
      append_pair(query, name, value);
    }
  }
  if (const auto limit = context.query.first("limit")) {
    append_pair(query, "limit", *limit);
  }
  append_pair(query, "after", after);
  out += R"("paging":{"next":{"after":)";
  json::append_string(out, after);
  out += R"(,"link":)";
  json::append_string(out, link_origin(context) + std::string(context.request.path) + "?" + query);
  out += "}}";
}

std::string scalar_text(const Json& value) { return json::text_of(value); }

}  // namespace hubsim::operations

#include "contract_tests/runner/expectation.h"

namespace hubsim::contract {

namespace {

std::string header_mismatch(const Json& wanted, const http::Response& response) {
  for (const auto& [name, pattern] : wanted.items()) {
    const auto actual = response.header(name);
    if (pattern == "#absent") {
      if (actual) {
        return "header " + name + " must be absent, got " + std::string(*actual);
      }
      continue;
    }
    if (!actual) {
      return "header " + name + " is missing";
    }
    if (!text_matches(pattern.get<std::string>(), *actual)) {
      return "header " + name + ": wanted " + pattern.get<std::string>() + ", got " +
             std::string(*actual);
    }
  }
  return "";
}

/// `"order":["id","properties"]`: the keys stand in the text in that order.
std::string order_mismatch(const Json& order, std::string_view body) {
  std::size_t at = 0;
  for (const Json& key : order) {
    const auto found = body.find("\"" + key.get<std::string>() + "\":", at);
    if (found == std::string_view::npos) {
      return "key '" + key.get<std::string>() + "' is not in its place in " + std::string(body);
    }
    at = found + 1;
  }
  return "";
}

std::string body_mismatch(const Json& pattern, const std::string& text) {
  const auto body = json::parse(text);
  return body ? mismatch(pattern, *body) : "body is not JSON: " + body.error().message;
}

/// What each member of `expect` asks of an answer.
struct Part {
  std::string_view key;
  std::string (*check)(const Json& wanted, const http::Response& response);
};
constexpr Part parts[] = {
    {"status",
     [](const Json& wanted, const http::Response& response) -> std::string {
       return wanted == response.status
                  ? ""
                  : "status " + std::to_string(response.status) + ", wanted " + json::dump(wanted);
     }},
    {"headers", header_mismatch},
    {"text",
     [](const Json& wanted, const http::Response& response) -> std::string {
       return text_matches(wanted.get<std::string>(), response.body)
                  ? ""
                  : "body is not " + json::dump(wanted);
     }},
    {"order", [](const Json& wanted,
                 const http::Response& response) { return order_mismatch(wanted, response.body); }},
    {"body", [](const Json& wanted,
                const http::Response& response) { return body_mismatch(wanted, response.body); }},
};

}  // namespace

std::string unmet(const Json& expect, const http::Response& response, const Variables& variables) {
  (void)expect.at("status");  // a step without it expects nothing, which is a mistake
  const Json wanted = substitute(expect, variables);
  for (const Part& part : parts) {
    const Json* value = json::find(wanted, part.key);
    std::string problem = value != nullptr ? part.check(*value, response) : "";
    if (!problem.empty()) {
      return problem;
    }
  }
  return "";
}

namespace {

/// A parameter of the URI an answer redirects to.
std::optional<std::string> query_of_location(const http::Response& response,
                                             const std::string& name) {
  const std::string location(response.header("location").value_or(""));
  const auto mark = location.find('?');
  const http::Query query(mark == std::string::npos ? "" : location.substr(mark + 1));
  const auto value = query.first(name);
  return value ? std::optional(std::string(*value)) : std::nullopt;
}

}  // namespace

std::string capture(const Json& step, const http::Response& response, Variables& variables) {
  const Json* wanted = json::find(step, "capture");
  if (wanted == nullptr) {
    return "";
  }
  const auto body = json::parse(response.body);
  for (const auto& [name, pointer] : wanted->items()) {
    const auto text = pointer.get<std::string>();
    if (text.starts_with('?')) {
      const auto value = query_of_location(response, text.substr(1));
      if (!value) {
        return "no " + text + " in the location header";
      }
      variables[name] = *value;
      continue;
    }
    const Json::json_pointer place(text);
    if (!body || !body->contains(place)) {
      return "nothing to capture at " + pointer.get<std::string>();
    }
    variables[name] = json::text_of(body->at(place));
  }
  return "";
}

}  // namespace hubsim::contract

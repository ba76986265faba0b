#include "common/http/message.h"

#include <algorithm>
#include <array>

namespace hubsim::http {

namespace {

struct MethodName {
  Method method;
  std::string_view name;
};
constexpr std::array<MethodName, 7> methods{{{Method::get, "GET"},
                                             {Method::head, "HEAD"},
                                             {Method::post, "POST"},
                                             {Method::put, "PUT"},
                                             {Method::patch, "PATCH"},
                                             {Method::del, "DELETE"},
                                             {Method::options, "OPTIONS"}}};

struct Reason {
  int status;
  std::string_view phrase;
};
constexpr std::array<Reason, 31> reasons{{{100, "Continue"},
                                          {200, "OK"},
                                          {201, "Created"},
                                          {202, "Accepted"},
                                          {204, "No Content"},
                                          {207, "Multi-Status"},
                                          {301, "Moved Permanently"},
                                          {302, "Found"},
                                          {304, "Not Modified"},
                                          {400, "Bad Request"},
                                          {401, "Unauthorized"},
                                          {403, "Forbidden"},
                                          {404, "Not Found"},
                                          {405, "Method Not Allowed"},
                                          {408, "Request Timeout"},
                                          {409, "Conflict"},
                                          {413, "Payload Too Large"},
                                          {414, "URI Too Long"},
                                          {415, "Unsupported Media Type"},
                                          {417, "Expectation Failed"},
                                          {423, "Locked"},
                                          {429, "Too Many Requests"},
                                          {431, "Request Header Fields Too Large"},
                                          {477, "Migration in Progress"},
                                          {500, "Internal Server Error"},
                                          {501, "Not Implemented"},
                                          {502, "Bad Gateway"},
                                          {503, "Service Unavailable"},
                                          {504, "Gateway Timeout"},
                                          {505, "HTTP Version Not Supported"},
                                          {524, "A Timeout Occurred"}}};

}  // namespace

Method parse_method(std::string_view text) noexcept {
  for (const auto& [method, name] : methods) {
    if (name == text) {
      return method;
    }
  }
  return Method::other;
}

std::string_view method_name(Method method) noexcept {
  for (const auto& [known, name] : methods) {
    if (known == method) {
      return name;
    }
  }
  return "OTHER";
}

std::string_view reason_phrase(int status) noexcept {
  for (const auto& [known, phrase] : reasons) {
    if (known == status) {
      return phrase;
    }
  }
  return "Unknown";
}

std::optional<std::string_view> RequestView::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers) {
    if (equals_ignoring_case(key, name)) {
      return value;
    }
  }
  return std::nullopt;
}

RequestView Request::view() const {
  RequestView view;
  view.method = method;
  const std::string_view whole(target);
  const auto mark = whole.find('?');
  view.path = whole.substr(0, mark);
  view.query = mark == std::string_view::npos ? std::string_view() : whole.substr(mark + 1);
  view.headers.reserve(headers.size());
  for (const auto& [name, value] : headers) {
    view.headers.push_back({name, value});
  }
  view.body = body;
  return view;
}

void Response::set_header(std::string_view name, std::string value) {
  for (auto& [key, existing] : headers) {
    if (equals_ignoring_case(key, name)) {
      existing = std::move(value);
      return;
    }
  }
  headers.emplace_back(std::string(name), std::move(value));
}

std::optional<std::string_view> Response::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers) {
    if (equals_ignoring_case(key, name)) {
      return value;
    }
  }
  std::string_view rest = header_lines;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name)) {
      return trim(line.substr(colon + 1));
    }
  }
  return std::nullopt;
}

Query::Query(std::string_view raw) {
  if (raw.empty()) {
    return;
  }
  for (const std::string_view part : split(raw, '&')) {
    if (part.empty()) {
      continue;
    }
    const auto equals = part.find('=');
    const auto value = equals == std::string_view::npos ? "" : part.substr(equals + 1);
    pairs_.emplace_back(percent_decode(part.substr(0, equals), true), percent_decode(value, true));
  }
}

std::optional<std::string_view> Query::first(std::string_view name) const noexcept {
  const auto it =
      std::find_if(pairs_.begin(), pairs_.end(), [&](const auto& p) { return p.first == name; });
  return it == pairs_.end() ? std::nullopt : std::optional<std::string_view>(it->second);
}

std::vector<std::string> Query::list(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : pairs_) {
    if (key != name) {
      continue;
    }
    for (const std::string_view part : split(value, ',')) {
      if (!trim(part).empty()) {
        values.emplace_back(trim(part));
      }
    }
  }
  return values;
}

}  // namespace hubsim::http

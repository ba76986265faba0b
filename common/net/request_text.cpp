#include "common/net/request_text.h"

#include "common/base/text.h"

namespace hubsim::net {

namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && marks.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return !text.empty();
}

bool is_header_value(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool method_has_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

}  // namespace

Result<std::string> render_request(const ClientRequest& request, const Url& url) {
  if (!is_token(request.method)) {
    return Failure{"'" + request.method + "' is no HTTP method"};
  }
  bool has_host = false;
  bool has_length = false;
  std::string fields;
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || !is_header_value(value)) {
      return Failure{"header '" + name + "' cannot be sent: letters HTTP does not allow"};
    }
    has_host = has_host || equals_ignoring_case(name, "host");
    has_length = has_length || equals_ignoring_case(name, "content-length") ||
                 equals_ignoring_case(name, "transfer-encoding");
    append_header(fields, name, value);
  }
  std::string out;
  out.reserve(request.method.size() + url.target.size() + fields.size() + request.body.size() +
              128);
  out += request.method;
  out += ' ';
  out += url.target;
  out += " HTTP/1.1\r\n";
  if (!has_host) {
    append_header(out, "Host", url.authority());
  }
  out += fields;
  if (!has_length && (!request.body.empty() || method_has_body(request.method))) {
    append_header(out, "Content-Length", std::to_string(request.body.size()));
  }
  out += "\r\n";
  out += request.body;
  return out;
}

}  // namespace hubsim::net

#include "mock_server/serve/response_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/base/text.h"
#include "common/time/clock.h"
#include "common/time/format.h"

namespace hubsim::serve {

namespace {

void append_number(std::string& out, std::size_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

bool is_framing_header(std::string_view name) noexcept {
  switch (name.size()) {
    case 10:
      return equals_ignoring_case(name, "connection") || equals_ignoring_case(name, "keep-alive");
    case 14:
      return equals_ignoring_case(name, "content-length");
    case 17:
      return equals_ignoring_case(name, "transfer-encoding");
    default:
      return false;
  }
}

/// A line end in a value would let whoever chose it write headers of his own.
void append_value(std::string& out, std::string_view value) {
  const auto ends_line = [](char c) { return c == '\r' || c == '\n'; };
  const std::size_t start = out.size();
  out.append(value);
  if (std::any_of(value.begin(), value.end(), ends_line)) {
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), ends_line, ' ');
  }
}

/// The handler's headers but the framing ones; says whether Date was among them.
bool append_headers(std::string& out, const http::Response& response) {
  bool has_date = false;
  for (const auto& [name, value] : response.headers) {
    if (is_framing_header(name)) {
      continue;
    }
    has_date = has_date || equals_ignoring_case(name, "date");
    out.append(name).append(": ");
    append_value(out, value);
    out.append("\r\n");
  }
  return has_date;
}

}  // namespace

std::string_view DateHeader::at(std::chrono::nanoseconds monotonic) {
  if (monotonic >= valid_until_) {
    const Instant now = RealClock().now();
    text_ = format_http_date(now);
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    valid_until_ = monotonic + (second + std::chrono::seconds(1) - now);
  }
  return text_;
}

void append_response(std::string& out, const http::Response& response, const Framing& framing) {
  const bool bodiless = response.status == 204 || response.status == 304;
  const std::size_t body_bytes =
      bodiless || framing.head_only ? 0 : std::min(response.body.size(), framing.body_limit);
  if (body_bytes > 4096) {
    out.reserve(out.size() + body_bytes + 1024);
  }
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(" ").append(http::reason_phrase(response.status)).append("\r\n");
  if (!append_headers(out, response)) {
    out.append("Date: ").append(framing.date).append("\r\n");
  }
  out.append(response.header_lines);
  if (!bodiless) {
    out.append("Content-Length: ");
    append_number(out, response.body.size());
    out.append("\r\n");
  }
  out.append(framing.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
  out.append(response.body, 0, body_bytes);
}

bool asks_to_close(const http::Response& response) noexcept {
  return std::any_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
    return header.first.size() == 10 && equals_ignoring_case(header.first, "connection") &&
           equals_ignoring_case(header.second, "close");
  });
}

http::Response error_response(int status, std::string_view message) {
  http::Response response;
  response.status = status;
  response.set_header("Content-Type", "application/json;charset=utf-8");
  response.body = R"({"status":"error","message":")";
  for (const char c : message) {
    // The texts are this folder's own; only what would break the JSON is kept out.
    response.body.push_back(c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ? '\''
                                                                                          : c);
  }
  response.body += R"(","category":")";
  response.body += status >= 500 ? "INTERNAL_ERROR" : "VALIDATION_ERROR";
  response.body += R"("})";
  return response;
}

}  // namespace hubsim::serve

#include "loadgen/engine/head_scan.h"

#include "common/base/text.h"

namespace hubsim::loadgen {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::string_view line_end = "\r\n";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// "HTTP/1.1 200": the status, or 0.
int status_of(std::string_view bytes) noexcept {
  constexpr std::size_t at = 9;
  if (bytes.size() < at + 3 || !bytes.starts_with("HTTP/1.1 ") || !is_digit(bytes[at]) ||
      !is_digit(bytes[at + 1]) || !is_digit(bytes[at + 2])) {
    return 0;
  }
  return (bytes[at] - '0') * 100 + (bytes[at + 1] - '0') * 10 + (bytes[at + 2] - '0');
}

std::string_view value_of(std::string_view line, std::size_t name_size) noexcept {
  return trim(line.substr(name_size + 1));
}

bool is_named(std::string_view line, std::string_view name) noexcept {
  return line.size() > name.size() && line[name.size()] == ':' &&
         equals_ignoring_case(line.substr(0, name.size()), name);
}

/// Reads one header line into the scan; false where only the real parser will do.
bool read_line(std::string_view line, HeadScan& scan, bool& has_length) noexcept {
  constexpr std::string_view length = "content-length";
  constexpr std::string_view connection = "connection";
  constexpr std::string_view coding = "transfer-encoding";
  // The colon's place rules nearly every line out before any letter is compared.
  if (is_named(line, length)) {
    const auto bytes = parse_uint(value_of(line, length.size()));
    if (!bytes || has_length) {
      return false;
    }
    scan.body_bytes = *bytes;
    has_length = true;
  } else if (is_named(line, connection)) {
    scan.closes = equals_ignoring_case(value_of(line, connection.size()), "close");
  } else if (is_named(line, coding)) {
    return false;
  }
  return true;
}

}  // namespace

HeadScan scan_head(std::string_view bytes, bool answer_to_head) noexcept {
  HeadScan scan;
  const auto end = bytes.find(head_end);
  if (end == std::string_view::npos) {
    return scan;
  }
  scan.state = HeadScan::State::odd;
  scan.head_bytes = end + head_end.size();
  scan.status = status_of(bytes);
  if (scan.status < 200) {
    return scan;
  }
  bool has_length = false;
  std::size_t at = bytes.find(line_end) + line_end.size();
  while (at < end) {
    const std::size_t next = bytes.find(line_end, at);
    if (!read_line(bytes.substr(at, next - at), scan, has_length)) {
      return scan;
    }
    at = next + line_end.size();
  }
  const bool bodiless = answer_to_head || scan.status == 204 || scan.status == 304;
  if (bodiless) {
    scan.body_bytes = 0;
  }
  if (has_length || bodiless) {
    scan.state = HeadScan::State::plain;
  }
  return scan;
}

}  // namespace hubsim::loadgen

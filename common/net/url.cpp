#include "common/net/url.h"

#include "common/base/text.h"

namespace hubsim::net {

namespace {

std::uint16_t default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

Failure<std::string> bad(std::string_view text, std::string_view why) {
  return Failure{"'" + std::string(text) + "' is no URL: " + std::string(why)};
}

bool has_blank_or_control(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) {
      return true;
    }
  }
  return false;
}

bool read_port(std::string_view text, std::uint16_t& port) {
  const auto number = parse_uint(text);
  if (!number || *number == 0 || *number > 65'535) {
    return false;
  }
  port = static_cast<std::uint16_t>(*number);
  return true;
}

/// "[::1]:80" or "host:80" into host and what follows it.
bool split_authority(std::string_view authority, std::string& host, std::string_view& rest) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) {
      return false;
    }
    host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
  } else {
    const auto colon = authority.find(':');
    host = authority.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view{} : authority.substr(colon);
  }
  return !host.empty();
}

}  // namespace

std::string Url::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(scheme)) {
    text += ":" + std::to_string(port);
  }
  return text;
}

std::string Url::origin() const { return scheme + "://" + authority(); }

Result<Url> parse_url(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) {
    return bad(text, "it should begin with http://");
  }
  Url url;
  url.scheme = to_lower(text.substr(0, scheme_end));
  if (url.scheme != "http" && url.scheme != "https") {
    return bad(text, "the scheme is neither http nor https");
  }
  if (has_blank_or_control(text)) {
    return bad(text, "it holds a blank or a control character (write %20)");
  }
  std::string_view rest = text.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('#'));
  const auto authority_end = rest.find_first_of("/?");
  const std::string_view authority = rest.substr(0, authority_end);
  if (authority.find('@') != std::string_view::npos) {
    return bad(text, "user and password are not taken from it; use a header");
  }
  std::string_view port_text;
  if (!split_authority(authority, url.host, port_text)) {
    return bad(text, "the host is missing");
  }
  url.port = default_port(url.scheme);
  if (!port_text.empty() && (port_text[0] != ':' || !read_port(port_text.substr(1), url.port))) {
    return bad(text, "the port is not a number from 1 to 65535");
  }
  if (authority_end != std::string_view::npos) {
    url.target = rest.substr(authority_end);
    if (url.target[0] == '?') {
      url.target.insert(0, "/");
    }
  }
  return url;
}

Result<Url> resolve_url(std::string_view base, std::string_view relative) {
  if (relative.find("://") != std::string_view::npos &&
      relative.find("://") < relative.find_first_of("/?")) {
    return parse_url(relative);
  }
  auto url = parse_url(base);
  if (!url || relative.empty()) {
    return url;
  }
  std::string joined = url->origin();
  if (!relative.starts_with('/')) {
    joined += url->target.substr(0, url->target.find('?'));
    if (relative[0] != '?' && !joined.ends_with('/')) {
      joined += '/';
    }
  }
  return parse_url(joined + std::string(relative));
}

}  // namespace hubsim::net

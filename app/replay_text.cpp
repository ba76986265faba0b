#include "app/replay_text.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"

namespace hubsim::app {

namespace {

constexpr std::string_view hidden = "REDACTED";
constexpr std::array<std::string_view, 8> secret_words = {
    "auth", "cookie", "token", "secret", "key", "signature", "password", "session"};

bool sounds_secret(std::string_view name) {
  const std::string lower = to_lower(name);
  return std::any_of(secret_words.begin(), secret_words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

/// "Authorization: Bearer x" -> "Authorization: REDACTED"
std::string safe_header(std::string_view header) {
  const auto colon = header.find(':');
  const bool secret = colon != std::string_view::npos && sounds_secret(header.substr(0, colon));
  return secret ? std::string(header.substr(0, colon)) + ": " + std::string(hidden)
                : std::string(header);
}

std::string safe_query(std::string_view query) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(query, '&')) {
    const auto equals = part.find('=');
    const bool secret = equals != std::string_view::npos && sounds_secret(part.substr(0, equals));
    parts.push_back(secret ? std::string(part.substr(0, equals + 1)) + std::string(hidden)
                           : std::string(part));
  }
  return join(parts, "&");
}

/// "--name=value" apart; `value` is empty where there is no "=".
struct Flag {
  std::string_view name;
  std::string_view value;
  bool joined = false;
};

Flag flag_of(std::string_view argument) {
  const auto equals = argument.starts_with("--") ? argument.find('=') : std::string_view::npos;
  return equals == std::string_view::npos
             ? Flag{argument, "", false}
             : Flag{argument.substr(0, equals), argument.substr(equals + 1), true};
}

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string shell_quoted(std::string_view text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,@%+";
  if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos) {
    return std::string(text);
  }
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string safe_url(std::string_view url) {
  std::string out(url);
  if (const auto scheme = out.find("://"); scheme != std::string::npos) {
    const auto end = std::min(out.find_first_of("/?#", scheme + 3), out.size());
    const auto at = out.rfind('@', end);
    if (at != std::string::npos && at > scheme + 2 && at < end) {
      out.erase(scheme + 3, at - scheme - 2);
    }
  }
  if (const auto query = out.find('?'); query != std::string::npos) {
    out = out.substr(0, query + 1) + safe_query(std::string_view(out).substr(query + 1));
  }
  return out;
}

std::string replay_text(std::string_view program, std::span<const std::string> arguments,
                        std::span<const std::string_view> dropped,
                        std::span<const std::string_view> bare) {
  std::string text(program);
  const auto add = [&text](std::string_view word) { text += " " + shell_quoted(word); };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Flag flag = flag_of(arguments[i]);
    if (contains(bare, flag.name)) {
      continue;
    }
    const bool has_next = !flag.joined && i + 1 < arguments.size();
    if (contains(dropped, flag.name)) {
      i += has_next ? 1 : 0;
    } else if (flag.name == "--header" && (flag.joined || has_next)) {
      add(flag.name);
      add(safe_header(flag.joined ? flag.value : std::string_view(arguments[++i])));
    } else {
      add(safe_url(arguments[i]));
    }
  }
  return text;
}

}  // namespace hubsim::app

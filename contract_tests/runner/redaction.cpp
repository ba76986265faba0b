#include "contract_tests/runner/redaction.h"

#include <array>
#include <ostream>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::contract {

namespace {

constexpr std::array<std::string_view, 14> secret_keys{"access_token",
                                                       "refresh_token",
                                                       "client_secret",
                                                       "hapikey",
                                                       "token",
                                                       "code",
                                                       "id_token",
                                                       "authorization",
                                                       "signed_access_token",
                                                       "cookie",
                                                       "signature",
                                                       "x-amz-signature",
                                                       "x-amz-credential",
                                                       "x-amz-security-token"};
/// Of a target's names.
constexpr std::array<std::string_view, 4> secret_names{"token", "app_token", "client_secret",
                                                       "hapikey"};
/// Members outside `properties` that name a person.
constexpr std::array<std::string_view, 9> personal_keys{
    "email", "firstName", "lastName", "user", "hub_domain", "name", "createdBy", "ip", "phone"};
using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view redacted = "<redacted>";
constexpr std::size_t longest_code = 40;
/// What is shorter is no secret that could be looked for elsewhere.
constexpr std::size_t shortest_secret = 12;

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); !what.empty() && at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& keys, std::string_view key) {
  for (const std::string_view each : keys) {
    if (equals_ignoring_case(each, key)) {
      return true;
    }
  }
  return false;
}

std::string pseudonym(std::string_view text) {
  std::uint32_t hash = 2'166'136'261U;  // FNV-1a: the same text, the same pseudonym
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  }
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (unsigned shift = 0; shift < 32; shift += 4) {
    out += digits[(hash >> shift) & 15U];
  }
  return out;
}

bool is_address_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("._%+-").find(c) != std::string_view::npos;
}

/// Numbers, dates, booleans and enumeration values (UPPER_CASE, one lower-case word) are no
/// personal data.
bool is_technical(std::string_view text) {
  if (text.empty() || text == "true" || text == "false" || parse_double(text) ||
      parse_iso8601(text)) {
    return true;
  }
  if (text.size() > longest_code) {
    return false;
  }
  bool upper = true;
  for (const char c : text) {
    upper = upper && ((c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9'));
  }
  return upper;
}

/// By its name; codes of errors are none.
bool names_secret(std::string_view key, std::string_view value) {
  return is_one_of(secret_keys, key) && (key != "code" || !is_technical(value));
}

std::string_view folder_of(std::string_view file) {
  const auto at = file.rfind("cases/");
  return at == std::string_view::npos ? file : file.substr(at + 6);
}

/// What stands behind the first `?`.
std::string_view query_of(std::string_view address) {
  const auto question = address.find('?');
  return question == std::string_view::npos ? std::string_view() : address.substr(question + 1);
}

std::string_view header_of(const Headers& headers, std::string_view name) {
  for (const auto& [each, value] : headers) {
    if (equals_ignoring_case(each, name)) {
      return value;
    }
  }
  return {};
}

bool is_form(const http::Request& request) {
  return header_of(request.headers, "content-type").starts_with("application/x-www-form");
}

Json body_of(const Redaction& redaction, const std::string& bytes, bool form) {
  if (bytes.empty()) {
    return nullptr;
  }
  if (form) {
    return redaction.fields(bytes);
  }
  const auto parsed = json::parse(bytes);
  return parsed ? redaction.apply(*parsed) : Json(redaction.text(bytes));
}

Json headers_of(const Redaction& redaction, const Headers& headers) {
  Json all = Json::object();
  for (const auto& [name, value] : headers) {
    const std::string lower = to_lower(name);
    if (lower != "set-cookie" && lower != "cookie" && lower != "authorization") {
      all[lower] = lower == "location" ? redaction.address(value) : redaction.text(value);
    }
  }
  return all;
}

}  // namespace

/// What the case wrote itself is none.
bool Redaction::is_secret(std::string_view key, std::string_view value) const {
  return names_secret(key, value) && sent_.find(value) == std::string::npos;
}

std::string Redaction::fields(std::string_view plain) const {
  std::string out;
  for (const std::string_view field : split(plain, '&')) {
    const auto equals = std::min(field.find('='), field.size());
    const std::string_view name = field.substr(0, equals);
    const bool secret =
        equals < field.size() && is_secret(name, percent_decode(field.substr(equals + 1), true));
    out += out.empty() ? "" : "&";
    out += secret ? std::string(name) + "=" + std::string(redacted) : text(field);
  }
  return out;
}

std::string Redaction::address(std::string_view plain) const {
  const std::string_view query = query_of(plain);
  return query.empty() ? text(plain)
                       : text(plain.substr(0, plain.size() - query.size())) + fields(query);
}

std::string Redaction::text(std::string_view plain) const {
  std::string out;
  for (std::size_t i = 0; i < plain.size();) {
    const auto at = plain.find('@', i);
    if (at == std::string_view::npos) {
      out += plain.substr(i);
      break;
    }
    std::size_t begin = at;
    while (begin > i && is_address_char(plain[begin - 1])) {
      --begin;
    }
    std::size_t end = at + 1;
    while (end < plain.size() && is_address_char(plain[end])) {
      ++end;
    }
    const std::string_view address = plain.substr(begin, end - begin);
    out += plain.substr(i, begin - i);
    const bool ours = begin == at || sent_.find(address) != std::string::npos;
    out += ours ? std::string(address) : "user-" + pseudonym(address) + "@example.com";
    i = end;
  }
  for (const std::string& secret : secrets_) {
    replace_all(out, secret, redacted);
  }
  replace_all(out, portal_id_, "<PORTAL_ID>");
  return out;
}

Json Redaction::walk(const Json& value, std::string_view key, bool personal) const {
  if (value.is_string() && is_secret(key, value.get_ref<const std::string&>())) {
    return std::string(redacted);
  }
  if (value.is_object()) {
    Json out = Json::object();
    for (const auto& [name, item] : value.items()) {
      out[name] =
          walk(item, name, personal || name == "properties" || is_one_of(personal_keys, name));
    }
    return out;
  }
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) {
      out.push_back(walk(item, "", personal));
    }
    return out;
  }
  if (!value.is_string()) {
    return portal_id_.empty() || json::text_of(value) != portal_id_ ? value : Json("<PORTAL_ID>");
  }
  const auto& plain = value.get_ref<const std::string&>();
  const bool foreign = personal && !is_technical(plain) && sent_.find(plain) == std::string::npos &&
                       plain.find('@') == std::string::npos;
  return foreign ? "Text " + pseudonym(plain) : address(plain);
}

void Recorder::keep(const std::string& secret) {
  if (secret.size() >= shortest_secret && sent_.find(secret) == std::string::npos) {
    secrets_.insert(secret);
    secrets_.insert(percent_encode(secret));
  }
}

void Recorder::learn_fields(std::string_view fields) {
  const http::Query read(fields);
  for (const auto& [name, value] : read.all()) {
    learn(name, Json(value));
  }
}

void Recorder::learn(std::string_view key, const Json& value) {
  if (value.is_string() && names_secret(key, value.get_ref<const std::string&>())) {
    keep(value.get<std::string>());
  }
  if (value.is_structured()) {
    for (const auto& [name, item] : value.items()) {
      learn(name, item);
    }
  }
}

void Recorder::learn(const Exchange& exchange, const Variables& names) {
  for (const auto& [name, value] : names) {
    if (is_one_of(secret_names, name)) {
      keep(value);
    }
  }
  learn_fields(query_of(exchange.request.target));
  learn_fields(query_of(header_of(exchange.response.headers, "location")));
  if (is_form(exchange.request)) {
    learn_fields(exchange.request.body);
  }
  for (const std::string* body : {&exchange.request.body, &exchange.response.body}) {
    if (const auto parsed = json::parse(*body)) {
      learn("", *parsed);
    }
  }
}

void Recorder::add(const Exchange& exchange, const Variables& names) {
  sent_ = json::dump(exchange.played.steps);
  learn(exchange, names);
  const auto portal = names.find("portal");
  const Redaction redaction(sent_, portal == names.end() ? "" : portal->second, secrets_);
  const http::Request& request = exchange.request;
  const http::Response& response = exchange.response;
  const Json line = {
      {"source", "hubsim contract:" + std::string(folder_of(exchange.played.file)) + "#" +
                     exchange.played.name + " (" + exchange.played.version + ")"},
      {"seq", number_++},
      {"method", std::string(http::method_name(request.method))},
      {"path", redaction.text(request.target.substr(0, request.target.find('?')))},
      {"query", redaction.fields(query_of(request.target))},
      {"request_headers", headers_of(redaction, request.headers)},
      {"request_body", body_of(redaction, request.body, is_form(request))},
      {"status", response.status},
      {"response_headers", headers_of(redaction, response.headers)},
      {"response_body", body_of(redaction, response.body, false)}};
  out_ << json::dump(line) << '\n';
}

}  // namespace hubsim::contract

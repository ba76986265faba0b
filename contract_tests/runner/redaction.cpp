#include "contract_tests/runner/redaction.h"

#include <array>
#include <ostream>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::contract {

namespace {

constexpr std::array<std::string_view, 10> secret_keys{
    "access_token", "refresh_token", "client_secret",       "hapikey", "token", "code",
    "id_token",     "authorization", "signed_access_token", "cookie"};
/// Members outside `properties` that name a person.
constexpr std::array<std::string_view, 9> personal_keys{
    "email", "firstName", "lastName", "user", "hub_domain", "name", "createdBy", "ip", "phone"};
constexpr std::string_view redacted = "<redacted>";
constexpr std::size_t longest_code = 40;

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

std::string_view folder_of(std::string_view file) {
  const auto at = file.rfind("cases/");
  return at == std::string_view::npos ? file : file.substr(at + 6);
}

}  // namespace

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
  for (auto at = out.find(portal_id_); !portal_id_.empty() && at != std::string::npos;
       at = out.find(portal_id_, at + 1)) {
    out.replace(at, portal_id_.size(), "<PORTAL_ID>");
  }
  return out;
}

Json Redaction::walk(const Json& value, std::string_view key, bool personal) const {
  if (is_one_of(secret_keys, key)) {
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
  return foreign ? "Text " + pseudonym(plain) : text(plain);
}

void record_exchange(const Exchange& exchange, std::size_t number, const std::string& portal_id,
                     std::ostream& out) {
  const Redaction redaction(json::dump(exchange.played.steps), portal_id);
  const auto body_of = [&](const std::string& bytes) -> Json {
    if (bytes.empty()) {
      return nullptr;
    }
    const auto parsed = json::parse(bytes);
    return parsed ? redaction.apply(*parsed) : Json(redaction.text(bytes));
  };
  const auto headers_of = [&](const auto& headers) {
    Json all = Json::object();
    for (const auto& [name, value] : headers) {
      const std::string lower = to_lower(name);
      if (lower != "set-cookie" && lower != "authorization") {
        all[lower] = redaction.text(value);
      }
    }
    return all;
  };
  const auto question = exchange.request.target.find('?');
  const Json line = {
      {"source", "hubsim contract:" + std::string(folder_of(exchange.played.file)) + "#" +
                     exchange.played.name + " (" + exchange.played.version + ")"},
      {"seq", number},
      {"method", std::string(http::method_name(exchange.request.method))},
      {"path", redaction.text(exchange.request.target.substr(0, question))},
      {"query", question == std::string::npos
                    ? ""
                    : redaction.text(exchange.request.target.substr(question + 1))},
      {"request_headers", headers_of(exchange.request.headers)},
      {"request_body", body_of(exchange.request.body)},
      {"status", exchange.response.status},
      {"response_headers", headers_of(exchange.response.headers)},
      {"response_body", body_of(exchange.response.body)}};
  out << json::dump(line) << '\n';
}

}  // namespace hubsim::contract

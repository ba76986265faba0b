#include "contract_tests/runner/request.h"

#include <algorithm>

#include "common/base/text.h"

namespace hubsim::contract {

namespace {

constexpr std::string_view boundary = "hubsim-contract-boundary";
/// What a case may blow up to: over HubSpot's largest limit, under what a test machine minds.
constexpr std::size_t repeat_maximum = 20'000;
constexpr std::size_t fill_maximum = 16UL * 1024 * 1024;

Json filled(const Json& value) {
  const auto text = value.at("#fill").get<std::string>();
  const auto times = std::min(value.at("times").get<std::size_t>(), fill_maximum);
  std::string all;
  for (std::size_t i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

void append_repeated(const Json& value, Json& out) {
  const auto times = std::min(value.at("#repeat").get<std::size_t>(), repeat_maximum);
  for (std::size_t i = 1; i <= times; ++i) {
    out.push_back(expand(substitute(value.at("of"), {{"i", std::to_string(i)}})));
  }
}

std::string form_body(const Json& fields) {
  std::string out;
  for (const auto& [name, value] : fields.items()) {
    out += (out.empty() ? "" : "&") + percent_encode(name) + "=" +
           percent_encode(json::text_of(value));
  }
  return out;
}

/// Each part: name, and json, or text with filename and type.
std::string multipart_body(const Json& parts) {
  std::string out;
  for (const Json& part : parts) {
    out.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
    out += part.at("name").get<std::string>() + "\"";
    if (const Json* filename = json::find(part, "filename")) {
      out += "; filename=\"" + filename->get<std::string>() + "\"";
    }
    const Json* value = json::find(part, "json");
    const std::string type = part.value("type", value != nullptr ? "application/json" : "");
    out += type.empty() ? "" : "\r\nContent-Type: " + type;
    out +=
        "\r\n\r\n" + (value != nullptr ? json::dump(*value) : part.at("text").get<std::string>());
    out += "\r\n";
  }
  return out.append("--").append(boundary).append("--\r\n");
}

struct Body {
  std::string content_type;
  std::string bytes;
};

Body body_of(const Json& step, const Variables& variables) {
  if (const Json* raw = json::find(step, "raw")) {
    return {"application/json", substitute_text(json::text_of(expand(*raw)), variables)};
  }
  if (const Json* value = json::find(step, "body")) {
    return {"application/json", json::dump(substitute(expand(*value), variables))};
  }
  if (const Json* form = json::find(step, "form")) {
    return {"application/x-www-form-urlencoded", form_body(substitute(expand(*form), variables))};
  }
  if (const Json* parts = json::find(step, "multipart")) {
    return {"multipart/form-data; boundary=" + std::string(boundary),
            multipart_body(substitute(expand(*parts), variables))};
  }
  return {};
}

/// A target may be a whole address that an answer gave: its path counts.
std::string target_of(std::string text) {
  const auto scheme = text.find("://");
  if (!text.starts_with("http") || scheme == std::string::npos) {
    return text;
  }
  const auto path = text.find('/', scheme + 3);
  return path == std::string::npos ? "/" : text.substr(path);
}

}  // namespace

Json expand(const Json& value) {
  if (value.is_object() && value.contains("#fill")) {
    return filled(value);
  }
  if (!value.is_structured()) {
    return value;
  }
  Json out = value.is_array() ? Json::array() : Json::object();
  for (const auto& [key, item] : value.items()) {
    if (value.is_object()) {
      out[key] = expand(item);
    } else if (item.is_object() && item.contains("#repeat")) {
      append_repeated(item, out);
    } else {
      out.push_back(expand(item));
    }
  }
  return out;
}

Result<http::Request> build_request(const Json& step, const Variables& variables) {
  const std::string line = substitute_text(json::text_of(expand(step.at("call"))), variables);
  const auto blank = line.find(' ');
  if (blank == std::string::npos) {
    return Failure{"'" + line + "' is not METHOD /target"};
  }
  Body body = body_of(step, variables);
  Json headers = {{"authorization", "Bearer " + variables.at("token")},
                  {"accept", "application/json"}};
  if (!body.bytes.empty()) {
    headers["content-type"] = body.content_type;
  }
  if (const Json* more = json::find(step, "headers")) {
    headers.update(substitute(*more, variables));
  }
  http::Request request{.method = http::parse_method(line.substr(0, blank)),
                        .target = target_of(line.substr(blank + 1)),
                        .headers = {},
                        .body = std::move(body.bytes)};
  for (const auto& [name, value] : headers.items()) {
    if (value.is_string()) {
      request.headers.emplace_back(name, value.get<std::string>());
    }
  }
  return request;
}

}  // namespace hubsim::contract

#include "scenarios/run/control_client.h"

#include <fmt/format.h>

#include "common/base/text.h"

namespace hubsim::scenarios {

namespace {

/// What the mock says is wrong: its "error" and the first problem.
std::string reason_in(const std::string& body) {
  const auto parsed = json::parse(body);
  if (!parsed.ok()) {
    return body.substr(0, 200);
  }
  const Json* error = json::find(*parsed, "error");
  std::string reason = error != nullptr ? json::text_of(*error) : body.substr(0, 200);
  if (const Json* problems = json::find(*parsed, "problems"); problems && !problems->empty()) {
    reason += " (" + json::text_of(problems->front().value("pointer", Json(""))) + ": " +
              json::text_of(problems->front().value("message", Json(""))) + ")";
  }
  return reason;
}

std::uint64_t number_in(const Json& object, const char* key) {
  const Json* value = json::find(object, key);
  return value != nullptr && value->is_number() ? value->get<std::uint64_t>() : 0;
}

}  // namespace

Result<Json> ControlClient::call(const std::string& method, const std::string& path,
                                 const Json* body) {
  const std::string url = control_url_ + "/" + path;
  const net::ClientResult result = body != nullptr
                                       ? client_.send_json(method, url, json::dump(*body))
                                       : client_.send({.url = url, .method = method});
  if (!result.ok()) {
    return Failure{fmt::format("{} {}: {}", method, path, result.error_text)};
  }
  if (result.status < 200 || result.status > 299) {
    return Failure{
        fmt::format("{} {}: {} {}", method, path, result.status, reason_in(result.body))};
  }
  if (result.body.empty()) {
    return Json(nullptr);
  }
  auto parsed = json::parse(result.body);
  if (!parsed.ok()) {
    return Failure{
        fmt::format("{} {}: the answer is not JSON: {}", method, path, parsed.error().message)};
  }
  return std::move(parsed).value();
}

Result<std::string> ControlClient::get_text(const std::string& path) {
  const net::ClientResult result = client_.get(control_url_ + "/" + path);
  if (!result.ok() || result.status != 200) {
    return Failure{fmt::format("GET {}: {}", path,
                               result.ok() ? std::to_string(result.status) : result.error_text)};
  }
  return result.body;
}

Result<LogPage> ControlClient::read_log(const std::string& log, std::uint64_t after) {
  auto answer = get(fmt::format("{}?after={}&limit={}", log, after, page_size));
  if (!answer.ok()) {
    return Failure{answer.error()};
  }
  Json* results =
      answer->is_object() && answer->contains("results") ? &(*answer)["results"] : nullptr;
  if (results == nullptr || !results->is_array()) {
    return Failure{"GET " + log + ": no 'results' in the answer"};
  }
  LogPage page;
  page.next_after = number_in(*answer, "next_after");
  page.first_available = number_in(*answer, "first_available");
  page.lost = number_in(*answer, "lost");
  page.full = results->size() >= page_size;
  for (Json& entry : *results) {
    page.entries.push_back(std::move(entry));
  }
  return page;
}

}  // namespace hubsim::scenarios

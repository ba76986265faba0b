#include "contract_tests/runner/case.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "common/base/text.h"

namespace hubsim::contract {

namespace {

using namespace std::chrono_literals;

constexpr Instant start_of_time(1'774'000'000s + 123ms);  // a Friday in March 2026

/// The folders of the API families, by version: v3 stands for v3 and v4 paths.
Variables version_paths(const std::string& version) {
  if (version == "v3") {
    return {{"objects", "/crm/v3/objects"},
            {"properties", "/crm/v3/properties"},
            {"owners", "/crm/v3/owners"},
            {"links", "/crm/v4/objects"},
            {"link_batches", "/crm/v4/associations"},
            {"account", "/account-info/v3"}};
  }
  return {{"objects", "/crm/objects/" + version},
          {"properties", "/crm/properties/" + version},
          {"owners", "/crm/owners/" + version},
          {"links", "/crm/objects/" + version},
          {"link_batches", "/crm/associations/" + version},
          {"account", "/account-info/" + version}};
}

void add_cases(const std::string& path, std::vector<Case>& cases) {
  const Json file = read_json_file(path);
  const Json default_versions = Json::array({"v3", "2026-03"});
  for (const Json& item : file.at("cases")) {
    const Json versions = item.value("versions", default_versions);
    for (const Json& version : versions) {
      cases.push_back({.file = path,
                       .name = item.at("name"),
                       .version = version,
                       .evidence = item.at("evidence"),
                       .options = item.value("options", Json()),
                       .steps = item.at("steps")});
    }
  }
}

std::string header_mismatch(const Json& wanted, const http::Response& response) {
  for (const auto& [name, pattern] : wanted.items()) {
    const auto actual = response.header(name);
    if (pattern == "#absent") {
      if (actual) {
        return "header " + name + " must be absent, got " + std::string(*actual);
      }
      continue;
    }
    if (!actual) {
      return "header " + name + " is missing";
    }
    if (!text_matches(pattern.get<std::string>(), *actual)) {
      return "header " + name + ": wanted " + pattern.get<std::string>() + ", got " +
             std::string(*actual);
    }
  }
  return "";
}

/// `"order":["id","properties"]`: the keys stand in the text in that order.
std::string order_mismatch(const Json& order, std::string_view body) {
  std::size_t at = 0;
  for (const Json& key : order) {
    const auto found = body.find("\"" + key.get<std::string>() + "\":", at);
    if (found == std::string_view::npos) {
      return "key '" + key.get<std::string>() + "' is not in its place in " + std::string(body);
    }
    at = found + 1;
  }
  return "";
}

}  // namespace

Json read_json_file(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  auto parsed = json::parse(text.str());
  if (!parsed) {
    throw std::runtime_error(path + ":" + std::to_string(parsed.error().line) + ":" +
                             std::to_string(parsed.error().column) + ": " + parsed.error().message);
  }
  return std::move(parsed).value();
}

std::vector<Case> load_cases(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") {
      files.push_back(entry.path().generic_string());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  for (const std::string& file : files) {
    try {
      add_cases(file, cases);
    } catch (const Json::exception& error) {
      throw std::runtime_error(file + ": " + error.what());
    }
  }
  if (cases.empty()) {
    throw std::runtime_error("no contract cases in " + folder);
  }
  return cases;
}

Player::Player()
    : clock_(start_of_time),
      world_(std::make_unique<gateway::World>(
          gateway::WorldConfig{.tier = "enterprise", .limits_on = true}, hubspot::load_facts(),
          clock_)),
      gateway_(std::make_unique<gateway::Gateway>(*world_)) {}

http::Response Player::call(http::Method method, const std::string& target, const Json& headers,
                            const std::string& body) {
  clock_.set(clock_.now() + 1001ms);
  http::Request request{.method = method, .target = target, .headers = {}, .body = body};
  Json all = {{"authorization", "Bearer " + world_->main_app().access_token},
              {"accept", "application/json"}};
  if (!body.empty()) {
    all["content-type"] = "application/json";
  }
  if (headers.is_object()) {
    all.update(headers);
  }
  for (const auto& [name, value] : all.items()) {
    if (value.is_string()) {
      request.headers.emplace_back(name, value.get<std::string>());
    }
  }
  const auto view = request.view();
  const auto route = gateway_->router().match(view.method, view.path);
  if (route.row != nullptr) {
    called_.insert(route.row->id);
  }
  return gateway_->handle(view).response;
}

std::string Player::play(const Case& what) {
  if (what.options.is_object()) {
    for (const auto& [name, value] : what.options.items()) {
      const auto set = world_->portal().options().set(name, value.get<std::string>());
      if (!set.ok()) {
        return set.error();
      }
    }
  }
  Variables variables = version_paths(what.version);
  variables["portal"] = std::to_string(world_->portal().config().portal_id);
  variables["app"] = std::to_string(world_->main_app().caller.app_id);
  for (std::size_t i = 0; i < what.steps.size(); ++i) {
    try {
      const std::string problem = play_step(what.steps[i], variables);
      if (!problem.empty()) {
        return "step " + std::to_string(i + 1) + ": " + problem;
      }
    } catch (const Json::exception& error) {
      return "step " + std::to_string(i + 1) + " is malformed: " + error.what();
    }
  }
  return "";
}

std::string Player::play_step(const Json& step, Variables& variables) {
  const std::string line = substitute_text(step.at("call").get<std::string>(), variables);
  const auto blank = line.find(' ');
  const std::string target = line.substr(blank + 1);
  std::string body;
  if (const Json* raw = json::find(step, "raw")) {
    body = substitute_text(raw->get<std::string>(), variables);
  } else if (const Json* value = json::find(step, "body")) {
    body = json::dump(substitute(*value, variables));
  }
  const Json* headers = json::find(step, "headers");
  const int times = step.value("times", 1);
  http::Response response;
  for (int i = 0; i < times; ++i) {
    response = call(http::parse_method(line.substr(0, blank)), target,
                    headers != nullptr ? *headers : Json(), body);
  }
  const std::string problem = compare(step.at("expect"), response, variables);
  if (!problem.empty()) {
    return line + ": " + problem + "\n  answer: " + std::to_string(response.status) + " " +
           response.body;
  }
  return capture(step, response, variables);
}

std::string Player::compare(const Json& expect, const http::Response& response,
                            const Variables& variables) {
  if (response.status != expect.at("status").get<int>()) {
    return "status " + std::to_string(response.status) + ", wanted " +
           json::dump(expect.at("status"));
  }
  if (const Json* headers = json::find(expect, "headers")) {
    if (auto problem = header_mismatch(substitute(*headers, variables), response);
        !problem.empty()) {
      return problem;
    }
  }
  if (const Json* text = json::find(expect, "text")) {
    if (!text_matches(substitute_text(text->get<std::string>(), variables), response.body)) {
      return "body is not " + json::dump(*text);
    }
  }
  if (const Json* order = json::find(expect, "order")) {
    if (auto problem = order_mismatch(*order, response.body); !problem.empty()) {
      return problem;
    }
  }
  const Json* pattern = json::find(expect, "body");
  if (pattern == nullptr) {
    return "";
  }
  const auto body = json::parse(response.body);
  return body ? mismatch(substitute(*pattern, variables), *body)
              : "body is not JSON: " + body.error().message;
}

std::string Player::capture(const Json& step, const http::Response& response,
                            Variables& variables) {
  const Json* wanted = json::find(step, "capture");
  if (wanted == nullptr) {
    return "";
  }
  const auto body = json::parse(response.body);
  for (const auto& [name, pointer] : wanted->items()) {
    const Json::json_pointer place(pointer.get<std::string>());
    if (!body || !body->contains(place)) {
      return "nothing to capture at " + pointer.get<std::string>();
    }
    variables[name] = json::text_of(body->at(place));
  }
  return "";
}

}  // namespace hubsim::contract

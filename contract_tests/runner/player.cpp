#include "contract_tests/runner/player.h"

#include "common/time/format.h"
#include "contract_tests/runner/expectation.h"
#include "contract_tests/runner/request.h"

namespace hubsim::contract {

namespace {

using namespace std::chrono_literals;

/// A second goes by with each call, so that limits by the second stay out of the way.
constexpr Duration default_pace = 1001ms;

Result<Duration> duration_of(const Json& text) {
  const auto duration = text.is_string() ? parse_duration(text.get<std::string>()) : std::nullopt;
  return duration ? Result<Duration>(*duration)
                  : Failure{"a duration is written with its unit, not " + json::dump(text)};
}

}  // namespace

Verdict Player::play(const Case& what) {
  const std::string refusal = target_.refusal(what);
  if (!refusal.empty()) {
    return {Verdict::Kind::skipped, refusal};
  }
  const auto begun = target_.begin(what);
  if (!begun.ok()) {
    return {Verdict::Kind::failed, begun.error()};
  }
  std::string problem = play_steps(what);
  target_.end();
  return {problem.empty() ? Verdict::Kind::held : Verdict::Kind::failed, std::move(problem)};
}

std::string Player::play_steps(const Case& what) {
  Variables variables = version_paths(what.version);
  variables.merge(target_.names());
  for (std::size_t i = 0; i < what.steps.size(); ++i) {
    const std::string place = "step " + std::to_string(i + 1);
    try {
      const std::string problem = play_step(what, i, variables);
      if (!problem.empty()) {
        return place + ": " + problem;
      }
    } catch (const Json::exception& error) {
      return place + " is malformed: " + error.what();
    }
  }
  return "";
}

std::string Player::play_step(const Case& what, std::size_t index, Variables& variables) {
  const Json* advance = json::find(what.steps[index], "advance");
  if (advance == nullptr) {
    return play_call(what, index, variables);
  }
  const auto by = duration_of(*advance);
  if (!by.ok()) {
    return by.error();
  }
  const auto advanced = pass(*by, variables);
  return advanced.ok() ? "" : advanced.error();
}

/// Lets time pass, after which the target may go by other names.
Status<> Player::pass(Duration by, Variables& variables) {
  auto advanced = target_.advance(by);
  for (const auto& [name, value] : target_.names()) {
    variables[name] = value;
  }
  return advanced;
}

std::string Player::play_call(const Case& what, std::size_t index, Variables& variables) {
  const Json& step = what.steps[index];
  const Json* pace = json::find(step, "pace");
  const auto wait = pace != nullptr ? duration_of(*pace) : Result<Duration>(default_pace);
  if (!wait.ok()) {
    return wait.error();
  }
  const int times = step.value("times", 1);
  http::Response response;
  std::string line;
  for (int i = 1; i <= times; ++i) {
    variables["i"] = std::to_string(i);
    const auto advanced = pass(*wait, variables);
    if (!advanced.ok()) {
      return advanced.error();
    }
    const auto request = build_request(step, variables);
    if (!request.ok()) {
      return request.error();
    }
    line = std::string(http::method_name(request->method)) + " " + request->target;
    auto answer = target_.call(*request);
    if (!answer.ok()) {
      return line + ": " + answer.error();
    }
    response = std::move(answer).value();
    if (listener_) {
      listener_({what, index, *request, response});
    }
  }
  const std::string problem = unmet(step.at("expect"), response, variables);
  if (!problem.empty()) {
    return line + ": " + problem + "\n  answer: " + std::to_string(response.status) + " " +
           response.body.substr(0, 4000);
  }
  return capture(step, response, variables);
}

}  // namespace hubsim::contract

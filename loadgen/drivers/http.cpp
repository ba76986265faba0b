// http: HTTP requests to the integration or any URL: one for each arrival, or a flow of steps, from
// a weighted mix. ${index}, ${uuid}, a feeder's row and captured values are filled in for each.
#include <algorithm>
#include <map>

#include "common/json/json.h"
#include "common/net/url.h"
#include "loadgen/drivers/driver.h"
#include "loadgen/drivers/http_flow.h"

namespace hubsim::loadgen {

namespace {

using config::Problems;
using config::Settings;

const Json* at_pointer(const Json& document, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  return document.contains(place) ? &document.at(place) : nullptr;
}

class HttpDriver final : public Driver {
 public:
  HttpDriver(HttpPlan plan, DriverContext context)
      : plan_(std::move(plan)), context_(std::move(context)) {}

  std::vector<Call> render(std::span<const Arrival> due) override {
    std::vector<Call> calls;
    for (const Arrival& arrival : due) {
      Walk& walk = begin(arrival.index);
      calls.push_back({request_for(arrival.index, walk), {arrival}});
    }
    return calls;
  }

  std::vector<Judgement> judge(const Call& call, const net::ClientResult& result) override {
    const std::uint64_t index = call.arrivals.front().index;
    Walk& walk = walks_.at(index);
    const HttpStep& step = walk.flow->steps[walk.step];
    Judgement judgement = judge_step(step, result);
    if (judgement.outcome == Outcome::ok) {
      judgement.accepted = step.written.fill(index, uuid_of(index), walk.values);
    } else {
      walk.failed = true;
    }
    return {std::move(judgement)};
  }

  std::optional<FollowUp> follow(const Call& call, const net::ClientResult& result) override {
    const std::uint64_t index = call.arrivals.front().index;
    const auto place = walks_.find(index);
    Walk& walk = place->second;
    if (walk.failed || walk.step + 1 >= walk.flow->steps.size()) {  // it ends where it fails
      walks_.erase(place);
      return std::nullopt;
    }
    capture(walk.flow->steps[walk.step], result, walk.values);
    ++walk.step;
    Prng prng = keyed_prng(
        context_.seed, {"think", context_.id, std::to_string(index), std::to_string(walk.step)});
    return FollowUp{request_for(index, walk), walk.flow->steps[walk.step].think.sample(prng)};
  }

 private:
  /// One arrival on its way through its flow.
  struct Walk {
    const HttpFlow* flow = nullptr;
    std::size_t step = 0;
    bool failed = false;
    NamedValues values;
  };

  std::string uuid_of(std::uint64_t index) const {
    return keyed_uuid(context_.seed, context_.id, index);
  }

  Walk& begin(std::uint64_t index) {
    Walk walk;
    // Keyed by the arrival, so that one choice more or less does not shift the others.
    Prng prng = keyed_prng(context_.seed, {"flow", context_.id, std::to_string(index)});
    walk.flow = &choose(prng);
    if (plan_.feeder) {
      plan_.feeder->add_row(index, prng, walk.values);
    }
    return walks_[index] = std::move(walk);
  }

  const HttpFlow& choose(Prng& prng) const {
    double left = prng.uniform() * plan_.total_weight;
    for (const HttpFlow& flow : plan_.mix) {
      left -= flow.weight;
      if (left < 0) {
        return flow;
      }
    }
    return plan_.mix.back();
  }

  /// The answer's body, where something of it is wanted and it is JSON.
  static std::optional<Json> capturable(const HttpStep& step, const net::ClientResult& result) {
    if (step.capture.empty()) {
      return std::nullopt;
    }
    auto body = json::parse(result.body);
    return body.ok() ? std::optional(std::move(*body)) : std::nullopt;
  }

  static Judgement judge_step(const HttpStep& step, const net::ClientResult& result) {
    if (!result.ok()) {
      return judge_error(result);
    }
    const bool good = step.expect.empty() ? result.status / 100 == 2
                                          : std::find(step.expect.begin(), step.expect.end(),
                                                      result.status) != step.expect.end();
    if (!good) {
      return {Outcome::failed, "status " + std::to_string(result.status)};
    }
    const auto body = capturable(step, result);
    for (const auto& [name, pointer] : step.capture) {
      if (!body || at_pointer(*body, pointer) == nullptr) {
        return {Outcome::failed, "nothing to capture at " + pointer};
      }
    }
    return {};
  }

  static void capture(const HttpStep& step, const net::ClientResult& result, NamedValues& values) {
    const auto body = capturable(step, result);
    for (const auto& [name, pointer] : step.capture) {
      if (const Json* value = body ? at_pointer(*body, pointer) : nullptr) {
        values[name] = json::text_of(*value);
      }
    }
  }

  net::ClientRequest request_for(std::uint64_t index, const Walk& walk) const {
    const HttpStep& step = walk.flow->steps[walk.step];
    const std::string uuid = uuid_of(index);
    net::ClientRequest request;
    request.method = step.method;
    request.timeout = plan_.timeout;
    const std::string url = step.url.fill(index, uuid, walk.values);
    const auto resolved = net::resolve_url(context_.target_url, url);
    // What cannot be resolved goes out as it is: the client says what is wrong with it.
    request.url = resolved.ok() ? resolved->origin() + resolved->target : url;
    for (const auto& [name, value] : step.headers) {
      request.headers.emplace_back(name, value.fill(index, uuid, walk.values));
    }
    request.body = step.body.fill(index, uuid, walk.values);
    return request;
  }

  HttpPlan plan_;
  DriverContext context_;
  std::map<std::uint64_t, Walk> walks_;  ///< by arrival, while it is under way
};

std::unique_ptr<Driver> make(const Settings& settings, const DriverContext& context,
                             Problems& problems) {
  const std::size_t before = problems.size();
  HttpPlan plan = read_http_plan(settings, problems);
  if (problems.size() > before) {
    return nullptr;
  }
  return std::make_unique<HttpDriver>(std::move(plan), context);
}

}  // namespace

void register_driver_http(DriverRegistry& registry);
void register_driver_http(DriverRegistry& registry) {
  registry.add({.name = "http",
                .help = "HTTP requests: one for each arrival, or steps in a row, from a mix; "
                        "${index}, ${uuid}, ${feed.*} and ${got.*} are filled in",
                .fields = http_fields(),
                .make = make});
}

}  // namespace hubsim::loadgen

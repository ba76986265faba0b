// persona: a platform that lives beside the integration and calls HubSpot's API as that platform
// does: Zapier, Make and Power Automate polling, MuleSoft and Boomi batch syncs, a nightly full
// sync, a second app on the same limits. What each does is data (personas.json), what the steps
// are is here.
#include <algorithm>
#include <deque>
#include <map>
#include <queue>

#include "common/json/json.h"
#include "common/time/format.h"
#include "loadgen/drivers/driver.h"
#include "loadgen/drivers/own_app.h"
#include "loadgen/drivers/persona_facts.h"

namespace hubsim::loadgen {

namespace {

using config::Problems;
using config::Settings;
using config::Type;
using std::chrono::nanoseconds;

constexpr std::size_t batch_inputs = 100;  // HubSpot's
constexpr int max_tries = 4;
constexpr auto wait_429 = std::chrono::seconds(10);
constexpr std::size_t max_found = 10'000;  // no more are handed from one step to the next

struct PersonaPlan {
  const PersonaFact* fact = nullptr;
  std::string api;
  std::string token;
  bool own_app = false;
  std::string object_type;
  std::string property;  ///< that update_found writes
  std::size_t count = 1;
  double speed = 1;
  nanoseconds interval{0};  ///< by speed already
  nanoseconds timeout{0};
};

/// Polls of several instances: the next is due an interval after the last began, and never before
/// that one has ended.
class PollTimes final : public ArrivalStream {
 public:
  PollTimes(const PersonaPlan& plan, nanoseconds length, Prng prng)
      : interval_(plan.interval), jitter_(plan.fact->jitter), length_(length), prng_(prng) {
    for (std::size_t i = 0; i < plan.count; ++i) {
      ready_.push(interval_ * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(plan.count));
    }
  }

  std::optional<nanoseconds> next() override {
    if (ready_.empty() || ready_.top() >= length_) {
      return std::nullopt;
    }
    const nanoseconds at = ready_.top();
    ready_.pop();
    began_.push_back(at);
    return at;
  }
  [[nodiscard]] bool is_closed() const override { return true; }
  [[nodiscard]] bool waits() const override { return !began_.empty(); }
  void take_back(nanoseconds unsent) override {
    began_.pop_back();
    ready_.push(unsent);
  }
  void returned(nanoseconds at) override {
    const double share = 1 + jitter_ * (2 * prng_.uniform() - 1);
    const auto gap =
        nanoseconds(static_cast<std::int64_t>(static_cast<double>(interval_.count()) * share));
    ready_.push(std::max(began_.front() + gap, at));
    began_.pop_front();
  }

 private:
  nanoseconds interval_;
  double jitter_;
  nanoseconds length_;
  Prng prng_;
  std::priority_queue<nanoseconds, std::vector<nanoseconds>, std::greater<>> ready_;
  std::deque<nanoseconds> began_;
};

/// One poll on its way through the persona's cycle.
struct Walk {
  std::size_t instance = 0;
  std::size_t step = 0;
  std::int64_t bound = 0;          ///< its search is for what changed after that; every page
  std::string after;               ///< cursor of the page that comes next
  std::size_t chunk = 0;           ///< of what was found, sent so far
  std::vector<std::string> found;  ///< ids
  int tries = 0;
};

class PersonaDriver final : public Driver {
 public:
  PersonaDriver(PersonaPlan plan, DriverContext context)
      : plan_(std::move(plan)), context_(std::move(context)) {}

  Status<> prepare() override {
    if (!plan_.own_app) {
      return Done{};
    }
    auto token = install_own_app(context_.control_url, plan_.api, context_.id);
    if (!token) {
      return Failure{"driver " + context_.id + ": " + token.error()};
    }
    plan_.token = std::move(*token);
    return Done{};
  }

  std::unique_ptr<ArrivalStream> own_arrivals(nanoseconds length) override {
    const std::string phase = std::to_string(phases_++);
    return std::make_unique<PollTimes>(plan_, length,
                                       keyed_prng(context_.seed, {"persona", context_.id, phase}));
  }

  std::vector<Call> render(std::span<const Arrival> due) override {
    std::vector<Call> calls;
    for (const Arrival& arrival : due) {
      Walk walk;
      walk.instance = take_instance();
      walk.bound = watermarks_[walk.instance];
      const Walk& kept = walks_[arrival.index] = std::move(walk);
      calls.push_back({request_for(kept, arrival.index), {arrival}});
    }
    return calls;
  }

  std::vector<Judgement> judge(const Call& /*call*/, const net::ClientResult& result) override {
    if (!result.ok()) {
      return {judge_error(result)};
    }
    if (result.status / 100 != 2) {
      return {Judgement{Outcome::failed, "status " + std::to_string(result.status)}};
    }
    return {Judgement{}};
  }

  std::optional<FollowUp> follow(const Call& call, const net::ClientResult& result) override {
    const std::uint64_t index = call.arrivals.front().index;
    Walk& walk = walks_.at(index);
    if (result.ok() && result.status == 429) {
      return after_429(walk, index);
    }
    walk.tries = 0;
    const bool good = result.ok() && result.status / 100 == 2;
    if (!good || !go_on(walk, result)) {
      return end(index);
    }
    return FollowUp{request_for(walk, index)};
  }

 private:
  std::size_t take_instance() {
    if (free_.empty()) {
      watermarks_.push_back(watermarks_.empty() ? 0 : watermarks_.front());
      return watermarks_.size() - 1;
    }
    const std::size_t instance = free_.back();
    free_.pop_back();
    return instance;
  }

  std::optional<FollowUp> end(std::uint64_t index) {
    free_.push_back(walks_.at(index).instance);
    walks_.erase(index);
    return std::nullopt;
  }

  std::optional<FollowUp> after_429(Walk& walk, std::uint64_t index) {
    if (plan_.fact->on_429 == On429::skip || ++walk.tries >= max_tries) {
      return end(index);
    }
    const bool waits = plan_.fact->on_429 == On429::wait;
    const auto pause = nanoseconds(static_cast<std::int64_t>(
        waits ? static_cast<double>(nanoseconds(wait_429).count()) / plan_.speed : 0));
    return FollowUp{request_for(walk, index), pause};
  }

  /// Takes what the answer brings; false when the cycle is over.
  bool go_on(Walk& walk, const net::ClientResult& result) {
    const auto body = json::parse(result.body);
    if (body.ok()) {
      take_results(walk, *body);
    }
    const PersonaStep step = plan_.fact->cycle[walk.step];
    if (step == PersonaStep::read_found || step == PersonaStep::update_found) {
      walk.chunk += batch_inputs;
      if (walk.chunk < walk.found.size()) {
        return true;
      }
    } else if (step == PersonaStep::list_all || step == PersonaStep::search_modified) {
      walk.after = body.ok() ? next_cursor(*body) : "";
      if (!walk.after.empty()) {
        return true;
      }
    }
    walk.chunk = 0;
    ++walk.step;
    return walk.step < plan_.fact->cycle.size() && !walk.found.empty();
  }

  void take_results(Walk& walk, const Json& body) {
    const Json* results = json::find(body, "results");
    if (results == nullptr || !results->is_array()) {
      return;
    }
    const PersonaStep step = plan_.fact->cycle[walk.step];
    const bool finds = step == PersonaStep::search_modified || step == PersonaStep::search_newest;
    std::int64_t& watermark = watermarks_[walk.instance];
    for (const Json& record : *results) {
      const Json* id = json::find(record, "id");
      const Json* updated = json::find(record, "updatedAt");
      if (finds && id != nullptr && walk.found.size() < max_found) {
        walk.found.push_back(json::text_of(*id));
      }
      // Its own writes as well: a sync that finds what it wrote itself would never rest.
      const auto when = updated != nullptr ? parse_iso8601(json::text_of(*updated)) : std::nullopt;
      if (when && (finds || step == PersonaStep::update_found)) {
        watermark = std::max(watermark, to_unix_ms(*when));
      }
    }
  }

  static std::string next_cursor(const Json& body) {
    const Json* paging = json::find(body, "paging");
    const Json* next = paging != nullptr ? json::find(*paging, "next") : nullptr;
    const Json* after = next != nullptr ? json::find(*next, "after") : nullptr;
    return after != nullptr ? json::text_of(*after) : "";
  }

  net::ClientRequest request_for(const Walk& walk, std::uint64_t index) const {
    net::ClientRequest request;
    request.timeout = plan_.timeout;
    request.headers.emplace_back("Authorization", "Bearer " + plan_.token);
    const std::string base = plan_.api + "/crm/v3/objects/" + plan_.object_type;
    const PersonaStep step = plan_.fact->cycle[walk.step];
    if (step == PersonaStep::list_all || step == PersonaStep::list_page) {
      request.url = base + "?limit=" + std::to_string(plan_.fact->page) +
                    (walk.after.empty() ? "" : "&after=" + walk.after);
      return request;
    }
    request.method = "POST";
    request.headers.emplace_back("Content-Type", "application/json");
    if (step == PersonaStep::search_newest || step == PersonaStep::search_modified) {
      request.url = base + "/search";
      request.body = json::dump(search_body(step, walk));
    } else {
      request.url = base + (step == PersonaStep::read_found ? "/batch/read" : "/batch/update");
      request.body = json::dump(batch_body(step, walk, index));
    }
    return request;
  }

  Json search_body(PersonaStep step, const Walk& walk) const {
    const bool contacts = plan_.object_type == "contacts" || plan_.object_type == "0-1";
    const std::string modified = contacts ? "lastmodifieddate" : "hs_lastmodifieddate";
    const bool newest = step == PersonaStep::search_newest;
    Json body{{"limit", plan_.fact->page},
              {"sorts", Json::array({{{"propertyName", newest ? "createdate" : modified},
                                      {"direction", newest ? "DESCENDING" : "ASCENDING"}}})}};
    if (!newest) {
      body["filterGroups"] =
          Json::array({{{"filters", Json::array({{{"propertyName", modified},
                                                  {"operator", "GT"},
                                                  {"value", std::to_string(walk.bound)}}})}}});
    }
    if (!walk.after.empty()) {
      body["after"] = walk.after;
    }
    return body;
  }

  Json batch_body(PersonaStep step, const Walk& walk, std::uint64_t index) const {
    Json inputs = Json::array();
    for (std::size_t i = walk.chunk; i < std::min(walk.chunk + batch_inputs, walk.found.size());
         ++i) {
      Json input{{"id", walk.found[i]}};
      if (step == PersonaStep::update_found) {
        input["properties"][plan_.property] =
            context_.id + "-" + std::to_string(index) + "-" + walk.found[i];
      }
      inputs.push_back(std::move(input));
    }
    Json body{{"inputs", std::move(inputs)}};
    if (step == PersonaStep::read_found) {
      body["properties"] = Json::array();
    }
    return body;
  }

  PersonaPlan plan_;
  DriverContext context_;
  int phases_ = 0;
  std::map<std::uint64_t, Walk> walks_;
  std::vector<std::size_t> free_;
  std::vector<std::int64_t> watermarks_;  ///< by instance: newest change seen, in ms
};

std::vector<std::string> persona_names() {
  std::vector<std::string> names;
  for (const PersonaFact& fact : persona_facts()) {
    names.push_back(fact.name);
  }
  return names;
}

std::string default_property(const std::string& object_type) {
  return object_type == "contacts" || object_type == "0-1" ? "jobtitle" : "description";
}

std::unique_ptr<Driver> make(const Settings& settings, const DriverContext& context,
                             Problems& problems) {
  PersonaPlan plan;
  plan.own_app = settings.boolean("own_app");
  if (plan.own_app == settings.has("token")) {
    problems.push_back({"/token",
                        "write token: ${mock.access_token} for the integration's own "
                        "app, or own_app: true for another one; not both"});
    return nullptr;
  }
  plan.fact = find_persona(settings.text("persona"));
  plan.api = settings.text("api");
  plan.token = settings.has("token") ? settings.text("token") : "";
  plan.object_type = settings.text("object_type");
  plan.property =
      settings.has("property") ? settings.text("property") : default_property(plan.object_type);
  plan.count = static_cast<std::size_t>(settings.integer("count"));
  plan.speed = settings.number("speed");
  const Duration interval =
      settings.has("interval") ? settings.duration("interval") : plan.fact->interval;
  plan.interval = nanoseconds(
      static_cast<std::int64_t>(static_cast<double>(nanoseconds(interval).count()) / plan.speed));
  plan.interval = std::max<nanoseconds>(plan.interval, std::chrono::milliseconds(1));
  plan.timeout = settings.duration("timeout");
  return std::make_unique<PersonaDriver>(std::move(plan), context);
}

}  // namespace

void register_driver_persona(DriverRegistry& registry);
void register_driver_persona(DriverRegistry& registry) {
  registry.add(
      {.name = "persona",
       .help = "a platform beside the integration polls or syncs through HubSpot's API, in its own "
               "rhythm",
       .fields = {{.name = "persona",
                   .help = "which; docs/load.md says what each does and how sure that is",
                   .required = true,
                   .choices = persona_names()},
                  {.name = "api", .help = "HubSpot's address: ${mock.url}", .required = true},
                  {.name = "token", .help = "${mock.access_token}, unless own_app"},
                  {.name = "own_app",
                   .type = Type::boolean,
                   .help = "an OAuth app of its own, with a burst limit of its own; its token "
                           "lasts 30 minutes of the portal's clock",
                   .default_value = "false"},
                  {.name = "object_type", .help = "of the records", .default_value = "contacts"},
                  {.name = "count",
                   .type = Type::integer,
                   .help = "how many of them, each for itself",
                   .default_value = "1",
                   .min = 1,
                   .max = 10'000},
                  {.name = "speed",
                   .type = Type::number,
                   .help = "60: an hour's polls in a minute",
                   .default_value = "1",
                   .min = 0.001,
                   .max = 1'000'000},
                  {.name = "interval",
                   .type = Type::duration,
                   .help = "between polls, instead of the platform's own"},
                  {.name = "property",
                   .help = "that a sync writes (default: jobtitle of contacts, else description)"},
                  {.name = "timeout",
                   .type = Type::duration,
                   .help = "of one request",
                   .default_value = "30s"}},
       .make = make,
       .own_times = true});
}

}  // namespace hubsim::loadgen

// webhook_storm: HubSpot's webhooks straight at the integration's receiver, signed, at the rate of
// the plan and not of the changes: how many can it take, and how soon does it say so? The events
// name living records; nothing changed in the portal, so an integration that looks there finds what
// it has. Arrivals that are due together share a request, as HubSpot's batches do.
#include <algorithm>
#include <array>
#include <utility>

#include "common/base/text.h"
#include "common/json/json.h"
#include "common/net/url.h"
#include "common/time/clock.h"
#include "common/time/format.h"
#include "hubspot/rules/signature.h"
#include "loadgen/drivers/driver.h"
#include "loadgen/drivers/portal_records.h"
#include "loadgen/drivers/record_book.h"

namespace hubsim::loadgen {

namespace {

using config::Problems;
using config::Settings;
using config::Type;

constexpr std::array<std::pair<const char*, const char*>, 4> object_types{
    {{"contact", "0-1"}, {"company", "0-2"}, {"deal", "0-3"}, {"ticket", "0-5"}}};
constexpr std::int64_t first_event_id = 1'000'000'000;

struct StormPlan {
  std::string url;
  std::string secret;
  std::string subscription;  ///< "contact.propertyChange"
  std::string type_id;
  std::string property;
  std::int64_t portal_id = 0;
  std::int64_t app_id = 0;
  PickRule pick;
  std::size_t batch = 100;
  std::chrono::nanoseconds timeout{0};
};

class StormDriver final : public Driver {
 public:
  StormDriver(StormPlan plan, DriverContext context)
      : plan_(std::move(plan)), context_(std::move(context)) {}

  Status<> prepare() override {
    auto living = living_records(context_.control_url, plan_.type_id);
    if (!living || living->empty()) {
      return Failure{"driver " + context_.id + ": " +
                     (living.ok() ? "the portal holds no record to tell of; add some under "
                                    "world.data"
                                  : living.error())};
    }
    records_ = std::move(*living);
    return Done{};
  }

  std::vector<Call> render(std::span<const Arrival> due) override {
    std::vector<Call> calls;
    for (std::size_t at = 0; at < due.size(); at += plan_.batch) {
      const auto part = due.subspan(at, std::min(plan_.batch, due.size() - at));
      calls.push_back({request_for(part), {part.begin(), part.end()}});
    }
    return calls;
  }

  std::vector<Judgement> judge(const Call& call, const net::ClientResult& result) override {
    Judgement judgement = result.ok() ? Judgement{} : judge_error(result);
    if (result.ok() && result.status / 100 != 2) {
      judgement = {Outcome::failed, "status " + std::to_string(result.status)};
    }
    return std::vector<Judgement>(call.arrivals.size(), judgement);
  }

 private:
  net::ClientRequest request_for(std::span<const Arrival> part) const {
    // A receiver compares the timestamp with its own clock, so it is the real time.
    const std::int64_t now_ms = to_unix_ms(RealClock().now());
    net::ClientRequest request;
    const auto url = net::resolve_url(context_.target_url, plan_.url);
    request.url = url.ok() ? url->origin() + url->target : plan_.url;
    request.method = "POST";
    request.timeout = plan_.timeout;
    Json events = Json::array();
    for (const Arrival& arrival : part) {
      events.push_back(event_for(arrival.index, now_ms));
    }
    request.body = json::dump(events);
    request.headers = {
        {"content-type", "application/json"},
        {"x-hubspot-request-timestamp", std::to_string(now_ms)},
        {"x-hubspot-signature", hubspot::signature_v1(plan_.secret, request.body)},
        {"x-hubspot-signature-v3",
         hubspot::signature_v3(plan_.secret, {"POST", request.url, request.body}, now_ms)},
        {"x-hubspot-signature-version", "v1"}};
    return request;
  }

  Json event_for(std::uint64_t index, std::int64_t now_ms) const {
    Prng prng = keyed_prng(context_.seed, {"storm", context_.id, std::to_string(index)});
    const std::string& id = records_[plan_.pick.place(records_.size(), prng)];
    Json event{{"eventId", first_event_id + static_cast<std::int64_t>(index)},
               {"subscriptionId", 1},
               {"portalId", plan_.portal_id},
               {"appId", plan_.app_id},
               {"occurredAt", now_ms},
               {"subscriptionType", plan_.subscription},
               {"attemptNumber", 0},
               {"objectId", parse_uint(id).value_or(0)}};
    if (plan_.subscription.ends_with(".propertyChange")) {
      event["propertyName"] = plan_.property;
      event["propertyValue"] = context_.id + "-" + std::to_string(index);
    } else {
      event["changeFlag"] = plan_.subscription.ends_with(".creation") ? "CREATED" : "DELETED";
    }
    event["changeSource"] = "CRM_UI";
    return event;
  }

  StormPlan plan_;
  DriverContext context_;
  std::vector<std::string> records_;
};

std::vector<std::string> subscriptions() {
  std::vector<std::string> all;
  for (const auto& [name, id] : object_types) {
    for (const char* event : {".propertyChange", ".creation", ".deletion"}) {
      all.push_back(std::string(name) + event);
    }
  }
  return all;
}

std::unique_ptr<Driver> make(const Settings& settings, const DriverContext& context,
                             Problems& problems) {
  StormPlan plan;
  plan.url = settings.text("url");
  plan.secret = settings.text("secret");
  plan.subscription = settings.text("subscription");
  for (const auto& [name, id] : object_types) {
    if (plan.subscription.starts_with(std::string(name) + ".")) {
      plan.type_id = id;
    }
  }
  plan.property = settings.text("property");
  plan.portal_id = settings.integer("portal_id");
  plan.app_id = settings.integer("app_id");
  plan.batch = static_cast<std::size_t>(settings.integer("batch"));
  plan.timeout = settings.duration("timeout");
  const auto pick = PickRule::parse(settings.text("pick"));
  if (!pick) {
    problems.push_back({"/pick", pick.error()});
    return nullptr;
  }
  plan.pick = *pick;
  return std::make_unique<StormDriver>(std::move(plan), context);
}

const config::Fields& fields() {
  static const config::Fields table{
      {.name = "url", .help = "the receiver, relative to target.url", .required = true},
      {.name = "secret", .help = "that signs: ${mock.client_secret}", .required = true},
      {.name = "subscription",
       .help = "what the events are",
       .default_value = "contact.propertyChange",
       .choices = subscriptions()},
      {.name = "property",
       .help = "of propertyChange; one that nobody mirrors, for its value is made up",
       .default_value = "notes_last_updated"},
      {.name = "pick",
       .help = "which records: uniform, zipf(1.1) or hot(5%)",
       .default_value = "uniform"},
      {.name = "batch",
       .type = Type::integer,
       .help = "events due at once that may share a request",
       .default_value = "100",
       .min = 1,
       .max = 100},
      {.name = "portal_id", .type = Type::integer, .help = "as told", .default_value = "1"},
      {.name = "app_id", .type = Type::integer, .help = "as told", .default_value = "1"},
      {.name = "timeout",
       .type = Type::duration,
       .help = "HubSpot's header says 10000 ms",
       .default_value = "10s"},
  };
  return table;
}

}  // namespace

void register_driver_webhook_storm(DriverRegistry& registry);
void register_driver_webhook_storm(DriverRegistry& registry) {
  registry.add({.name = "webhook_storm",
                .help = "signed webhooks straight at the integration's receiver; nothing changed, "
                        "so it is all load",
                .fields = fields(),
                .make = make});
}

}  // namespace hubsim::loadgen

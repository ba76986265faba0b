// http: one HTTP request for each arrival, to the integration or any URL. ${index} and ${uuid} in
// URL, headers and body are filled for each.
#include <algorithm>
#include <optional>

#include "common/base/text.h"
#include "common/json/json.h"
#include "common/net/url.h"
#include "loadgen/drivers/driver.h"
#include "loadgen/drivers/text_template.h"

namespace hubsim::loadgen {

namespace {

using config::Problems;
using config::Settings;
using config::Type;

struct HttpPlan {
  std::string method;
  TextTemplate url;
  std::vector<std::pair<std::string, TextTemplate>> headers;
  TextTemplate body;
  std::vector<int> expect;  ///< empty: any 2xx
  TextTemplate written;     ///< of `writes`; empty: a good answer promises nothing
  std::chrono::nanoseconds timeout{0};
};

class HttpDriver final : public Driver {
 public:
  HttpDriver(HttpPlan plan, DriverContext context)
      : plan_(std::move(plan)), context_(std::move(context)) {}

  std::vector<Call> render(std::span<const Arrival> due) override {
    std::vector<Call> calls;
    for (const Arrival& arrival : due) {
      calls.push_back({request_for(arrival.index), {arrival}});
    }
    return calls;
  }

  std::vector<Judgement> judge(const Call& call, const net::ClientResult& result) override {
    if (!result.ok()) {
      return {judge_error(result)};
    }
    const bool good = plan_.expect.empty() ? result.status / 100 == 2
                                           : std::find(plan_.expect.begin(), plan_.expect.end(),
                                                       result.status) != plan_.expect.end();
    if (!good) {
      return {Judgement{Outcome::failed, status_text(result.status)}};
    }
    const std::uint64_t index = call.arrivals.front().index;
    return {Judgement{
        .accepted = plan_.written.fill(index, keyed_uuid(context_.seed, context_.id, index))}};
  }

 private:
  static std::string status_text(int status) { return "status " + std::to_string(status); }

  net::ClientRequest request_for(std::uint64_t index) const {
    const std::string uuid = keyed_uuid(context_.seed, context_.id, index);
    net::ClientRequest request;
    request.method = plan_.method;
    request.timeout = plan_.timeout;
    const std::string url = plan_.url.fill(index, uuid);
    const auto resolved = net::resolve_url(context_.target_url, url);
    // What cannot be resolved goes out as it is: the client says what is wrong with it.
    request.url = resolved.ok() ? resolved->origin() + resolved->target : url;
    for (const auto& [name, value] : plan_.headers) {
      request.headers.emplace_back(name, value.fill(index, uuid));
    }
    request.body = plan_.body.fill(index, uuid);
    return request;
  }

  HttpPlan plan_;
  DriverContext context_;
};

class PlanReader {
 public:
  PlanReader(const Settings& settings, Problems& problems)
      : settings_(settings), problems_(problems) {}

  HttpPlan read() {
    HttpPlan plan;
    plan.method = settings_.text("method");
    plan.timeout = settings_.duration("timeout");
    plan.url = text("/url", settings_.text("url"));
    plan.body = text("/body", body_text());
    read_headers(plan);
    read_expect(plan);
    read_writes(plan);
    return plan;
  }

 private:
  TextTemplate text(const std::string& pointer, std::string_view written) {
    auto parsed = TextTemplate::parse(written);
    if (!parsed) {
      problems_.push_back({pointer, parsed.error()});
      return {};
    }
    return std::move(*parsed);
  }

  std::string body_text() {
    if (!settings_.has("body")) {
      return "";
    }
    const Json& body = settings_.json("body");
    return body.is_string() ? body.get<std::string>() : json::dump(body);
  }

  void read_headers(HttpPlan& plan) {
    bool has_type = false;
    if (settings_.has("headers")) {
      const Json& headers = settings_.json("headers");
      if (!headers.is_object()) {
        problems_.push_back({"/headers", "'headers' is a map of names to texts"});
        return;
      }
      for (const auto& [name, value] : headers.items()) {
        has_type = has_type || equals_ignoring_case(name, "content-type");
        plan.headers.emplace_back(
            name, text("/headers/" + json::pointer_token(name), json::text_of(value)));
      }
    }
    const std::string body = body_text();
    if (!has_type && (body.starts_with('{') || body.starts_with('['))) {
      plan.headers.emplace_back("Content-Type", text("/headers", "application/json"));
    }
  }

  void read_expect(HttpPlan& plan) {
    if (!settings_.has("expect")) {
      return;
    }
    const Json& expect = settings_.json("expect");
    const Json list = expect.is_array() ? expect : Json::array({expect});
    for (std::size_t i = 0; i < list.size(); ++i) {
      const bool is_status = list[i].is_number_integer() && list[i] >= 100 && list[i] <= 599;
      if (!is_status) {
        problems_.push_back({"/expect/" + std::to_string(i),
                             "a status is a whole number from 100 to 599, such as 201"});
        continue;
      }
      plan.expect.push_back(list[i].get<int>());
    }
  }

  void read_writes(HttpPlan& plan) {
    if (!settings_.has("writes")) {
      return;
    }
    static const config::Fields table{
        {.name = "object_type", .help = "type of the record", .default_value = "contacts"},
        {.name = "property", .help = "by which it is found again", .required = true},
        {.name = "value", .help = "its value; ${index} and ${uuid} are filled", .required = true}};
    const std::size_t before = problems_.size();
    const Settings writes =
        config::read_settings(table, settings_.json("writes"), "/writes", problems_);
    if (problems_.size() == before) {
      plan.written = text("/writes/value", writes.text("value"));
    }
  }

  const Settings& settings_;
  Problems& problems_;
};

const config::Fields& fields() {
  static const config::Fields table{
      {.name = "method", .help = "HTTP method", .default_value = "GET"},
      {.name = "url", .help = "relative to target.url, or whole", .required = true},
      {.name = "headers", .type = Type::any, .help = "map of header names to texts"},
      {.name = "body", .type = Type::any, .help = "a text, or a map that is sent as JSON"},
      {.name = "expect", .type = Type::any, .help = "statuses that are good (default: any 2xx)"},
      {.name = "writes",
       .type = Type::any,
       .help = "what a good answer promises to bring to HubSpot, for the check `lost`: "
               "{ property: email, value: 'a-${index}@example.org' }"},
      {.name = "timeout",
       .type = Type::duration,
       .help = "to the end of the answer",
       .default_value = "30s"},
  };
  return table;
}

std::unique_ptr<Driver> make(const Settings& settings, const DriverContext& context,
                             Problems& problems) {
  const std::size_t before = problems.size();
  HttpPlan plan = PlanReader(settings, problems).read();
  if (problems.size() > before) {
    return nullptr;
  }
  return std::make_unique<HttpDriver>(std::move(plan), context);
}

}  // namespace

void register_driver_http(DriverRegistry& registry);
void register_driver_http(DriverRegistry& registry) {
  registry.add({.name = "http",
                .help = "one HTTP request for each arrival; ${index} and ${uuid} are filled in",
                .fields = fields(),
                .make = make});
}

}  // namespace hubsim::loadgen

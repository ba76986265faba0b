#include "loadgen/drivers/http_flow.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/json/json.h"

namespace hubsim::loadgen {

namespace {

using config::Fields;
using config::Problems;
using config::Settings;
using config::Type;

/// What one request says; the driver's own table, a step's and a mix item's have them in common.
Fields request_fields() {
  return {
      {.name = "method", .help = "HTTP method", .default_value = "GET"},
      {.name = "url", .help = "relative to target.url, or whole"},
      {.name = "headers", .type = Type::any, .help = "map of header names to texts"},
      {.name = "body", .type = Type::any, .help = "a text, or a map that is sent as JSON"},
      {.name = "expect", .type = Type::any, .help = "statuses that are good (default: any 2xx)"}};
}

const Fields& step_fields() {
  static const Fields table = [] {
    Fields all = request_fields();
    all.push_back({.name = "capture",
                   .type = Type::any,
                   .help = "values for later steps: { id: /results/0/id } makes ${got.id}"});
    all.push_back({.name = "think",
                   .type = Type::distribution,
                   .help = "time before this step",
                   .default_value = "0s"});
    return all;
  }();
  return table;
}

const Fields& mix_fields() {
  static const Fields table = [] {
    Fields all = request_fields();
    all.push_back({.name = "weight",
                   .type = Type::number,
                   .help = "how often, relative to the others",
                   .default_value = "1",
                   .min = 0});
    all.push_back({.name = "steps", .type = Type::any, .help = "instead of one request"});
    return all;
  }();
  return table;
}

bool is_pointer(const std::string& text) {
  try {
    return text.starts_with('/') && !Json::json_pointer(text).empty();
  } catch (const Json::exception&) {
    return false;  // a broken ~ escape
  }
}

class PlanReader {
 public:
  explicit PlanReader(Problems& problems) : problems_(problems) {}

  HttpPlan read(const Settings& settings) {
    HttpPlan plan;
    plan.timeout = settings.duration("timeout");
    if (settings.has("feeder")) {
      plan.feeder = Feeder::read(settings.json("feeder"), "/feeder", problems_);
      fed_ = plan.feeder ? plan.feeder->names() : std::vector<std::string>{};
    }
    if (settings.has("mix")) {
      if (settings.has("url") || settings.has("steps")) {
        problem("/mix", "'mix' stands instead of 'url' and 'steps', not beside them");
      }
      read_mix(settings.json("mix"), plan);
    } else {
      plan.mix.push_back(flow(settings, ""));
      plan.total_weight = 1;
    }
    if (settings.has("writes") && settings.has("url") && problems_.empty()) {
      read_writes(settings, "", plan.mix.front().steps.front());
    } else if (settings.has("writes") && !settings.has("url")) {
      problem("/writes", "'writes' goes with 'url', one request for each arrival");
    }
    return plan;
  }

 private:
  void problem(std::string pointer, std::string message) {
    problems_.push_back({std::move(pointer), std::move(message)});
  }

  void read_mix(const Json& mix, HttpPlan& plan) {
    if (!mix.is_array() || mix.empty()) {
      return problem("/mix", "'mix' is a list such as [{ weight: 3, url: /people }]");
    }
    for (std::size_t i = 0; i < mix.size(); ++i) {
      const std::string pointer = "/mix/" + std::to_string(i);
      const std::size_t before = problems_.size();
      const Settings item = config::read_settings(mix_fields(), mix[i], pointer, problems_);
      if (problems_.size() > before) {
        continue;
      }
      plan.mix.push_back(flow(item, pointer));
      plan.mix.back().weight = item.number("weight");
      plan.total_weight += plan.mix.back().weight;
    }
    if (plan.total_weight <= 0) {
      problem("/mix", "all weights are 0");
    }
  }

  HttpFlow flow(const Settings& settings, const std::string& pointer) {
    got_.clear();
    HttpFlow made;
    if (settings.has("url") == settings.has("steps")) {
      problem(pointer, "write either 'url', one request, or 'steps', several in a row");
      return made;
    }
    if (settings.has("url")) {
      made.steps.push_back(request(settings, pointer));
      return made;
    }
    const Json& steps = settings.json("steps");
    if (!steps.is_array() || steps.empty() || steps.size() > 100) {
      problem(pointer + "/steps", "'steps' is a list of 1 to 100 requests");
      return made;
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const std::string at = pointer + "/steps/" + std::to_string(i);
      const std::size_t before = problems_.size();
      const Settings item = config::read_settings(step_fields(), steps[i], at, problems_);
      if (problems_.size() == before) {
        made.steps.push_back(step(item, at));
      }
    }
    return made;
  }

  HttpStep step(const Settings& settings, const std::string& pointer) {
    if (!settings.has("url")) {
      problem(pointer, "the step has no 'url'");
      return {};
    }
    HttpStep made = request(settings, pointer);
    made.think = settings.distribution("think");
    if (settings.has("capture")) {
      read_capture(settings.json("capture"), pointer + "/capture", made);
    }
    return made;
  }

  void read_capture(const Json& capture, const std::string& pointer, HttpStep& step) {
    if (!capture.is_object()) {
      return problem(pointer,
                     "'capture' is a map of names to JSON pointers: { id: /results/0/id }");
    }
    for (const auto& [name, where] : capture.items()) {
      const std::string text = json::text_of(where);
      if (!is_pointer(text)) {
        problem(pointer + "/" + json::pointer_token(name),
                "'" + text + "' is no JSON pointer; one begins with /");
        continue;
      }
      step.capture.emplace_back("got." + name, text);
      got_.push_back("got." + name);
    }
  }

  HttpStep request(const Settings& settings, const std::string& pointer) {
    HttpStep made;
    made.method = settings.text("method");
    made.url = text(pointer + "/url", settings.text("url"));
    const std::string body = body_text(settings);
    made.body = text(pointer + "/body", body);
    read_headers(settings, pointer, body, made);
    read_expect(settings, pointer, made);
    return made;
  }

  TextTemplate text(const std::string& pointer, std::string_view written) {
    std::vector<std::string> names = fed_;
    names.insert(names.end(), got_.begin(), got_.end());
    auto parsed = TextTemplate::parse(written, names);
    if (!parsed) {
      problem(pointer, parsed.error());
      return {};
    }
    return std::move(*parsed);
  }

  static std::string body_text(const Settings& settings) {
    if (!settings.has("body")) {
      return "";
    }
    const Json& body = settings.json("body");
    return body.is_string() ? body.get<std::string>() : json::dump(body);
  }

  void read_headers(const Settings& settings, const std::string& pointer, const std::string& body,
                    HttpStep& made) {
    bool has_type = false;
    if (settings.has("headers")) {
      const Json& headers = settings.json("headers");
      if (!headers.is_object()) {
        return problem(pointer + "/headers", "'headers' is a map of names to texts");
      }
      for (const auto& [name, value] : headers.items()) {
        has_type = has_type || equals_ignoring_case(name, "content-type");
        made.headers.emplace_back(
            name, text(pointer + "/headers/" + json::pointer_token(name), json::text_of(value)));
      }
    }
    if (!has_type && (body.starts_with('{') || body.starts_with('['))) {
      made.headers.emplace_back("Content-Type", text(pointer + "/headers", "application/json"));
    }
  }

  void read_expect(const Settings& settings, const std::string& pointer, HttpStep& made) {
    if (!settings.has("expect")) {
      return;
    }
    const Json& expect = settings.json("expect");
    const Json list = expect.is_array() ? expect : Json::array({expect});
    for (std::size_t i = 0; i < list.size(); ++i) {
      const bool is_status = list[i].is_number_integer() && list[i] >= 100 && list[i] <= 599;
      if (!is_status) {
        problem(pointer + "/expect/" + std::to_string(i),
                "a status is a whole number from 100 to 599, such as 201");
        continue;
      }
      made.expect.push_back(list[i].get<int>());
    }
  }

  void read_writes(const Settings& settings, const std::string& pointer, HttpStep& made) {
    if (!settings.has("writes")) {
      return;
    }
    static const Fields table{
        {.name = "object_type", .help = "type of the record", .default_value = "contacts"},
        {.name = "property", .help = "by which it is found again", .required = true},
        {.name = "value", .help = "its value; ${index} and ${uuid} are filled", .required = true}};
    const std::size_t before = problems_.size();
    const Settings writes =
        config::read_settings(table, settings.json("writes"), pointer + "/writes", problems_);
    if (problems_.size() == before) {
      made.written = text(pointer + "/writes/value", writes.text("value"));
    }
  }

  Problems& problems_;
  std::vector<std::string> fed_;
  std::vector<std::string> got_;  ///< captured by the steps before
};

}  // namespace

const Fields& http_fields() {
  static const Fields table = [] {
    Fields all = request_fields();
    all.push_back({.name = "writes",
                   .type = Type::any,
                   .help =
                       "what a good answer to `url` promises to bring to HubSpot, for the check "
                       "`lost`: { property: email, value: 'a-${index}@example.org' }"});
    all.push_back({.name = "steps",
                   .type = Type::any,
                   .help = "instead of url: requests in a row, with capture and think"});
    all.push_back({.name = "mix",
                   .type = Type::any,
                   .help = "instead of url: list of { weight, url ... } or { weight, steps }"});
    all.push_back({.name = "feeder",
                   .type = Type::any,
                   .help = "rows of values, ${feed.COLUMN}: { file: people.csv } or { generate: "
                           "{ email: 'u-${index}@example.org' } }"});
    all.push_back({.name = "timeout",
                   .type = Type::duration,
                   .help = "to the end of the answer",
                   .default_value = "30s"});
    return all;
  }();
  return table;
}

HttpPlan read_http_plan(const Settings& settings, Problems& problems) {
  return PlanReader(problems).read(settings);
}

}  // namespace hubsim::loadgen

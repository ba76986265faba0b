#include "scenarios/model/read.h"

#include <algorithm>

#include "common/base/text.h"
#include "scenarios/model/load_variables.h"
#include "scenarios/model/read_parts.h"
#include "scenarios/model/tables.h"

namespace hubsim::scenarios {

using config::Settings;

bool is_process_fault(const FaultSpec& fault) { return fault.kind.starts_with("process_"); }

namespace {

Json object_or_empty(const Json& document, const char* key) {
  const Json* value = json::find(document, key);
  return value == nullptr || value->is_null() ? Json::object() : *value;
}

class TopReader {
 public:
  TopReader(Scenario& scenario, config::Problems& problems)
      : scenario_(scenario), problems_(problems) {}

  void read(const Json& document) {
    const Settings settings = config::read_settings(tables::scenario(), document, "", problems_);
    scenario_.name = settings.has("name") ? settings.text("name") : "";
    scenario_.description = settings.has("description") ? settings.text("description") : "";
    if (settings.has("seed")) {
      scenario_.seed = static_cast<std::uint64_t>(settings.integer("seed"));
    }
    if (const Json* require = json::find(document, "require"); require && require->empty()) {
      problems_.push_back({"/require", "a run that requires nothing can only pass; add a check"});
    }
    if (json::find(document, "target") != nullptr) {
      read_target(object_or_empty(document, "target"));
    }
    read_world(object_or_empty(document, "world"));
  }

 private:
  void read_target(const Json& object) {
    const Settings settings = config::read_settings(tables::target(), object, "/target", problems_);
    TargetSpec& target = scenario_.target;
    if (settings.has("command")) {
      target.command = settings.text_list("command");
    }
    if (settings.has("env")) {
      read_env(settings.json("env"));
    }
    target.url = settings.has("url") ? settings.text("url") : "";
    target.health = settings.has("health") ? settings.text("health") : "/";
    target.ready_within =
        settings.has("ready_within") ? settings.duration("ready_within") : Duration::zero();
    target.stop_within =
        settings.has("stop_within") ? settings.duration("stop_within") : Duration::zero();
    const bool whole = target.url.starts_with("http://") || target.url.starts_with("${");
    if (!target.url.empty() && !whole) {
      problems_.push_back({"/target/url",
                           "write the whole URL, such as 'http://127.0.0.1:3000' "
                           "(https is not spoken here yet)"});
    }
    if (!target.health.starts_with("/")) {
      problems_.push_back({"/target/health", "write a path that starts with '/'"});
    }
  }

  void read_env(const Json& env) {
    if (!env.is_object()) {
      problems_.push_back({"/target/env", "expected a mapping of names to texts"});
      return;
    }
    for (const auto& [name, value] : env.items()) {
      if (value.is_structured() || value.is_null()) {
        problems_.push_back({"/target/env/" + json::pointer_token(name),
                             "expected a text (\"\" for an empty one)"});
      }
      scenario_.target.env.emplace_back(name, json::text_of(value));
    }
  }

  void read_world(const Json& object) {
    const Settings settings = config::read_settings(tables::world(), object, "/world", problems_);
    const Settings portal = config::read_settings(
        tables::portal(), object_or_empty(object, "portal"), "/world/portal", problems_);
    WorldSpec& world = scenario_.world;
    const auto text = [&](const char* key) { return portal.has(key) ? portal.text(key) : ""; };
    world.tier = text("tier");
    world.limits = text("limits");
    world.app = text("app");
    if (portal.has("index_lag")) {
      read_index_lag(portal.text("index_lag"));
    }
    if (settings.has("webhooks") && !settings.json("webhooks").is_null()) {
      read_webhooks(settings.json("webhooks"));
    }
    if (settings.has("data")) {
      read_data(settings.json("data"));
    }
  }

  void read_index_lag(const std::string& text) {
    const bool preset = text == "off" || text == "typical" || text == "slow";
    const auto parsed = config::parse_distribution(preset ? "1s" : text);
    if (!parsed.ok()) {
      problems_.push_back({"/world/portal/index_lag", parsed.error()});
    }
    scenario_.world.index_lag = text;
  }

  void read_webhooks(const Json& object) {
    const Settings settings =
        config::read_settings(tables::webhooks(), object, "/world/webhooks", problems_);
    WebhookSpec spec;
    spec.url = settings.has("url") ? settings.text("url") : "";
    if (settings.has("subscriptions")) {
      spec.subscriptions = settings.text_list("subscriptions");
    }
    if (settings.has("max_concurrent_requests")) {
      spec.max_concurrent_requests = settings.integer("max_concurrent_requests");
    }
    spec.retry = settings.has("retry") ? settings.text("retry") : "hubspot";
    spec.ca_file = settings.has("ca_file") ? settings.text("ca_file") : "";
    spec.verify = !settings.has("verify") || settings.boolean("verify");
    if (settings.has("batch_window")) {
      spec.batch_window = settings.duration("batch_window");
    }
    scenario_.world.webhooks = std::move(spec);
  }

  void read_data(const Json& list) {
    if (!list.is_array()) {
      problems_.push_back(
          {"/world/data", "'data' is a list such as [{ object_type: contacts, count: 200 }]"});
      return;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Settings settings = config::read_settings(
          tables::data(), list[i], "/world/data/" + std::to_string(i), problems_);
      DataSpec spec;
      spec.object_type = settings.has("object_type") ? settings.text("object_type") : "";
      spec.count = settings.has("count") ? settings.integer("count") : 0;
      scenario_.world.data.push_back(std::move(spec));
    }
  }

  Scenario& scenario_;
  config::Problems& problems_;
};

void read_compare(const Json& document, const Kinds& kinds, Scenario& scenario,
                  config::Problems& problems) {
  const Json* object = json::find(document, "compare");
  if (object == nullptr || object->is_null()) {
    return;
  }
  const Settings settings = config::read_settings(tables::compare(), *object, "/compare", problems);
  CompareSpec spec;
  spec.with = settings.has("with") ? settings.text("with") : "";
  spec.may_be_missing = settings.has("missing") && settings.text("missing") == "ignore";
  spec.gates = object_or_empty(*object, "gates");
  (void)config::read_settings(kinds.gates, spec.gates, "/compare/gates", problems);
  scenario.compare = std::move(spec);
}

/// What no single part can see.
void check_whole(const Scenario& scenario, config::Problems& problems) {
  const bool mirrored = std::any_of(scenario.observe.begin(), scenario.observe.end(),
                                    [](const ObserveSpec& spec) { return spec.role == "mirror"; });
  for (std::size_t i = 0; i < scenario.phases.size(); ++i) {
    if (scenario.phases[i].until_converged && !mirrored) {
      problems.push_back({"/phases/" + std::to_string(i) + "/until",
                          "'until: converged' needs an observer with 'role: mirror'"});
    }
  }
}

}  // namespace

Scenario read_scenario(const Json& document, const Kinds& kinds, const ReadOptions& options,
                       config::Problems& problems) {
  Scenario scenario;
  if (!document.is_object()) {
    problems.push_back({"", "a scenario is a mapping with version, name, target, phases, ..."});
    return scenario;
  }
  const Json resolved = resolve_load_variables(document, options, scenario.set, problems);
  TopReader(scenario, problems).read(resolved);
  PartsReader(kinds, scenario, problems).read(resolved);
  read_compare(resolved, kinds, scenario, problems);
  check_whole(scenario, problems);
  return scenario;
}

}  // namespace hubsim::scenarios

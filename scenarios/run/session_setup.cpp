// Session: the world, the integration, what watches it and what drives it.
#include <fmt/format.h>

#include <fstream>
#include <system_error>

#include "scenarios/run/session.h"

namespace hubsim::scenarios {

namespace {

constexpr const char* work_folder = "integration";
constexpr const char* work_marker = ".made_by_hubsim";

std::vector<std::pair<std::string, std::string>> substituted(
    std::vector<std::pair<std::string, std::string>> pairs, const Variables& variables) {
  for (auto& [name, value] : pairs) {
    value = substitute(value, variables);
  }
  return pairs;
}

TargetSpec substituted(TargetSpec spec, const Variables& variables) {
  for (std::string& word : spec.command) {
    word = substitute(word, variables);
  }
  spec.env = substituted(std::move(spec.env), variables);
  spec.url = substitute(spec.url, variables);
  spec.health = substitute(spec.health, variables);
  return spec;
}

SessionError error(SessionError::Kind kind, const Status<>& status) {
  return {.kind = kind, .text = status.error()};
}

}  // namespace

Session::Session(SessionOptions options, const std::atomic<bool>& interrupted)
    : scenario_(std::move(options.scenario)),
      kinds_(std::move(options.kinds)),
      make_mock_(std::move(options.mock)),
      out_(std::move(options.out)),
      console_(std::move(options.console)),
      metrics_(options.metrics),
      pump_(interrupted) {}

Session::~Session() {
  watched_.clear();
  if (traffic_) {
    traffic_->stop(std::chrono::nanoseconds(0));
  }
}

SessionError Session::setup() {
  using Kind = SessionError::Kind;
  if (const auto done = prepare_folder(); !done.ok()) {
    return error(Kind::bad_setup, done);
  }
  if (const auto done = start_mock(); !done.ok()) {
    return error(Kind::unreachable, done);
  }
  if (const auto done = make_world(); !done.ok()) {
    return error(Kind::bad_setup, done);
  }
  target_ = std::make_unique<Target>(substituted(scenario_.target, variables_),
                                     (out_ / "integration.log").string());
  if (const auto done = target_->start(); !done.ok()) {
    return error(Kind::unreachable, done);
  }
  if (const auto done = target_->wait_ready(pump_); !done.ok()) {
    return pump_.interrupted() ? ended_early() : error(Kind::unreachable, done);
  }
  collector_ = std::make_unique<Collector>(*control_, mirrors_, effects_);
  faults_ = std::make_unique<FaultPlayer>(scenario_, kinds_, *control_, *target_);
  started_ms_ = clock_.now_ms();
  if (const auto done = make_observers(); !done.ok()) {
    return error(Kind::bad_setup, done);
  }
  if (const auto done = make_traffic(); !done.ok()) {
    return error(Kind::bad_setup, done);
  }
  start_ticks();
  return {};
}

/// The integration's own folder starts empty: state of an earlier run must not help this one. Only
/// a folder that a run made is ever emptied.
Status<> Session::prepare_folder() {
  std::error_code failed;
  out_ = std::filesystem::absolute(out_);
  work_ = out_ / work_folder;
  if (std::filesystem::exists(work_) && !std::filesystem::is_empty(work_) &&
      !std::filesystem::exists(work_ / work_marker)) {
    return Failure{work_.string() + " exists and no run made it; choose another --out"};
  }
  std::filesystem::remove_all(work_, failed);
  std::filesystem::remove(out_ / "integration.log", failed);
  std::filesystem::create_directories(work_, failed);
  if (failed || !std::ofstream(work_ / work_marker)) {
    return Failure{work_.string() + " cannot be made or written to"};
  }
  return Done{};
}

Status<> Session::start_mock() {
  auto mock = make_mock_({.tier = scenario_.world.tier,
                          .limits = scenario_.world.limits,
                          .app = scenario_.world.app,
                          .seed = scenario_.seed.value_or(0)});
  if (!mock.ok()) {
    return Failure{mock.error()};
  }
  mock_ = std::move(mock).value();
  control_ = std::make_unique<ControlClient>(mock_->control_url);
  const auto port = free_port();
  if (!port.ok()) {
    return Failure{port.error()};
  }
  variables_ = {{"mock.url", mock_->url},
                {"mock.control_url", mock_->control_url},
                {"mock.access_token", mock_->access_token},
                {"mock.portal_id", mock_->portal_id},
                {"mock.app_id", mock_->app_id},
                {"mock.client_id", mock_->client_id},
                {"mock.client_secret", mock_->client_secret},
                {"target.port", std::to_string(*port)},
                {"run.dir", work_.string()}};
  return clock_.synchronise(*control_);
}

/// Data first, webhooks after it: what was there before the run is nobody's news.
Status<> Session::make_world() {
  for (const DataSpec& data : scenario_.world.data) {
    const auto made =
        control_->post("data/generate", {{"object_type", data.object_type}, {"count", data.count}});
    if (!made.ok()) {
      return Failure{made.error()};
    }
  }
  if (scenario_.world.index_lag) {
    const auto set = control_->put("search", {{"index_lag", *scenario_.world.index_lag}});
    if (!set.ok()) {
      return Failure{set.error()};
    }
  }
  // A mock of an older version that runs already may not know this: then its part is left out.
  (void)control_->put("behaviour", {{"recording", true}});
  if (!scenario_.world.webhooks) {
    return Done{};
  }
  const WebhookSpec& spec = *scenario_.world.webhooks;
  Json body = {{"target_url", substitute(spec.url, variables_)},
               {"subscriptions", spec.subscriptions},
               {"max_concurrent_requests", spec.max_concurrent_requests},
               {"retry", spec.retry},
               {"ca_file", substitute(spec.ca_file, variables_)},
               {"verify", spec.verify}};
  if (spec.batch_window) {
    body["batch_window_ms"] = spec.batch_window->count() / 1000;
  }
  const auto put = control_->put("webhooks", body);
  return put.ok() ? Status<>(Done{}) : Status<>(Failure{put.error()});
}

Status<> Session::make_observers() {
  ObserverRegistry registry("observer");
  register_all_observers(registry);
  const ObserverContext context{.clock = clock_,
                                .target_url = target_->spec().url,
                                .directory = std::filesystem::current_path().string(),
                                .environment = target_->spec().env};
  std::vector<std::unique_ptr<Observer>> observers;
  std::vector<Duration> gaps;
  for (const ObserveSpec& spec : scenario_.observe) {
    const ObserverKind* kind = registry.find(spec.kind);
    config::Problems problems;
    const auto settings =
        config::read_settings(with_common_observer_fields(kind->fields),
                              substitute_in(spec.settings, variables_), "", problems);
    if (!problems.empty()) {
      return Failure{"observer '" + spec.id + "': " + problems.front().message};
    }
    auto observer = kind->make(spec.id, settings, context);
    if (!observer.ok()) {
      return Failure{"observer '" + spec.id + "': " + observer.error()};
    }
    const ObserverSettings common = observer_settings(settings);
    const bool is_mirror = common.role == ObserverSettings::Role::mirror;
    watched_.push_back({.id = spec.id,
                        .is_mirror = is_mirror,
                        .judge = is_mirror ? mirrors_.size() : effects_.size()});
    const std::string type = object_type_id(common.object_type);
    if (is_mirror) {
      mirrors_.push_back(
          {spec.id,
           Oracle({.observer = spec.id, .object_type = type, .properties = common.properties})});
    } else {
      effects_.push_back({spec.id, EffectsLedger(type)});
    }
    observers.push_back(std::move(observer).value());
    gaps.push_back(common.every);
  }
  // History must be known before the first observation is judged, and no vector may move any more.
  collector_->read_history();
  for (std::size_t i = 0; i < observers.size(); ++i) {
    watched_[i].thread = std::make_unique<ObserverThread>(
        std::move(observers[i]), gaps[i], [this, i](Observation observation) {
          (void)pump_.loop().post([this, i, seen = std::move(observation)]() mutable {
            on_observation(i, std::move(seen));
          });
        });
  }
  return Done{};
}

Status<> Session::make_traffic() {
  std::vector<loadgen::TrafficSpec> specs;
  specs.reserve(scenario_.traffic.size());
  for (const TrafficSpec& spec : scenario_.traffic) {
    specs.push_back({.id = spec.id,
                     .kind = spec.driver,
                     .arrivals = spec.arrivals,
                     .settings = substitute_in(spec.settings, variables_)});
  }
  traffic_ = std::make_unique<loadgen::TrafficRun>(
      std::move(specs),
      loadgen::Targets{.control_url = mock_->control_url, .target_url = target_->spec().url},
      scenario_.seed.value_or(0));
  if (auto prepared = traffic_->prepare(); !prepared.ok()) {
    return prepared;
  }
  traffic_->publish_to(metrics_);
  traffic_->start(clock_.monotonic_of(started_ms_));
  return Done{};
}

}  // namespace hubsim::scenarios

// What the emitter knows of the apps' settings, of which HubSpot uses a copy for up to five minutes
// (behaviour reference 8.1), and of the options.
#include <chrono>

#include "hubspot/rules/option_ids.h"
#include "mock_server/webhooks/emitter.h"

namespace hubsim::webhooks {

namespace {

using hubspot::Option;

EmitterRules rules_of(const hubspot::Options& options) {
  return {.creation_flag = options.value(Option::webhooks_creation_flag),
          .redirect_is_success = options.is(Option::webhooks_redirects, "success"),
          .regroups_retries = options.is(Option::webhooks_retry_batches, "regrouped"),
          .settings_cache = options.is(Option::webhooks_settings_cache, "5m")
                                ? Duration(std::chrono::minutes(5))
                                : Duration(0),
          .timeout = timeout_of(options),
          .redacts_sensitive = options.is(Option::webhooks_redact_sensitive, "yes"),
          .events = {.silent_properties = options.on(Option::webhooks_silent_properties),
                     .merge_storm = options.is(Option::webhooks_merge_events, "all"),
                     .privacy_deletes = options.is(Option::webhooks_privacy_events, "both")}};
}

}  // namespace

void Emitter::configure(AppSettings settings) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t app_id = settings.app_id;
  told_[app_id] = std::move(settings);
  const Instant now = parts_.clock.now();
  const auto [loaded, is_first] = first_loaded_.try_emplace(app_id, now);
  if (is_first || rules_.settings_cache == Duration(0)) {
    waiting_settings_.erase(app_id);
    make_routes(told_[app_id]);
    return;
  }
  // The copy is renewed every five minutes from its first use on.
  const auto periods = (now - loaded->second) / rules_.settings_cache + 1;
  waiting_settings_.try_emplace(app_id, loaded->second + periods * rules_.settings_cache);
}

void Emitter::install_due_settings() {
  if (waiting_settings_.empty()) {
    return;
  }
  const Instant now = parts_.clock.now();
  std::erase_if(waiting_settings_, [&](const auto& waiting) {
    const bool due = waiting.second <= now || rules_.settings_cache == Duration(0);
    if (due) {
      make_routes(told_.at(waiting.first));
    }
    return due;
  });
}

void Emitter::make_routes(const AppSettings& settings) {
  AppSettings effective = settings;
  effective.timeout = settings.timeout.value_or(rules_.timeout);
  routes_[settings.app_id] = std::make_shared<Routes>(std::move(effective), rules_.events);
}

void Emitter::set_options(const hubspot::Options& options) {
  const std::lock_guard lock(mutex_);
  adopt(options);
}

/// Asked for every change: one comparison when nothing is new.
void Emitter::adopt(const hubspot::Options& options) {
  if (options == seen_options_) {
    return;
  }
  seen_options_ = options;
  rules_ = rules_of(options);
  for (const auto& [app_id, settings] : told_) {
    if (!waiting_settings_.contains(app_id)) {
      make_routes(settings);
    }
  }
  install_due_settings();
}

AppSettings Emitter::settings(std::uint64_t app_id) const {
  const std::lock_guard lock(mutex_);
  const auto it = told_.find(app_id);
  return it == told_.end() ? AppSettings{.app_id = app_id} : it->second;
}

}  // namespace hubsim::webhooks

#include "mock_server/webhooks/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"

namespace hubsim::webhooks {

namespace {

/// Kinds that the unknown text may have meant.
std::string unknown_type(std::string_view text) {
  std::vector<std::string> types;
  for (const auto& type : portal::webhook_event_types()) {
    types.emplace_back(type.name);
  }
  return fmt::format("unknown subscription '{}'{}; known: {}", text, did_you_mean(text, types),
                     join(types, ", "));
}

config::Fields settings_fields() {
  using config::Type;
  return {{.name = "target_url", .type = Type::text, .help = "where webhooks go; empty: nowhere"},
          {.name = "subscriptions", .type = Type::any, .help = "list of subscriptions"},
          {.name = "max_concurrent_requests",
           .type = Type::integer,
           .help = "requests in flight at once",
           .min = 1,
           .max = 1000},
          {.name = "retry",
           .type = Type::text,
           .help = "schedule of retries",
           .choices = {"hubspot", "compressed"}},
          {.name = "batch_window_ms",
           .type = Type::integer,
           .help = "how long events are gathered",
           .min = 0,
           .max = 60'000},
          {.name = "timeout_ms",
           .type = Type::integer,
           .help = "real time the receiver has",
           .min = 10,
           .max = 60'000},
          {.name = "ca_file",
           .type = Type::text,
           .help = "PEM certificates an https receiver is checked against; empty: the system's"},
          {.name = "verify",
           .type = Type::boolean,
           .help = "false takes any certificate of an https receiver"}};
}

/// A text, or {"subscription":"contact.creation","active":false}.
Result<Subscription> read_subscription(const Json& item) {
  const Json* text = item.is_object() ? json::find(item, "subscription") : &item;
  if (text == nullptr || !text->is_string()) {
    return Failure{std::string("a subscription is a text such as 'contact.creation'")};
  }
  auto parsed = parse_subscription(json::text_of(*text));
  const Json* active = item.is_object() ? json::find(item, "active") : nullptr;
  if (parsed.ok() && active != nullptr) {
    parsed->active = *active != false;
  }
  return parsed;
}

void read_subscriptions(const Json& list, AppSettings& settings, config::Problems& problems) {
  if (!list.is_array() || list.size() > portal::max_webhook_subscriptions) {
    problems.push_back({"/subscriptions",
                        "expected a list of at most 1000 texts such as "
                        "'contact.creation'"});
    return;
  }
  const auto before = std::move(settings.subscriptions);
  settings.subscriptions.clear();
  std::size_t index = 0;
  for (const Json& item : list) {
    auto parsed = read_subscription(item);
    if (parsed.ok()) {
      settings.add(std::move(*parsed), before);
    } else {
      problems.push_back({fmt::format("/subscriptions/{}", index), parsed.error()});
    }
    ++index;
  }
}

void check_url(const std::string& url, config::Problems& problems) {
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
    problems.push_back({"/target_url", "'" + url + "' is no URL: begin with http:// or https://"});
  }
}

void take_values(const config::Settings& given, AppSettings& settings) {
  if (given.has("target_url")) {
    settings.target_url = given.text("target_url");
  }
  if (given.has("max_concurrent_requests")) {
    settings.max_concurrent_requests = static_cast<int>(given.integer("max_concurrent_requests"));
  }
  if (given.has("retry")) {
    settings.retry =
        given.text("retry") == "compressed" ? RetrySchedule::compressed : RetrySchedule::hubspot;
  }
  if (given.has("batch_window_ms")) {
    settings.batch_window = std::chrono::milliseconds(given.integer("batch_window_ms"));
  }
  if (given.has("ca_file")) {
    settings.tls.ca_file = given.text("ca_file");
  }
  if (given.has("verify")) {
    settings.tls.verify = given.boolean("verify");
  }
  if (given.has("timeout_ms")) {
    settings.timeout = std::chrono::milliseconds(given.integer("timeout_ms"));
  }
}

}  // namespace

Result<Subscription> parse_subscription(std::string_view text) {
  const auto colon = std::min(text.find(':'), text.size());
  const auto at = std::min(text.substr(0, colon).find('@'), colon);
  const auto* type = portal::find_webhook_event_type(text.substr(0, at));
  if (type == nullptr) {
    return Failure{unknown_type(text.substr(0, at))};
  }
  Subscription subscription{.kind = type->event, .object = std::string(type->object)};
  if (at < colon) {
    subscription.object_type_id = text.substr(at + 1, colon - at - 1);
    if (subscription.object != portal::generic_object) {
      return Failure{fmt::format("'{}': only 'object' takes a type ('object.creation@0-1')", text)};
    }
  }
  if (colon == text.size()) {
    return subscription;
  }
  const auto detail = text.substr(colon + 1);
  if (subscription.kind == EventKind::completed) {
    subscription.event_type_name = detail;
    return subscription;
  }
  if (subscription.kind != EventKind::property_change) {
    return Failure{fmt::format("'{}': only propertyChange takes a property", text)};
  }
  if (portal::is_silent_property(detail)) {
    return Failure{fmt::format("HubSpot offers no propertyChange for '{}'", detail)};
  }
  subscription.property_name = detail;
  return subscription;
}

std::string format_subscription(const Subscription& subscription) {
  std::string text = subscription.type();
  if (!subscription.object_type_id.empty()) {
    text += "@" + subscription.object_type_id;
  }
  const auto& detail = subscription.kind == EventKind::completed ? subscription.event_type_name
                                                                 : subscription.property_name;
  return detail.empty() ? text : text + ":" + detail;
}

Duration timeout_of(const hubspot::Options& options) {
  return options.is(hubspot::Option::webhooks_timeout, "5s") ? std::chrono::seconds(5)
                                                             : default_timeout;
}

Duration retry_gap(RetrySchedule schedule, int attempt, Prng& jitter) {
  const Duration gap = hubspot_retry_gaps.at(static_cast<std::size_t>(attempt));
  const Duration base = schedule == RetrySchedule::compressed ? gap / compressed_divisor : gap;
  const double factor = 0.8 + 0.4 * jitter.uniform();
  return Duration(static_cast<std::int64_t>(static_cast<double>(base.count()) * factor));
}

config::Problems apply_json(const Json& body, AppSettings& settings) {
  config::Problems problems;
  const auto given = config::read_settings(settings_fields(), body, "", problems);
  AppSettings changed = settings;
  take_values(given, changed);
  check_url(changed.target_url, problems);
  if (given.has("subscriptions")) {
    read_subscriptions(given.json("subscriptions"), changed, problems);
  }
  if (problems.empty()) {
    settings = std::move(changed);
  }
  return problems;
}

Json to_json(const AppSettings& settings) {
  Json subscriptions = Json::array();
  for (const Subscription& subscription : settings.subscriptions) {
    const std::string text = format_subscription(subscription);
    subscriptions.push_back(subscription.active ? Json(text)
                                                : Json{{"subscription", text}, {"active", false}});
  }
  return {{"target_url", settings.target_url},
          {"subscriptions", std::move(subscriptions)},
          {"max_concurrent_requests", settings.max_concurrent_requests},
          {"retry", settings.retry == RetrySchedule::compressed ? "compressed" : "hubspot"},
          {"batch_window_ms", settings.batch_window / std::chrono::milliseconds(1)},
          {"timeout_ms", settings.timeout.value_or(default_timeout) / std::chrono::milliseconds(1)},
          {"ca_file", settings.tls.ca_file},
          {"verify", settings.tls.verify}};
}

}  // namespace hubsim::webhooks

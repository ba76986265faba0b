#include "mock_server/webhooks/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "common/base/text.h"

namespace hubsim::webhooks {

namespace {

constexpr std::size_t max_subscriptions = 1000;             // per app (behaviour reference 2.4)
constexpr std::uint64_t first_subscription_id = 4'578'255;  // magnitude of a recorded one (8.2)
constexpr std::string_view generic_object = "object";

const std::vector<std::string>& known_objects() {
  static const std::vector<std::string> objects{"contact", "company", "deal", "ticket", "object"};
  return objects;
}

constexpr std::array<EventKind, 5> kinds{EventKind::creation, EventKind::deletion,
                                         EventKind::restore, EventKind::property_change,
                                         EventKind::association_change};

/// HubSpot's own that hubsim does not emit yet (8.1).
const std::vector<std::string>& unmodelled_events() {
  static const std::vector<std::string> events{"merge", "privacyDeletion", "newMessage",
                                               "completed"};
  return events;
}

/// Not offered for propertyChange (8.1, documented).
bool is_silent_property(std::string_view name) {
  return name == "hs_lastmodifieddate" || name == "num_unique_conversion_events";
}

std::optional<EventKind> kind_of(std::string_view name) {
  const auto* it = std::find_if(kinds.begin(), kinds.end(),
                                [&](EventKind kind) { return event_kind_name(kind) == name; });
  return it == kinds.end() ? std::nullopt : std::optional(*it);
}

std::string unknown_type(std::string_view text, std::string_view object, std::string_view event) {
  const auto& unmodelled = unmodelled_events();
  const bool known_event =
      kind_of(event) || std::find(unmodelled.begin(), unmodelled.end(), event) != unmodelled.end();
  const bool other_object =
      object == "product" || object == "line_item" || object == "conversation" || object == "event";
  const auto& objects = known_objects();
  if (known_event &&
      (other_object || std::find(objects.begin(), objects.end(), object) != objects.end())) {
    return fmt::format("'{}' is an event of HubSpot's that hubsim does not emit yet", text);
  }
  std::vector<std::string> types;
  for (const std::string& name : objects) {
    for (const EventKind kind : kinds) {
      types.push_back(fmt::format("{}.{}", name, event_kind_name(kind)));
    }
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

void read_subscriptions(const Json& list, AppSettings& settings, config::Problems& problems) {
  if (!list.is_array() || list.size() > max_subscriptions) {
    problems.push_back({"/subscriptions",
                        "expected a list of at most 1000 texts such as "
                        "'contact.creation'"});
    return;
  }
  settings.subscriptions.clear();
  for (const Json& item : list) {
    const std::size_t index = settings.subscriptions.size();
    auto parsed = parse_subscription(json::text_of(item));
    if (!parsed.ok()) {
      problems.push_back({fmt::format("/subscriptions/{}", index), parsed.error()});
    }
    settings.subscriptions.push_back(parsed.ok() ? std::move(*parsed) : Subscription());
    settings.subscriptions.back().id = first_subscription_id + index;
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

std::string_view event_kind_name(EventKind kind) noexcept {
  switch (kind) {
    case EventKind::creation:
      return "creation";
    case EventKind::deletion:
      return "deletion";
    case EventKind::restore:
      return "restore";
    case EventKind::property_change:
      return "propertyChange";
    case EventKind::association_change:
      return "associationChange";
  }
  return "";
}

std::string Subscription::type() const {
  return fmt::format("{}.{}", object, event_kind_name(kind));
}

Result<Subscription> parse_subscription(std::string_view text) {
  const auto colon = std::min(text.find(':'), text.size());
  const auto at = std::min(text.substr(0, colon).find('@'), colon);
  const auto name = text.substr(0, at);
  const auto dot = std::min(name.find('.'), name.size());
  Subscription subscription{.object = std::string(name.substr(0, dot))};
  const auto event = name.substr(std::min(dot + 1, name.size()));
  const auto kind = kind_of(event);
  const auto& objects = known_objects();
  if (!kind || std::find(objects.begin(), objects.end(), subscription.object) == objects.end()) {
    return Failure{unknown_type(name, subscription.object, event)};
  }
  subscription.kind = *kind;
  if (at < colon) {
    subscription.object_type_id = text.substr(at + 1, colon - at - 1);
    if (subscription.object != generic_object) {
      return Failure{fmt::format("'{}': only 'object' takes a type ('object.creation@0-1')", text)};
    }
  }
  if (colon < text.size()) {
    subscription.property_name = text.substr(colon + 1);
    if (subscription.kind != EventKind::property_change) {
      return Failure{fmt::format("'{}': only propertyChange takes a property", text)};
    }
    if (is_silent_property(subscription.property_name)) {
      return Failure{
          fmt::format("HubSpot offers no propertyChange for '{}'", subscription.property_name)};
    }
  }
  return subscription;
}

std::string format_subscription(const Subscription& subscription) {
  std::string text = subscription.type();
  if (!subscription.object_type_id.empty()) {
    text += "@" + subscription.object_type_id;
  }
  if (!subscription.property_name.empty()) {
    text += ":" + subscription.property_name;
  }
  return text;
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
    subscriptions.push_back(format_subscription(subscription));
  }
  return {{"target_url", settings.target_url},
          {"subscriptions", std::move(subscriptions)},
          {"max_concurrent_requests", settings.max_concurrent_requests},
          {"retry", settings.retry == RetrySchedule::compressed ? "compressed" : "hubspot"},
          {"batch_window_ms", settings.batch_window / std::chrono::milliseconds(1)},
          {"timeout_ms", settings.timeout / std::chrono::milliseconds(1)},
          {"ca_file", settings.tls.ca_file},
          {"verify", settings.tls.verify}};
}

}  // namespace hubsim::webhooks

// Webhook settings of an app: read, put, delete (behaviour reference 8.1, D). Texts of refusals are
// not known; these are ours.
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/webhooks/input.h"

namespace hubsim::operations {

namespace {

using hubspot::Option;

constexpr std::int64_t concurrency_floor = 5;  ///< must be exceeded (8.1, D)
constexpr std::int64_t concurrency_ceiling = 1000;

std::string render(const portal::AppWebhooks& webhooks) {
  std::string out = R"({"targetUrl":)";
  json::append_string(out, webhooks.target_url);
  out += R"(,"throttling":{"maxConcurrentRequests":)" +
         std::to_string(webhooks.max_concurrent_requests) + R"(},"createdAt":")" +
         format_iso8601(*webhooks.created_at) + R"(","updatedAt":")" +
         format_iso8601(webhooks.updated_at) + "\"}";
  return out;
}

std::optional<ApiError> check_url(const Context& context, const std::string& url) {
  const bool secure = url.starts_with("https://");
  const bool plain = url.starts_with("http://");
  if (!secure && (!plain || context.portal.options().on(Option::webhooks_https_only))) {
    return hooks::invalid("targetUrl must be a valid HTTPS URL: " + url);
  }
  const auto host = url.substr(secure ? 8 : 7);
  return host.empty() || host.front() == '/' || host.find_first_of(" \t\r\n") != std::string::npos
             ? std::optional(hooks::invalid("targetUrl must be a valid HTTPS URL: " + url))
             : std::nullopt;
}

std::optional<ApiError> check_concurrency(const Context& context, std::int64_t requests) {
  const bool floor = context.portal.options().on(Option::webhooks_concurrency_floor);
  if (floor && requests <= concurrency_floor) {
    return hooks::invalid("maxConcurrentRequests must be greater than 5");
  }
  if (requests < 1 || requests > concurrency_ceiling) {
    return hooks::invalid("maxConcurrentRequests must be between 1 and 1000");
  }
  return std::nullopt;
}

struct SettingsInput {
  std::string target_url;
  std::int64_t max_concurrent_requests = 0;
};

Read<std::int64_t> read_throttling(const Context& context, const Members& members,
                                   const Json& body) {
  const Json* throttling = json::find(body, "throttling");
  if (!throttling->is_object()) {
    return Failure{hubspot::wrong_json_type(
        context.request.body, members.path_of("throttling"),
        "java.util.LinkedHashMap<java.lang.String,java.lang.Object>", *throttling)};
  }
  const Members inner(context.request.body, *throttling, members.path_of("throttling"));
  const auto requests = hooks::read_whole(inner, *throttling, "maxConcurrentRequests");
  if (!requests) {
    return Failure{requests.error()};
  }
  if (!*requests) {
    return Failure{hubspot::missing_fields(context.request.body, {"maxConcurrentRequests"})};
  }
  return **requests;
}

Read<SettingsInput> read_settings(const Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  std::vector<std::string> missing;
  for (const char* field : {"targetUrl", "throttling"}) {
    if (members.find(field) == nullptr) {
      missing.emplace_back(field);
    }
  }
  if (!missing.empty()) {
    return Failure{hubspot::missing_fields(context.request.body, missing)};
  }
  const auto url = members.text("targetUrl");
  if (!url) {
    return Failure{url.error()};
  }
  const auto requests = read_throttling(context, members, *body);
  if (!requests) {
    return Failure{requests.error()};
  }
  if (auto problem = check_url(context, *url)) {
    return Failure{std::move(*problem)};
  }
  if (auto problem = check_concurrency(context, *requests)) {
    return Failure{std::move(*problem)};
  }
  return SettingsInput{*url, *requests};
}

Reply run_read(Context& context) {
  const auto& webhooks = hooks::webhooks_of(context);
  return webhooks.created_at ? answer(render(webhooks))
                             : fail(context, hooks::settings_missing(webhooks.app_id));
}

Reply run_put(Context& context) {
  const auto input = read_settings(context);
  if (!input) {
    return fail(context, input.error());
  }
  auto& webhooks = hooks::webhooks_of(context);
  webhooks.target_url = input->target_url;
  webhooks.max_concurrent_requests = static_cast<int>(input->max_concurrent_requests);
  webhooks.created_at = webhooks.created_at.value_or(context.now);
  webhooks.updated_at = context.now;
  hooks::changed(context, webhooks);
  return answer(render(webhooks));
}

/// Subscriptions stay, and are paused until there are settings again (8.1, D).
Reply run_delete(Context& context) {
  auto& webhooks = hooks::webhooks_of(context);
  webhooks.target_url.clear();
  webhooks.created_at.reset();
  webhooks.max_concurrent_requests = portal::AppWebhooks().max_concurrent_requests;
  hooks::changed(context, webhooks);
  return no_content();
}

}  // namespace

void register_webhooks_settings(OperationRegistry& registry);
void register_webhooks_settings(OperationRegistry& registry) {
  registry.add({"webhooks.settings.read", run_read, hooks::key_path});
  registry.add({"webhooks.settings.put", run_put, hooks::key_path});
  registry.add({"webhooks.settings.delete", run_delete, hooks::key_path});
}

}  // namespace hubsim::operations

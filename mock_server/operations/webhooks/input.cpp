#include "mock_server/operations/webhooks/input.h"

#include "common/base/text.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations::hooks {

portal::AppWebhooks& webhooks_of(Context& context) {
  return portal::webhooks_of(context.apps, context.caller.app_id);
}

void changed(Context& context, portal::AppWebhooks& webhooks) {
  context.apps.part_changed(webhooks.app_id);
}

ApiError invalid(std::string message) { return choices::validation(std::move(message)); }

ApiError settings_missing(std::uint64_t app_id) {
  return {.status = 404,
          .message = "No webhook settings found for app " + std::to_string(app_id),
          .category = "OBJECT_NOT_FOUND"};
}

ApiError subscription_missing(std::string_view id) {
  return {.status = 404,
          .message = "Failed to find subscriptions by id `" + std::string(id) + "`.",
          .category = "SUBSCRIPTION_ID_NOT_FOUND"};
}

Read<std::optional<bool>> read_bool(const Members& members, const Json& object,
                                    std::string_view name) {
  const Json* value = json::find(object, name);
  if (value == nullptr || value->is_null()) {
    return std::optional<bool>();
  }
  if (value->is_boolean()) {
    return std::optional(value->get<bool>());
  }
  if (value->is_string() && (*value == "true" || *value == "false")) {
    return std::optional(*value == "true");  // Jackson takes these
  }
  return Failure{
      hubspot::wrong_json_type(members.body(), members.path_of(name), "java.lang.Boolean", *value)};
}

Read<std::optional<std::int64_t>> read_whole(const Members& members, const Json& object,
                                             std::string_view name) {
  const Json* value = json::find(object, name);
  if (value == nullptr || value->is_null()) {
    return std::optional<std::int64_t>();
  }
  const auto number = value->is_structured() ? std::nullopt : parse_int(json::text_of(*value));
  if (!number) {
    return Failure{hubspot::wrong_json_type(members.body(), members.path_of(name),
                                            "java.lang.Integer", *value)};
  }
  return std::optional<std::int64_t>(*number);
}

std::string key_path(Context& context) { return std::string(context.request.path); }

}  // namespace hubsim::operations::hooks

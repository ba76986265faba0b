// Webhook subscriptions of an app: list, create, read, pause and resume, delete, and many at once
// (behaviour reference 8.1, D). Texts of refusals are not known; these are ours but where cited.
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/results.h"
#include "mock_server/operations/webhooks/input.h"

namespace hubsim::operations {

namespace {

using hubspot::Option;
using portal::WebhookEvent;
using portal::WebhookSubscription;

constexpr std::size_t batch_maximum = 100;

void append_optional(std::string& out, std::string_view name, const std::string& value) {
  if (!value.empty()) {
    out.append(",\"").append(name).append("\":");
    json::append_string(out, value);
  }
}

void append(std::string& out, const WebhookSubscription& subscription) {
  out += R"({"id":")" + std::to_string(subscription.id) + R"(","eventType":")" +
         subscription.type() + '"';
  append_optional(out, "propertyName", subscription.property_name);
  append_optional(out, "objectTypeId", subscription.object_type_id);
  append_optional(out, "eventTypeName", subscription.event_type_name);
  out += subscription.active ? R"(,"active":true)" : R"(,"active":false)";
  out += R"(,"createdAt":")" + format_iso8601(subscription.created_at) + R"(","updatedAt":")" +
         format_iso8601(subscription.updated_at) + "\"}";
}

std::string enumeration() {
  std::string names;
  for (const auto& type : portal::webhook_event_types()) {
    names.append(names.empty() ? "" : ", ").append(type.name);
  }
  return names;
}

/// "0-1", "2-123"
bool is_type_id(std::string_view text) {
  const auto dash = text.find('-');
  return dash != std::string_view::npos && parse_uint(text.substr(0, dash)) &&
         parse_uint(text.substr(dash + 1));
}

/// What must stand beside the event type, and what may not.
std::optional<ApiError> check_details(const Context& context, const WebhookSubscription& wanted) {
  const auto& options = context.portal.options();
  if (wanted.kind == WebhookEvent::property_change) {
    if (wanted.property_name.empty() && options.on(Option::webhooks_property_required)) {
      return hooks::invalid("propertyName is required for subscriptions of type " + wanted.type());
    }
    if (portal::is_silent_property(wanted.property_name) &&
        options.on(Option::webhooks_silent_properties)) {
      return hooks::invalid("Subscriptions to property " + wanted.property_name +
                            " are not supported");
    }
  }
  if (wanted.object != portal::generic_object) {
    return std::nullopt;
  }
  if (wanted.object_type_id.empty() && options.on(Option::webhooks_object_type_required)) {
    return hooks::invalid("objectTypeId is required for subscriptions of type " + wanted.type());
  }
  if (!wanted.object_type_id.empty() && !is_type_id(wanted.object_type_id)) {
    return hubspot::unknown_object_type(wanted.object_type_id);
  }
  return std::nullopt;
}

/// The specification requires `active` but for v3, where it is false when absent (8.1, D).
bool requires_active(const Context& context) {
  return !context.request.path.starts_with("/webhooks/v3/");
}

Read<WebhookSubscription> read_type(const Context& context, const Members& members) {
  std::vector<std::string> missing;
  if (requires_active(context) && members.find("active") == nullptr) {
    missing.emplace_back("active");
  }
  if (members.find("eventType") == nullptr) {
    missing.emplace_back("eventType");
  }
  if (!missing.empty()) {
    return Failure{hubspot::missing_fields(context.request.body, missing)};
  }
  const auto name = members.text("eventType");
  if (!name) {
    return Failure{name.error()};
  }
  const auto* type = portal::find_webhook_event_type(*name);
  if (type == nullptr) {
    return Failure{
        hubspot::invalid_enum(context.request.body, members.path_of("eventType"), enumeration())};
  }
  return WebhookSubscription{.kind = type->event, .object = std::string(type->object)};
}

Read<WebhookSubscription> read_subscription(const Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  auto wanted = read_type(context, members);
  if (!wanted) {
    return wanted;
  }
  const auto property = members.text("propertyName");
  const auto type_id = members.text("objectTypeId");
  const auto event_name = members.text("eventTypeName");
  for (const auto* text : {&property, &type_id, &event_name}) {
    if (!*text) {
      return Failure{text->error()};
    }
  }
  const auto active = hooks::read_bool(members, *body, "active");
  if (!active) {
    return Failure{active.error()};
  }
  // What the type has no use for is ignored (Jackson is lenient, 3.3).
  wanted->property_name = wanted->kind == WebhookEvent::property_change ? *property : "";
  wanted->object_type_id = wanted->object == portal::generic_object ? *type_id : "";
  wanted->event_type_name = wanted->kind == WebhookEvent::completed ? *event_name : "";
  wanted->active = active->value_or(false);
  wanted->created_at = context.now;
  wanted->updated_at = context.now;
  if (auto problem = check_details(context, *wanted)) {
    return Failure{std::move(*problem)};
  }
  return wanted;
}

std::optional<ApiError> check_room(const Context& context, const portal::AppWebhooks& webhooks,
                                   const WebhookSubscription& wanted) {
  const auto& options = context.portal.options();
  const auto& known = webhooks.subscriptions;
  const bool taken =
      std::any_of(known.begin(), known.end(), [&](const auto& one) { return one.same_as(wanted); });
  if (taken && options.is(Option::webhooks_duplicate_subscriptions, "refused")) {
    return hooks::invalid("A subscription already exists for event type " + wanted.type());
  }
  if (known.size() >= portal::max_webhook_subscriptions &&
      options.on(Option::webhooks_subscription_limit)) {
    return hooks::invalid("App " + std::to_string(webhooks.app_id) +
                          " has reached the limit of 1000 subscriptions");
  }
  return std::nullopt;
}

Reply run_list(Context& context) {
  return answer_results(hooks::webhooks_of(context).subscriptions,
                        [](std::string& out, const auto& one) { append(out, one); });
}

Reply run_create(Context& context) {
  auto wanted = read_subscription(context);
  if (!wanted) {
    return fail(context, wanted.error());
  }
  auto& webhooks = hooks::webhooks_of(context);
  if (const auto problem = check_room(context, webhooks, *wanted)) {
    return fail(context, *problem);
  }
  webhooks.add(std::move(*wanted), {});
  hooks::changed(context, webhooks);
  std::string out;
  append(out, webhooks.subscriptions.back());
  Reply reply = answer(std::move(out), 201);
  reply.location =
      std::string(context.request.path) + "/" + std::to_string(webhooks.subscriptions.back().id);
  return reply;
}

/// The subscription of the path, or why there is none.
Read<WebhookSubscription*> find_subscription(Context& context) {
  const std::string_view text = context.param("subscriptionId");
  const auto id = parse_uint(text);
  if (!id) {
    return Failure{hubspot::bad_path_parameter("subscriptionId")};
  }
  auto* found = hooks::webhooks_of(context).find(*id);
  if (found == nullptr) {
    return Failure{hooks::subscription_missing(text)};
  }
  return found;
}

Reply answer_one(const WebhookSubscription& subscription) {
  std::string out;
  append(out, subscription);
  return answer(std::move(out));
}

Reply run_read(Context& context) {
  const auto found = find_subscription(context);
  return found ? answer_one(**found) : fail(context, found.error());
}

void set_active(Context& context, WebhookSubscription& subscription, bool active) {
  subscription.active = active;
  subscription.updated_at = context.now;
}

Reply run_update(Context& context) {
  const auto found = find_subscription(context);
  if (!found) {
    return fail(context, found.error());
  }
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  const auto active = hooks::read_bool(Members(context.request.body, *body), *body, "active");
  if (!active) {
    return fail(context, active.error());
  }
  if (*active) {
    set_active(context, **found, **active);
    hooks::changed(context, hooks::webhooks_of(context));
  }
  return answer_one(**found);
}

Reply run_delete(Context& context) {
  const auto found = find_subscription(context);
  if (!found) {
    return fail(context, found.error());
  }
  auto& webhooks = hooks::webhooks_of(context);
  std::erase_if(webhooks.subscriptions,
                [id = (*found)->id](const auto& one) { return one.id == id; });
  hooks::changed(context, webhooks);
  return no_content();
}

struct BatchItem {
  std::uint64_t id = 0;
  bool active = false;
};

Read<BatchItem> read_item(const Context& context, const Json& input, std::size_t index) {
  const Members members(context.request.body, input, "/inputs/" + std::to_string(index));
  const auto id = hooks::read_whole(members, input, "id");
  const auto active = hooks::read_bool(members, input, "active");
  if (!id) {
    return Failure{id.error()};
  }
  if (!active) {
    return Failure{active.error()};
  }
  std::vector<std::string> missing;
  if (!*active) {
    missing.emplace_back("active");
  }
  if (!*id) {
    missing.emplace_back("id");
  }
  if (!missing.empty()) {
    return Failure{hubspot::missing_fields(context.request.body, missing)};
  }
  return BatchItem{static_cast<std::uint64_t>(std::max<std::int64_t>(**id, 0)), **active};
}

std::string render_batch(const Context& context, const std::vector<WebhookSubscription*>& done,
                         const std::vector<ApiError>& errors) {
  std::string out = R"({"status":"COMPLETE","results":[)";
  for (const auto* subscription : done) {
    out += out.back() == '[' ? "" : ",";
    append(out, *subscription);
  }
  close_batch(out, context, errors);
  return out;
}

/// Ids that are not there are told one by one and the rest is done: 207 (D, the spec's example).
Reply run_batch_update(Context& context) {
  const auto batch = read_batch(context, batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  std::vector<BatchItem> items;
  for (std::size_t i = 0; i < batch->size; ++i) {
    const auto item = read_item(context, batch->inputs()[i], i);
    if (!item) {
      return fail(context, item.error());
    }
    items.push_back(*item);
  }
  auto& webhooks = hooks::webhooks_of(context);
  std::vector<WebhookSubscription*> done;
  std::vector<ApiError> errors;
  for (const BatchItem& item : items) {
    auto* found = webhooks.find(item.id);
    if (found == nullptr) {
      errors.push_back(hooks::subscription_missing(std::to_string(item.id)));
      continue;
    }
    set_active(context, *found, item.active);
    done.push_back(found);
  }
  hooks::changed(context, webhooks);
  Reply reply = answer(render_batch(context, done, errors), errors.empty() ? 200 : 207);
  reply.inputs = batch->size;
  return reply;
}

}  // namespace

void register_webhooks_subscriptions(OperationRegistry& registry);
void register_webhooks_subscriptions(OperationRegistry& registry) {
  registry.add({"webhooks.subscriptions.list", run_list, hooks::key_path});
  registry.add({"webhooks.subscriptions.create", run_create, hooks::key_path});
  registry.add({"webhooks.subscriptions.read", run_read, hooks::key_path});
  registry.add({"webhooks.subscriptions.update", run_update, hooks::key_path});
  registry.add({"webhooks.subscriptions.delete", run_delete, hooks::key_path});
  registry.add({"webhooks.subscriptions.batch.update", run_batch_update, hooks::key_path});
}

}  // namespace hubsim::operations

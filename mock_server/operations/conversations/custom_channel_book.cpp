#include "mock_server/operations/conversations/custom_channel_book.h"

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/portal/automation/action_runs.h"

namespace hubsim::operations {

Json CustomChannel::shown() const {
  Json out = {{"id", std::to_string(id)}, {"createdAt", format_iso8601(created)}, {"name", name}};
  for (const auto& [member, value] : body.items()) {
    if (!value.is_null()) {
      out[member] = value;
    }
  }
  return out;
}

std::optional<CustomChannel> CustomChannelBook::add(CustomChannel channel) {
  const std::lock_guard lock(mutex_);
  if (by_id_.size() >= max_channels) {
    return std::nullopt;
  }
  constexpr std::uint64_t ids_an_app = 1'000;
  channel.id = channel.app_id * ids_an_app + ++last_;
  return by_id_.emplace(channel.id, channel).first->second;
}

std::optional<CustomChannel> CustomChannelBook::find(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

void CustomChannelBook::put(CustomChannel channel) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t id = channel.id;
  by_id_.insert_or_assign(id, std::move(channel));
}

void CustomChannelBook::remove(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  by_id_.erase(id);
}

std::vector<CustomChannel> CustomChannelBook::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<CustomChannel> all;
  for (const auto& [id, channel] : by_id_) {
    all.push_back(channel);
  }
  return all;
}

std::uint64_t channel_app(const Context& context) {
  const auto named = parse_uint(context.query.first("appId").value_or(""));
  return context.caller.app_id == 0 ? named.value_or(0) : context.caller.app_id;
}

std::vector<CustomChannel> custom_channels(portal::Apps& apps) {
  std::vector<CustomChannel> all = apps.part<CustomChannelBook>(0).list();
  for (const portal::App& app : apps.list()) {
    const auto more = apps.part<CustomChannelBook>(app.id).list();
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

Read<CustomChannel> named_channel(const Context& context) {
  const auto id = parse_uint(context.param("channelId"));
  auto found =
      id ? context.apps.part<CustomChannelBook>(channel_app(context)).find(*id) : std::nullopt;
  if (!found) {
    return Failure{hubspot::object_not_found()};
  }
  return std::move(*found);
}

/// Sent, retried and logged like an action's call (D docs for the event; its body by example).
void tell_custom_channel(Context& context, const Thread& thread, const Message& message) {
  if (message.type != "MESSAGE" || message.direction != "OUTGOING") {
    return;
  }
  for (const CustomChannel& channel : custom_channels(context.apps)) {
    const Json* url = json::find(channel.body, "webhookUrl");
    if (channel.id != message.channel || url == nullptr || json::text_of(*url).empty()) {
      continue;
    }
    portal::RunWish wish;
    wish.webhook = portal::WebhookCall{
        .url = json::text_of(*url),
        .body =
            json::dump({{"type", "OUTGOING_CHANNEL_MESSAGE_CREATED"},
                        {"portalId", context.portal.config().portal_id},
                        {"channelId", std::to_string(channel.id)},
                        {"eventTimestamp", to_unix_ms(context.now)},
                        {"message", show_message(thread, message)},
                        {"channelIntegrationThreadIds",
                         thread.integration_id.empty() ? Json::array()
                                                       : Json::array({thread.integration_id})}}),
        .signing_app = channel.app_id};
    (void)context.portal.part<portal::ActionRuns>().start(context.portal, wish, context.now);
  }
}

}  // namespace hubsim::operations

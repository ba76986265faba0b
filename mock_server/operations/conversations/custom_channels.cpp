// Custom channels of an app: the channels, their accounts in a portal, and the tokens of accounts
// that a user is about to connect (behaviour reference 7; D docs "custom channels").
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/conversations/custom_channel_book.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;
constexpr LimitRange page{100, 500};  // U

std::vector<Field> channel_fields(bool create) {
  return {{"name", Kind::text, create},
          {"capabilities", Kind::object, create},
          {"webhookUrl"},
          {"channelAccountConnectionRedirectUrl"},
          {"channelDescription"},
          {"channelLogoUrl"}};
}
constexpr Field account_fields[] = {{"inboxId", Kind::text, true},
                                    {"name", Kind::text, true},
                                    {"authorized", Kind::boolean, true},
                                    {"deliveryIdentifier", Kind::object}};
constexpr Field account_changes[] = {{"name"}, {"authorized", Kind::boolean}};
constexpr Field token_fields[] = {{"accountName"}, {"deliveryIdentifier", Kind::object}};
constexpr Field identifier_fields[] = {
    {"type", Kind::text, true,
     "CHANNEL_SPECIFIC_OPAQUE_ID, HS_EMAIL_ADDRESS, HS_PHONE_NUMBER, HS_SHORT_CODE"},
    {"value", Kind::text, true}};

CustomChannelBook& book_of(const Context& context) {
  return context.apps.part<CustomChannelBook>(channel_app(context));
}

Reply run_create(Context& context) {
  const auto fields = channel_fields(true);
  auto body = read_fields(context, fields);
  if (!body) {
    return fail(context, body.error());
  }
  CustomChannel channel{.app_id = channel_app(context),
                        .name = body->at("name"),
                        .body = std::move(*body),
                        .created = context.now};
  channel.body.erase("name");
  const auto made = book_of(context).add(std::move(channel));
  return made ? answer(json::dump(made->shown()), 201)
              : fail(context, choices::validation("The app has too many custom channels"));
}

Reply run_list(Context& context) {
  std::vector<Json> all;
  for (const CustomChannel& channel : book_of(context).list()) {
    all.push_back(channel.shown());
  }
  return answer_items(context, all, page);
}

Reply run_read(Context& context) {
  const auto channel = named_channel(context);
  return channel ? answer(json::dump(channel->shown())) : fail(context, channel.error());
}

Reply run_update(Context& context) {
  auto channel = named_channel(context);
  const auto fields = channel_fields(false);
  const auto body = read_fields(context, fields);
  if (!channel || !body) {
    return fail(context, channel ? body.error() : channel.error());
  }
  channel->name = body->value("name", channel->name);
  channel->body.update(*body);
  channel->body.erase("name");
  book_of(context).put(*channel);
  return answer(json::dump(channel->shown()));
}

Reply run_archive(Context& context) {
  const auto channel = named_channel(context);
  if (!channel) {
    return fail(context, channel.error());
  }
  book_of(context).remove(channel->id);
  return no_content();
}

std::optional<ApiError> check_identifier(const Context& context, const Json& body) {
  const Json* identifier = json::find(body, "deliveryIdentifier");
  if (identifier == nullptr) {
    return std::nullopt;
  }
  const auto read =
      read_fields(context.request.body, *identifier, identifier_fields, "/deliveryIdentifier");
  return read ? std::nullopt : std::optional(read.error());
}

Reply run_create_account(Context& context) {
  const auto channel = named_channel(context);
  const auto body = read_fields(context, account_fields);
  if (!channel || !body) {
    return fail(context, channel ? body.error() : channel.error());
  }
  if (const auto error = check_identifier(context, *body)) {
    return fail(context, *error);
  }
  const auto inbox = parse_uint(body->at("inboxId").get<std::string>());
  if (!inbox || conversations_of(context).inbox(*inbox) == nullptr) {
    return fail(context, choices::validation("There is no inbox " +
                                             body->at("inboxId").get<std::string>()));  // U
  }
  const ChannelAccount* made = conversations_of(context).add_account(
      {.channel = channel->id,
       .inbox = *inbox,
       .name = body->at("name"),
       .authorized = body->at("authorized"),
       .created = context.now,
       .delivery_identifier = body->value("deliveryIdentifier", Json())});
  return made != nullptr ? answer(json::dump(show_account(*made)), 201)
                         : fail(context, choices::validation("Too many channel accounts"));
}

bool is_wanted(const Context& context, const ChannelAccount& account) {
  const auto one_of = [&](const char* parameter, const char* member) {
    const auto wanted = context.query.list(parameter);
    const Json* value = json::find(account.delivery_identifier, member);
    return wanted.empty() || (value != nullptr && std::find(wanted.begin(), wanted.end(),
                                                            json::text_of(*value)) != wanted.end());
  };
  return one_of("deliveryIdentifierType", "type") && one_of("deliveryIdentifierValue", "value");
}

Reply run_list_accounts(Context& context) {
  const auto channel = named_channel(context);
  if (!channel) {
    return fail(context, channel.error());
  }
  std::vector<Json> all;
  for (const auto& [id, account] : conversations_of(context).accounts()) {
    if (account.channel == channel->id && is_wanted(context, account)) {
      all.push_back(show_account(account));
    }
  }
  return answer_items(context, all, page);
}

Read<ChannelAccount*> named_account(const Context& context) {
  const auto channel = named_channel(context);
  if (!channel) {
    return Failure{channel.error()};
  }
  const auto account = find_account(context, context.param("channelAccountId"));
  if (!account || (*account)->channel != channel->id) {
    return Failure{hubspot::object_not_found()};
  }
  return account;
}

Reply run_read_account(Context& context) {
  const auto account = named_account(context);
  return account ? answer(json::dump(show_account(**account))) : fail(context, account.error());
}

Reply run_update_account(Context& context) {
  const auto account = named_account(context);
  const auto body = read_fields(context, account_changes);
  if (!account || !body) {
    return fail(context, account ? body.error() : account.error());
  }
  (*account)->name = body->value("name", (*account)->name);
  (*account)->authorized = body->value("authorized", (*account)->authorized);
  return answer(json::dump(show_account(**account)));
}

/// HubSpot hands a token to the app when a user connects an account; here any token is one (U).
Reply run_update_token(Context& context) {
  const auto channel = named_channel(context);
  const auto body = read_fields(context, token_fields);
  if (!channel || !body) {
    return fail(context, channel ? body.error() : channel.error());
  }
  if (const auto error = check_identifier(context, *body)) {
    return fail(context, *error);
  }
  Json out = {{"accountToken", context.param("accountToken")},
              {"createdAt", format_iso8601(context.now)},
              {"genericChannelId", channel->id},
              {"inboxId", conversations_of(context).inboxes().front().id},
              {"userId", context.caller.user_id}};
  out.update(*body);
  return answer(json::dump(out));
}

}  // namespace

void register_conversations_custom_channels(OperationRegistry& registry);
void register_conversations_custom_channels(OperationRegistry& registry) {
  const std::string channels = "conversations.custom_channels.";
  registry.add({channels + "create", run_create, path_key});
  registry.add({channels + "list", run_list, path_key});
  registry.add({channels + "read", run_read, path_key});
  registry.add({channels + "update", run_update, path_key});
  registry.add({channels + "archive", run_archive, path_key});
  registry.add({channels + "channel_accounts.create", run_create_account, path_key});
  registry.add({channels + "channel_accounts.list", run_list_accounts, path_key});
  registry.add({channels + "channel_accounts.read", run_read_account, path_key});
  registry.add({channels + "channel_accounts.update", run_update_account, path_key});
  registry.add({channels + "channel_account_staging_tokens.update", run_update_token, path_key});
}

}  // namespace hubsim::operations

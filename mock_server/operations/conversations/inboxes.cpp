// Inboxes, channels and channel accounts of the conversations API, and who takes part: actors, one
// or a batch (D docs "conversations").
#include "common/base/text.h"
#include "mock_server/operations/conversations/conversation_actors.h"
#include "mock_server/operations/conversations/conversation_view.h"
#include "mock_server/operations/conversations/custom_channel_book.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr LimitRange page{100, 500};         // D maximum 500, default U
constexpr std::size_t actors_maximum = 100;  // U

Reply run_list_inboxes(Context& context) {
  std::vector<Json> all;
  for (const Inbox& inbox : conversations_of(context).inboxes()) {
    all.push_back(show_inbox(inbox));
  }
  return answer_items(context, all, page);
}

Reply run_read_inbox(Context& context) {
  const auto id = parse_uint(context.param("inboxId"));
  const Inbox* inbox = id ? conversations_of(context).inbox(*id) : nullptr;
  return inbox != nullptr ? answer(json::dump(show_inbox(*inbox)))
                          : fail(context, hubspot::object_not_found());
}

/// HubSpot's own channels and the installed apps' custom ones that have an account here.
std::vector<Json> channels_of(const Context& context) {
  std::vector<Json> all;
  for (const OwnChannel& channel : own_channels) {
    all.push_back({{"id", std::to_string(channel.id)}, {"name", channel.name}});
  }
  for (const CustomChannel& channel : custom_channels(context.apps)) {
    for (const auto& [id, account] : conversations_of(context).accounts()) {
      if (account.channel == channel.id) {
        all.push_back({{"id", std::to_string(channel.id)}, {"name", channel.name}});
        break;
      }
    }
  }
  return all;
}

Reply run_list_channels(Context& context) {
  return answer_items(context, channels_of(context), page);
}

Reply run_read_channel(Context& context) {
  for (const Json& channel : channels_of(context)) {
    if (channel["id"] == context.param("channelId")) {
      return answer(json::dump(channel));
    }
  }
  return fail(context, hubspot::object_not_found());
}

bool is_wanted(const std::vector<std::string>& ids, std::uint64_t id) {
  return ids.empty() || std::find(ids.begin(), ids.end(), std::to_string(id)) != ids.end();
}

Reply run_list_accounts(Context& context) {
  const auto channels = context.query.list("channelId");
  const auto inboxes = context.query.list("inboxId");
  std::vector<Json> all;
  for (const auto& [id, account] : conversations_of(context).accounts()) {
    if (is_wanted(channels, account.channel) && is_wanted(inboxes, account.inbox)) {
      all.push_back(show_account(account));
    }
  }
  return answer_items(context, all, page);
}

Reply run_read_account(Context& context) {
  const auto account = find_account(context, context.param("channelAccountId"));
  return account ? answer(json::dump(show_account(**account))) : fail(context, account.error());
}

Reply run_read_actor(Context& context) {
  const auto actor = find_actor(context.portal, context.apps, context.param("actorId"));
  return actor ? answer(json::dump(*actor)) : fail(context, hubspot::object_not_found());
}

/// The inputs are bare ids; unknown ones are the errors of a 207.
Reply run_read_actors(Context& context) {
  const auto body = read_object(context);
  const auto ids = body ? Members(context.request.body, *body).texts("inputs")
                        : Read<std::vector<std::string>>(Failure{body.error()});
  if (!ids) {
    return fail(context, ids.error());
  }
  if (ids->empty() || ids->size() > actors_maximum) {
    return fail(context,
                ids->empty() ? hubspot::empty_batch() : hubspot::batch_too_large(actors_maximum));
  }
  std::string out = R"({"status":"COMPLETE","results":[)";
  std::vector<ApiError> errors;
  for (const std::string& id : *ids) {
    const auto actor = find_actor(context.portal, context.apps, id);
    if (actor) {
      out += out.back() == '[' ? "" : ",";
      out += json::dump(*actor);
    } else {
      errors.push_back(hubspot::objects_not_found("ACTOR", {id}));
    }
  }
  close_batch(out, context, errors);
  Reply reply = answer(std::move(out), errors.empty() ? 200 : 207);
  reply.inputs = ids->size();
  return reply;
}

}  // namespace

void register_conversations_inboxes(OperationRegistry& registry);
void register_conversations_inboxes(OperationRegistry& registry) {
  registry.add({"conversations.inboxes.list", run_list_inboxes, path_key});
  registry.add({"conversations.inboxes.read", run_read_inbox, path_key});
  registry.add({"conversations.channels.list", run_list_channels, path_key});
  registry.add({"conversations.channels.read", run_read_channel, path_key});
  registry.add({"conversations.channel_accounts.list", run_list_accounts, path_key});
  registry.add({"conversations.channel_accounts.read", run_read_account, path_key});
  registry.add({"conversations.actors.read", run_read_actor, path_key});
  registry.add({"conversations.actors.batch.read", run_read_actors, path_key});
}

}  // namespace hubsim::operations

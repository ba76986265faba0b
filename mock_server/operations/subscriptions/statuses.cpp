// Communication preferences v4 and dated: the statuses of one address, its opt-out of everything,
// links to its pages (behaviour reference 7, D).
#include "mock_server/operations/subscriptions/subscription_input.h"
#include "mock_server/operations/subscriptions/subscription_render.h"

namespace hubsim::operations {

namespace {

/// The address in the path and the channel in the query, which all of these need.
std::optional<ApiError> check_call(const Context& context) {
  if (auto error = check_address(context.param("subscriberIdString"))) {
    return error;
  }
  return check_channel(context);
}

Reply run_read(Context& context) {
  if (const auto error = check_call(context)) {
    return fail(context, *error);
  }
  const auto& book = context.portal.part<portal::SubscriptionBook>();
  return complete(context, statuses_v4(book, context.param("subscriberIdString")));
}

Reply run_write(Context& context) {
  const std::string_view address = context.param("subscriberIdString");
  if (const auto error = check_address(address)) {
    return fail(context, *error);
  }
  const auto body = read_fields(context, status_fields);
  if (!body) {
    return fail(context, body.error());
  }
  auto status = write_status(context, address, *body);
  return status ? complete(context, Json::array({std::move(*status)}))
                : fail(context, status.error());
}

Reply run_read_wide(Context& context) {
  if (const auto error = check_call(context)) {
    return fail(context, *error);
  }
  const auto& book = context.portal.part<portal::SubscriptionBook>();
  return complete(context, wide_statuses(book, context.param("subscriberIdString")));
}

Reply run_opt_out(Context& context) {
  if (const auto error = check_call(context)) {
    return fail(context, *error);
  }
  auto& book = context.portal.part<portal::SubscriptionBook>();
  const std::string_view address = context.param("subscriberIdString");
  book.opt_out(address, context.now);
  const bool verbose = context.query.first("verbose").value_or("") == "true";
  return complete(context, verbose ? statuses_v4(book, address) : Json::array());
}

constexpr Field link_fields[] = {{"subscriberIdString", Field::Kind::text, true},
                                 {"language"},
                                 {"subscriptionId", Field::Kind::whole}};

Reply run_links(Context& context) {
  if (const auto error = check_channel(context)) {
    return fail(context, *error);
  }
  const auto body = read_fields(context, link_fields);
  if (!body) {
    return fail(context, body.error());
  }
  const std::string address = json::text_of(body->at("subscriberIdString"));
  if (const auto error = check_address(address)) {
    return fail(context, *error);
  }
  const std::string pages = "https://hs-" + std::to_string(context.portal.config().portal_id) +
                            ".s.hubspotemail.net/hs/preferences-center/en/";
  Json links{{"subscriberIdString", address},
             {"managePreferencesUrl", pages + "page"},
             {"unsubscribeAllUrl", pages + "unsubscribe-all"}};
  if (body->contains("subscriptionId")) {
    links["unsubscribeSingleUrl"] =
        pages + "unsubscribe?subscription=" + json::text_of(body->at("subscriptionId"));
  }
  return answer(json::dump(links));
}

}  // namespace

void register_subscriptions_statuses(OperationRegistry& registry);
void register_subscriptions_statuses(OperationRegistry& registry) {
  registry.add({"communication_preferences.statuses.read", run_read, path_key});
  registry.add({"communication_preferences.statuses.post", run_write, path_key});
  registry.add(
      {"communication_preferences.statuses.unsubscribe_all.list", run_read_wide, path_key});
  registry.add(
      {"communication_preferences.statuses.unsubscribe_all.create", run_opt_out, path_key});
  registry.add({"communication_preferences.links.generate", run_links, path_key});
}

}  // namespace hubsim::operations

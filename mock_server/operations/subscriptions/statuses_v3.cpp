// Communication preferences v3: definitions of every version, the statuses of an address,
// subscribe, unsubscribe (behaviour reference 7, D).
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/subscriptions/subscription_input.h"
#include "mock_server/operations/subscriptions/subscription_render.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

Json definition(const portal::SubscriptionBook& book, const portal::SubscriptionType& type) {
  const std::string created = format_iso8601(book.created());
  return {{"id", std::to_string(type.id)},
          {"name", type.name},
          {"description", type.description},
          {"purpose", type.purpose},
          {"communicationMethod", type.method},
          {"isActive", true},
          {"isDefault", true},
          {"isInternal", type.is_internal},
          {"createdAt", created},
          {"updatedAt", created}};
}

Reply run_definitions(Context& context) {
  const auto& book = context.portal.part<portal::SubscriptionBook>();
  Json all = Json::array();
  for (const portal::SubscriptionType& type : book.types()) {
    all.push_back(definition(book, type));
  }
  if (context.request.path.find("/v3/") != std::string_view::npos) {
    return answer(json::dump({{"subscriptionDefinitions", std::move(all)}}));
  }
  return complete(context, std::move(all));
}

Reply run_statuses(Context& context) {
  const std::string_view address = context.param("emailAddress");
  if (const auto error = check_address(address)) {
    return fail(context, *error);
  }
  const auto& book = context.portal.part<portal::SubscriptionBook>();
  Json all = Json::array();
  for (const portal::SubscriptionType& type : book.types()) {
    all.push_back(status_v3(book, address, type));
  }
  return answer(json::dump({{"recipient", address}, {"subscriptionStatuses", std::move(all)}}));
}

constexpr Field update_fields[] = {{"emailAddress", Field::Kind::text, true},
                                   {"subscriptionId", Field::Kind::text, true},
                                   {"legalBasis", Field::Kind::text, false, legal_bases},
                                   {"legalBasisExplanation"}};

/// Who has opted out comes back by their own doing only (7, D; the text is U).
ApiError opted_out_already(std::string_view address) {
  return choices::validation(std::string(address) +
                             " has opted out and cannot be subscribed through the API");
}

Reply run_update(Context& context, bool subscribe) {
  const auto body = read_fields(context, update_fields);
  if (!body) {
    return fail(context, body.error());
  }
  const std::string address = json::text_of(body->at("emailAddress"));
  if (const auto error = check_address(address)) {
    return fail(context, *error);
  }
  auto& book = context.portal.part<portal::SubscriptionBook>();
  const auto type = find_type(book, body->at("subscriptionId"));
  if (!type) {
    return fail(context, type.error());
  }
  const auto before = book.status(address, (*type)->id);
  if (subscribe && before && !before->subscribed &&
      context.portal.options().on(hubspot::Option::subscriptions_opt_out_stays)) {
    return fail(context, opted_out_already(address));
  }
  const Json* basis = json::find(*body, "legalBasis");
  const Json* why = json::find(*body, "legalBasisExplanation");
  (void)book.set(address, (*type)->id,
                 {.subscribed = subscribe,
                  .legal_basis = basis != nullptr ? json::text_of(*basis) : "",
                  .explanation = why != nullptr ? json::text_of(*why) : "",
                  .source = "Public Subscription Status API",
                  .at = context.now});
  return answer(json::dump(status_v3(book, address, **type)));
}

Reply run_subscribe(Context& context) { return run_update(context, true); }
Reply run_unsubscribe(Context& context) { return run_update(context, false); }

}  // namespace

void register_subscriptions_statuses_v3(OperationRegistry& registry);
void register_subscriptions_statuses_v3(OperationRegistry& registry) {
  registry.add({"communication_preferences.definitions.list", run_definitions, path_key});
  registry.add({"communication_preferences.status.email.read", run_statuses, path_key});
  registry.add({"communication_preferences.subscribe", run_subscribe, path_key});
  registry.add({"communication_preferences.unsubscribe", run_unsubscribe, path_key});
}

}  // namespace hubsim::operations

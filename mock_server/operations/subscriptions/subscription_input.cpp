#include "mock_server/operations/subscriptions/subscription_input.h"

#include "common/base/text.h"
#include "mock_server/operations/subscriptions/subscription_render.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

std::optional<ApiError> check_address(std::string_view address) {
  const auto at = address.find('@');
  const bool good = at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
                    address.find(' ') == std::string_view::npos;
  if (good) {
    return std::nullopt;
  }
  return choices::validation("Email address " + std::string(address) + " is invalid");
}

std::optional<ApiError> check_channel(const Context& context) {
  const auto channel = context.query.first("channel");
  if (!channel) {
    return ApiError{.message = "validation error",
                    .error_texts = {"query param channel may not be null"}};
  }
  return *channel == "EMAIL" ? std::nullopt
                             : std::optional(hubspot::bad_query_parameter("channel"));
}

Read<const portal::SubscriptionType*> find_type(const portal::SubscriptionBook& book,
                                                const Json& id) {
  const std::string text = scalar_text(id);
  const auto number = parse_uint(text);
  const portal::SubscriptionType* type = number ? book.find(*number) : nullptr;
  if (type == nullptr) {
    return Failure{choices::validation("Subscription type " + text + " does not exist")};
  }
  return type;
}

Read<Json> write_status(Context& context, std::string_view address, const Json& input) {
  auto& book = context.portal.part<portal::SubscriptionBook>();
  const auto type = find_type(book, input.at("subscriptionId"));
  if (!type) {
    return Failure{type.error()};
  }
  const Json* basis = json::find(input, "legalBasis");
  const Json* why = json::find(input, "legalBasisExplanation");
  const bool wanted = input.at("statusState") == "SUBSCRIBED";
  const auto outcome = book.set(address, (*type)->id,
                                {.subscribed = wanted,
                                 .legal_basis = basis != nullptr ? json::text_of(*basis) : "",
                                 .explanation = why != nullptr ? json::text_of(*why) : "",
                                 .source = "Public Subscription Status API",
                                 .at = context.now});
  using Outcome = portal::SubscriptionBook::Outcome;
  Json status = status_v4(book, address, **type);
  status["setStatusSuccessReason"] = outcome == Outcome::unchanged ? "NO_STATUS_CHANGE"
                                     : outcome == Outcome::resubscribed
                                         ? "RESUBSCRIBE_OCCURRED"
                                         : "REQUESTED_CHANGE_OCCURRED";
  return status;
}

}  // namespace hubsim::operations

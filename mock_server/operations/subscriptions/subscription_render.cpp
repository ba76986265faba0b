#include "mock_server/operations/subscriptions/subscription_render.h"

#include "common/time/format.h"

namespace hubsim::operations {

namespace {

std::string_view state_name(const std::optional<portal::SubscriptionStatus>& status) {
  if (!status) {
    return "NOT_SPECIFIED";
  }
  return status->subscribed ? "SUBSCRIBED" : "UNSUBSCRIBED";
}

void add_basis(Json& out, const std::optional<portal::SubscriptionStatus>& status) {
  if (status && !status->legal_basis.empty()) {
    out["legalBasis"] = status->legal_basis;
    out["legalBasisExplanation"] = status->explanation;
  }
}

}  // namespace

Json status_v3(const portal::SubscriptionBook& book, std::string_view address,
               const portal::SubscriptionType& type) {
  const auto status = book.status(address, type.id);
  const bool wide = book.opted_out(address).has_value();
  Json out{{"id", std::to_string(type.id)},
           {"name", type.name},
           {"description", type.description},
           {"status", status && status->subscribed ? "SUBSCRIBED" : "NOT_SUBSCRIBED"},
           {"sourceOfStatus", wide ? "PORTAL_WIDE_STATUS" : "SUBSCRIPTION_STATUS"},
           {"preferenceGroupName", type.purpose}};
  add_basis(out, status);
  return out;
}

Json status_v4(const portal::SubscriptionBook& book, std::string_view address,
               const portal::SubscriptionType& type) {
  const auto status = book.status(address, type.id);
  Json out{{"subscriberIdString", address},
           {"subscriptionId", type.id},
           {"subscriptionName", type.name},
           {"channel", "EMAIL"},
           {"status", state_name(status)},
           {"source", status ? status->source : "No status set"},
           {"timestamp", format_iso8601(status ? status->at : book.created())}};
  add_basis(out, status);
  return out;
}

Json statuses_v4(const portal::SubscriptionBook& book, std::string_view address) {
  Json all = Json::array();
  for (const portal::SubscriptionType& type : book.types()) {
    all.push_back(status_v4(book, address, type));
  }
  return all;
}

Json wide_statuses(const portal::SubscriptionBook& book, std::string_view address) {
  const auto since = book.opted_out(address);
  return Json::array({{{"subscriberIdString", address},
                       {"channel", "EMAIL"},
                       {"status", since ? "UNSUBSCRIBED" : "NOT_SPECIFIED"},
                       {"wideStatusType", "PORTAL_WIDE"},
                       {"timestamp", format_iso8601(since.value_or(book.created()))}}});
}

Reply complete(const Context& context, Json results, int status) {
  const std::string now = format_iso8601(context.now);
  return answer(json::dump({{"status", "COMPLETE"},
                            {"results", std::move(results)},
                            {"startedAt", now},
                            {"completedAt", now}}),
                status);
}

}  // namespace hubsim::operations

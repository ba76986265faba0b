// Account information: details (behaviour reference 7, R 2026) and the day's calls (2.3).
#include "common/time/format.h"
#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/currencies.h"

namespace hubsim::operations {

namespace {

/// "-04:00"
std::string offset_text(int minutes) {
  const int size = minutes < 0 ? -minutes : minutes;
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return (minutes < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60);
}

/// Those that have a rate to the company's own.
std::string other_currencies(const portal::Currencies& currencies, Instant now) {
  Json codes = Json::array();
  for (const portal::ExchangeRate* rate : currencies.all_current(now)) {
    codes.push_back(rate->from);
  }
  return json::dump(codes);
}

Reply run_details(Context& context) {
  const portal::PortalConfig& config = context.portal.config();
  std::string body = R"({"portalId":)" + std::to_string(config.portal_id) +
                     R"(,"accountType":"STANDARD","timeZone":)";
  json::append_string(body, config.time_zone);
  const auto& currencies = context.portal.part<portal::Currencies>();
  body += R"(,"companyCurrency":)";
  json::append_string(body, currencies.company());
  body += R"(,"additionalCurrencies":)" + other_currencies(currencies, context.now);
  body += R"(,"utcOffset":")" + offset_text(config.utc_offset_minutes) +
          R"(","utcOffsetMilliseconds":)" + std::to_string(config.utc_offset_minutes * 60'000) +
          R"(,"uiDomain":"app.hubspot.com","dataHostingLocation":"na1"})";
  return answer(std::move(body));
}

/// Refreshed about every five minutes in HubSpot (2.3); here always of now.
Reply run_usage(Context& context) {
  const DailyUsage usage = context.daily_usage ? context.daily_usage() : DailyUsage{};
  const Instant collected = std::chrono::floor<std::chrono::seconds>(context.now);
  std::string body = R"({"results":[{"name":"private-apps-api-calls-daily","usageLimit":)" +
                     std::to_string(usage.limit) + R"(,"currentUsage":)" +
                     std::to_string(usage.used) + R"(,"collectedAt":)";
  json::append_string(body, format_iso8601(collected));
  body += R"(,"fetchStatus":"SUCCESS","resetsAt":)";
  json::append_string(body, format_iso8601(usage.resets_at));
  return answer(body + "}]}");
}

std::string key_details(Context& context) { return std::string(context.request.path); }

}  // namespace

void register_account_info(OperationRegistry& registry);
void register_account_info(OperationRegistry& registry) {
  registry.add({"account.info.details", run_details, key_details});
  registry.add({"account.info.api_usage", run_usage, key_details});
}

}  // namespace hubsim::operations

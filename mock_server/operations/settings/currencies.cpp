// Currencies of the account: its own, the codes there are, and the central rates that HubSpot keeps
// itself (behaviour reference 7, "currencies").
#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "common/time/format.h"
#include "mock_server/operations/settings/rate_input.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"
#include "mock_server/operations/support/results.h"

namespace hubsim::operations {

namespace {

using portal::Currencies;

std::span<const Field> code_field() {
  static const Field fields[] = {{"currencyCode", Field::Kind::text, true, currency_codes()}};
  return fields;
}

Reply answer_company(const Currencies& currencies) {
  return answer(json::dump(
      {{"id", currencies.company()}, {"createdAt", format_iso8601(currencies.company_since())}}));
}

Reply run_read_company(Context& context) {
  return answer_company(context.portal.part<Currencies>());
}

Reply run_replace_company(Context& context) {
  const auto body = read_fields(context, code_field());
  if (!body) {
    return fail(context, body.error());
  }
  auto& currencies = context.portal.part<Currencies>();
  const std::string code = body->at("currencyCode");
  if (code != currencies.company()) {
    currencies.set_company(code, context.now);
  }
  return answer_company(currencies);
}

/// Metals, funds and units of account have no market rate (I).
bool has_central_rate(std::string_view code) {
  static constexpr std::array<std::string_view, 22> without{
      "XAG", "XAU", "XPD", "XPT", "XBA", "XBB", "XBC", "XBD", "XDR", "XSU", "XUA",
      "BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "KPW", "IRR", "VEF"};
  return std::find(without.begin(), without.end(), code) == without.end();
}

void append_name(std::string& out, const CurrencyName& each) {
  out += json::dump({{"currencyCode", each.code}, {"currencyName", each.name}});
}

Reply run_codes(Context& /*context*/) { return answer_results(currency_names(), append_name); }

Reply run_unsupported(Context& /*context*/) {
  std::vector<CurrencyName> without;
  std::copy_if(currency_names().begin(), currency_names().end(), std::back_inserter(without),
               [](const CurrencyName& each) { return !has_central_rate(each.code); });
  return answer_results(without, append_name);
}

Reply run_information(Context& context) {
  return answer(
      json::dump({{"centralExchangeRatesEnabled", context.portal.part<Currencies>().central()}}));
}

/// What one unit is worth in US dollars, about: for currencies people meet; made up for the others,
/// the same for each code.
double dollars_of(std::string_view code) {
  struct Worth {
    std::string_view code;
    double dollars;
  };
  static constexpr std::array<Worth, 12> known{{{"USD", 1},
                                                {"EUR", 1.08},
                                                {"GBP", 1.27},
                                                {"CHF", 1.13},
                                                {"CAD", 0.73},
                                                {"AUD", 0.66},
                                                {"JPY", 0.0067},
                                                {"CNY", 0.14},
                                                {"INR", 0.012},
                                                {"BRL", 0.18},
                                                {"SEK", 0.095},
                                                {"MXN", 0.055}}};
  const auto* found = std::find_if(known.begin(), known.end(),
                                   [&](const Worth& each) { return each.code == code; });
  constexpr std::uint64_t steps = 1'000;
  return found != known.end()
             ? found->dollars
             : static_cast<double>(1 + stable_hash(code) % steps) / static_cast<double>(steps);
}

/// The rate is made up: where HubSpot takes its own from is not for a mock to know.
Reply run_add(Context& context) {
  const auto body = read_fields(context, code_field());
  if (!body) {
    return fail(context, body.error());
  }
  const std::string code = body->at("currencyCode");
  if (!has_central_rate(code)) {
    return fail(context, choices::validation("Currency " + code +
                                             " is not supported by central exchange rates"));  // U
  }
  auto& currencies = context.portal.part<Currencies>();
  const Json wanted{{"fromCurrencyCode", code},
                    {"conversionRate", dollars_of(code) / dollars_of(currencies.company())}};
  const auto rate = read_new_rate(context, wanted, "");
  if (!rate) {
    return fail(context, rate.error());
  }
  const portal::ExchangeRate* stored = currencies.add(*rate);
  if (stored == nullptr) {
    return fail(context, choices::validation("This account has too many exchange rates"));  // ours
  }
  currencies.set_central();
  return answer(json::dump(render_rate(*stored)));
}

}  // namespace

void register_settings_currencies(OperationRegistry& registry);
void register_settings_currencies(OperationRegistry& registry) {
  registry.add({"settings.currencies.company_currency.read", run_read_company, path_key});
  registry.add({"settings.currencies.company_currency.replace", run_replace_company, path_key});
  registry.add({"settings.currencies.codes.list", run_codes, path_key});
  registry.add(
      {"settings.currencies.central_fx_rates.information.read", run_information, path_key});
  registry.add({"settings.currencies.central_fx_rates.unsupported_currencies.list", run_unsupported,
                path_key});
  registry.add({"settings.currencies.central_fx_rates.add_currency", run_add, path_key});
}

}  // namespace hubsim::operations

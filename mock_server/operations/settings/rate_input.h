// Exchange rates of a request, and as answers show them; the names of currencies (behaviour
// reference 7, "currencies"; fields and rules D).
// Threads: under the portal's lock.
#pragma once

#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/currencies.h"

namespace hubsim::operations {

struct CurrencyName {
  std::string_view code;
  std::string_view name;
};
/// Every code of the client's enumeration, in its order.
[[nodiscard]] const std::vector<CurrencyName>& currency_names();
[[nodiscard]] bool is_currency(std::string_view code);
/// "AED, AFN, ...": the words of the enumeration.
[[nodiscard]] const std::string& currency_codes();

[[nodiscard]] Json render_rate(const portal::ExchangeRate& rate);
/// `given` at `path` of the body, checked; not stored yet.
[[nodiscard]] Read<portal::ExchangeRate> read_new_rate(const Context& context, const Json& given,
                                                       const std::string& path);
/// A changed copy of `rate`.
[[nodiscard]] Read<portal::ExchangeRate> read_changed_rate(const Context& context,
                                                           const Json& given,
                                                           const std::string& path,
                                                           portal::ExchangeRate rate);
[[nodiscard]] ApiError rate_missing(const std::string& id);

}  // namespace hubsim::operations

#include "mock_server/operations/settings/rate_input.h"

#include <algorithm>
#include <cmath>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

constexpr double most_rate = 1e9;  // U

const Field* new_fields() {
  static const Field fields[] = {{"fromCurrencyCode", Field::Kind::text, true, currency_codes()},
                                 {"conversionRate", Field::Kind::number, true},
                                 {"effectiveAt"}};
  return fields;
}
constexpr std::size_t new_count = 3;
constexpr Field change_fields[] = {{"conversionRate", Field::Kind::number, true}, {"effectiveAt"}};

/// Over 0, with six decimals at most: more are rounded (D).
std::optional<ApiError> take_rate(const Json& fields, portal::ExchangeRate& rate) {
  constexpr double parts = 1e6;
  const double given = fields.at("conversionRate").get<double>();
  const double rounded = std::round(given * parts) / parts;
  if (rounded <= 0 || given > most_rate) {
    return choices::validation("conversionRate must be greater than 0");  // D, text U
  }
  rate.rate = json::dump(Json(rounded));
  return std::nullopt;
}

std::optional<ApiError> take_instant(const Json& fields, portal::ExchangeRate& rate) {
  const Json* given = json::find(fields, "effectiveAt");
  if (given == nullptr) {
    return std::nullopt;
  }
  const std::string text = json::text_of(*given);
  auto instant = parse_iso8601(text);
  if (const auto ms = parse_int(text)) {
    instant = from_unix_ms(*ms);
  }
  if (!instant) {
    return choices::validation("effectiveAt is not a date: " + text);  // U
  }
  rate.effective = *instant;
  return std::nullopt;
}

}  // namespace

bool is_currency(std::string_view code) {
  const auto& names = currency_names();
  return std::any_of(names.begin(), names.end(),
                     [&](const CurrencyName& each) { return each.code == code; });
}

const std::string& currency_codes() {
  static const std::string codes = [] {
    std::string all;
    for (const CurrencyName& each : currency_names()) {
      all += (all.empty() ? "" : ", ") + std::string(each.code);
    }
    return all;
  }();
  return codes;
}

Json render_rate(const portal::ExchangeRate& rate) {
  return {{"id", std::to_string(rate.id)},
          {"fromCurrencyCode", rate.from},
          {"toCurrencyCode", rate.to},
          {"conversionRate", parse_double(rate.rate).value_or(0)},
          {"visibleInUI", rate.visible},
          {"effectiveAt", format_iso8601(rate.effective)},
          {"createdAt", format_iso8601(rate.created)},
          {"updatedAt", format_iso8601(rate.updated)}};
}

Read<portal::ExchangeRate> read_new_rate(const Context& context, const Json& given,
                                         const std::string& path) {
  const auto fields =
      read_fields(context.request.body, given, std::span(new_fields(), new_count), path);
  if (!fields) {
    return Failure{fields.error()};
  }
  const std::string& company = context.portal.part<portal::Currencies>().company();
  portal::ExchangeRate rate{.from = fields->at("fromCurrencyCode"),
                            .to = company,
                            .effective = context.now,
                            .created = context.now,
                            .updated = context.now};
  if (rate.from == company) {
    return Failure{choices::validation(company + " is the company currency")};  // U
  }
  auto error = take_rate(*fields, rate);
  error = error ? error : take_instant(*fields, rate);
  return error ? Read<portal::ExchangeRate>(Failure{*error}) : Read<portal::ExchangeRate>(rate);
}

Read<portal::ExchangeRate> read_changed_rate(const Context& context, const Json& given,
                                             const std::string& path, portal::ExchangeRate rate) {
  const auto fields = read_fields(context.request.body, given, change_fields, path);
  if (!fields) {
    return Failure{fields.error()};
  }
  auto error = take_rate(*fields, rate);
  error = error ? error : take_instant(*fields, rate);
  rate.updated = context.now;
  return error ? Read<portal::ExchangeRate>(Failure{*error}) : Read<portal::ExchangeRate>(rate);
}

ApiError rate_missing(const std::string& id) {
  return {.status = 404,
          .message = "Exchange rate " + id + " does not exist",
          .category = "OBJECT_NOT_FOUND",
          .context = {{"id", {id}}}};  // U
}

}  // namespace hubsim::operations

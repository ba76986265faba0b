// What the stage of a deal or ticket means, by the portal's own pipelines, and the amounts and
// dates that follow from it (4.4; public recordings of 2025-03 and 2025-08). Amounts are exact
// decimals: hubspot/rules/decimal.h. Line items: price times quantity, less the discount.
#include <array>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/decimal.h"
#include "mock_server/portal/currencies.h"
#include "mock_server/portal/pipelines.h"
#include "mock_server/portal/system_kinds.h"

namespace hubsim::portal {

namespace {

using hubspot::Decimal;

/// The stage a record is in; nullptr when it has none or the portal knows it no more.
struct Place {
  const Pipeline* pipeline = nullptr;
  const PipelineStage* stage = nullptr;
};

Place place_of(const Subject& subject) {
  const auto index = stage_properties(subject.type()).stage;
  const std::string* id = index ? subject.record.value(*index) : nullptr;
  if (id == nullptr || id->empty()) {
    return {};
  }
  const Pipeline* pipeline = subject.portal.part<Pipelines>().with_stage(subject.record.type, *id);
  return {pipeline, pipeline != nullptr ? pipeline->find_stage(*id) : nullptr};
}

double probability_of(const PipelineStage* stage) {
  return stage == nullptr ? 0 : parse_double(stage->metadata_value("probability")).value_or(0);
}

bool is_closed(const PipelineStage* stage) {
  return stage != nullptr && (stage->metadata_value("isClosed") == "true" ||
                              stage->metadata_value("ticketState") == "CLOSED");
}

bool is_in(const Subject& subject, std::string_view wanted) {
  const PipelineStage* stage = place_of(subject).stage;
  const bool closed = is_closed(stage);
  if (wanted == "closed" || wanted == "open") {
    return closed == (wanted == "closed");
  }
  return closed && (wanted == "won" ? probability_of(stage) == 1 : probability_of(stage) == 0);
}

std::optional<std::string> stage_is(const Subject& subject, const KindParts& parts) {
  return std::string(is_in(subject, parts[1]) ? parts[2] : parts[3]);
}

std::optional<std::string> stage_first(const Subject& subject, const KindParts& /*none*/) {
  const Place place = place_of(subject);
  if (place.stage == nullptr) {
    return std::nullopt;
  }
  return place.stage == &place.pipeline->stages.front() ? "true" : "false";
}

/// With every digit of the binary number (R 2025-03: "0.2000000000000000111...").
std::optional<std::string> stage_probability(const Subject& subject, const KindParts& /*none*/) {
  return Decimal::exactly(probability_of(place_of(subject).stage)).text();
}

std::optional<Decimal> amount_of(const Subject& subject, std::string_view name) {
  return Decimal::parse(subject.stored(name));
}

std::optional<std::string> projected(const Subject& subject) {
  const auto amount = amount_of(subject, "amount");
  const Decimal share = Decimal::exactly(probability_of(place_of(subject).stage));
  return amount ? amount->times(share).text() : "0";
}

/// The amount, by the custom probability where one is given (I).
std::optional<std::string> forecast(const Subject& subject) {
  const std::string amount = subject.stored("amount");
  const auto number = Decimal::parse(amount);
  const auto share = amount_of(subject, "hs_forecast_probability");
  if (number && share) {
    return number->times(*share).text();
  }
  return amount.empty() ? std::nullopt : std::optional(amount);
}

/// The amount of a deal that is won, or open; "0" for the others (4.4, R).
std::optional<std::string> stage_amount(const Subject& subject, const KindParts& parts) {
  if (parts[1] == "projected") {
    return projected(subject);
  }
  if (parts[1] == "forecast") {
    return forecast(subject);
  }
  const std::string amount = subject.stored("amount");
  const bool counts = is_in(subject, parts[1] == "closed" ? "won" : "open");
  return counts && !amount.empty() ? amount : "0";
}

/// From the deal's currency to the company's: the rate that stands on the deal, else the one in
/// effect (I: HubSpot multiplies; when it writes the rate onto the deal is unknown).
std::optional<Decimal> home_rate(const Subject& subject) {
  if (const auto own = amount_of(subject, "hs_exchange_rate")) {
    return own;
  }
  const std::string code = subject.stored("deal_currency_code");
  const auto& currencies = subject.portal.part<Currencies>();
  if (code.empty() || code == currencies.company()) {
    return std::nullopt;
  }
  const ExchangeRate* rate = currencies.current(code, subject.portal.now());
  return rate == nullptr ? std::nullopt : Decimal::parse(rate->rate);
}

/// An amount in the company currency: the deal's, or what its stage makes of it.
std::optional<std::string> home_amount(const Subject& subject, const KindParts& parts) {
  const std::string amount =
      parts[1] == "amount" ? subject.stored("amount") : stage_amount(subject, parts).value_or("");
  if (amount.empty() || amount == "0") {
    return amount.empty() ? std::nullopt : std::optional(amount);
  }
  const auto rate = home_rate(subject);
  const auto number = rate ? Decimal::parse(amount) : std::nullopt;
  return number ? number->times(*rate).text() : amount;
}

/// Epoch milliseconds of a deal in that state; "0" for the others (R 2025-03).
std::optional<std::string> stage_date(const Subject& subject, const KindParts& parts) {
  const auto at = parts[2] == "createdate" ? std::optional(subject.record.created_at)
                                           : time_of(subject.stored(parts[2]));
  return is_in(subject, parts[1]) && at ? std::to_string(to_unix_ms(*at)) : "0";
}

/// "362.771161": six decimals without the last zeros; never below 0 (4.4, R).
std::optional<std::string> raw_days(const Subject& subject, const KindParts& /*none*/) {
  const auto closed = time_of(subject.stored("closedate"));
  const std::int64_t ms =
      closed
          ? std::max<std::int64_t>(0, to_unix_ms(*closed) - to_unix_ms(subject.record.created_at))
          : 0;
  constexpr std::int64_t ms_a_day = 86'400'000;
  constexpr std::int64_t parts_a_day = 1'000'000;
  std::string decimals = std::to_string(parts_a_day + ms % ms_a_day * parts_a_day / ms_a_day);
  decimals[0] = '.';
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return std::to_string(ms / ms_a_day) + (decimals == "." ? "" : decimals);
}

/// Whole days of a deal; of a contact or company that became a customer the day counts that it did
/// (R 2023-03: "1" for one that was born a customer).
std::optional<std::string> days_to_close(const Subject& subject, const KindParts& parts) {
  const auto closed = time_of(subject.stored("closedate"));
  if (!closed && parts[1] != "deal") {
    return std::nullopt;
  }
  const auto days = closed ? std::chrono::floor<std::chrono::days>(
                                 std::max(Duration(0), *closed - subject.record.created_at))
                           : std::chrono::days(0);
  return std::to_string(days.count() + (parts[1] == "deal" ? 0 : 1));
}

/// Milliseconds from birth to that date (R 2025-03: "0" for a ticket born closed).
std::optional<std::string> time_to_close(const Subject& subject, const KindParts& parts) {
  const auto closed = time_of(subject.stored(parts[1]));
  if (!closed) {
    return std::nullopt;
  }
  return std::to_string(
      std::max<std::int64_t>(0, to_unix_ms(*closed) - to_unix_ms(subject.record.created_at)));
}

/// When it entered the won stage that it is in.
std::optional<std::string> won_date(const Subject& subject, const KindParts& /*none*/) {
  const auto index = stage_properties(subject.type()).stage;
  return index && is_in(subject, "won")
             ? std::optional(format_iso8601(subject.history.since(subject.record, *index)))
             : std::nullopt;
}

struct Line {
  Decimal gross;
  Decimal discount;
};
std::optional<Line> line_of(const Subject& subject) {
  const auto price = amount_of(subject, "price");
  if (!price) {
    return std::nullopt;
  }
  const Decimal quantity =
      amount_of(subject, "quantity").value_or(Decimal::parse("1").value_or(Decimal()));
  Line line{.gross = price->times(quantity), .discount = {}};
  if (const auto share = amount_of(subject, "hs_discount_percentage")) {
    line.discount = line.gross.times(share->percent());
  } else if (const auto each = amount_of(subject, "discount")) {
    line.discount = each->times(quantity);
  }
  return line;
}

/// (I: the documentation names the parts, not the arithmetic.)
std::optional<std::string> line_amount(const Subject& subject, const KindParts& parts) {
  const auto line = line_of(subject);
  if (!line) {
    return std::nullopt;
  }
  if (parts[1] == "gross") {
    return line->gross.text();
  }
  if (parts[1] == "discount") {
    return line->discount.text();
  }
  const Decimal net = line->gross.minus(line->discount);
  if (parts[1] == "net") {
    return net.text();
  }
  const Decimal tax = amount_of(subject, "tax").value_or(Decimal());
  return parts[1] == "taxed" ? std::optional(net.plus(tax).text()) : std::nullopt;
}

constexpr std::array<SystemKind, 11> kinds{{{"stage_is", 3, stage_is},
                                            {"home_amount", 1, home_amount},
                                            {"stage_first", 0, stage_first},
                                            {"stage_probability", 0, stage_probability},
                                            {"stage_amount", 1, stage_amount},
                                            {"stage_date", 2, stage_date},
                                            {"raw_days", 0, raw_days},
                                            {"days_to_close", 1, days_to_close},
                                            {"time_to_close", 1, time_to_close},
                                            {"won_date", 0, won_date},
                                            {"line_amount", 1, line_amount}}};

}  // namespace

std::span<const SystemKind> deal_kinds() { return kinds; }

}  // namespace hubsim::portal

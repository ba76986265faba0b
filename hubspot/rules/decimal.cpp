#include "hubspot/rules/decimal.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <utility>

#include "common/base/text.h"

namespace hubsim::hubspot {

namespace {

using Whole = boost::multiprecision::cpp_int;

constexpr std::size_t most_digits = 100;

Whole whole_of(bool negative, const std::string& digits) {
  const Whole whole(digits);
  return negative ? Whole(-whole) : whole;
}

Whole raised(const Whole& whole, std::size_t zeros) {
  return whole * boost::multiprecision::pow(Whole(10), static_cast<unsigned>(zeros));
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Decimal::Decimal(bool negative, std::string digits, std::size_t scale)
    : negative_(negative), digits_(std::move(digits)), scale_(scale) {
  digits_.erase(0, std::min(digits_.find_first_not_of('0'), digits_.size() - 1));
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const std::size_t mark = text.find_first_of("eE");
  const auto exponent = mark == std::string_view::npos ? std::optional<std::int64_t>(0)
                                                       : parse_int(text.substr(mark + 1));
  std::string_view number = text.substr(0, mark);
  const bool negative = number.starts_with('-');
  number.remove_prefix(negative || number.starts_with('+') ? 1 : 0);
  const std::size_t point = std::min(number.find('.'), number.size());
  const std::string_view before = number.substr(0, point);
  const std::string_view after = number.substr(std::min(point + 1, number.size()));
  const bool readable = exponent && std::abs(*exponent) <= static_cast<std::int64_t>(most_digits) &&
                        before.size() + after.size() > 0 &&
                        before.size() + after.size() <= most_digits && all_digits(before) &&
                        all_digits(after);
  if (!readable) {
    return std::nullopt;
  }
  std::string digits = std::string(before) + std::string(after);
  const std::int64_t scale = static_cast<std::int64_t>(after.size()) - *exponent;
  digits.append(scale < 0 ? static_cast<std::size_t>(-scale) : 0, '0');
  return Decimal(negative, std::move(digits),
                 static_cast<std::size_t>(std::max<std::int64_t>(scale, 0)));
}

Decimal Decimal::exactly(double number) {
  if (!std::isfinite(number)) {
    return {};
  }
  constexpr int mantissa_bits = 53;
  int exponent = 0;
  const double fraction = std::frexp(std::abs(number), &exponent);
  Whole whole(static_cast<std::uint64_t>(std::ldexp(fraction, mantissa_bits)));
  exponent -= mantissa_bits;
  for (; exponent < 0 && whole != 0 && whole % 2 == 0; ++exponent) {
    whole /= 2;
  }
  const auto fives = static_cast<unsigned>(whole == 0 ? 0 : std::max(-exponent, 0));
  whole *= boost::multiprecision::pow(Whole(5), fives);
  whole <<= static_cast<unsigned>(std::max(exponent, 0));
  return {number < 0, whole.str(), fives};
}

Decimal Decimal::plus(const Decimal& other) const {
  const std::size_t scale = std::max(scale_, other.scale_);
  const Whole sum = raised(whole_of(negative_, digits_), scale - scale_) +
                    raised(whole_of(other.negative_, other.digits_), scale - other.scale_);
  return {sum < 0, Whole(boost::multiprecision::abs(sum)).str(), scale};
}

Decimal Decimal::minus(const Decimal& other) const {
  Decimal negated = other;
  negated.negative_ = !other.negative_;
  return plus(negated);
}

Decimal Decimal::times(const Decimal& other) const {
  const Whole product = whole_of(false, digits_) * whole_of(false, other.digits_);
  return {negative_ != other.negative_, product.str(), scale_ + other.scale_};
}

Decimal Decimal::percent() const { return {negative_, digits_, scale_ + 2}; }

std::string Decimal::text() const {
  std::string text = digits_;
  if (text.size() <= scale_) {
    text.insert(0, scale_ + 1 - text.size(), '0');
  }
  if (scale_ > 0) {
    text.insert(text.size() - scale_, ".");
  }
  const bool shows_sign = negative_ && digits_ != "0";
  return shows_sign ? "-" + text : text;
}

}  // namespace hubsim::hubspot

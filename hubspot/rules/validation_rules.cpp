#include "hubspot/rules/validation_rules.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "common/base/text.h"
#include "hubspot/rules/property_values.h"
#include "hubspot/rules/value_shapes.h"

namespace hubsim::hubspot {

using Complaint = std::optional<std::string>;

/// One rule type: which properties it fits, which arguments it takes, what it asks of a value.
struct RuleKind {
  std::string_view name;
  std::string_view type;         ///< of the property; "date datetime" for both
  std::string_view field_types;  ///< "" for every one
  bool (*takes)(const std::vector<std::string>& arguments);
  Complaint (*check)(const ValidationRule& rule, std::string_view value, Instant now);
};

namespace {

constexpr std::size_t max_arguments = 20;
constexpr std::size_t max_argument_length = 2'000;
constexpr std::int64_t max_pattern_memory = 1 << 20;

using Arguments = std::vector<std::string>;

// ---- arguments

bool none(const Arguments& arguments) { return arguments.empty(); }

bool one_of(const Arguments& arguments, std::initializer_list<std::string_view> known) {
  return arguments.size() == 1 &&
         std::find(known.begin(), known.end(), arguments[0]) != known.end();
}

bool one_integer(const Arguments& arguments, std::int64_t least, std::int64_t most) {
  const auto number = arguments.size() == 1 ? parse_int(arguments[0]) : std::nullopt;
  return number && *number >= least && *number <= most;
}

bool takes_alphabet(const Arguments& a) {
  return one_of(a, {"ALPHANUMERIC", "ALPHA_ONLY", "NUMERIC_ONLY"});
}
bool takes_case(const Arguments& a) { return one_of(a, {"CAPITALIZATION", "UPPER", "LOWER"}); }
bool takes_not_allowed(const Arguments& a) { return one_of(a, {"NOT_ALLOWED"}); }
bool takes_whitespace(const Arguments& a) { return a.empty() || one_of(a, {"ALL", "TRIM"}); }
bool takes_decimals(const Arguments& a) { return one_integer(a, 0, 20); }
bool takes_max_length(const Arguments& a) { return one_integer(a, 1, 10'000); }
/// The table says "greater than 1" and its example is "1" (D contradicts itself): 1 is taken.
bool takes_min_length(const Arguments& a) { return one_integer(a, 1, 65'536); }
bool takes_number(const Arguments& a) { return a.size() == 1 && parse_double(a[0]); }
bool takes_instant(const Arguments& a) {
  return one_integer(a, -62'135'596'800'000, 253'402'300'799'999);
}
bool takes_period(const Arguments& a) { return a.size() == 1 && shifted(Instant{}, a[0], 1); }
bool takes_domains(const Arguments& a) { return !a.empty(); }
bool takes_pattern(const Arguments& a) { return a.size() == 1 || a.size() == 2; }

bool takes_country(const Arguments& a) {
  return a.empty() ||
         (a.size() == 1 && a[0].size() == 2 &&
          std::all_of(a[0].begin(), a[0].end(), [](char c) { return c >= 'a' && c <= 'z'; }));
}

bool takes_days(const Arguments& a) {
  const auto names = week_days();
  return !a.empty() && a.size() <= 7 && std::all_of(a.begin(), a.end(), [&](const auto& day) {
    return std::find(names.begin(), names.end(), day) != names.end();
  });
}

// ---- checks

Complaint unless(bool fine, std::string text) {
  return fine ? std::nullopt : Complaint(std::move(text));
}

Complaint check_alphabet(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const std::string& alphabet = rule.arguments()[0];
  if (alphabet == "NUMERIC_ONLY") {
    return unless(std::all_of(value.begin(), value.end(), is_digit_char),
                  "must contain only numbers");
  }
  if (alphabet == "ALPHA_ONLY") {
    return unless(std::all_of(value.begin(), value.end(), is_letter_char),
                  "must contain only letters");
  }
  return unless(std::all_of(value.begin(), value.end(),
                            [](char c) { return is_letter_char(c) || is_digit_char(c); }),
                "must contain only letters and numbers");
}

Complaint check_case(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const std::string& wanted = rule.arguments()[0];
  return unless(in_case(wanted, value) == value, "must be formatted as " + wanted);
}

Complaint check_special(const ValidationRule& /*rule*/, std::string_view value, Instant /*now*/) {
  return unless(
      std::all_of(value.begin(), value.end(),
                  [](char c) { return is_letter_char(c) || is_digit_char(c) || is_space_char(c); }),
      "must not contain special characters");
}

Complaint check_whitespace(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  if (!rule.arguments().empty() && rule.arguments()[0] == "TRIM") {
    return unless(trim(value) == value, "must not start or end with white space");
  }
  return unless(std::none_of(value.begin(), value.end(), is_space_char),
                "must not contain white space");
}

Complaint check_decimals(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const std::string& most = rule.arguments()[0];
  return unless(decimal_places(value) <= *parse_int(most),
                "must have at most " + most + " decimal places");
}

Complaint check_max_length(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const std::string& most = rule.arguments()[0];
  return unless(count_characters(value) <= *parse_uint(most),
                "must have at most " + most + " characters");
}

Complaint check_min_length(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const std::string& least = rule.arguments()[0];
  return unless(count_characters(value) >= *parse_uint(least),
                "must have at least " + least + " characters");
}

Complaint check_max_number(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const std::string& most = rule.arguments()[0];
  return unless(parse_double(value).value_or(0) <= *parse_double(most),
                "must not be greater than " + most);
}

Complaint check_min_number(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const std::string& least = rule.arguments()[0];
  return unless(parse_double(value).value_or(0) >= *parse_double(least),
                "must not be less than " + least);
}

Complaint check_start(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const Instant least = from_unix_ms(*parse_int(rule.arguments()[0]));
  const auto instant = parse_iso8601(value);
  return unless(instant && *instant >= least, "must not be before " + format_iso8601(least));
}

Complaint check_end(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const Instant most = from_unix_ms(*parse_int(rule.arguments()[0]));
  const auto instant = parse_iso8601(value);
  return unless(instant && *instant <= most, "must not be after " + format_iso8601(most));
}

/// A date counts whole days: it is compared with the day the period reaches.
Complaint check_distance(const ValidationRule& rule, std::string_view value, Instant now,
                         int direction) {
  const bool whole_days = !rule.type().ends_with("DATETIME_DURATION");
  const Instant from = whole_days ? Instant(std::chrono::floor<std::chrono::days>(now)) : now;
  const auto edge = shifted(from, rule.arguments()[0], direction);
  const auto instant = parse_iso8601(value);
  const bool fine = edge && instant && (direction > 0 ? *instant >= *edge : *instant <= *edge);
  return unless(fine, "must be at least " + rule.arguments()[0] +
                          (direction > 0 ? " in the future" : " in the past"));
}

Complaint check_after(const ValidationRule& rule, std::string_view value, Instant now) {
  return check_distance(rule, value, now, 1);
}
Complaint check_before(const ValidationRule& rule, std::string_view value, Instant now) {
  return check_distance(rule, value, now, -1);
}

Complaint check_days(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const auto instant = parse_iso8601(value);
  const auto& days = rule.arguments();
  return unless(instant && std::find(days.begin(), days.end(), week_day(*instant)) != days.end(),
                "must be on one of: " + join(days, ", "));
}

Complaint check_domain(const ValidationRule& /*rule*/, std::string_view value, Instant /*now*/) {
  return unless(is_host_name(value), "must be a valid domain");
}

Complaint check_email(const ValidationRule& /*rule*/, std::string_view value, Instant /*now*/) {
  return unless(is_valid_email(value), "must be a valid email address");
}

bool names_domain(const ValidationRule& rule, std::string_view host) {
  return std::any_of(rule.arguments().begin(), rule.arguments().end(),
                     [&](const auto& domain) { return equals_ignoring_case(host, domain); });
}
/// Sub-domains of a named domain count too (I).
bool covers_host(const ValidationRule& rule, std::string_view host) {
  return names_domain(rule, host) ||
         std::any_of(rule.arguments().begin(), rule.arguments().end(), [&](const auto& domain) {
           return to_lower(host).ends_with("." + to_lower(domain));
         });
}

Complaint check_email_allowed(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  return unless(names_domain(rule, email_domain(value)),
                "must be an email address at one of: " + join(rule.arguments(), ", "));
}
Complaint check_email_blocked(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  return unless(!names_domain(rule, email_domain(value)),
                "must not be an email address at one of: " + join(rule.arguments(), ", "));
}

Complaint check_url(const ValidationRule& /*rule*/, std::string_view value, Instant /*now*/) {
  return unless(!url_host(value).empty(), "must be a valid URL");
}
Complaint check_url_allowed(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  return unless(covers_host(rule, url_host(value)),
                "must be a URL at one of: " + join(rule.arguments(), ", "));
}
Complaint check_url_blocked(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  return unless(!covers_host(rule, url_host(value)),
                "must not be a URL at one of: " + join(rule.arguments(), ", "));
}

Complaint check_phone(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const std::string country = rule.arguments().empty() ? "" : rule.arguments()[0];
  return unless(is_international_phone(value, country),
                country.empty() ? "must be a phone number with its country code"
                                : "must be a phone number with the country code of " + country);
}

/// Anchors are the pattern's own business (D: the example has them).
Complaint check_pattern(const ValidationRule& rule, std::string_view value, Instant /*now*/) {
  const bool fine =
      re2::RE2::PartialMatch(re2::StringPiece(value.data(), value.size()), *rule.pattern());
  return unless(fine, rule.arguments().size() == 2
                          ? rule.arguments()[1]
                          : "must match the pattern " + rule.arguments()[0]);
}

constexpr std::string_view texts = "text textarea";
constexpr std::string_view measured = "text textarea phonenumber";
/// In order of their names (D docs property-validations).
constexpr std::array<RuleKind, 27> kinds{{
    {"AFTER_DATETIME_DURATION", "datetime", "", takes_period, check_after},
    {"AFTER_DURATION", "date", "", takes_period, check_after},
    {"ALPHANUMERIC", "string", texts, takes_alphabet, check_alphabet},
    {"BEFORE_DATETIME_DURATION", "datetime", "", takes_period, check_before},
    {"BEFORE_DURATION", "date", "", takes_period, check_before},
    {"DAYS_OF_WEEK", "date datetime", "", takes_days, check_days},
    {"DECIMAL", "number", "", takes_decimals, check_decimals},
    {"DOMAIN", "string", "text", none, check_domain},
    {"EMAIL", "string", "text", none, check_email},
    {"EMAIL_ALLOWED_DOMAINS", "string", "text", takes_domains, check_email_allowed},
    {"EMAIL_BLOCKED_DOMAINS", "string", "text", takes_domains, check_email_blocked},
    {"END_DATE", "date", "", takes_instant, check_end},
    {"END_DATETIME", "datetime", "", takes_instant, check_end},
    {"FORMAT", "string", texts, takes_case, check_case},
    {"MAX_LENGTH", "string", measured, takes_max_length, check_max_length},
    {"MAX_NUMBER", "number", "", takes_number, check_max_number},
    {"MIN_LENGTH", "string", measured, takes_min_length, check_min_length},
    {"MIN_NUMBER", "number", "", takes_number, check_min_number},
    {"PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", "string", "phonenumber", takes_country,
     check_phone},
    {"REGEX", "string", texts, takes_pattern, check_pattern},
    {"SPECIAL_CHARACTERS", "string", texts, takes_not_allowed, check_special},
    {"START_DATE", "date", "", takes_instant, check_start},
    {"START_DATETIME", "datetime", "", takes_instant, check_start},
    {"URL", "string", "text", none, check_url},
    {"URL_ALLOWED_DOMAINS", "string", "text", takes_domains, check_url_allowed},
    {"URL_BLOCKED_DOMAINS", "string", "text", takes_domains, check_url_blocked},
    {"WHITESPACE", "string", "text", takes_whitespace, check_whitespace},
}};

bool among(std::string_view list, std::string_view word) {
  const auto words = split(list, ' ');
  return list.empty() || std::find(words.begin(), words.end(), word) != words.end();
}

bool within_limits(const Arguments& arguments) {
  return arguments.size() <= max_arguments &&
         std::all_of(arguments.begin(), arguments.end(),
                     [](const std::string& each) { return each.size() <= max_argument_length; });
}

std::shared_ptr<const re2::RE2> compile(const std::string& pattern) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(max_pattern_memory);
  return std::make_shared<const re2::RE2>(pattern, options);
}

}  // namespace

Result<ValidationRule> ValidationRule::make(const PropertyFact& property, std::string_view type,
                                            std::vector<std::string> arguments, bool normalises) {
  const auto* kind = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const RuleKind& each) { return each.name == type; });
  if (kind == kinds.end()) {
    return Failure{"unknown rule type " + std::string(type)};
  }
  if (!among(kind->type, property.type) || !among(kind->field_types, property.field_type)) {
    return Failure{"rule type " + std::string(type) + " is not supported for property type " +
                   property.type + " and field type " + property.field_type};
  }
  if (!within_limits(arguments) || !kind->takes(arguments)) {
    return Failure{"invalid arguments for rule type " + std::string(type) + ": [" +
                   join(arguments, ", ") + "]"};
  }
  ValidationRule rule(kind, std::move(arguments), normalises);
  if (type == "REGEX") {
    rule.pattern_ = compile(rule.arguments_[0]);
    if (!rule.pattern_->ok()) {
      return Failure{"invalid regular expression: " + rule.pattern_->error()};
    }
  }
  return rule;
}

std::string_view ValidationRule::type() const { return kind_->name; }

std::string ValidationRule::normalised(std::string value) const {
  if (!normalises_) {
    return value;
  }
  if (type() == "FORMAT") {
    return in_case(arguments_[0], value);
  }
  if (type() == "WHITESPACE") {
    if (!arguments_.empty() && arguments_[0] == "TRIM") {
      return std::string(trim(value));
    }
    std::erase_if(value, is_space_char);
  }
  return value;
}

std::optional<std::string> ValidationRule::complaint(std::string_view value, Instant now) const {
  return kind_->check(*this, value, now);
}

std::span<const std::string_view> rule_type_names() noexcept {
  static constexpr auto names = [] {
    std::array<std::string_view, kinds.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = kinds[i].name;
    }
    return all;
  }();
  return names;
}

}  // namespace hubsim::hubspot

#include "hubspot/rules/option_ids.h"

#include <algorithm>

#include "common/base/text.h"

namespace hubsim::hubspot {

namespace {

constexpr OptionFact facts[] = {
#define HUBSIM_OPTION(id, name, values, evidence, help) {Option::id, name, values, evidence, help},
#include "hubspot/rules/options.def"
#undef HUBSIM_OPTION
};

static_assert(std::size(facts) <= Options::capacity);

/// The `index`-th of the values between bars.
constexpr std::string_view nth(std::string_view values, std::size_t index) noexcept {
  for (; index > 0; --index) {
    values.remove_prefix(std::min(values.find('|'), values.size() - 1) + 1);
  }
  return values.substr(0, values.find('|'));
}

}  // namespace

std::span<const OptionFact> option_facts() noexcept { return facts; }

std::vector<std::string> option_values(const OptionFact& fact) {
  const auto bars = std::count(fact.values.begin(), fact.values.end(), '|');
  std::vector<std::string> values;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(bars); ++i) {
    values.emplace_back(nth(fact.values, i));
  }
  return values;
}

std::string_view Options::value(Option option) const noexcept {
  const auto index = static_cast<std::size_t>(option);
  return nth(facts[index].values, chosen_[index]);
}

Status<> Options::set(std::string_view name, std::string_view value) {
  const auto fact = std::find_if(std::begin(facts), std::end(facts),
                                 [&](const OptionFact& known) { return known.name == name; });
  if (fact == std::end(facts)) {
    std::vector<std::string> names;
    for (const OptionFact& known : facts) {
      names.emplace_back(known.name);
    }
    return Failure{"unknown option '" + std::string(name) + "'" + did_you_mean(name, names) +
                   "; hubsim schema options lists them"};
  }
  const auto values = option_values(*fact);
  const auto place = std::find(values.begin(), values.end(), value);
  if (place == values.end()) {
    return Failure{"option " + std::string(name) + " is one of " + join(values, ", ") + ", not '" +
                   std::string(value) + "'"};
  }
  chosen_[static_cast<std::size_t>(fact->option)] =
      static_cast<std::uint8_t>(place - values.begin());
  return Done{};
}

Status<> Options::set_text(std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    return Failure{"write NAME=VALUE, not '" + std::string(assignment) + "'"};
  }
  return set(assignment.substr(0, equals), assignment.substr(equals + 1));
}

}  // namespace hubsim::hubspot

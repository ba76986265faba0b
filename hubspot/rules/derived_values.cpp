#include "hubspot/rules/derived_values.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/base/text.h"

namespace hubsim::hubspot {

namespace {

using Arguments = std::vector<std::string_view>;
using Rule = std::optional<std::string> (*)(const Arguments& arguments, const ValueOf& value_of);

struct StageProbability {
  std::string_view stage;
  std::string_view probability;
};
/// The default pipeline (7, R for the first two and the closed ones, D for the rest).
constexpr std::array<StageProbability, 7> stage_probabilities{{{"appointmentscheduled", "0.2"},
                                                               {"qualifiedtobuy", "0.4"},
                                                               {"presentationscheduled", "0.6"},
                                                               {"decisionmakerboughtin", "0.8"},
                                                               {"contractsent", "0.9"},
                                                               {"closedwon", "1"},
                                                               {"closedlost", "0"}}};
constexpr std::string_view closed_ticket_stage = "4";

/// As short as it can be without loss: "600", "362.5".
std::string number_text(double number) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return {digits, end};
}

bool deal_is(std::string_view wanted, const ValueOf& value_of) {
  const std::string stage = value_of("dealstage").value_or("");
  return stage == wanted || (wanted == "closed" && (stage == "closedwon" || stage == "closedlost"));
}

std::optional<std::string> same_as(const Arguments& arguments, const ValueOf& value_of) {
  auto value = value_of(arguments[0]);
  return value && value->empty() ? std::nullopt : value;
}

std::optional<std::string> createdate_while(const Arguments& arguments, const ValueOf& value_of) {
  return value_of(arguments[0]) == arguments[1] ? value_of("createdate") : std::nullopt;
}

std::optional<std::string> deal_is_rule(const Arguments& arguments, const ValueOf& value_of) {
  return std::string(deal_is(arguments[0], value_of) ? arguments[1] : arguments[2]);
}

std::optional<std::string> stage_probability(const Arguments& /*none*/, const ValueOf& value_of) {
  const std::string stage = value_of("dealstage").value_or("");
  const auto* known = std::find_if(stage_probabilities.begin(), stage_probabilities.end(),
                                   [&](const auto& each) { return each.stage == stage; });
  return std::string(known == stage_probabilities.end() ? "0" : known->probability);
}

std::optional<std::string> closed_amount(const Arguments& /*none*/, const ValueOf& value_of) {
  const std::string amount = value_of("amount").value_or("");
  return !amount.empty() && deal_is("closedwon", value_of) ? amount : "0";
}

std::optional<std::string> projected_amount(const Arguments& none, const ValueOf& value_of) {
  const auto amount = parse_double(value_of("amount").value_or(""));
  const auto probability = parse_double(stage_probability(none, value_of).value_or(""));
  return number_text(amount.value_or(0) * probability.value_or(0));
}

std::optional<std::string> ticket_is_closed(const Arguments& /*none*/, const ValueOf& value_of) {
  return value_of("hs_pipeline_stage") == closed_ticket_stage ? "true" : "false";
}

struct Kind {
  std::string_view name;
  std::size_t arguments;
  Rule rule;
};
constexpr std::array<Kind, 7> kinds{{{"property", 1, same_as},
                                     {"createdate_while", 2, createdate_while},
                                     {"deal_is", 3, deal_is_rule},
                                     {"deal_stage_probability", 0, stage_probability},
                                     {"deal_closed_amount", 0, closed_amount},
                                     {"deal_projected_amount", 0, projected_amount},
                                     {"ticket_is_closed", 0, ticket_is_closed}}};

const Kind* find_kind(const std::vector<std::string_view>& parts) {
  const auto* found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) {
    return kind.name == parts[0] && kind.arguments + 1 == parts.size();
  });
  return found == kinds.end() ? nullptr : found;
}

}  // namespace

bool is_derived_kind(std::string_view kind) { return find_kind(split(kind, ':')) != nullptr; }

std::optional<std::string> derive(std::string_view kind, const ValueOf& value_of) {
  const auto parts = split(kind, ':');
  const Kind* found = find_kind(parts);
  return found != nullptr ? found->rule({parts.begin() + 1, parts.end()}, value_of) : std::nullopt;
}

}  // namespace hubsim::hubspot

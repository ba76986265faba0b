#include "hubspot/rules/formula.h"

#include <gtest/gtest.h>

#include <map>

namespace hubsim::hubspot {
namespace {

using Record = std::map<std::string, std::string, std::less<>>;

/// The value, "-" for none, or "position: message" of what is wrong with the formula.
std::string value(std::string_view text, const Record& record = {}) {
  const auto formula = Formula::parse(text);
  if (!formula.ok()) {
    return std::to_string(formula.error().position) + ": " + formula.error().message;
  }
  return formula
      ->evaluate([&](std::string_view name) -> std::optional<std::string> {
        const auto found = record.find(name);
        return found == record.end() ? std::nullopt : std::optional(found->second);
      })
      .value_or("-");
}

struct Example {
  std::string_view formula;
  std::string_view result;
};

const Record deal{{"amount", "250.5"},
                  {"cost", "50"},
                  {"stage", "won"},
                  {"is_closed", "true"},
                  {"empty", ""},
                  {"closed", "2026-03-02"},
                  {"started", "2026-03-01"},
                  {"weird", "not a number"}};

TEST(Formula, yields_what_it_says) {
  for (const Example& each : std::initializer_list<Example>{
           {"1 + 2 * 3", "7"},
           {"(1 + 2) * 3", "9"},
           {"10 - 4 - 3", "3"},
           {"-amount + 0.5", "-250"},
           {"amount - cost", "200.5"},
           {"closed - started", "86400000"},
           {"cost / 0", "-"},
           {"missing + 1", "-"},
           {"weird + 1", "-"},
           {"empty * 2", "-"},
           {"'a' + \"b\"", "ab"},
           {"string(stage)", "won"},
           {"bool(is_closed)", "true"},
           {"not bool(is_closed) or amount >= 250.5", "true"},
           {"bool(is_closed) and amount < 1", "false"},
           {"string(stage) = 'won'", "true"},
           {"string(stage) EQUALS 'Won'", "false"},
           {"amount != 250.5", "false"},
           {"max(amount, cost, 3)", "250.5"},
           {"MIN(amount, missing, 3)", "3"},
           {"is_present(closed)", "true"},
           {"is_present(missing)", "false"},
           {"is_present(empty)", "false"},
           {"is_present(amount + missing)", "false"},
           {"contains(string(stage), 'wo')", "true"},
           {"concatenate('Deal ', string(stage), '!')", "Deal won!"},
           {"concatenate(number_to_string(cost), ' EUR')", "50 EUR"},
           {"string_to_number('12.50') * 2", "25"},
           {"string_to_number('x')", "-"},
           {"if amount > 1000 then 'big' elseif amount > 100 then 'middle' else 'small' endif",
            "middle"},
           {"if missing > 1 then 1 else 2 endif", "2"},
           {"IF is_present(missing) THEN 1 ENDIF", "-"},
           {"if is_present(closed) then if cost >= 1 then true else false endif else '' endif",
            "true"}}) {
    EXPECT_EQ(value(each.formula, deal), each.result) << each.formula;
  }
}

TEST(Formula, errors_say_where) {
  for (const Example& each : std::initializer_list<Example>{
           {"", "1: the formula ends too early"},
           {"1 +", "4: the formula ends too early"},
           {"amount cost", "8: unexpected 'cost'"},
           {"'open", "1: a text constant is not closed"},
           {"1 # 2", "3: unexpected character '#'"},
           {"sum(1, 2)", "1: unknown function 'sum'"},
           {"max(1)", "1: wrong number of arguments of 'max'"},
           {"1 + 'a'", "3: a number is needed, not a string"},
           {"1 = 'a'", "3: a number cannot be compared with a string"},
           {"if 1 then 2 else 3 endif", "1: the condition of 'if' must be a boolean"},
           {"if true then 2", "15: expected 'endif', found the end"},
           {"if(true, 1, 2)", "8: expected ')', found ','"},
           {"string('x')", "8: a property name is needed here"},
           {"1.2.3", "1: '1.2.3' is not a number"}}) {
    EXPECT_EQ(value(each.formula), each.result) << each.formula;
  }
}

TEST(Formula, limits_hold) {
  std::string deep(60, '(');
  EXPECT_NE(value(deep + "1" + std::string(60, ')')).find("too deeply"), std::string::npos);
  EXPECT_NE(value(std::string(100, '-') + "1").find("too deeply"), std::string::npos);
  std::string wide = "1";
  for (int i = 0; i < 400; ++i) {
    wide += "+1";
  }
  EXPECT_NE(value(wide).find("too long"), std::string::npos);
  EXPECT_NE(value(std::string(20'000, ' ') + "1").find("too long"), std::string::npos);
  const std::string half(40'000, 'x');
  EXPECT_EQ(value("concatenate(string(a), string(a))", {{"a", half}}), "-");
}

TEST(Formula, knows_what_it_reads_and_yields) {
  const auto formula =
      Formula::parse("if bool(b) then string(a) elseif is_present(c) then '' else string(a) endif");
  ASSERT_TRUE(formula.ok());
  EXPECT_EQ(formula->type(), FormulaType::text);
  const std::vector<FormulaInput> wanted{
      {"a", FormulaType::text}, {"b", FormulaType::boolean}, {"c", FormulaType::any}};
  EXPECT_EQ(formula->inputs(), wanted);
}

}  // namespace
}  // namespace hubsim::hubspot

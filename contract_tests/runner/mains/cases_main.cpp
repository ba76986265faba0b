// Each contract case for each of its versions is one test.
#include <gtest/gtest.h>

#include <cctype>

#include "contract_tests/runner/machine.h"
#include "contract_tests/runner/player.h"
#include "hubspot/catalogue/catalogue.h"

namespace hubsim::contract {
namespace {

constexpr const char* cases_folder = "contract_tests/cases";

/// One machine for all: each case begins with a world of its own.
Machine& machine() {
  static Machine one;
  return one;
}

class ContractCase : public ::testing::TestWithParam<Case> {};

TEST_P(ContractCase, holds) {
  const Verdict verdict = Player(machine()).play(GetParam());
  EXPECT_EQ(verdict.reason, "") << GetParam().file << ": " << GetParam().name << " ("
                                << GetParam().version << ", evidence " << GetParam().evidence
                                << ")";
}

std::string test_name(const ::testing::TestParamInfo<Case>& info) {
  const std::string& file = info.param.file;  // contract_tests/cases/<area>/<file>.json
  const auto area = file.rfind('/', file.rfind('/') - 1) + 1;
  std::string name =
      file.substr(area, file.rfind('.') - area) + "_" + info.param.name + "_" + info.param.version;
  for (char& c : name) {
    c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(cases, ContractCase, ::testing::ValuesIn(load_cases(cases_folder)),
                         test_name);

/// No operation is modelled without a case that calls it.
TEST(ContractCoverage, every_modelled_operation_is_called) {
  Machine fresh;
  for (const Case& each : load_cases(cases_folder)) {
    EXPECT_EQ(Player(fresh).play(each).reason, "") << each.file << ": " << each.name;
  }
  for (const auto& row : hubspot::catalogue()) {
    if (row.grade == hubspot::Grade::modelled) {
      EXPECT_TRUE(fresh.called().contains(row.id)) << row.id << " has no contract case";
    }
  }
}

}  // namespace
}  // namespace hubsim::contract

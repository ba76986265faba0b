// Replays the recorded exchanges and prints how much of them the machine covers.
#include <gtest/gtest.h>

#include <iostream>

#include "contract_tests/runner/known_gaps.h"
#include "contract_tests/runner/recording.h"

namespace hubsim::contract {
namespace {

constexpr const char* recordings_file = "contract_tests/recorded/exchanges.jsonl";

constexpr const char* gaps_file = "contract_tests/recorded/known_gaps.json";

TEST(Recorded, exchanges_are_answered_alike) {
  Replay result;
  std::size_t recorded = 0;
  for (const auto& source : load_recordings(recordings_file)) {
    recorded += source.size();
    replay(source, result);
  }
  std::cout << "recorded exchanges: " << recorded << ", compared: " << result.compared
            << ", answered alike: " << result.alike << "\n";
  for (const auto& [reason, count] : result.skipped) {
    std::cout << "skipped, " << reason << ": " << count << "\n";
  }
  KnownGaps gaps(gaps_file);
  const auto judge = [&](const std::string& problem) {
    const std::string reason = gaps.reason_of(problem);
    EXPECT_NE(reason, "") << problem;
    std::cout << "differs: " << problem << "\n  because " << reason << "\n";
  };
  for (const std::string& name : result.missing_properties) {
    judge(name);
  }
  for (const std::string& problem : result.problems) {
    judge(problem);
  }
  for (const std::string& where : gaps.closed()) {
    std::cout << "gap closed, take it off " << gaps_file << ": " << where << "\n";
  }
  EXPECT_GE(result.compared, 60U);
}

}  // namespace
}  // namespace hubsim::contract

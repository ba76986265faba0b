// Replays the recorded exchanges and prints how much of them the machine covers.
#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "contract_tests/runner/recording.h"

namespace hubsim::contract {
namespace {

constexpr const char* recordings_file = "contract_tests/recorded/exchanges.jsonl";

constexpr const char* gaps_file = "contract_tests/recorded/known_gaps.json";

/// The committed list of what is answered otherwise, each with its reason. A gap names an exchange
/// ("task.yml 0 POST /crm/…") or a property ("tasks.hs_…").
class KnownGaps {
 public:
  KnownGaps() {
    const Json file = read_json_file(gaps_file);
    for (const Json& gap : file.at("gaps")) {
      reasons_[gap.at("where").get<std::string>()] = gap.at("reason").get<std::string>();
    }
  }

  /// The reason of the gap that `problem` falls under; "" when it is none.
  std::string reason_of(const std::string& problem) {
    for (const auto& [where, reason] : reasons_) {
      if (problem == where || problem.starts_with(where + ":")) {
        seen_.insert(where);
        return reason;
      }
    }
    return "";
  }

  void print_closed() const {
    for (const auto& [where, reason] : reasons_) {
      if (!seen_.contains(where)) {
        std::cout << "gap closed, take it off " << gaps_file << ": " << where << "\n";
      }
    }
  }

 private:
  std::map<std::string, std::string> reasons_;
  std::set<std::string> seen_;
};

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
  KnownGaps gaps;
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
  gaps.print_closed();
  EXPECT_GE(result.compared, 60U);
}

}  // namespace
}  // namespace hubsim::contract

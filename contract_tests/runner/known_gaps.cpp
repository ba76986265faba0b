#include "contract_tests/runner/known_gaps.h"

#include "contract_tests/runner/case.h"

namespace hubsim::contract {

KnownGaps::KnownGaps(const std::string& file) {
  const Json content = read_json_file(file);
  for (const Json& gap : content.at("gaps")) {
    reasons_[gap.at("where").get<std::string>()] = gap.at("reason").get<std::string>();
  }
}

std::string KnownGaps::reason_of(const std::string& problem) {
  for (const auto& [where, reason] : reasons_) {
    if (problem == where || problem.starts_with(where + ":")) {
      seen_.insert(where);
      return reason;
    }
  }
  return "";
}

std::vector<std::string> KnownGaps::closed() const {
  std::vector<std::string> closed;
  for (const auto& [where, reason] : reasons_) {
    if (!seen_.contains(where)) {
      closed.push_back(where);
    }
  }
  return closed;
}

}  // namespace hubsim::contract

// KnownGaps: the committed list of recorded exchanges and properties that are answered otherwise,
// each with its reason. A gap names an exchange ("task.yml 0 POST /crm/…") or a property
// ("tasks.hs_…"). Threads: one thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace hubsim::contract {

class KnownGaps {
 public:
  /// Throws std::runtime_error when the file is broken.
  explicit KnownGaps(const std::string& file);

  /// The reason of the gap that `problem` falls under; "" when it is none.
  std::string reason_of(const std::string& problem);
  [[nodiscard]] const std::map<std::string, std::string>& all() const noexcept { return reasons_; }
  /// Those that no problem has fallen under so far.
  [[nodiscard]] std::vector<std::string> closed() const;

 private:
  std::map<std::string, std::string> reasons_;
  std::set<std::string> seen_;
};

}  // namespace hubsim::contract

// Lists as most calls answer them: `{"results":[…]}`, whole, without paging.
// Threads: pure.
#pragma once

#include <string>
#include <utility>

#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

/// `append(body, item)` writes one item.
template <class Items, class Append>
[[nodiscard]] Reply answer_results(const Items& items, const Append& append) {
  std::string body = R"({"results":[)";
  for (const auto& item : items) {
    body += body.back() == '[' ? "" : ",";
    append(body, item);
  }
  return answer(std::move(body) + "]}");
}

}  // namespace hubsim::operations

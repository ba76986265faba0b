// RoleTable: which function answers each role of the catalogue. A file of roles/ registers the
// roles of one family; a role nobody registers is a start-up error (engine.cpp).
// Threads: constant once made.
#pragma once

#include <array>

#include "mock_server/generic/core/call.h"

namespace hubsim::generic {

class RoleTable {
 public:
  using Answer = Reply (*)(Call& call);
  void add(Role role, Answer answer) { answers_[static_cast<std::size_t>(role)] = answer; }
  [[nodiscard]] Answer find(Role role) const { return answers_[static_cast<std::size_t>(role)]; }

 private:
  std::array<Answer, static_cast<std::size_t>(Role::other) + 1> answers_{};
};

void register_all_roles(RoleTable& table);

}  // namespace hubsim::generic

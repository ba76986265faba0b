// Owner details: what an owner is beside a person: a queue, and the teams it is in.
// Threads: guarded by the portal's lock. Source: behaviour reference 7 (Owners).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mock_server/portal/part.h"

namespace hubsim::portal {

class Portal;

struct OwnerTeam {
  std::string id;
  std::string name;
  bool primary = false;
};

struct OwnerDetails {
  std::string type = "PERSON";  ///< or QUEUE
  std::vector<OwnerTeam> teams{};
};

class OwnerDirectory : public PartOf<OwnerDirectory> {
 public:
  explicit OwnerDirectory(const Portal& portal);
  [[nodiscard]] const OwnerDetails& of(std::uint64_t owner_id) const;
  [[nodiscard]] OwnerDetails& edit(std::uint64_t owner_id) { return details_[owner_id]; }

 private:
  std::map<std::uint64_t, OwnerDetails> details_;
};

}  // namespace hubsim::portal

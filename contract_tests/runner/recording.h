// Recordings: exchanges between real clients and the real HubSpot, replayed in order against the
// machine. What a recording takes for granted (records made before it began) is made first; its ids
// are mapped to ours; shapes and constants are compared, values are not.
// Threads: one source at a time.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "contract_tests/runner/case.h"

namespace hubsim::contract {

struct Replay {
  std::size_t compared = 0;
  std::size_t alike = 0;                       ///< compared without a problem
  std::map<std::string, std::size_t> skipped;  ///< by reason
  std::vector<std::string> problems;           ///< what differs, with source and number
  std::set<std::string> missing_properties;    ///< "contacts.hs_…": recorded, not in our answer
};

/// The exchanges of a file, grouped by source in order. Throws std::runtime_error.
[[nodiscard]] std::vector<std::vector<Json>> load_recordings(const std::string& file);

/// Plays one source on a fresh HubSpot and adds what it found.
void replay(const std::vector<Json>& exchanges, Replay& result);

}  // namespace hubsim::contract

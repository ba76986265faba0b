// Item: one thing of a generic resource (a page, a redirect, a team): what callers set, in its live
// and its draft version, and what the portal knows of it. What nobody set is not here: it is
// synthesised when an answer is rendered (render.h).
// Threads: immutable once stored, and shared: snapshots and forks copy pointers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "common/time/clock.h"

namespace hubsim::generic {

using JsonPtr = std::shared_ptr<const Json>;

struct Revision {
  std::uint64_t number = 0;
  JsonPtr fields;
  Instant at{};
};

struct Item {
  std::string id;
  JsonPtr live;
  JsonPtr draft;  ///< null: the draft is the live version
  Instant created{};
  Instant updated{};
  Instant archived_at{};
  Instant published_at{};
  bool archived = false;
  bool published = false;
  bool draft_gone = false;  ///< removed from the draft, live until the next publish
  std::shared_ptr<const std::string> bytes;  ///< of an uploaded file
  std::string bytes_type;
  std::vector<Revision> revisions;  ///< oldest first, the last max_revisions
  std::size_t weight = 0;           ///< bytes it counts for

  [[nodiscard]] const Json& fields(bool of_draft) const {
    return of_draft && draft ? *draft : *live;
  }
};
using ItemPtr = std::shared_ptr<const Item>;

inline constexpr std::size_t max_revisions = 20;

}  // namespace hubsim::generic

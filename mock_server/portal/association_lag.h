// AssociationLag: associations that search does not see as they are now: with index lag a new one
// is found later, and one that is gone is still found for a while (behaviour reference 5: updates
// and associations up to a minute). Only search looks here; reads see the truth at once.
// Threads: guarded by the portal's lock. Invariant: both directions of a pair are held or neither.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "mock_server/portal/associations.h"
#include "mock_server/portal/part.h"

namespace hubsim::portal {

class Portal;
struct WriteContext;

class AssociationLag : public PartOf<AssociationLag> {
 public:
  explicit AssociationLag(const Portal& /*portal*/) {}

  /// The two are about to change; `tied` is what search goes on seeing until then.
  void hold(Endpoint a, Endpoint b, bool tied, Instant seen_at);
  /// Forgets what search sees from `now` on.
  void advance(Instant now);
  [[nodiscard]] bool empty() const noexcept { return held_.empty(); }
  /// `ids`, in order, are the records of `type` tied to `from` in truth: makes them what search
  /// sees.
  void apply(Endpoint from, TypeIndex type, std::vector<ObjectId>& ids) const;

 private:
  using Pair = std::pair<Endpoint, Endpoint>;
  struct Held {
    bool tied = false;
    Instant seen_at{};
  };
  std::map<Pair, Held> held_;
  std::multimap<Instant, Pair> due_;
};

/// To be called before an association between the two is added or removed.
void hold_association(const Portal& portal, Endpoint a, Endpoint b, const WriteContext& context);

}  // namespace hubsim::portal

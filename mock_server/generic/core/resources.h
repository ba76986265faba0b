// Resources: what the catalogue says about each kind of thing as a whole: which calls it has, what
// one looks like, how its ids are made, whether an API call can make one at all. Derived from the
// rows when first asked for; nothing is parsed.
// Threads: constant once made. Lifetime: that of the rows.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hubspot/catalogue/catalogue.h"

namespace hubsim::generic {

/// given: the caller names it, in the body or by PUT.
enum class IdKind { numeric, guid, given };

struct Resource {
  std::string_view name;  ///< OperationRow::resource
  std::vector<const hubspot::OperationRow*> rows;
  hubspot::Shape item;  ///< one item, as it is answered; false where no call answers one
  std::string id_field = "id";
  IdKind ids = IdKind::numeric;
  bool creatable = false;  ///< some call makes one
  bool listable = false;
  bool keeps_archived = false;  ///< archived items are shown or restored by some call
  /// New items are drafts, and live calls see them once they are published (HubDB).
  bool draft_first = false;
  bool modelled = false;  ///< hand-written code keeps its items; not in this store

  [[nodiscard]] const hubspot::OperationRow* row(hubspot::Role role) const;
  bool tells_ids = false;  ///< whoever makes one learns its id
  /// Where no call makes or lists any, or none says by which id, every id means something.
  [[nodiscard]] bool any_id() const noexcept { return (!creatable && !listable) || !tells_ids; }
};

class ResourceIndex {
 public:
  explicit ResourceIndex(std::span<const hubspot::OperationRow> rows);
  [[nodiscard]] const Resource* find(std::string_view name) const;
  [[nodiscard]] const std::map<std::string_view, Resource>& all() const noexcept { return all_; }

 private:
  std::map<std::string_view, Resource> all_;
};

/// The field of an answer that holds the list's items: "results", or the first list of objects.
[[nodiscard]] hubspot::Field list_field(hubspot::Shape answer);
/// What the items of such an answer look like; false when it is no list.
[[nodiscard]] hubspot::Shape element_of(hubspot::Shape answer);

}  // namespace hubsim::generic

// What must hold of a portal's records whatever was done to them: e-mails are unique and found by
// their index, counts add up, ids that were merged away lead somewhere, what is erased holds
// nothing, and associations are known at both ends.
// Threads: under the portal's lock, or when nobody writes.
#pragma once

#include <set>
#include <string>

#include "common/base/assert.h"
#include "mock_server/portal/portal.h"

namespace hubsim::fuzz {

class CrmInvariants {
 public:
  explicit CrmInvariants(portal::Portal& portal) : portal_(portal) {}

  void check() {
    check_emails();
    check_associations();
    check_ends();
  }

 private:
  void check_emails() {
    const portal::ObjectType& contacts = *portal_.find_type("contacts");
    const portal::PropertyIndex email = contacts.property_index("email").value();
    std::set<std::string> seen;
    std::size_t live = 0;
    for (const auto& record : portal_.store(contacts.index()).slots()) {
      live += record->archived ? 0U : 1U;
      const std::string* value = record->archived ? nullptr : record->value(email);
      if (value != nullptr && !value->empty()) {
        HUBSIM_ASSERT(seen.insert(*value).second);
        HUBSIM_ASSERT(portal_.find_by_unique(contacts.index(), email, *value) == record);
      }
    }
    HUBSIM_ASSERT(live == portal_.store(contacts.index()).live_count());
  }

  /// Ids that were merged away lead to one record that is not; what is erased holds nothing; the
  /// counts that records show are those of their associations.
  void check_ends() {
    for (portal::TypeIndex type = 0; type < portal_.type_count(); ++type) {
      for (const auto& record : portal_.store(type).slots()) {
        HUBSIM_ASSERT(record->gone == portal::Gone::no || record->archived);
        HUBSIM_ASSERT(record->gone != portal::Gone::erased || record->values.empty());
        const auto meant = portal_.resolve(type, record->id);
        HUBSIM_ASSERT(meant && meant->gone != portal::Gone::merged);
        HUBSIM_ASSERT(record->gone == portal::Gone::merged || meant == record);
      }
    }
    const portal::ObjectType& companies = *portal_.find_type("companies");
    const auto count = companies.property_index("num_associated_contacts").value();
    const portal::TypeIndex contacts = portal_.find_type("contacts")->index();
    for (const auto& record : portal_.store(companies.index()).slots()) {
      const auto edges =
          portal_.associations().list({companies.index(), record->id}, contacts, 0, SIZE_MAX);
      HUBSIM_ASSERT(portal_.value_of(*record, count) == std::to_string(edges.size()));
    }
  }

  void check_associations() {
    for (portal::TypeIndex type = 0; type < portal_.type_count(); ++type) {
      for (const auto& record : portal_.store(type).slots()) {
        check_edges({type, record->id}, record->archived);
      }
    }
  }

  void check_edges(portal::Endpoint from, bool archived) {
    for (portal::TypeIndex to = 0; to < portal_.type_count(); ++to) {
      for (const auto& item : portal_.associations().list(from, to, 0, SIZE_MAX)) {
        HUBSIM_ASSERT(!archived && !item.type_ids.empty());
        const auto back = portal_.associations().list({to, item.to_id}, from.type, from.id - 1, 1);
        HUBSIM_ASSERT(back.size() == 1 && back.front().to_id == from.id);
        HUBSIM_ASSERT(back.front().type_ids.size() == item.type_ids.size());
      }
    }
  }

  portal::Portal& portal_;
};

}  // namespace hubsim::fuzz

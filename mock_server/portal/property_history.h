// PropertyHistory: earlier values of the properties of one type's records, as HubSpot shows them
// with propertiesWithHistory (behaviour reference 4.6). Why beside the records: most records are
// never written again, and a value that was only set at birth takes no room here: it is implied.
// Threads: guarded by the portal's lock; copies share what neither changes.
// Invariant: the entries of a property are in order of time, at most `limit` of them.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mock_server/portal/record.h"

namespace hubsim::portal {

class PropertyHistory {
 public:
  struct Entry {
    PropertyIndex property = 0;
    std::uint16_t source = 0;  ///< index in the portal's table
    Instant at{};
    std::string value;
  };

  explicit PropertyHistory(std::size_t limit) : limit_(limit) {}

  /// `after` came from `before` by writing `changed`.
  void add(const Record& before, const Record& after, std::span<const PropertyIndex> changed,
           std::uint16_t source);
  /// Newest first; a value that was set at birth alone is the only entry.
  [[nodiscard]] std::vector<Entry> of(const Record& record, PropertyIndex property) const;
  /// When the value that `record` has was set.
  [[nodiscard]] Instant since(const Record& record, PropertyIndex property) const;
  /// `to` begins with what `from` remembers (a merge into a new record).
  void inherit(const Record& from, const Record& to);
  void erase(ObjectId record) { kept_.erase(record); }

 private:
  using Entries = std::vector<Entry>;
  [[nodiscard]] const Entries* find(ObjectId record) const;
  Entries& edit(ObjectId record);
  void append(Entries& entries, Entry entry) const;

  std::size_t limit_;
  boost::unordered_flat_map<ObjectId, std::shared_ptr<Entries>> kept_;
};

}  // namespace hubsim::portal

// Rendering of CRM records: the one place that knows HubSpot's record shape (behaviour reference
// 4.3): id, properties in name order, createdAt, updatedAt, archived, and what may follow.
// Text is appended directly; every answer with records goes through here, so it is a hot path.
// Threads: reads the portal under its lock.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/operations/operation.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

/// Which properties an answer shows, in name order. A name may be one the type does not have: it
/// is left out (4.3, R).
class View {
 public:
  /// The type's defaults, or the named ones with the system three (4.3, R).
  [[nodiscard]] static View requested(const portal::ObjectType& type,
                                      const std::vector<std::string>& names);
  /// What a create answers: what was set and system values that exist (4.4, R).
  [[nodiscard]] static View created(const portal::ObjectType& type,
                                    const portal::PropertyWrites& writes);
  /// What an update answers: what was set, the system three and the facts' update set (4.7, R).
  [[nodiscard]] static View updated(const portal::ObjectType& type,
                                    const portal::PropertyWrites& writes);

  struct Item {
    portal::PropertyIndex index = 0;
    /// Left out when it has no value, instead of shown as null.
    bool only_with_value = false;
    portal::Derived derived = portal::Derived::no;
    std::uint32_t key_begin = 0;  ///< of `"name":` in keys()
    std::uint32_t key_size = 0;
  };
  [[nodiscard]] const std::vector<Item>& items() const noexcept { return items_; }
  [[nodiscard]] std::string_view key_of(const Item& item) const noexcept {
    return std::string_view(keys_).substr(item.key_begin, item.key_size);
  }
  /// Of the type, the properties and how they are shown; 0 when an answer in this view says more
  /// than the record's own version does (calculated values, counts).
  [[nodiscard]] std::uint64_t signature() const noexcept { return signature_; }

 private:
  void add(portal::PropertyIndex index, bool only_with_value = false);
  void add_system(const portal::ObjectType& type);
  void add_named(const portal::ObjectType& type, std::string_view name);
  void sort(const portal::ObjectType& type);
  void render_keys(const portal::ObjectType& type);
  [[nodiscard]] std::uint64_t signature_of(const portal::ObjectType& type) const;

  std::vector<Item> items_;
  std::string keys_;
  std::uint64_t signature_ = 0;
};

/// The properties whose earlier values are asked for, in name order; unknown names are left out.
[[nodiscard]] std::vector<portal::PropertyIndex> history_view(
    const portal::ObjectType& type, const std::vector<std::string>& names);

struct RecordExtras {
  bool url = false;
  std::string_view associations = {};  ///< a JSON object; empty for none
  std::string_view trace_id = {};
  std::optional<bool> is_new = {};  ///< of an upsert
  std::span<const portal::PropertyIndex> history = {};
};

/// Whether answers to writes show `url` (option crm.url_in_write_answers).
[[nodiscard]] bool url_in_writes(const Context& context);

void append_record(std::string& out, const portal::Portal& portal, const portal::Record& record,
                   const View& view, const RecordExtras& extras = {});

/// The same for reads, which mostly show what the last one has shown: the text is kept for the
/// next.
void append_read_record(std::string& out, const portal::Portal& portal,
                        const portal::Record& record, const View& view, const RecordExtras& extras);

/// `"contacts":{"results":[{"id":"…","type":"deal_to_contact"}]}` for each named type that has any;
/// unknown types are left out (4.6, R).
[[nodiscard]] std::string render_associations(portal::Portal& portal, const portal::Record& record,
                                              const std::vector<std::string>& type_names);

}  // namespace hubsim::operations

// Legacy shapes: what the v1 and v2 APIs of contacts, companies and deals share: properties as a
// list in, as a map with versions out, and their older errors (behaviour reference 3.7). They act
// on the same records as the API of today.
// Threads: works on the portal under its lock.
#pragma once

#include <string>
#include <string_view>

#include "mock_server/operations/crm/input.h"

namespace hubsim::operations {

/// How one of these APIs spells things.
struct LegacyApi {
  std::string_view type;      ///< "contacts"
  std::string_view name_key;  ///< of a property in a request: "property" or "name"
  bool dashed = false;        ///< contacts: "source-type"; else "source"
};

/// `{"properties":[{"property":"email","value":"a@b.org"}]}`
[[nodiscard]] Read<portal::PropertyWrites> read_legacy_writes(const Context& context,
                                                              const LegacyApi& api);
/// Every property that has a value, with what it was before.
[[nodiscard]] Json legacy_properties(const Context& context, const LegacyApi& api,
                                     const portal::Record& record);
/// A write that was refused, in the older form (3.5, 3.7, R 2022).
[[nodiscard]] Reply legacy_refusal(const Context& context, const LegacyApi& api,
                                   const portal::WriteError& error);
/// The live record that a path parameter names by id; nullptr when there is none.
[[nodiscard]] portal::RecordPtr legacy_record(const Context& context, const LegacyApi& api,
                                              std::string_view parameter);
[[nodiscard]] const portal::ObjectType& legacy_type(const Context& context, const LegacyApi& api);
/// The value of a property as HubSpot shows it; "" where there is none.
[[nodiscard]] std::string legacy_value(const Context& context, const portal::Record& record,
                                       std::string_view property);
/// Ids of the records of that type which the record is associated with, at most 500.
[[nodiscard]] Json legacy_associated(const Context& context, const portal::Record& record,
                                     std::string_view type);
/// Associates the record with each of `ids` (null: none). Ids that no live record has are left out:
/// what HubSpot says of them is unknown.
void legacy_associate(Context& context, const portal::Record& record, std::string_view type,
                      const Json* ids);
[[nodiscard]] Reply legacy_answer(const Json& body, int status = 200);

/// `count`/`limit` and the offset of a page, by the names of this API.
struct LegacyPage {
  std::size_t limit = 0;
  portal::ObjectId from = 0;
};
[[nodiscard]] Read<LegacyPage> read_legacy_page(const Context& context, std::string_view limit,
                                                std::string_view offset);

}  // namespace hubsim::operations

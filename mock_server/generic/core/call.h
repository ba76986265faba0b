// Call: one request to a generic operation, with everything that its role needs: the row, the
// resource, the collection its path names (owners looked up: an unknown one is HubSpot's 404), the
// body, parsed once and checked against its shape.
// Threads: under the portal's lock; dies with the request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/generic/core/resources.h"
#include "mock_server/generic/core/store.h"
#include "mock_server/operations/support/answer.h"
#include "mock_server/operations/support/multipart.h"

namespace hubsim::generic {

using hubspot::ApiError;
using hubspot::Field;
using hubspot::OperationRow;
using hubspot::Role;
using hubspot::Shape;
using hubspot::ShapeKind;
using operations::Read;
using operations::Reply;

struct Call {
  operations::Context& context;
  const OperationRow& row;
  const ResourceIndex& index;
  const Resource& resource;
  GenericStore& store;
  std::string key;                          ///< of the collection
  std::string id;                           ///< of the item in the path, as it was written; or ""
  Json body;                                ///< null where there is none
  std::vector<operations::FormPart> parts;  ///< of a multipart body

  [[nodiscard]] bool is_draft() const { return row.stage == hubspot::Stage::draft; }
  [[nodiscard]] GenericStore::Limits limits() const;
};

/// Everything but the body.
[[nodiscard]] Read<Call> locate(operations::Context& context, const OperationRow& row,
                                const ResourceIndex& index);
/// Reads and checks the body that the row wants.
[[nodiscard]] std::optional<ApiError> read_body(Call& call);

/// The item that the path names; archived ones only where the query wants them.
[[nodiscard]] Read<ItemPtr> require_item(Call& call);
/// The item of an id in this call's collection, also by name where HubSpot takes either; null:
/// none.
[[nodiscard]] ItemPtr find_item(Call& call, const std::string& id);
/// Whether the call's stage sees it: neither archived nor, where drafts come first, unpublished.
[[nodiscard]] bool is_visible(const Call& call, const Item& item);
/// All items of the call's collection, those that exist from the start included.
[[nodiscard]] const Collection& items_of(Call& call);

/// Stores it; what HubSpot would say of a full account otherwise.
[[nodiscard]] std::optional<ApiError> save(Call& call, Item item);
/// A new item with these fields: its id given in them, or made.
[[nodiscard]] Item new_item(Call& call, Json fields);
/// `item` with other fields in the version that the call's stage names; a revision is kept.
[[nodiscard]] Item changed(const Call& call, const Item& item, Json fields);
/// Members of `patch` over those of `fields`.
[[nodiscard]] Json merged(const Json& fields, const Json& patch);

/// As a caller writes ids: "12" and 12 are the same.
[[nodiscard]] std::string id_text(const Json& value);

}  // namespace hubsim::generic

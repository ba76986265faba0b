// Input of the CRM operations: object types and records named in paths and bodies, property maps,
// associations given with a create, and the way from a refused write to HubSpot's error.
// Threads: reads the portal under its lock.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

using TypePtr = const portal::ObjectType*;

/// The object type named by that path parameter (3.3: "Unable to infer object type from").
[[nodiscard]] Read<TypePtr> read_type(const Context& context,
                                      std::string_view parameter = "objectType");

/// Those named by `objectType` and `toObjectType`.
struct TypePair {
  TypePtr from = nullptr;
  TypePtr to = nullptr;
};
[[nodiscard]] Read<TypePair> read_type_pair(const Context& context);

/// How a request names records: by id, or by a unique property (4.5).
struct IdProperty {
  std::optional<portal::PropertyIndex> index;  ///< nothing: by record id
};
/// `action` is HubSpot's word in the complaint: "read", "update", "upsert".
[[nodiscard]] Read<IdProperty> read_id_property(const Context& context,
                                                const portal::ObjectType& type,
                                                std::string_view name, std::string_view action);

/// The record, live or archived; nullptr when there is none. An id that was merged away finds the
/// outcome (option crm.merged_ids_resolve).
[[nodiscard]] portal::RecordPtr find_record(const Context& context, const portal::ObjectType& type,
                                            IdProperty by, std::string_view id);
[[nodiscard]] portal::RecordPtr find_record(const Context& context, const portal::ObjectType& type,
                                            portal::ObjectId id);
/// The live record the path names by objectId and ?idProperty, or HubSpot's 404 (3.2).
[[nodiscard]] Read<portal::RecordPtr> read_path_record(const Context& context,
                                                       const portal::ObjectType& type,
                                                       std::string_view action);

/// The map of property values at that place: scalars become text, as Jackson has it.
[[nodiscard]] Read<portal::PropertyWrites> read_writes(const Members& members);

/// email, domain, name, dealname or subject as it will be stored; else the values themselves. The
/// fault key of a create (design 3a).
[[nodiscard]] std::string natural_key(const portal::ObjectType& type,
                                      const portal::PropertyWrites& writes);

/// Properties that a create must bring (4.4, D).
[[nodiscard]] std::optional<ApiError> check_required(const Context& context,
                                                     const portal::ObjectType& type,
                                                     const portal::PropertyWrites& writes);

/// `target` is the id of the record written to; empty for one not yet born. `cut`: as in a batch
/// without trace ids, where long lists are cut (3.4, R).
[[nodiscard]] ApiError to_api_error(const Context& context, const portal::ObjectType& type,
                                    const portal::WriteError& error, std::string_view target = "",
                                    bool cut = false);

/// Associations that come with a create (4.4). `from.id` is filled in once the record exists.
[[nodiscard]] Read<std::vector<portal::AssociationEdge>> read_inline_associations(
    const Context& context, const portal::ObjectType& type, const Members& members);

}  // namespace hubsim::operations

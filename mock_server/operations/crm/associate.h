// Association types and the rules of attaching records: the unlabelled type always goes with a
// labelled one, and one record has one primary company (behaviour reference 6.1).
// Threads: works on the portal under its lock.
#pragma once

#include <optional>
#include <string_view>

#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

using AssociationFact = const hubspot::AssociationTypeFact*;

/// HubSpot's or the portal's own; nullptr when there is none.
[[nodiscard]] AssociationFact find_association_type(const portal::Portal& portal, int type_id);
/// The unlabelled type between the two, or nullptr.
[[nodiscard]] AssociationFact default_association_type(const portal::Portal& portal,
                                                       const portal::ObjectType& from,
                                                       const portal::ObjectType& to);

/// `edge` under that type.
[[nodiscard]] portal::AssociationEdge with_type(portal::AssociationEdge edge, AssociationFact fact);
[[nodiscard]] portal::AssociationEdge turned(const portal::AssociationEdge& edge);

/// "Object 5 cannot be associated to itself (5)" (6.1, R), where the two are one record.
[[nodiscard]] std::optional<ApiError> check_self(const Context& context,
                                                 const portal::AssociationEdge& edge);
/// The limit an administrator set, on either side, that the new edge would pass (text U).
[[nodiscard]] std::optional<ApiError> check_limits(const Context& context,
                                                   const portal::AssociationEdge& edge);

/// `{"associationCategory":…,"associationTypeId":…}`: a type that starts at `from`.
[[nodiscard]] Read<AssociationFact> read_association_spec(const Context& context,
                                                          const portal::ObjectType& from,
                                                          const Json& spec);

/// Adds the edge with what belongs to it; the second form as the caller of the request.
void attach(portal::Portal& portal, const portal::AssociationEdge& edge,
            const portal::WriteContext& write);
void attach(Context& context, const portal::AssociationEdge& edge);

/// `{"toObjectId":…,"associationTypes":[{"category":…,"typeId":…,"label":…}]}` (6.1, R: a number).
void append_association_item(std::string& out, const portal::Portal& portal,
                             const portal::Associations::Item& item);

/// `{"fromObjectTypeId":…,"fromObjectId":…,"toObjectTypeId":…,"toObjectId":…,"labels":[…]}` (6.1,
/// R).
void append_labels_between(std::string& out, const portal::Portal& portal,
                           const portal::AssociationEdge& edge,
                           const std::vector<AssociationFact>& facts);

}  // namespace hubsim::operations

// Association types and the rules of attaching records: the unlabelled type always goes with a
// labelled one, and one record has one primary company (behaviour reference 6.1).
// Threads: works on the portal under its lock.
#pragma once

#include <string_view>

#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

using AssociationFact = const hubspot::AssociationTypeFact*;

[[nodiscard]] AssociationFact find_association_type(const hubspot::Facts& facts, int type_id);
/// The unlabelled type between the two, or nullptr.
[[nodiscard]] AssociationFact default_association_type(const hubspot::Facts& facts,
                                                       std::string_view from_type_id,
                                                       std::string_view to_type_id);

/// `{"associationCategory":…,"associationTypeId":…}`: a type that starts at `from`.
[[nodiscard]] Read<AssociationFact> read_association_spec(const Context& context,
                                                          const portal::ObjectType& from,
                                                          const Json& spec);

/// Adds the edge with what belongs to it; the second form as the caller of the request.
void attach(portal::Portal& portal, const portal::AssociationEdge& edge,
            const portal::WriteContext& write);
void attach(Context& context, const portal::AssociationEdge& edge);

/// `{"toObjectId":…,"associationTypes":[{"category":…,"typeId":…,"label":…}]}` (6.1, R: a number).
void append_association_item(std::string& out, const hubspot::Facts& facts,
                             const portal::Associations::Item& item);

/// `{"fromObjectTypeId":…,"fromObjectId":…,"toObjectTypeId":…,"toObjectId":…,"labels":[…]}` (6.1,
/// R).
void append_labels_between(std::string& out, const portal::Portal& portal,
                           const portal::AssociationEdge& edge,
                           const std::vector<AssociationFact>& facts);

}  // namespace hubsim::operations

// Merging two records' values and associations: which side wins, and what the outcome remembers of
// both (behaviour reference 4.9, D).
// Threads: pure over their arguments.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hubspot/facts/facts.h"
#include "mock_server/portal/associations.h"
#include "mock_server/portal/object_type.h"

namespace hubsim::portal {

/// `record`, a copy of `primary`, gets what it lacks from `other`, the furthest lifecycle stage and
/// the other's addresses as additional ones. Answers how many values moved.
std::size_t merge_record_values(const ObjectType& type, Record& record, const Record& primary,
                                const Record& other);
/// Takes a lifecyclestage out of `writes` that stands before the one the record has.
void drop_backward_stage(const ObjectType& type, const Record& before,
                         std::vector<std::pair<PropertyIndex, std::string>>& writes);
/// Writes hs_merged_object_ids and, for contacts, hs_calculated_merged_vids (`vid:ts;…`).
void note_merged(const ObjectType& type, Record& record, const std::string& ids, Instant now);
/// Properties whose value differs.
[[nodiscard]] std::vector<PropertyIndex> changed_values(const Record& before, const Record& after);
/// `edges` of the merged record, without a second primary company beside that of `own`.
[[nodiscard]] std::vector<Associations::Edge> without_second_primary(
    const hubspot::Facts& facts, const std::vector<Associations::Edge>& own,
    std::vector<Associations::Edge> edges, Endpoint primary);

}  // namespace hubsim::portal

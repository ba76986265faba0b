// How far each operation can be trusted, and how much is known of each object type.
#include "hubspot/facts/counts.h"
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

Json grades_json(const hubspot::GradeCounts& counts) {
  Json out = {{"total", counts.total}};
  for (std::size_t i = 0; i < counts.by_grade.size(); ++i) {
    out[std::string(1, hubspot::evidence_grades[i])] = counts.by_grade[i];
  }
  return out;
}

/// Default properties by type and grade of evidence.
Json facts_json(const hubspot::Facts& facts) {
  Json types = Json::array();
  hubspot::GradeCounts all;
  for (const hubspot::TypeCounts& type : hubspot::property_counts(facts)) {
    all.add(type.properties);
    types.push_back({{"objectType", type.type},
                     {"objectTypeId", type.type_id},
                     {"properties", grades_json(type.properties)}});
  }
  return {{"objectTypes", std::move(types)},
          {"properties", grades_json(all)},
          {"associationTypes", grades_json(hubspot::association_type_counts(facts))}};
}

CommandReply list_fidelity(CommandCall& call) {
  Json results = Json::array();
  for (const hubspot::OperationRow& row : hubspot::catalogue()) {
    results.push_back({{"operation", row.id},
                       {"method", http::method_name(row.method)},
                       {"path", row.path_template},
                       {"grade", hubspot::grade_name(row.grade)},
                       {"evidence", row.evidence}});
  }
  return {.body = {{"results", std::move(results)},
                   {"facts", facts_json(call.rig.world.portal().facts())}}};
}

}  // namespace

void register_command_fidelity(CommandRegistry& registry) {
  registry.add(
      {.name = "GET fidelity",
       .method = http::Method::get,
       .path = "fidelity",
       .help = "every operation with its grade; default properties counted by type and evidence",
       .run = list_fidelity});
}

}  // namespace hubsim::control

// How far each operation can be trusted, and how much is known of each object type.
#include "hubspot/catalogue/coverage.h"
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

/// What HubSpot publishes beside what has a row, by family and version.
Json coverage_json() {
  Json families = Json::array();
  for (const hubspot::FamilyCoverage& each : hubspot::family_coverage()) {
    families.push_back({{"family", each.family},
                        {"version", each.version},
                        {"modelled", each.counts.modelled},
                        {"stateful", each.counts.stateful},
                        {"shaped", each.counts.shaped},
                        {"derived", each.counts.derived},
                        {"retired", each.counts.retired},
                        {"absent", each.counts.absent}});
  }
  return families;
}

Json operation_json(const hubspot::OperationRow& row) {
  return {{"operation", row.id},
          {"method", http::method_name(row.method)},
          {"path", row.path_template},
          {"version", row.version},
          {"grade", hubspot::grade_name(row.grade)},
          {"role", hubspot::role_name(row.role)},
          {"derived", row.derived},
          {"retired", row.retired},
          {"evidence", row.evidence}};
}

CommandReply list_fidelity(CommandCall& call) {
  const std::string_view area = call.query.first("area").value_or("");
  Json results = Json::array();
  for (const hubspot::OperationRow& row : call.rig.world.rows()) {
    if (row.area.starts_with(area)) {
      results.push_back(operation_json(row));
    }
  }
  return {.body = {{"results", std::move(results)},
                   {"coverage", coverage_json()},
                   {"facts", facts_json(call.rig.world.portal().facts())}}};
}

}  // namespace

void register_command_fidelity(CommandRegistry& registry) {
  registry.add(
      {.name = "GET fidelity",
       .method = http::Method::get,
       .path = "fidelity",
       .help =
           "every operation with its grade (`?area=cms` for some); what HubSpot publishes and is "
           "absent, by family and version; default properties by type and evidence",
       .run = list_fidelity});
}

}  // namespace hubsim::control

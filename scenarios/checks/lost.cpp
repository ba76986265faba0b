// lost: records or values that are in HubSpot and not in the other system at the deadline; and the
// other way round, writes the integration accepted (2xx to a driver) that HubSpot never got.
// A value counts as lost only when it was never empty in HubSpot; a missing later value is `stale`.
#include <set>

#include "common/base/text.h"
#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

namespace {

std::string written_key(const std::string& type, const std::string& property,
                        const std::string& value) {
  return type + "|" + property + "|" + to_lower(value);
}

/// Asked of the history, not of the present state: what was written and then deleted by somebody
/// else did arrive.
std::vector<std::string> never_written(const RunEvidence& evidence) {
  std::set<std::string> written;
  for (const HistoryEntry& entry : evidence.history) {
    for (const auto& [name, value] : entry.properties) {
      written.insert(written_key(entry.object_type, name, value));
    }
  }
  std::vector<std::string> missing;
  for (const AcceptedWrite& write : evidence.accepted_writes) {
    if (!written.contains(written_key(write.object_type, write.property, write.value))) {
      missing.push_back(write.driver + ": " + write.property + " '" + write.value +
                        "' was accepted and never written to HubSpot");
    }
  }
  return missing;
}

}  // namespace

void register_check_lost(CheckRegistry& registry) {
  registry.add(finding_check(
      {.name = "lost",
       .help = "records or values missing in the other system, and accepted writes that never "
               "reached HubSpot",
       .advice =
           "A change, or a write that had been accepted, is in no record of the other system. "
           "Usual causes: an error answered 2xx to a webhook, a failed batch item (207) taken "
           "for a success, work kept in memory when the process was killed.",
       .kinds = {FindingKind::lost},
       .noun = "lost record or value",
       .others = never_written}));
}

}  // namespace hubsim::scenarios

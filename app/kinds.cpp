// Composes what a scenario may name from every registry: only app/ sees both sides.
#include "app/scenario_file.h"

#ifdef HUBSIM_WITH_MOCK_SERVER_FAULTS
#include "mock_server/faults/kind.h"
#endif
#ifdef HUBSIM_WITH_SCENARIOS_CHECKS
#include "scenarios/checks/check.h"
#endif
#ifdef HUBSIM_WITH_SCENARIOS_OBSERVE
#include "scenarios/observe/observer.h"
#endif
#include "common/base/text.h"

namespace hubsim::app {

namespace {

using scenarios::KindInfo;
using scenarios::Kinds;
using scenarios::KindUse;

#ifdef HUBSIM_WITH_MOCK_SERVER_FAULTS
void add_faults(Kinds& kinds) {
  faults::FaultRegistry registry;
  faults::register_all_faults(registry);
  for (const faults::FaultKind& kind : registry.kinds()) {
    const auto make = kind.make;
    kinds.faults.push_back({.name = kind.name,
                            .help = kind.help,
                            .fields = kind.fields,
                            .validate = [make](const KindUse& use, config::Problems& problems) {
                              config::Problems own;
                              (void)make(use.settings, own);
                              for (config::Problem& problem : own) {
                                problems.push_back(
                                    {use.pointer + problem.pointer, std::move(problem.message)});
                              }
                            }});
  }
}
#endif

#ifdef HUBSIM_WITH_SCENARIOS_CHECKS
void refuse_unknown(const std::vector<std::string>& used, const std::vector<std::string>& known,
                    const std::string& what, const std::string& pointer,
                    config::Problems& problems) {
  for (const std::string& name : used) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      problems.push_back({pointer, "unknown " + what + " '" + name + "'" +
                                       did_you_mean(name, known) +
                                       "; known: " + (known.empty() ? "none" : join(known, ", "))});
    }
  }
}

void add_checks(Kinds& kinds) {
  scenarios::CheckRegistry registry("check");
  scenarios::register_all_checks(registry);
  for (const scenarios::CheckKind& kind : registry.kinds()) {
    const auto make = kind.make;
    kinds.checks.push_back(
        {.name = kind.name,
         .help = kind.help,
         .fields = kind.fields,
         .validate = [make](const KindUse& use, config::Problems& problems) {
           const auto check = make(use.settings, use.pointer, problems);
           if (check != nullptr) {
             refuse_unknown(check->phases(), use.phases, "phase", use.pointer, problems);
             refuse_unknown(check->observers(), use.observers, "observer", use.pointer, problems);
             refuse_unknown(check->fault_ids(), use.faults, "fault", use.pointer, problems);
           }
         }});
  }
}
#endif

#ifdef HUBSIM_WITH_SCENARIOS_OBSERVE
void add_observers(Kinds& kinds) {
  scenarios::ObserverRegistry registry("observer");
  scenarios::register_all_observers(registry);
  for (const scenarios::ObserverKind& kind : registry.kinds()) {
    kinds.observers.push_back({.name = kind.name,
                               .help = kind.help,
                               .fields = scenarios::with_common_observer_fields(kind.fields)});
  }
}
#endif

}  // namespace

scenarios::Kinds compose_kinds() {
  Kinds kinds;
#ifdef HUBSIM_WITH_MOCK_SERVER_FAULTS
  add_faults(kinds);
#endif
#ifdef HUBSIM_WITH_SCENARIOS_CHECKS
  add_checks(kinds);
#endif
#ifdef HUBSIM_WITH_SCENARIOS_OBSERVE
  add_observers(kinds);
#endif
  return kinds;
}

}  // namespace hubsim::app

// Composes what a scenario may name from every registry: only app/ sees both sides.
#include <algorithm>

#include "app/scenario_file.h"
#include "common/base/text.h"
#include "loadgen/drivers/driver.h"
#include "loadgen/workloads/shapes/shape.h"
#include "loadgen/workloads/workload.h"
#include "mock_server/faults/kind.h"
#include "reports/compare/rules.h"
#include "scenarios/checks/check.h"
#include "scenarios/observe/observer.h"

namespace hubsim::app {

namespace {

using scenarios::Kinds;
using scenarios::KindUse;

/// Problems of a kind point into its settings; those stand under `pointer` in the file.
void append(const std::string& pointer, config::Problems own, config::Problems& problems) {
  for (config::Problem& problem : own) {
    problems.push_back({pointer + problem.pointer, std::move(problem.message)});
  }
}

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
                              append(use.pointer, std::move(own), problems);
                            }});
  }
}

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

void add_observers(Kinds& kinds) {
  scenarios::ObserverRegistry registry("observer");
  scenarios::register_all_observers(registry);
  for (const scenarios::ObserverKind& kind : registry.kinds()) {
    kinds.observers.push_back({.name = kind.name,
                               .help = kind.help,
                               .fields = scenarios::with_common_observer_fields(kind.fields)});
  }
}

void add_drivers(Kinds& kinds) {
  loadgen::DriverRegistry registry("driver");
  loadgen::register_all_drivers(registry);
  for (const loadgen::DriverKind& kind : registry.kinds()) {
    const auto make = kind.make;
    kinds.drivers.push_back({.name = kind.name,
                             .help = kind.help,
                             .fields = kind.fields,
                             .validate =
                                 [make](const KindUse& use, config::Problems& problems) {
                                   config::Problems own;
                                   (void)make(use.settings, {}, own);
                                   append(use.pointer, std::move(own), problems);
                                 },
                             .own_times = kind.own_times});
  }
}

Result<std::vector<scenarios::RatePiece>> make_pieces(const std::string& shape,
                                                      const scenarios::RatePiece& span) {
  auto made = loadgen::make_shape(shape, {span.from_per_s, span.to_per_s, span.length, {}});
  if (!made) {
    return Failure{made.error()};
  }
  std::vector<scenarios::RatePiece> pieces;
  Duration at{0};
  for (const loadgen::RateSegment& piece : *made) {
    // Ends, not lengths, are rounded to the scenario's unit: no gaps.
    const auto end = std::chrono::round<Duration>(piece.start + piece.length);
    if (end > at) {
      pieces.push_back({at, end - at, piece.from_per_s, piece.to_per_s});
    }
    at = end;
  }
  return pieces;
}

void add_workloads(Kinds& kinds) {
  loadgen::WorkloadRegistry registry("workload");
  loadgen::register_all_workloads(registry);
  for (const loadgen::WorkloadKind& kind : registry.kinds()) {
    kinds.workloads.push_back({.name = kind.name, .help = kind.help, .fields = {}});
  }
}

}  // namespace

scenarios::Kinds compose_kinds() {
  Kinds kinds;
  add_faults(kinds);
  add_drivers(kinds);
  add_workloads(kinds);
  add_checks(kinds);
  add_observers(kinds);
  kinds.shapes = make_pieces;
  kinds.gates = reports::compare_fields();
  return kinds;
}

}  // namespace hubsim::app

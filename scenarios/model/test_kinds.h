// A few kinds with small tables, for the tests of the scenario parts: the real registries are
// composed in app/ and would pull half the tree into a unit test.
// Threads: pure.
#pragma once

#include "scenarios/model/kinds.h"

namespace hubsim::scenarios {

[[nodiscard]] inline Kinds test_kinds() {
  using config::Type;
  Kinds kinds;
  kinds.drivers = {
      {.name = "crm_changes",
       .help = "edits records",
       .fields = {{.name = "object_type", .default_value = "contacts"},
                  {.name = "mix", .type = Type::any, .required = true}}},
      {.name = "http",
       .help = "calls a URL",
       .fields = {{.name = "url", .required = true}, {.name = "body"}}},
      {.name = "neighbour", .help = "acts at its own times", .fields = {}, .own_times = true}};
  kinds.shapes = [](const std::string& shape,
                    const RatePiece& span) -> Result<std::vector<RatePiece>> {
    if (shape != "halves") {
      return Failure{"unknown shape '" + shape + "'"};
    }
    return std::vector<RatePiece>{{Duration(0), span.length / 2, span.from_per_s, span.from_per_s},
                                  {span.length / 2, span.length / 2, span.to_per_s, span.to_per_s}};
  };
  kinds.workloads = {{.name = "poisson", .help = "at random", .fields = {}}};
  kinds.faults = {
      {.name = "status",
       .help = "answers an error",
       .fields = {{.name = "status", .type = Type::integer, .required = true}}},
      {.name = "webhook_drop", .help = "loses deliveries", .fields = {}},
      {.name = "process_kill",
       .help = "kills the integration",
       .fields = {{.name = "restart_after", .type = Type::duration, .default_value = "0s"}}}};
  kinds.checks = {
      {.name = "lost",
       .help = "no value is lost",
       .fields = {{.name = "at_most", .type = Type::any, .default_value = "0"}}},
      {.name = "converged",
       .help = "everything equal in time",
       .fields = {{.name = "within", .type = Type::duration, .required = true}, {.name = "after"}}},
      {.name = "calls_per_change",
       .help = "thrift",
       .fields = {{.name = "at_most", .type = Type::any, .required = true}}}};
  kinds.observers = {
      {.name = "http_list",
       .help = "reads a paged list",
       .fields = {{.name = "url", .required = true},
                  {.name = "role", .default_value = "mirror"},
                  {.name = "every", .type = Type::duration, .default_value = "1s"}}}};
  kinds.gates = {{.name = "threshold", .type = Type::share, .default_value = "10%"}};
  return kinds;
}

}  // namespace hubsim::scenarios

// The plain case of every operation that no hand-written code answers, made from the catalogue: the
// call with what it needs, its status, and its answer against the response's shape. And for every
// resource: create, read, list, update, delete. `hubsim_contract_generated --gtest_filter=*`, and
// `HUBSIM_PROBE=part of a path` for some of them, with every problem printed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>

#include "contract_tests/runner/machine.h"
#include "contract_tests/runner/prober.h"

namespace hubsim::contract {
namespace {

bool is_wanted(std::string_view path) {
  const char* part = std::getenv("HUBSIM_PROBE");
  return part == nullptr || path.find(part) != std::string_view::npos;
}

bool removes(hubspot::Role role) {
  return role == hubspot::Role::archive || role == hubspot::Role::purge ||
         role == hubspot::Role::batch_archive;
}

struct Count {
  int held = 0;
  int failed = 0;
};

void print(const std::map<std::string, Count>& counts) {
  Count all;
  for (const auto& [name, count] : counts) {
    std::cout << name << ": " << count.held << " held, " << count.failed << " failed\n";
    all.held += count.held;
    all.failed += count.failed;
  }
  std::cout << "together: " << all.held << " held, " << all.failed << " failed\n";
}

TEST(GeneratedCases, every_operation_answers_its_shape) {
  Machine machine;
  Prober prober(machine, hubspot::catalogue());
  std::map<std::string, Count> counts;
  bool removed = false;
  for (const auto& row : hubspot::catalogue()) {
    if (row.grade == hubspot::Grade::modelled || !is_wanted(row.path_template)) {
      continue;
    }
    // What a call removed is there again for the next.
    if (removed) {
      machine.begin_plain();
    }
    removed = removes(row.role);
    const std::string problem = prober.probe(row);
    Count& count = counts[std::string(row.area)];
    (problem.empty() ? count.held : count.failed)++;
    EXPECT_EQ(problem, "") << http::method_name(row.method) << " " << row.path_template << " ("
                           << hubspot::role_name(row.role) << " of " << row.resource << ")";
  }
  print(counts);
}

TEST(GeneratedCases, every_resource_makes_the_round_trip) {
  Machine machine;
  Prober prober(machine, hubspot::catalogue());
  std::map<std::string, Count> counts;
  for (const auto& trip : prober.round_trips()) {
    if (!is_wanted(trip.resource)) {
      continue;
    }
    const std::string problem = prober.play(trip);
    Count& count = counts[std::string(trip.version)];
    (problem.empty() ? count.held : count.failed)++;
    EXPECT_EQ(problem, "") << trip.resource << " in " << trip.version;
  }
  print(counts);
}

}  // namespace
}  // namespace hubsim::contract

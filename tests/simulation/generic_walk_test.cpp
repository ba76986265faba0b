// Random walks: over every operation that the generic engine answers, and over every operation
// there is. Bodies that fit their shapes, bodies that nearly do, and nonsense. HUBSIM_WALK=100000
// walks longer; the dev preset's `simulation.minute_walk` does so under ASan.
#include <gtest/gtest.h>

#include <cstdlib>

#include "contract_tests/runner/examples.h"
#include "tests/fuzz/generic_harness.h"
#include "tests/simulation/rig.h"

namespace hubsim::simulation {
namespace {

constexpr int usual_steps = 4'000;

int steps_to_walk() {
  const char* wanted = std::getenv("HUBSIM_WALK");
  const auto steps = wanted == nullptr ? std::nullopt : parse_int(wanted);
  return steps ? static_cast<int>(*steps) : seeds_to_try(usual_steps);
}

Json nonsense(Prng& random, int depth) {
  switch (random.below(depth > 3 ? 5 : 7)) {
    case 0:
      return nullptr;
    case 1:
      return random.below(2) == 0;
    case 2:
      return static_cast<std::int64_t>(random.next());
    case 3:
      return random.uniform() * 1e300;
    case 4:
      return std::string("x\xff\"\\") + std::to_string(random.below(100));
    case 5: {
      Json list = Json::array();
      for (std::uint64_t i = random.below(4); i > 0; --i) {
        list.push_back(nonsense(random, depth + 1));
      }
      return list;
    }
    default: {
      Json object = Json::object();
      for (const char* name : {"id", "inputs", "filters", "sorts", "publishDate"}) {
        if (random.below(3) == 0) {
          object[name] = nonsense(random, depth + 1);
        }
      }
      return object;
    }
  }
}

/// One member of a body that fits becomes something else.
void spoil(Json& body, Prng& random) {
  if (!body.is_object() || body.empty()) {
    body = nonsense(random, 0);
    return;
  }
  auto member = body.begin();
  std::advance(member, static_cast<std::ptrdiff_t>(random.below(body.size())));
  if (member->is_structured() && random.below(2) == 0) {
    spoil(*member, random);
  } else {
    *member = nonsense(random, 1);
  }
}

std::string body_for(const hubspot::OperationRow& row, Prng& random) {
  Json body = contract::example_body(
      row, {.seed = random.below(1000), .id = std::to_string(random.below(10)), .now = {}});
  switch (random.below(4)) {
    case 0:
      spoil(body, random);
      break;
    case 1:
      body = nonsense(random, 0);
      break;
    default:
      break;
  }
  return json::dump(body);
}

/// Steps that succeeded.
int walk(fuzz::GenericHarness& harness, std::uint64_t seed) {
  Prng random(seed);
  int answered = 0;
  for (int step = 0; step < steps_to_walk(); ++step) {
    const auto& row = *harness.rows()[random.below(harness.rows().size())];
    SCOPED_TRACE(std::string(row.id) + ", step " + std::to_string(step) + " of seed " +
                 std::to_string(seed));
    answered += harness.call(row, body_for(row, random), random.next()).status < 300 ? 1 : 0;
  }
  return answered;
}

// A walk that is refused everywhere proves nothing.
int least_answered() { return steps_to_walk() / 10; }

TEST(GenericWalk, nothing_that_is_asked_breaks_it) {
  fuzz::GenericHarness harness;
  EXPECT_GT(walk(harness, 20261125), least_answered());
}

TEST(WholeWalk, nothing_that_is_asked_breaks_it) {
  fuzz::GenericHarness harness(fuzz::GenericHarness::Rows::all);
  EXPECT_GT(walk(harness, 20261126), least_answered());
}

}  // namespace
}  // namespace hubsim::simulation

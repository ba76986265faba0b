// The oracle judged by mirrors whose faults are known: over many seeds it must name exactly the
// planted records and, of an honest mirror, none.
#include <gtest/gtest.h>

#include <set>

#include "tests/simulation/oracle_mirror.h"

namespace hubsim::simulation {
namespace {

using scenarios::Finding;
using scenarios::FindingKind;
using scenarios::Findings;
using scenarios::HistoryEntry;
using scenarios::MirrorSpec;
using scenarios::Observation;
using scenarios::Oracle;

constexpr std::uint64_t seeds = 200;
constexpr std::size_t records = 24;

/// Plays the history and looks at the mirror every second or so; each look takes a while, so that
/// reads overlap with writes. Adds history as the runner does: before the look that ends after it.
Oracle play(ScriptedWorld& world, Prng& prng) {
  Oracle oracle(ScriptedWorld::spec());
  std::size_t next = 0;
  std::int64_t at_ms = 0;
  while (at_ms < ScriptedWorld::settled_ms + 5'000) {
    const auto length_ms = static_cast<std::int64_t>(prng.below(900));
    Observation seen = world.read(at_ms, at_ms + length_ms);
    // The runner may know more history than the observation could see.
    const std::int64_t known_ms = at_ms + length_ms + static_cast<std::int64_t>(prng.below(300));
    for (; next < world.history().size() && world.history()[next].at_ms <= known_ms; ++next) {
      EXPECT_TRUE(oracle.add_history(world.history()[next]).ok());
    }
    seen.complete = prng.below(20) != 0 || at_ms > ScriptedWorld::settled_ms;
    if (!seen.complete) {
      seen.records.resize(seen.records.size() / 2);
    }
    oracle.add_observation(std::move(seen));
    at_ms += length_ms + 1 + static_cast<std::int64_t>(prng.below(1'000));
  }
  return oracle;
}

std::set<Named> named_by(const Findings& found) {
  std::set<Named> named;
  for (const Finding& finding : found.findings) {
    named.insert({finding.kind, finding.key});
  }
  return named;
}

std::string text_of(const Findings& found) {
  std::string text = found.why_not;
  for (const Finding& finding : found.findings) {
    text += "\n  " + finding.key + " " + finding.text();
  }
  return text;
}

TEST(OracleSimulation, NamesExactlyThePlantedRecords) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Prng prng(seed);
    std::vector<Defect> planted(records, Defect::none);
    for (Defect& defect : planted) {
      defect = prng.below(3) == 0 ? static_cast<Defect>(prng.below(8)) : Defect::none;
    }
    ScriptedWorld world(prng.next(), planted);
    const Findings found = play(world, prng).judge({.quiet_since_ms = ScriptedWorld::settled_ms});
    ASSERT_TRUE(found.judged) << "failing seed " << seed << ": " << found.why_not;
    ASSERT_EQ(named_by(found), world.expected()) << "failing seed " << seed << text_of(found);
  }
}

/// The moment the mirror caught up lies within the error bar of the time the oracle gives.
void expect_bracketed(const ScriptedWorld& world, const Findings& found) {
  for (const auto& record : found.converged) {
    const auto caught_up_ms = world.caught_up_ms(record.key);
    EXPECT_LE(record.changed_ms, record.earliest_ms) << record.key;
    if (caught_up_ms) {
      EXPECT_LE(record.earliest_ms, *caught_up_ms) << record.key;
      EXPECT_LE(*caught_up_ms, record.latest_ms) << record.key;
    }
  }
}

TEST(OracleSimulation, FindsNothingInAnHonestMirrorAndBracketsWhenItCaughtUp) {
  std::uint64_t ambiguous = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Prng prng(seed);
    ScriptedWorld world(prng.next(), std::vector<Defect>(records, Defect::none));
    const Oracle oracle = play(world, prng);
    const Findings found = oracle.judge({.quiet_since_ms = ScriptedWorld::settled_ms});
    ASSERT_TRUE(found.judged) << "failing seed " << seed << ": " << found.why_not;
    ASSERT_TRUE(found.findings.empty()) << "failing seed " << seed << text_of(found);
    ASSERT_TRUE(found.not_converged.empty()) << "failing seed " << seed;
    ASSERT_EQ(found.transient_regressions, 0U) << "failing seed " << seed;
    ASSERT_TRUE(oracle.divergence().converged()) << "failing seed " << seed;
    expect_bracketed(world, found);
    ASSERT_FALSE(testing::Test::HasFailure()) << "failing seed " << seed;
    ambiguous += found.ambiguous;
  }
  EXPECT_GT(ambiguous, seeds) << "the picklist values were meant to recur";
}

}  // namespace
}  // namespace hubsim::simulation

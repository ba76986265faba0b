// Sample data: seeded, plausible records for a portal that shall not start empty, with what makes
// real ones hard: employers by Zipf's law, e-mails in the state people leave them in, values that
// are null, empty or shared, a quarter of the records in bursts of one instant, contacts that were
// merged. Generate companies, then contacts, then deals and tickets: the later ones are associated
// with the earlier. The same portal, seed and count give the same records. Natural keys are unique
// within a portal. Threads: called under the portal's lock. Seed data is quiet: in the history
// (associations apart), but no webhooks.
#pragma once

#include <cstddef>
#include <cstdint>

#include "mock_server/portal/portal.h"

namespace hubsim::portal {

/// Most records one call makes, so that the lock is not held for long.
inline constexpr std::size_t max_generated_per_call = 1'000'000;

/// Makes `count` records of `type`, continuing after the ones it has; says how many were made.
std::size_t generate_records(Portal& portal, TypeIndex type, std::size_t count, std::uint64_t seed,
                             Instant now);

/// Of the contacts made, how many are merged into another one of them, where nobody says.
inline constexpr double usual_merge_share = 0.002;
/// Merges pairs of the last `made` records of the type, at the instant of the last change: a pair
/// takes two away and brings one. Says how many pairs.
std::size_t merge_duplicates(Portal& portal, TypeIndex type, std::size_t made, double share,
                             std::uint64_t seed);

}  // namespace hubsim::portal

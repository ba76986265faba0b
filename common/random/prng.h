// Randomness as an argument: a small generator of our own (xoshiro256**), because the sequences of
// the standard distributions differ between libraries and a seed would not replay; and keyed draws,
// which depend on what is drawn for and never on the order of calls.
// Threads: a Prng belongs to one thread; keyed_draw is pure.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace hubsim {

class Prng {
 public:
  explicit Prng(std::uint64_t seed);
  [[nodiscard]] std::uint64_t next();
  /// In [0, 1), 53 bits.
  [[nodiscard]] double uniform();
  /// In [0, bound); bound > 0. Without modulo bias.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);
  /// Exponential with the given mean: the gap between arrivals of a Poisson process.
  [[nodiscard]] double exponential(double mean);
  [[nodiscard]] double normal();
  /// A generator of its own for a named part, so that one more draw here does not shift it.
  [[nodiscard]] Prng split(std::string_view name) const;

 private:
  std::array<std::uint64_t, 4> state_{};
  std::uint64_t seed_;
};

/// Stable 64-bit hash (FNV-1a with a final mix); part of what a seed promises.
[[nodiscard]] std::uint64_t stable_hash(std::string_view text, std::uint64_t seed = 0) noexcept;

/// The generator for one decision: the same (seed, parts...) gives the same draws whatever else
/// happens, which is how a fault hits the same records under any client timing.
[[nodiscard]] Prng keyed_prng(std::uint64_t seed, std::initializer_list<std::string_view> parts);

}  // namespace hubsim

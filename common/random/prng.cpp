#include "common/random/prng.h"

#include <cmath>
#include <numbers>

#include "common/base/assert.h"

namespace hubsim {

namespace {

constexpr std::uint64_t rotate_left(std::uint64_t x, int k) noexcept {
  return (x << k) | (x >> (64 - k));
}

constexpr std::uint64_t mix(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

}  // namespace

Prng::Prng(std::uint64_t seed) : seed_(seed) {
  for (auto& word : state_) {
    seed += 0x9e3779b97f4a7c15ULL;
    word = mix(seed);
  }
}

std::uint64_t Prng::next() {
  const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = rotate_left(state_[3], 45);
  return result;
}

double Prng::uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

std::uint64_t Prng::below(std::uint64_t bound) {
  HUBSIM_ASSERT(bound > 0);
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t draw = next();
  while (draw >= limit) {
    draw = next();
  }
  return draw % bound;
}

double Prng::exponential(double mean) { return -mean * std::log1p(-uniform()); }

double Prng::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

Prng Prng::split(std::string_view name) const { return Prng(stable_hash(name, seed_)); }

std::uint64_t stable_hash(std::string_view text, std::uint64_t seed) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL ^ mix(seed + 0x9e3779b97f4a7c15ULL);
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return mix(hash);
}

Prng keyed_prng(std::uint64_t seed, std::initializer_list<std::string_view> parts) {
  std::uint64_t hash = seed;
  for (const std::string_view part : parts) {
    hash = stable_hash(part, hash);
  }
  return Prng(hash);
}

}  // namespace hubsim

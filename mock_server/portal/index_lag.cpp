#include "mock_server/portal/index_lag.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/random/prng.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

namespace {

using config::Distribution;

struct Preset {
  std::string_view name;
  std::string_view created;
  std::string_view updated;
  std::string_view archived;
};
constexpr std::array<Preset, 2> presets{
    {{"typical", "lognormal(2s, 0.7)", "lognormal(4s, 0.9)", "lognormal(2s, 0.7)"},
     {"slow", "lognormal(15s, 0.5)", "lognormal(40s, 0.4)", "lognormal(10s, 0.5)"}}};
/// Whatever was drawn: a write is seen after this.
constexpr Duration longest = std::chrono::minutes(10);

}  // namespace

IndexLag::IndexLag(const Portal& portal) : seed_(portal.config().portal_id) {}

Status<> IndexLag::set(std::string_view distribution) {
  if (distribution.empty()) {
    own_.reset();
    text_.clear();
    return Done{};
  }
  auto parsed = config::parse_distribution(distribution);
  if (!parsed) {
    return Failure{parsed.error()};
  }
  own_ = *parsed;
  text_ = distribution;
  return Done{};
}

std::optional<Distribution> IndexLag::wanted(std::string_view preset, const Record& record,
                                             bool is_new) const {
  if (own_) {
    return own_;
  }
  for (const Preset& known : presets) {
    if (known.name == preset) {
      const auto text = is_new ? known.created : record.archived ? known.archived : known.updated;
      return config::parse_distribution(text).value();
    }
  }
  return std::nullopt;
}

std::optional<Instant> IndexLag::seen_at(std::string_view preset, const Record& record, bool is_new,
                                         Instant now) {
  const auto distribution = wanted(preset, record, is_new);
  if (!distribution) {
    return std::nullopt;
  }
  const std::uint32_t write = ++writes_[record.id * 256 + record.type];
  Prng prng = keyed_prng(seed_, {"index_lag", record.lineage, std::to_string(write)});
  return now + std::clamp(distribution->sample(prng), Duration(0), longest);
}

std::optional<Instant> IndexLag::edge_seen_at(std::string_view preset, std::string_view key,
                                              Instant now) {
  const auto distribution = wanted(preset, Record{}, false);
  if (!distribution) {
    return std::nullopt;
  }
  const std::uint32_t write = ++edge_writes_;
  Prng prng = keyed_prng(seed_, {"association_lag", key, std::to_string(write)});
  return now + std::clamp(distribution->sample(prng), Duration(0), longest);
}

}  // namespace hubsim::portal

// Plausible values: what a field that nobody set would hold, by its name and shape: times, urls,
// e-mails, ids in HubSpot's magnitudes, the first value of an enumeration, nested required fields.
// Why here: the mock fills answers with it and the contract suite makes requests with it.
// Threads: pure. Invariant: the same shape and hint give the same value, which fits the shape.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/json/json.h"
#include "common/time/clock.h"
#include "hubspot/catalogue/shape.h"

namespace hubsim::hubspot {

/// What a field is about, read off its name.
enum class Meaning {
  plain,
  id,
  guid,
  created,
  updated,
  archived_at,
  archived,
  time,
  url,
  email,
  language,
  currency,
  name,
};
[[nodiscard]] Meaning meaning_of(std::string_view field_name);

struct Hint {
  std::string_view name;   ///< of the field
  std::uint64_t seed = 0;  ///< of what the field belongs to; the name is mixed in
  Instant created{};
  Instant updated{};
};

/// A value that fits `shape`. Objects have their required fields, lists and maps are empty.
[[nodiscard]] Json plausible_value(Shape shape, const Hint& hint);

/// An instant as that shape writes it: a number of milliseconds, or ISO 8601.
[[nodiscard]] Json time_value(Shape shape, Instant instant);

/// An id like HubSpot's: 10 or 11 digits.
[[nodiscard]] std::uint64_t plausible_id(std::uint64_t seed);
[[nodiscard]] std::string plausible_guid(std::uint64_t seed);

}  // namespace hubsim::hubspot

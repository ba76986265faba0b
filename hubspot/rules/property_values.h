// Property values: what HubSpot makes of a value that is written to a property: the text it stores,
// or why it refuses. One place, because the API, the load drivers and the oracle must agree.
// Threads: pure functions.
// Source: behaviour reference 3.4 (codes and texts), 4.5 (email, domain), 4.10 (normalisation).
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "hubspot/facts/facts.h"

namespace hubsim::hubspot {

inline constexpr std::size_t max_value_length = 65'536;  ///< characters (reference 2.4, D)

struct ValueError {
  std::string code;     ///< INVALID_EMAIL, INVALID_OPTION, ...
  std::string message;  ///< as HubSpot words it
};

/// The text HubSpot stores for `raw`. "" clears any writable property. A multi-checkbox value that
/// starts with ';' keeps it: see append_options.
[[nodiscard]] Result<std::string, ValueError> normalise(const PropertyFact& property,
                                                        std::string_view raw);

/// A multi-checkbox value written with a leading ';' adds to what is stored, without duplicates;
/// any other value replaces it (reference 4.10, D). Call with the normalised value.
[[nodiscard]] std::string append_options(const PropertyFact& property, std::string_view stored,
                                         std::string normalised);

/// Text for a property the object type does not have.
[[nodiscard]] ValueError unknown_property(std::string_view name);

[[nodiscard]] bool is_valid_email(std::string_view email) noexcept;
/// Lower case, without scheme, "www.", path and port (reference 4.5, D/I).
[[nodiscard]] std::string normalise_domain(std::string_view raw);
/// What follows the '@', lower case; "" without one.
[[nodiscard]] std::string email_domain(std::string_view email);

}  // namespace hubsim::hubspot

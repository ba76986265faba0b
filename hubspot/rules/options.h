// Options: every choice where HubSpot's behaviour is unknown or contradictory, and every rule that
// a test or a user may switch off, by name. Why here: one table yields the flag, the control API,
// the documentation and the test that proves each rule by switching it off. Threads: a plain value,
// guarded by whoever holds it (a portal's by the portal's lock). Invariant: every option has one of
// its values; the first one stated is the default.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace hubsim::hubspot {

/// Named in option_ids.h; here only its size counts, so that a new option does not compile the
/// world anew.
enum class Option : std::uint16_t;

struct OptionFact {
  Option option{};
  std::string_view name;      ///< "search.eq_ignores_case"
  std::string_view values;    ///< "on|off", the default first
  std::string_view evidence;  ///< grade and section of the behaviour reference
  std::string_view help;
};

/// All options, in the order of the table.
[[nodiscard]] std::span<const OptionFact> option_facts() noexcept;
/// "on", "off": the values of one option, the default first.
[[nodiscard]] std::vector<std::string> option_values(const OptionFact& fact);

class Options {
 public:
  /// Whether a rule is on; for options whose values are on and off.
  [[nodiscard]] bool on(Option option) const noexcept { return value(option) == "on"; }
  [[nodiscard]] bool is(Option option, std::string_view wanted) const noexcept {
    return value(option) == wanted;
  }
  [[nodiscard]] std::string_view value(Option option) const noexcept;

  /// The error names the option or value that is unknown and the nearest known one.
  [[nodiscard]] Status<> set(std::string_view name, std::string_view value);
  /// "name=value", as on the command line.
  [[nodiscard]] Status<> set_text(std::string_view assignment);
  friend bool operator==(const Options&, const Options&) = default;

  /// Room for all of them; options.cpp checks it.
  static constexpr std::size_t capacity = 512;

 private:
  std::array<std::uint8_t, capacity> chosen_{};
};

}  // namespace hubsim::hubspot

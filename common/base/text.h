// Small text helpers that every layer needs: case-insensitive compare, trimming, splitting, the
// nearest known name for "did you mean", strict number parsing, percent decoding.
// Pure functions; no locale.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubsim {

[[nodiscard]] char to_lower_ascii(char c) noexcept;
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);

/// The whole text as a number, or nothing. No blanks, no plus sign, no overflow.
[[nodiscard]] std::optional<std::int64_t> parse_int(std::string_view text) noexcept;
[[nodiscard]] std::optional<std::uint64_t> parse_uint(std::string_view text) noexcept;
[[nodiscard]] std::optional<double> parse_double(std::string_view text) noexcept;

/// The known name closest to `name` by edit distance, or empty when none is near enough
/// (more than a third of the letters differ).
[[nodiscard]] std::string nearest_name(std::string_view name, std::span<const std::string> known);
/// " (did you mean 'x'?)" or "".
[[nodiscard]] std::string did_you_mean(std::string_view name, std::span<const std::string> known);

/// Glob match of the whole text: `*` is any run of characters, also an empty one.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text) noexcept;

/// Decodes %XX; with `plus_is_blank` also '+'. A broken escape is kept as it stands.
[[nodiscard]] std::string percent_decode(std::string_view text, bool plus_is_blank = false);
/// %XX for all but letters, digits and `kept`: the default is safe anywhere in a URI.
[[nodiscard]] std::string percent_encode(std::string_view text, std::string_view kept = "-_.");

}  // namespace hubsim

// Patterns: JSON that says what a JSON answer must look like. Objects must have exactly the named
// members, unless the pattern has "...": then others are allowed. Texts that start with '#' are
// wildcards (#any, #text, #digits, #number, #time, #uuid, #absent, #has:…); "${name}" is a captured
// variable; an array led by "#set" matches in any order, by "#each" applies one pattern to all.
// Threads: pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/json/json.h"

namespace hubsim::contract {

using Variables = std::map<std::string, std::string>;

/// Replaces ${name}; an unknown name stays, so that it shows in the mismatch.
[[nodiscard]] std::string substitute_text(std::string_view text, const Variables& variables);
/// The same in every text of a JSON value.
[[nodiscard]] Json substitute(const Json& value, const Variables& variables);

/// "" when `actual` matches, else where and why not: "/results/0/id: wanted #digits, got …".
[[nodiscard]] std::string mismatch(const Json& pattern, const Json& actual,
                                   const std::string& place = "");
/// The wildcards apply to plain texts too: headers, HTML bodies.
[[nodiscard]] bool text_matches(std::string_view pattern, std::string_view actual);

}  // namespace hubsim::contract

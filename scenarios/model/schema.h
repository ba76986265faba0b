// The JSON Schema (2020-12) of scenario files, generated from the tables of the fixed parts and of
// the kinds, and the same tables as text for people.
// Threads: pure.
#pragma once

#include <string>

#include "common/json/json.h"
#include "scenarios/model/kinds.h"

namespace hubsim::scenarios {

[[nodiscard]] Json scenario_schema(const Kinds& kinds);
/// One schema for any item of that family: `common` is the part's own table.
[[nodiscard]] Json family_schema(const KindList& kinds, const char* kind_key,
                                 const config::Fields& common);
/// That schema as a document of its own.
[[nodiscard]] Json family_document(const std::string& title, const Json& family);
/// Every kind with its help and fields, as text.
[[nodiscard]] std::string family_help(const KindList& kinds);

}  // namespace hubsim::scenarios

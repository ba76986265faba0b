// Packed catalogues that are not the built-in one: what tools/catalogue/compile.py wrote from other
// files, as rows beside the catalogue's.
// Threads: pure. Invariant: the bytes are trusted: they come from our own compiler.
#pragma once

#include <string>

#include "hubspot/catalogue/row_set.h"

namespace hubsim::hubspot {

/// The keeper of the result owns the bytes.
[[nodiscard]] MoreRows unpack_rows(std::string packed);

}  // namespace hubsim::hubspot

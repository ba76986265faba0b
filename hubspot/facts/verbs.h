// Verbs by operation: which of a type's verbs an operation of the generic object routes is.
// Threads: pure.
#pragma once

#include <optional>
#include <string_view>

#include "hubspot/facts/facts.h"

namespace hubsim::hubspot {

/// Of "crm.objects.batch.read" batch_read; nothing for operations that are no verb of a type.
[[nodiscard]] std::optional<Verb> verb_of(std::string_view operation_id);

}  // namespace hubsim::hubspot

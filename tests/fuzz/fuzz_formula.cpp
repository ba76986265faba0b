// Formulas of calculated properties: any text is a formula or an error with a position inside it; a
// formula evaluates without trouble whatever the properties hold, twice to the same value.
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/base/assert.h"
#include "hubspot/rules/formula.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto formula = hubsim::hubspot::Formula::parse(text);
  if (!formula.ok()) {
    HUBSIM_ASSERT(formula.error().position >= 1);
    HUBSIM_ASSERT(formula.error().position <= text.size() + 1);
    HUBSIM_ASSERT(!formula.error().message.empty());
    return 0;
  }
  for (const char* value : {"", "12.5", "true", "2026-03-01T00:00:00Z", "some text"}) {
    const auto value_of = [&](std::string_view name) -> std::optional<std::string> {
      return name.size() % 3 == 0 ? std::nullopt : std::optional<std::string>(value);
    };
    const auto result = formula->evaluate(value_of);
    HUBSIM_ASSERT(result == formula->evaluate(value_of));
    HUBSIM_ASSERT(!result || !result->empty());
  }
  return 0;
}

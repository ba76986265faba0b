// A scenario file may hold anything: loading ends in a scenario or in diagnostics that point into
// the file, and never crashes, hangs or grows without bound.
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/base/assert.h"
#include "scenarios/model/test_kinds.h"
#include "scenarios/yaml/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const hubsim::scenarios::Kinds kinds = hubsim::scenarios::test_kinds();
  const std::string text(data, data + size);
  const auto loaded =
      hubsim::scenarios::load_scenario(text, "f.yaml", kinds, {.set = {{"a", "b"}}});
  if (loaded.ok()) {
    HUBSIM_ASSERT(!loaded->phases.empty());
    return 0;
  }
  HUBSIM_ASSERT(!loaded.error().empty());
  for (const auto& diagnostic : loaded.error()) {
    HUBSIM_ASSERT(!diagnostic.message.empty() && diagnostic.line > 0 && diagnostic.column > 0);
  }
  return 0;
}

// Any bytes as an OpenAPI document: rows whose shapes can be walked, or problems; never a crash.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>

#include "hubspot/catalogue/router.h"
#include "hubspot/openapi/import.h"

namespace {

void walk(const hubsim::hubspot::Shape& shape, std::set<std::uint32_t>& seen) {
  if (!shape || seen.size() > 10'000 || !seen.insert(shape.index()).second) {
    return;
  }
  for (const auto field : shape.fields()) {
    walk(field.shape, seen);
  }
  for (const auto alternative : shape.alternatives()) {
    walk(alternative, seen);
  }
  walk(shape.element(), seen);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto imported = hubsim::hubspot::import_openapi(text, "fuzz.json");
  if (!imported.ok()) {
    return 0;
  }
  const hubsim::hubspot::Router router(imported->rows);
  std::set<std::uint32_t> seen;
  for (const auto& row : imported->rows) {
    walk(row.request, seen);
    walk(row.response, seen);
    walk(row.query, seen);
  }
  return 0;
}

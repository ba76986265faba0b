// Multipart bodies: never a crash, and what is read are views into the body in their order.
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/base/assert.h"
#include "mock_server/operations/support/multipart.h"

/// The first line is the content type, the rest the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  const auto end = std::min(input.find('\n'), input.size());
  const std::string_view type = std::string_view(input).substr(0, end);
  const std::string_view body = std::string_view(input).substr(std::min(end + 1, input.size()));
  const auto parts = hubsim::operations::parse_multipart(type, body);
  if (!parts) {
    HUBSIM_ASSERT(!parts.error().empty());
    return 0;
  }
  HUBSIM_ASSERT(parts->size() <= hubsim::operations::max_form_parts);
  const char* last = body.data();
  for (const auto& part : *parts) {
    if (!part.data.empty()) {
      HUBSIM_ASSERT(part.data.data() >= last);
      last = part.data.data() + part.data.size();
      HUBSIM_ASSERT(last <= body.data() + body.size());
    }
  }
  return 0;
}

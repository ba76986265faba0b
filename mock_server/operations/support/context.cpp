#include "mock_server/operations/operation.h"

namespace hubsim::operations {

std::string_view Context::param(std::string_view name) const {
  for (const auto& [key, value] : path) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

portal::WriteContext Context::write() const {
  return {.now = now,
          .source = {.change_source = "INTEGRATION",
                     .source_id = std::to_string(caller.app_id),
                     .app_id = caller.app_id},
          .request_number = request_number};
}

}  // namespace hubsim::operations

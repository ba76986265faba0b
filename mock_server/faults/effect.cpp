#include "mock_server/faults/effect.h"

namespace hubsim::faults {

std::string_view forgery_name(Forgery forgery) noexcept {
  return forgery == Forgery::wrong_secret ? "wrong_secret" : "stale_timestamp";
}

}  // namespace hubsim::faults

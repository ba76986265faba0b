#include "hubspot/catalogue/catalogue.h"

namespace hubsim::hubspot {

std::string_view grade_name(Grade grade) noexcept {
  switch (grade) {
    case Grade::modelled:
      return "modelled";
    case Grade::stateful:
      return "stateful";
    case Grade::shaped:
      return "shaped";
  }
  return "unknown";
}

}  // namespace hubsim::hubspot

#include "reports/formats/format.h"

namespace hubsim::reports {

FormatRegistry known_formats() {
  FormatRegistry registry("report format");
  register_all_formats(registry);
  return registry;
}

}  // namespace hubsim::reports

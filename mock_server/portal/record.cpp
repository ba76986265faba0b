#include "mock_server/portal/record.h"

#include <algorithm>

namespace hubsim::portal {

const std::string* Record::value(PropertyIndex index) const noexcept {
  const auto it = std::lower_bound(values.begin(), values.end(), index,
                                   [](const auto& v, PropertyIndex i) { return v.first < i; });
  return it != values.end() && it->first == index ? &it->second : nullptr;
}

}  // namespace hubsim::portal

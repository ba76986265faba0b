// TypeDirectory: which object type a name means. HubSpot takes plural, singular, any case, type id,
// and for custom types the fully qualified and the short name (behaviour reference 4.1, R).
// Threads: guarded by the portal's lock. Invariant: one name means one type.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/text.h"
#include "mock_server/portal/record.h"

namespace hubsim::portal {

class TypeDirectory {
 public:
  [[nodiscard]] std::optional<TypeIndex> find(std::string_view name) const;
  [[nodiscard]] bool knows_any(const std::vector<std::string_view>& names) const;
  void add(const std::vector<std::string_view>& names, TypeIndex type);
  void remove(TypeIndex type);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const noexcept;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const noexcept {
      return equals_ignoring_case(a, b);
    }
  };
  boost::unordered_flat_map<std::string, TypeIndex, Hash, Equal> by_name_;
};

}  // namespace hubsim::portal

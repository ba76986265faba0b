#include "scenarios/model/kinds.h"

namespace hubsim::scenarios {

const KindInfo* find_kind(const KindList& kinds, std::string_view name) {
  for (const KindInfo& kind : kinds) {
    if (kind.name == name) {
      return &kind;
    }
  }
  return nullptr;
}

std::vector<std::string> kind_names(const KindList& kinds) {
  std::vector<std::string> names;
  for (const KindInfo& kind : kinds) {
    names.push_back(kind.name);
  }
  return names;
}

}  // namespace hubsim::scenarios

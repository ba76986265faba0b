// Registry: the known kinds of one family (faults, checks, drivers, ...), filled by generated
// register_<family>_<file>() calls. Refuses duplicates; an unknown name is answered with the
// nearest known one.
// Threads: filled once at start, read-only afterwards. `Kind` needs a member `std::string name`.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/assert.h"
#include "common/base/result.h"
#include "common/base/text.h"

namespace hubsim::config {

template <class Kind>
class Registry {
 public:
  explicit Registry(std::string family) : family_(std::move(family)) {}

  void add(Kind kind) {
    HUBSIM_ASSERT(find(kind.name) == nullptr);
    kinds_.push_back(std::move(kind));
  }
  [[nodiscard]] const Kind* find(std::string_view name) const {
    for (const Kind& kind : kinds_) {
      if (kind.name == name) {
        return &kind;
      }
    }
    return nullptr;
  }
  [[nodiscard]] Result<const Kind*> get(std::string_view name) const {
    if (const Kind* kind = find(name)) {
      return kind;
    }
    return Failure{"unknown " + family_ + " '" + std::string(name) + "'" +
                   did_you_mean(name, names()) + "; known: " + join(names(), ", ")};
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Kind& kind : kinds_) {
      all.push_back(kind.name);
    }
    return all;
  }
  [[nodiscard]] const std::deque<Kind>& kinds() const noexcept { return kinds_; }
  [[nodiscard]] const std::string& family() const noexcept { return family_; }

 private:
  std::string family_;
  std::deque<Kind> kinds_;
};

}  // namespace hubsim::config

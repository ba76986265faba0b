// Kinds: what a scenario may name (drivers, faults, checks, ...) with the field table of each,
// handed in as data, because scenarios must not include the simulated HubSpot. app/ composes it
// from the registries.
// Threads: a plain value, read-only once composed.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/fields.h"
#include "scenarios/model/scenario.h"

namespace hubsim::scenarios {

/// One use of a kind in a file, with the names that its settings may refer to.
struct KindUse {
  const config::Settings& settings;
  std::string pointer;
  std::vector<std::string> phases;
  std::vector<std::string> observers;
  std::vector<std::string> faults;
};

struct KindInfo {
  std::string name;
  std::string help;
  config::Fields fields;
  /// What the table cannot say; may be empty. Called only when the table found nothing wrong.
  std::function<void(const KindUse& use, config::Problems& problems)> validate = nullptr;
  /// Of a driver: it knows when it acts; a rate says only during which phases.
  bool own_times = false;
};
using KindList = std::vector<KindInfo>;

/// Makes a shape's pieces over so much time: "steps(5)", from 5/s to 40/s.
using ShapeMaker =
    std::function<Result<std::vector<RatePiece>>(const std::string& shape, const RatePiece& span)>;

struct Kinds {
  KindList drivers;
  KindList workloads;
  KindList faults;
  KindList checks;
  KindList observers;
  ShapeMaker shapes;
  config::Fields gates;  ///< of `compare`
};

[[nodiscard]] const KindInfo* find_kind(const KindList& kinds, std::string_view name);
[[nodiscard]] std::vector<std::string> kind_names(const KindList& kinds);

}  // namespace hubsim::scenarios

// ActionBook: the custom workflow actions that one app defines, with their functions and revisions
// (behaviour reference 7, Automation). A part of the app.
// Why here: operations edit it, and whoever runs an action needs it from another thread.
// Threads: any; its own mutex, what is handed out is a copy. Invariants: at most max_definitions;
// ids are unique among all apps; revisions of a definition only grow.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "common/time/clock.h"

namespace hubsim::portal {

struct ActionFunction {
  std::string type;  ///< PRE_ACTION_EXECUTION, ...
  std::string id;    ///< of the field it serves; "" where it serves the whole action
  std::string source;
};

struct ActionRevision {
  std::uint64_t number = 0;
  Instant created{};
  Json definition;  ///< as it was shown then
};

struct ActionDefinition {
  std::uint64_t id = 0;
  Json body;  ///< as its caller has it, without functions
  std::vector<ActionFunction> functions;
  std::vector<ActionRevision> revisions;  ///< oldest first, the last max_revisions
  std::uint64_t revision = 0;
  std::optional<Instant> archived_at;
  bool requires_object = true;

  [[nodiscard]] bool published() const { return body.value("published", false); }
  [[nodiscard]] std::string action_url() const { return body.value("actionUrl", std::string()); }
  [[nodiscard]] ActionFunction* function(std::string_view type, std::string_view id);
  /// id, revisionId, functions without their source, and the body.
  [[nodiscard]] Json shown() const;
  /// It was changed: one revision more.
  void revise(Instant now);
};

class ActionBook {
 public:
  static constexpr std::size_t max_definitions = 1'000;
  static constexpr std::size_t max_revisions = 100;
  static constexpr std::size_t max_functions = 100;

  /// Gives it its id; nothing: the app has too many.
  std::optional<ActionDefinition> add(std::uint64_t app_id, ActionDefinition definition,
                                      Instant now);
  [[nodiscard]] std::optional<ActionDefinition> find(std::uint64_t id) const;
  /// In place of the one with its id.
  void put(ActionDefinition definition);
  [[nodiscard]] std::vector<ActionDefinition> list() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, ActionDefinition> by_id_;
  std::uint64_t last_ = 0;
};

}  // namespace hubsim::portal

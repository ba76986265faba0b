// Observer: reads the other system through whatever it offers and answers a full snapshot of keyed
// records with the interval of the read. An observer kind is one file in this folder: name, field
// table, behaviour, registration (`register_observer_<file>`).
// Every read is bounded (time, pages, bytes, records); a limit reached or a failure on the way is
// an Observation with complete = false and the reason. Threads: an Observer belongs to one thread;
// observe() blocks until the read is done.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/config/fields.h"
#include "common/config/registry.h"
#include "common/time/clock.h"
#include "scenarios/oracle/observation.h"

namespace hubsim::scenarios {

class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;
  [[nodiscard]] virtual Observation observe() = 0;
};

/// What an observer may use; all must outlive it.
struct ObserverContext {
  /// The portal's clock: the interval of a read is compared with the times of changes.
  const Clock& clock;
  /// What relative URLs are relative to ("http://127.0.0.1:3000"); may be empty.
  std::string target_url;
  /// Working directory of commands and of relative file names.
  std::string directory;
  /// Added to the environment of commands.
  std::vector<std::pair<std::string, std::string>> environment;
};

/// What every observer has, whatever its kind.
struct ObserverSettings {
  enum class Role { mirror, effects };
  Role role = Role::mirror;
  std::string object_type;  ///< as written: "contacts"
  std::string key;          ///< where the HubSpot id is in a row
  /// Names of HubSpot's properties, and where each is in a row (dotted), in the same order.
  std::vector<std::string> properties;
  std::vector<std::string> paths;
  Duration every{0};
  Duration timeout{0};
  std::uint64_t max_records = 0;
  std::uint64_t max_bytes = 0;
};

struct ObserverKind {
  std::string name;
  std::string help;
  /// The kind's own fields. A scenario is read by with_common_observer_fields() of them, and by
  /// `id` and `kind`, which the scenario reads itself.
  config::Fields fields;
  /// Failure: what is wrong with the settings and how to mend it.
  std::function<Result<std::unique_ptr<Observer>>(
      const std::string& id, const config::Settings& settings, const ObserverContext& context)>
      make;
};

using ObserverRegistry = config::Registry<ObserverKind>;

/// The common fields (role, object_type, key, properties, every, limits) followed by the kind's
/// own.
[[nodiscard]] config::Fields with_common_observer_fields(config::Fields own);
[[nodiscard]] ObserverSettings observer_settings(const config::Settings& settings);

/// Defined by the build from the files of this folder.
void register_all_observers(ObserverRegistry& registry);

}  // namespace hubsim::scenarios

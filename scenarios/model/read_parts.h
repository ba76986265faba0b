// The parts of a scenario that are lists of items (phases, traffic, faults, observe, require): each
// item is read by its table, its references to phases and ids are resolved.
// Threads: one reader, one thread. Invariant: pointers in problems are those of the document.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "scenarios/model/kinds.h"
#include "scenarios/model/scenario.h"

namespace hubsim::scenarios {

class PartsReader {
 public:
  PartsReader(const Kinds& kinds, Scenario& scenario, config::Problems& problems)
      : kinds_(kinds), scenario_(scenario), problems_(problems) {}

  /// Reads all parts, phases first because the others refer to them.
  void read(const Json& document);

 private:
  struct Item;
  template <class Read>
  void each_item(const Json& document, const char* part, Read read_one);
  config::Settings read_kind_item(Item& item, const KindList& kinds, const char* kind_key,
                                  const config::Fields& common);

  void read_phase(Item& item);
  void read_traffic(Item& item);
  void read_rate(Item& item, TrafficSpec& spec);
  void check_rate_form(const TrafficSpec& spec, const config::Settings& settings,
                       const std::string& at);
  RateSegment rate_segment(const config::Settings& settings, const std::vector<std::size_t>& phases,
                           const std::string& at);
  void read_fault(Item& item);
  void read_fault_window(Item& item, const config::Settings& settings, FaultSpec& spec);
  void read_observe(Item& item);
  void read_require(Item& item);
  void validate_kind(const Item& item, const KindList& kinds, const char* kind_key);
  std::vector<std::size_t> phase_list(const std::vector<std::string>& names,
                                      const std::string& pointer);
  std::optional<std::size_t> phase_named(const std::string& name, const std::string& pointer);
  std::optional<Moment> moment(const std::string& text, const std::string& pointer);
  void unique(std::set<std::string>& seen, const std::string& id, const std::string& pointer);
  void problem(const std::string& pointer, std::string message);

  const Kinds& kinds_;
  Scenario& scenario_;
  config::Problems& problems_;
  std::vector<std::string> phase_names_;
};

}  // namespace hubsim::scenarios

// What is known of the platforms that poll and sync beside an integration (personas.json): each
// value with its grade, documented or assumed.
// Threads: immutable, read once.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"

namespace hubsim::loadgen {

enum class PersonaStep {
  search_newest,    ///< one page of the newest, by search
  search_modified,  ///< every page of what changed since the newest seen
  list_all,         ///< every page of the list
  list_page,        ///< its first page
  read_found,       ///< batch read of what the search found
  update_found      ///< batch update of it
};
enum class On429 { skip, wait, again };

struct PersonaFact {
  std::string name;
  std::string about;
  Duration interval{0};
  double jitter = 0;  ///< share of the interval, either way
  std::vector<PersonaStep> cycle;
  int page = 100;
  On429 on_429 = On429::skip;
  /// "interval: documented (Zapier help, ...)", for the docs and for who asks.
  std::vector<std::string> grades;
};

[[nodiscard]] const std::vector<PersonaFact>& persona_facts();
[[nodiscard]] const PersonaFact* find_persona(std::string_view name);

}  // namespace hubsim::loadgen

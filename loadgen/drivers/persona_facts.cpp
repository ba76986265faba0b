#include "loadgen/drivers/persona_facts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/assert.h"
#include "common/config/fields.h"
#include "common/json/json.h"
#include "common/time/format.h"
#include "loadgen/drivers/embedded_personas.h"

namespace hubsim::loadgen {

namespace {

constexpr std::array<std::pair<std::string_view, PersonaStep>, 6> step_names{
    {{"search_newest", PersonaStep::search_newest},
     {"search_modified", PersonaStep::search_modified},
     {"list_all", PersonaStep::list_all},
     {"list_page", PersonaStep::list_page},
     {"read_found", PersonaStep::read_found},
     {"update_found", PersonaStep::update_found}}};
constexpr std::array<std::pair<std::string_view, On429>, 3> on_429_names{
    {{"skip", On429::skip}, {"wait", On429::wait}, {"again", On429::again}}};

template <class Names>
auto named(const Names& names, const std::string& name) {
  const auto* place =
      std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.first == name; });
  HUBSIM_ASSERT(place != names.end());  // the file is ours
  return place->second;
}

PersonaFact fact_of(const Json& json) {
  PersonaFact fact;
  fact.name = json.at("name").get<std::string>();
  fact.about = json.at("about").get<std::string>();
  for (const char* key : {"interval", "jitter", "cycle", "page", "on_429"}) {
    const Json& value = json.at(key);
    const std::string grade = value.at("grade").get<std::string>();
    HUBSIM_ASSERT(grade == "documented" || grade == "assumed");
    const Json* source = json::find(value, "source");
    HUBSIM_ASSERT(grade != "documented" || source != nullptr);
    fact.grades.push_back(std::string(key) + ": " + grade +
                          (source != nullptr ? " (" + json::text_of(*source) + ")" : ""));
  }
  const auto interval = parse_duration(json.at("interval").at("value").get<std::string>());
  const auto jitter = config::parse_share(json.at("jitter").at("value"));
  HUBSIM_ASSERT(interval && interval->count() > 0 && jitter);
  fact.interval = *interval;
  fact.jitter = *jitter;
  for (const Json& step : json.at("cycle").at("value")) {
    fact.cycle.push_back(named(step_names, step.get<std::string>()));
  }
  fact.page = json.at("page").at("value").get<int>();
  fact.on_429 = named(on_429_names, json.at("on_429").at("value").get<std::string>());
  return fact;
}

}  // namespace

const std::vector<PersonaFact>& persona_facts() {
  static const std::vector<PersonaFact> all = [] {
    const auto json = json::parse(embedded_file("personas.json"));
    HUBSIM_ASSERT(json.ok());
    std::vector<PersonaFact> made;
    for (const Json& persona : json->at("personas")) {
      made.push_back(fact_of(persona));
    }
    return made;
  }();
  return all;
}

const PersonaFact* find_persona(std::string_view name) {
  const auto& all = persona_facts();
  const auto place = std::find_if(all.begin(), all.end(),
                                  [&](const PersonaFact& fact) { return fact.name == name; });
  return place == all.end() ? nullptr : &*place;
}

}  // namespace hubsim::loadgen

#include <cstdio>

#include "app/commands.h"
#include "app/flags.h"
#include "app/scenario_file.h"
#include "common/base/text.h"
#include "hubspot/rules/options.h"
#include "scenarios/model/schema.h"
#include "scenarios/model/tables.h"

namespace hubsim::app {

namespace {

using scenarios::KindList;
using scenarios::Kinds;

struct Family {
  const char* name;
  KindList Kinds::* list;
  const char* kind_key;
  config::Fields (*common)(const Kinds&);
};

const Family families[] = {
    {"faults", &Kinds::faults, "kind", [](const Kinds&) { return scenarios::tables::fault(); }},
    {"checks", &Kinds::checks, "check", [](const Kinds&) { return scenarios::tables::require(); }},
    {"drivers", &Kinds::drivers, "driver",
     [](const Kinds& kinds) {
       return scenarios::tables::traffic(scenarios::kind_names(kinds.workloads));
     }},
    {"observers", &Kinds::observers, "kind",
     [](const Kinds&) { return scenarios::tables::observe(); }},
    {"workloads", &Kinds::workloads, "workload", [](const Kinds&) { return config::Fields(); }},
};

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return exit_pass;
}

int print_family(const Family& family, const Kinds& kinds, bool as_text) {
  const KindList& list = kinds.*family.list;
  if (as_text) {
    return print("common to all:\n" + config::help_of(family.common(kinds)) + "\n" +
                 scenarios::family_help(list));
  }
  const Json schema = scenarios::family_schema(list, family.kind_key, family.common(kinds));
  const std::string title = std::string("hubsim ") + family.name;
  return print(json::dump(scenarios::family_document(title, schema), 2) + "\n");
}

/// The mock's options are a table of their own: name, values, evidence, help.
int print_options(bool as_text) {
  Json list = Json::array();
  std::string text;
  for (const hubspot::OptionFact& fact : hubspot::option_facts()) {
    list.push_back({{"name", fact.name},
                    {"values", hubspot::option_values(fact)},
                    {"evidence", fact.evidence},
                    {"help", fact.help}});
    text += std::string(fact.name) + "=" + std::string(fact.values) + "\n    " +
            std::string(fact.help) + " [" + std::string(fact.evidence) + "]\n";
  }
  return print(as_text ? text : json::dump(list, 2) + "\n");
}

}  // namespace

int schema_main(int argc, char** argv) {
  cxxopts::Options options("hubsim schema",
                           "Prints the JSON Schema (2020-12) of scenario files, or of one part: "
                           "scenario, faults, checks, drivers, observers, workloads; or "
                           "options: the mock's, with their values and evidence.");
  options.add_options()("part", "which part",
                        cxxopts::value<std::string>()->default_value("scenario"))(
      "text", "of a part: its kinds and settings for reading");
  options.parse_positional({"part"});
  options.positional_help("[PART]");
  const Flags flags = parse_flags(options, argc, argv, "example:\n  hubsim schema faults --text\n");
  if (flags.exit_code) {
    return *flags.exit_code;
  }
  const auto part = flags.values["part"].as<std::string>();
  const Kinds kinds = compose_kinds();
  if (part == "scenario") {
    return print(json::dump(scenarios::scenario_schema(kinds), 2) + "\n");
  }
  if (part == "options") {
    return print_options(flags.values.count("text") > 0);
  }
  std::vector<std::string> known{"scenario", "options"};
  for (const Family& family : families) {
    if (part == family.name) {
      return print_family(family, kinds, flags.values.count("text") > 0);
    }
    known.emplace_back(family.name);
  }
  std::fprintf(stderr, "hubsim schema: unknown part '%s'%s; known: %s\n", part.c_str(),
               did_you_mean(part, known).c_str(), join(known, ", ").c_str());
  return exit_usage;
}

}  // namespace hubsim::app

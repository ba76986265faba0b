#include "scenarios/observe/observer.h"

namespace hubsim::scenarios {

namespace {

using config::Type;

config::Fields common_fields() {
  return {
      {.name = "role",
       .help = "mirror: copies of HubSpot's records; effects: one row for each effect",
       .default_value = "mirror",
       .choices = {"mirror", "effects"}},
      {.name = "object_type", .help = "HubSpot's type of the records", .default_value = "contacts"},
      {.name = "key", .help = "where the HubSpot id is in a row", .default_value = "id"},
      {.name = "properties",
       .type = Type::text_list,
       .help = "HubSpot properties to compare; 'phone=details.tel' where the row has it elsewhere"},
      {.name = "every",
       .type = Type::duration,
       .help = "time from one read to the next",
       .default_value = "1s"},
      {.name = "timeout",
       .type = Type::duration,
       .help = "the longest a whole read may take",
       .default_value = "30s"},
      {.name = "max_records",
       .type = Type::integer,
       .help = "a read that shows more is given up",
       .default_value = "1000000",
       .min = 1},
      {.name = "max_bytes",
       .type = Type::integer,
       .help = "a read that is larger is given up",
       .default_value = "1000000000",
       .min = 1},
  };
}

}  // namespace

config::Fields with_common_observer_fields(config::Fields own) {
  config::Fields all = common_fields();
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

ObserverSettings observer_settings(const config::Settings& settings) {
  ObserverSettings common{
      .role = settings.text("role") == "effects" ? ObserverSettings::Role::effects
                                                 : ObserverSettings::Role::mirror,
      .object_type = settings.text("object_type"),
      .key = settings.text("key"),
      .properties = {},
      .paths = {},
      .every = settings.duration("every"),
      .timeout = settings.duration("timeout"),
      .max_records = static_cast<std::uint64_t>(settings.integer("max_records")),
      .max_bytes = static_cast<std::uint64_t>(settings.integer("max_bytes"))};
  if (settings.has("properties")) {
    for (const std::string& text : settings.text_list("properties")) {
      const std::size_t equals = text.find('=');
      common.properties.push_back(text.substr(0, equals));
      common.paths.push_back(equals == std::string::npos ? text : text.substr(equals + 1));
    }
  }
  return common;
}

}  // namespace hubsim::scenarios

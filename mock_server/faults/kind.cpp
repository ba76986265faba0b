#include "mock_server/faults/kind.h"

namespace hubsim::faults {

const config::Fields& common_fields() {
  using config::Type;
  static const config::Fields fields{
      {.name = "id", .type = Type::text, .help = "name of the rule, unique; draws depend on it"},
      {.name = "kind", .type = Type::text, .help = "what goes wrong", .required = true},
      {.name = "match",
       .type = Type::any,
       .help = "which calls or webhooks: lists of globs in operation, method, path, app"},
      {.name = "share",
       .type = Type::share,
       .help = "how many of those that match are hit, drawn by seed, rule, key and attempt",
       .default_value = "100%"},
      {.name = "from_ms",
       .type = Type::integer,
       .help = "begin of the window on the portal's clock, milliseconds since 1970; 0 is open",
       .default_value = "0",
       .min = 0},
      {.name = "until_ms",
       .type = Type::integer,
       .help = "end of the window, not included; 0 is open",
       .default_value = "0",
       .min = 0},
      {.name = "budget",
       .type = Type::integer,
       .help = "hits in all, over all keys; 0 is no bound",
       .default_value = "0",
       .min = 0},
  };
  return fields;
}

const config::Fields& match_fields() {
  using config::Type;
  static const config::Fields fields{
      {.name = "operation",
       .type = Type::text_list,
       .help = "catalogue name of the call, or subscription type of a webhook; '*' is any text"},
      {.name = "method", .type = Type::text_list, .help = "HTTP method of the call"},
      {.name = "path", .type = Type::text_list, .help = "path of the call without the query"},
      {.name = "app", .type = Type::text_list, .help = "id of the app that calls or is called"},
  };
  return fields;
}

Json rule_schema(const FaultRegistry& registry) {
  Json alternatives = Json::array();
  for (const FaultKind& kind : registry.kinds()) {
    config::Fields fields = common_fields();
    fields.insert(fields.end(), kind.fields.begin(), kind.fields.end());
    Json schema = config::schema_of(fields);
    schema["title"] = kind.name;
    schema["description"] = kind.help;
    schema["properties"]["kind"] = {{"const", kind.name}};
    schema["properties"]["match"] = config::schema_of(match_fields());
    alternatives.push_back(std::move(schema));
  }
  return {{"oneOf", std::move(alternatives)}};
}

}  // namespace hubsim::faults

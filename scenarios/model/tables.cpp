#include "scenarios/model/tables.h"

#include <algorithm>

namespace hubsim::scenarios::tables {

using config::Field;
using config::Fields;
using config::Type;

const Fields& scenario() {
  static const Fields table{
      {.name = "version",
       .type = Type::integer,
       .help = "version of this format",
       .required = true,
       .min = 1,
       .max = 1},
      {.name = "name", .help = "short name, shown in reports", .required = true},
      {.name = "description", .help = "what the scenario shows"},
      {.name = "seed",
       .type = Type::integer,
       .help = "makes data, plan and faults replayable; drawn and printed when absent",
       .min = 0},
      {.name = "set", .type = Type::any, .help = "defaults of the ${set.NAME} variables"},
      {.name = "target", .type = Type::any, .help = "the integration under test", .required = true},
      {.name = "world", .type = Type::any, .help = "the simulated portal and its data"},
      {.name = "phases", .type = Type::any, .help = "named spans, in order", .required = true},
      {.name = "traffic", .type = Type::any, .help = "who changes what, at which rate"},
      {.name = "faults", .type = Type::any, .help = "what goes wrong, and when"},
      {.name = "observe", .type = Type::any, .help = "how to read the other system"},
      {.name = "require", .type = Type::any, .help = "what must hold", .required = true},
      {.name = "compare",
       .type = Type::any,
       .help = "an earlier run that this one must not be "
               "worse than"},
  };
  return table;
}

const Fields& target() {
  static const Fields table{
      {.name = "command",
       .type = Type::text_list,
       .help = "program and arguments, started by the run; absent when it runs already"},
      {.name = "env",
       .type = Type::any,
       .help = "environment of the command: these, PATH and HOME, nothing else"},
      {.name = "url", .help = "where the integration answers", .required = true},
      {.name = "health",
       .help = "path that answers 2xx once it is ready",
       .default_value = "/health"},
      {.name = "ready_within",
       .type = Type::duration,
       .help = "longest start",
       .default_value = "20s"},
      {.name = "stop_within",
       .type = Type::duration,
       .help = "from SIGTERM to SIGKILL at the end",
       .default_value = "5s"},
  };
  return table;
}

const Fields& world() {
  static const Fields table{
      {.name = "portal", .type = Type::any, .help = "tier, limits and kind of app"},
      {.name = "webhooks", .type = Type::any, .help = "what HubSpot tells the integration"},
      {.name = "data", .type = Type::any, .help = "records there before the first phase"},
  };
  return table;
}

const Fields& portal() {
  static const Fields table{
      {.name = "tier",
       .help = "subscription, decides the limits",
       .default_value = "professional",
       .choices = {"free", "starter", "professional", "enterprise"}},
      {.name = "limits",
       .help = "HubSpot's own limits, or none",
       .default_value = "hubspot",
       .choices = {"hubspot", "off"}},
      {.name = "app",
       .help = "kind of the calling app",
       .default_value = "private",
       .choices = {"private", "oauth"}},
      {.name = "index_lag",
       .help = "how long search does not see writes: off, typical, slow, or a distribution such as "
               "'lognormal(2s, 0.8)'"},
  };
  return table;
}

const Fields& webhooks() {
  static const Fields table{
      {.name = "url", .help = "where events are posted", .required = true},
      {.name = "subscriptions",
       .type = Type::text_list,
       .help = "event types, such as contact.creation",
       .required = true},
      {.name = "max_concurrent_requests",
       .type = Type::integer,
       .help = "requests in flight at once",
       .default_value = "10",
       .min = 1,
       .max = 1000},
      {.name = "retry",
       .help = "HubSpot's retry schedule, or the same one compressed for short runs",
       .default_value = "hubspot",
       .choices = {"hubspot", "compressed"}},
      {.name = "batch_window",
       .type = Type::duration,
       .help = "how long events are gathered into one request"},
      {.name = "ca_file",
       .help = "PEM certificates an https receiver is checked against, instead of the system's"},
      {.name = "verify",
       .type = Type::boolean,
       .help = "false takes any certificate of an https receiver",
       .default_value = "true"},
  };
  return table;
}

const Fields& data() {
  static const Fields table{
      {.name = "object_type", .help = "contacts, companies, ...", .required = true},
      {.name = "count",
       .type = Type::integer,
       .help = "how many records",
       .required = true,
       .min = 1,
       .max = 1'000'000},
  };
  return table;
}

const Fields& phase() {
  static const Fields table{
      {.name = "name", .help = "what the other parts call it", .required = true},
      {.name = "length", .type = Type::duration, .help = "fixed length"},
      {.name = "until",
       .help = "instead of length: ends once every mirror equals the portal",
       .choices = {"converged"}},
      {.name = "at_most", .type = Type::duration, .help = "with until: the most it may take"},
      {.name = "measure",
       .type = Type::boolean,
       .help = "false: shown, but not part of any measured number",
       .default_value = "true"},
  };
  return table;
}

const Fields& rate() {
  static const Fields table{
      {.name = "during",
       .type = Type::text_list,
       .help = "one phase, or several in a row",
       .required = true},
      {.name = "at", .type = Type::rate, .help = "constant rate"},
      {.name = "from", .type = Type::rate, .help = "rate at the start of a linear ramp"},
      {.name = "to", .type = Type::rate, .help = "rate at its end"},
      {.name = "shape",
       .help = "how the rate goes over the span: linear, steps(5), spike(200/s, 5s, 2s), "
               "sine(10s, 50%)",
       .default_value = "linear"},
      {.name = "users",
       .type = Type::integer,
       .help = "instead of a rate: so many users, each waiting for the answer",
       .min = 1,
       .max = 10'000},
      {.name = "think",
       .type = Type::distribution,
       .help = "with users: the time between an answer and the next request",
       .default_value = "0s"},
  };
  return table;
}

Fields traffic(const std::vector<std::string>& workloads) {
  return {
      {.name = "id", .help = "name in reports", .required = true},
      {.name = "driver", .help = "kind of traffic", .required = true},
      {.name = "arrivals",
       .help = "spacing of an open arrival process",
       .default_value = "poisson",
       .choices = workloads},
      {.name = "rate", .type = Type::any, .help = "rates by phase", .required = true},
  };
}

const Fields& fault() {
  static const Fields table{
      {.name = "id", .help = "name in reports", .required = true},
      {.name = "kind", .help = "what goes wrong", .required = true},
      {.name = "during", .type = Type::text_list, .help = "phases, or 'all'"},
      {.name = "at", .help = "instead of during: 'storm' or 'storm + 3s'"},
      {.name = "for",
       .type = Type::duration,
       .help = "with at: how long; absent: until the end of that phase"},
      {.name = "share", .type = Type::share, .help = "of what matches", .default_value = "100%"},
      {.name = "match", .type = Type::any, .help = "which calls; texts are globs with *"},
      {.name = "budget", .type = Type::integer, .help = "most hits in all", .min = 1},
  };
  return table;
}

const Fields& match() {
  static const Fields table{
      {.name = "operation", .type = Type::text_list, .help = "such as crm.objects.batch.*"},
      {.name = "method", .type = Type::text_list, .help = "GET, POST, ..."},
      {.name = "path", .type = Type::text_list, .help = "such as /crm/*"},
      {.name = "app", .type = Type::text_list, .help = "app ids"},
  };
  return table;
}

const Fields& observe() {
  static const Fields table{
      {.name = "id", .help = "name in reports", .required = true},
      {.name = "kind", .help = "how the other system is read", .required = true},
  };
  return table;
}

const Fields& require() {
  static const Fields table{
      {.name = "id", .help = "name in reports", .required = true},
      {.name = "check", .help = "what is checked", .required = true},
  };
  return table;
}

const Fields& compare() {
  static const Fields table{
      {.name = "with", .help = "the earlier run: its folder or its run.json", .required = true},
      {.name = "missing",
       .help = "what when that run is not there: fail before this one starts, or run without",
       .default_value = "fail",
       .choices = {"fail", "ignore"}},
      {.name = "gates", .type = Type::any, .help = "when a difference is a regression"},
  };
  return table;
}

Fields merged(const Fields& common, const Fields& own) {
  Fields all;
  for (const Field& field : common) {
    const bool replaced =
        std::any_of(own.begin(), own.end(), [&](const Field& f) { return f.name == field.name; });
    if (!replaced) {
      all.push_back(field);
    }
  }
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

}  // namespace hubsim::scenarios::tables

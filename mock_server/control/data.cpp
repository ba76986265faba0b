// Seeded sample records.
#include "mock_server/control/control.h"
#include "mock_server/portal/sample_data.h"

namespace hubsim::control {

namespace {

CommandReply generate(CommandCall& call) {
  config::Problems problems;
  static const config::Fields fields{
      {.name = "object_type", .help = "contacts, companies, deals, tickets", .required = true},
      {.name = "count",
       .type = config::Type::integer,
       .help = "how many",
       .required = true,
       .min = 0,
       .max = static_cast<double>(portal::max_generated_per_call)},
      {.name = "merges",
       .type = config::Type::share,
       .help = "of the contacts made, how many are merged into another one",
       .default_value = "0.2%"}};
  const auto settings = config::read_settings(fields, call.body, "", problems);
  if (!problems.empty()) {
    return bad_request("what shall be generated is not clear", problems);
  }
  gateway::World& world = call.rig.world;
  const std::lock_guard lock(call.account.mutex);
  const portal::ObjectType* type = call.account.portal().find_type(settings.text("object_type"));
  if (type == nullptr) {
    return bad_request("unknown object_type '" + settings.text("object_type") + "'");
  }
  const std::size_t made = portal::generate_records(
      call.account.portal(), type->index(), static_cast<std::size_t>(settings.integer("count")),
      world.config().seed, world.clock().now());
  if (type->fact().plural == "contacts") {
    portal::merge_duplicates(call.account.portal(), type->index(), made, settings.share("merges"),
                             world.config().seed);
  }
  return {.body = {{"created", made}}};
}

}  // namespace

void register_command_data(CommandRegistry& registry) {
  registry.add({.name = "POST data/generate",
                .method = http::Method::post,
                .path = "data/generate",
                .help = "makes seeded, realistic records without webhooks",
                .run = generate});
}

}  // namespace hubsim::control

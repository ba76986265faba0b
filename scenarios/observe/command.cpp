// command: runs a program that prints the other system's records, one JSON object a line. For
// systems that are read by a client of their own (a database shell, a vendor's tool).
#include <fmt/format.h>

#include "common/base/text.h"
#include "scenarios/observe/rows.h"
#include "scenarios/observe/run_command.h"

namespace hubsim::scenarios {

namespace {

class CommandObserver final : public Observer {
 public:
  CommandObserver(std::string id, ObserverSettings common, CommandSpec command, const Clock& clock)
      : id_(std::move(id)),
        common_(std::move(common)),
        command_(std::move(command)),
        clock_(clock) {}
  Observation observe() override;

 private:
  std::string id_;
  ObserverSettings common_;
  CommandSpec command_;
  const Clock& clock_;
};

Observation CommandObserver::observe() {
  Read read(id_, common_, clock_);
  const auto output = run_command(command_);
  if (!output) {
    return read.fail(output.error());
  }
  if (const auto cost = read.add_cost(1, output->size()); !cost) {
    return read.fail(cost.error());
  }
  std::size_t number = 0;
  for (const std::string_view line : split(*output, '\n')) {
    ++number;
    if (trim(line).empty()) {
      continue;
    }
    const auto row = json::parse(line);
    if (!row) {
      return read.fail(fmt::format("line {} is not JSON: {}", number, row.error().message));
    }
    if (const auto added = read.add_row(*row); !added) {
      return read.fail(fmt::format("line {}: {}", number, added.error()));
    }
  }
  return read.finish();
}

Result<std::unique_ptr<Observer>> make(const std::string& id, const config::Settings& settings,
                                       const ObserverContext& context) {
  ObserverSettings common = observer_settings(settings);
  if (auto problem = problem_of(common)) {
    return Failure{std::move(*problem)};
  }
  CommandSpec command{.command = settings.text_list("command"),
                      .directory = context.directory,
                      .environment = context.environment,
                      .timeout = common.timeout,
                      .max_bytes = common.max_bytes};
  if (command.command.empty() || command.command.front().empty()) {
    return Failure{std::string("command: name the program and its arguments as a list")};
  }
  return std::unique_ptr<Observer>(
      std::make_unique<CommandObserver>(id, std::move(common), std::move(command), context.clock));
}

}  // namespace

void register_observer_command(ObserverRegistry& registry) {
  registry.add({.name = "command",
                .help = "a program that prints one JSON object a line",
                .fields = {{.name = "command",
                            .type = config::Type::text_list,
                            .help = "the program and its arguments; no shell",
                            .required = true}},
                .make = make});
}

}  // namespace hubsim::scenarios

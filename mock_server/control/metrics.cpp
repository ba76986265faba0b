// Prometheus text: what the mock has done so far.
#include <fmt/format.h>

#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

template <class T>
void add(std::string& out, std::string_view name, std::string_view kind, T value) {
  out += fmt::format("# TYPE hubsim_{0} {1}\nhubsim_{0} {2}\n", name, kind, value);
}

CommandReply read_metrics(CommandCall& call) {
  CommandReply reply{.content_type = "text/plain; version=0.0.4"};
  std::string& out = reply.text;
  const webhooks::EmitterState webhooks = call.rig.emitter.state();
  add(out, "webhook_events_queued", "gauge", webhooks.queued_events);
  add(out, "webhook_requests_in_flight", "gauge", webhooks.in_flight);
  add(out, "webhook_retries_waiting", "gauge", webhooks.waiting_retries);
  add(out, "webhook_events_delivered_total", "counter", webhooks.delivered);
  add(out, "webhook_events_failed_total", "counter", webhooks.failed);
  add(out, "webhook_events_dropped_total", "counter", webhooks.dropped);
  add(out, "webhook_events_overflowed_total", "counter", webhooks.overflowed);
  add(out, "webhook_requests_total", "counter", webhooks.requests);
  add(out, "process_cpu_seconds_total", "counter",
      std::chrono::duration<double>(process_cpu_time()).count());
  gateway::Account& account = call.account;
  const std::lock_guard lock(account.mutex);
  add(out, "changes_total", "counter", account.portal().last_sequence());
  out += "# TYPE hubsim_records gauge\n";
  for (std::size_t i = 0; i < account.portal().type_count(); ++i) {
    const auto type = static_cast<portal::TypeIndex>(i);
    out += fmt::format("hubsim_records{{object_type=\"{}\"}} {}\n",
                       account.portal().type(type).fact().plural,
                       account.portal().store(type).live_count());
  }
  return reply;
}

}  // namespace

void register_command_metrics(CommandRegistry& registry) {
  registry.add({.name = "GET metrics",
                .method = http::Method::get,
                .path = "metrics",
                .help = "Prometheus text",
                .run = read_metrics});
}

}  // namespace hubsim::control

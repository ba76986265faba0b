#include "mock_server/control/webhook_signals.h"

#include "mock_server/portal/webhooks/signals.h"

namespace hubsim::control {

namespace {

webhooks::Signal signal_of(std::uint64_t portal_id, const portal::ConversationSignal& told) {
  webhooks::Signal signal{.kind = told.kind, .portal_id = portal_id};
  signal.type = {"0-11", "conversation"};  // behaviour reference 4.2
  signal.change.object_id = told.thread;
  signal.change.at = told.at;
  signal.change.source = told.source;
  signal.change.lineage = "conversation/" + std::to_string(told.thread);
  if (told.kind == webhooks::EventKind::property_change) {
    signal.change.properties = {{told.property, told.value}};
  }
  if (told.kind == webhooks::EventKind::new_message) {
    signal.message = webhooks::Message{.id = told.message_id, .type = told.message_type};
  }
  return signal;
}

}  // namespace

std::size_t deliver_signals(gateway::World& world, webhooks::Emitter& emitter) {
  std::size_t events = 0;
  for (const gateway::AccountPtr& account : world.accounts()) {
    const std::lock_guard lock(account->mutex);
    for (const auto& told : account->portal().part<portal::Signals>().take()) {
      events += emitter.on_signal(signal_of(account->portal_id(), told));
    }
  }
  return events;
}

}  // namespace hubsim::control

// Webhook signals: brings what happened beside the records (portal/webhooks/signals.h) to the
// emitter: conversations, for now.
// Threads: deliver_signals() on the background thread; takes one portal's lock at a time.
#pragma once

#include "mock_server/gateway/world.h"
#include "mock_server/webhooks/emitter.h"

namespace hubsim::control {

/// Says how many events it brought.
std::size_t deliver_signals(gateway::World& world, webhooks::Emitter& emitter);

}  // namespace hubsim::control

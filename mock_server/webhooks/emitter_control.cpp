// What the control API asks of the emitter: its state, holding back and letting go, a delivery once
// more, and forgetting everything.
#include <fmt/format.h>

#include "mock_server/webhooks/emitter.h"

namespace hubsim::webhooks {

// ---- holding back -----------------------------------------------------------------------------

template <class Ends>
std::size_t Emitter::let_go(const Ends& ends) {
  const std::size_t before = holds_.size();
  holds_.end(ends, intake_);
  const std::size_t gone = before - holds_.size();
  state_.held_events -= gone;
  if (gone > 0) {
    arm(parts_.clock.now());
  }
  return gone;
}

void Emitter::end_at(Instant until) {
  if (until == Instant() || !hold_ends_.insert(until).second) {
    return;
  }
  parts_.timers.schedule(until, [this, epoch = std::weak_ptr(epoch_), until] {
    if (epoch.expired()) {
      return;
    }
    const std::lock_guard lock(mutex_);
    hold_ends_.erase(until);
    let_go([&](const HoldQueue::Hold& hold) {
      return hold.until != Instant() && hold.until <= until;
    });
  });
}

void Emitter::hold_all() {
  const std::lock_guard lock(mutex_);
  holding_all_ = true;
}

std::size_t Emitter::release_all() {
  const std::lock_guard lock(mutex_);
  holding_all_ = false;
  return let_go([](const HoldQueue::Hold&) { return true; });
}

std::size_t Emitter::release_rule(std::string_view rule_id) {
  const std::lock_guard lock(mutex_);
  return let_go([&](const HoldQueue::Hold& hold) {
    return rule_id.empty() ? !hold.rule_id.empty() : hold.rule_id == rule_id;
  });
}

// ---- once more --------------------------------------------------------------------------------

std::optional<Emitter::Refusal> Emitter::redeliver(std::uint64_t number) {
  const auto record = log_.find(number);
  if (!record) {
    return Refusal{true, fmt::format("no delivery {}: it never was, or has left the journal "
                                     "(see first_available in GET webhooks/deliveries)",
                                     number)};
  }
  if (record->outcome == DeliveryOutcome::in_flight) {
    return Refusal{false, "the delivery is still in flight: wait for its outcome"};
  }
  if (record->forged || record->events->front().is_extra()) {
    return Refusal{false, "the delivery is not a real one: redeliver the real event's own"};
  }
  const bool never_sent = record->outcome == DeliveryOutcome::suppressed;
  Batch batch{.app_id = record->app_id,
              .events = record->events,
              .attempt = never_sent ? 0 : record->attempt + 1,
              .redelivery_of = number};
  const std::size_t count = batch.events->size();
  const std::lock_guard lock(mutex_);
  std::size_t& held = held_[batch.app_id];
  if (held + count > config_.max_queued_events) {
    return Refusal{false, "the queue of webhooks is full: try again when it has drained"};
  }
  held += count;
  state_.born += count;
  state_.queued_events += count;
  parts_.timers.schedule(parts_.clock.now(),
                         [this, epoch = std::weak_ptr(epoch_), batch = std::move(batch)]() mutable {
                           if (!epoch.expired()) {
                             const std::uint64_t app_id = batch.app_id;
                             apps_[app_id].again.push_back(std::move(batch));
                             pump(app_id);
                           }
                         });
  return std::nullopt;
}

// ---- looking at it ----------------------------------------------------------------------------

EmitterState Emitter::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

std::size_t Emitter::in_flight() const { return state().in_flight; }

bool Emitter::idle() const {
  const EmitterState now = state();
  return now.queued_events == 0 && now.in_flight == 0;
}

Json Emitter::to_json(const AppSettings& settings) const {
  Json json = webhooks::to_json(settings);
  const EmitterState now = state();
  json["queued_events"] = now.queued_events;
  json["held_events"] = now.held_events;
  json["in_flight"] = now.in_flight;
  json["waiting_retries"] = now.waiting_retries;
  json["born"] = now.born;
  json["delivered"] = now.delivered;
  json["failed"] = now.failed;
  json["dropped"] = now.dropped;
  json["overflowed"] = now.overflowed;
  json["forged_sent"] = now.forged_sent;
  json["forged_acked"] = now.forged_acked;
  json["malformed_sent"] = now.malformed_sent;
  json["requests"] = now.requests;
  return json;
}

void Emitter::reset() {
  apps_.clear();
  log_.clear();
  const std::lock_guard lock(mutex_);
  epoch_ = std::make_shared<Epoch>();
  intake_.clear();
  holds_.clear();
  hold_ends_.clear();
  holding_all_ = false;
  armed_.reset();
  events_born_ = 0;
  held_.clear();
  state_ = {};
  told_.clear();
  waiting_settings_.clear();
  first_loaded_.clear();
  routes_.clear();
}

}  // namespace hubsim::webhooks

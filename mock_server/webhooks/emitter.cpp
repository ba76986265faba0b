#include "mock_server/webhooks/emitter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/random/prng.h"
#include "mock_server/portal/association_types.h"
#include "mock_server/webhooks/request.h"

namespace hubsim::webhooks {

namespace {

/// Real, truncated, to be replayed, both; then the ways to forge and to malform.
std::size_t lane_of(const Event& event) {
  constexpr std::size_t real_lanes = 4;
  constexpr std::size_t forged_lanes = 3;  // replays repeat requests, they need no lane
  if (event.forged) {
    return real_lanes + static_cast<std::size_t>(event.forged->how);
  }
  if (event.is_extra()) {
    return real_lanes + forged_lanes - 1 + static_cast<std::size_t>(*event.malformed);
  }
  return (event.malformed ? 1U : 0U) + (event.replays.empty() ? 0U : 2U);
}

/// What a forgery of an event without a value claims, so that believing it would show: the
/// opposite.
EventKind opposite(EventKind kind) {
  return kind == EventKind::deletion ? EventKind::creation : EventKind::deletion;
}

DeliveryOutcome outcome_of(const DeliveryResult& result, bool redirect_is_success) {
  switch (result.kind) {
    case DeliveryResult::Kind::timeout:
      return DeliveryOutcome::timeout;
    case DeliveryResult::Kind::connection_failed:
      return DeliveryOutcome::connection_failed;
    case DeliveryResult::Kind::answered:
      break;
  }
  const int bound = redirect_is_success ? 400 : 300;
  const bool success = result.status >= 200 && result.status < bound;
  return success ? DeliveryOutcome::acked : DeliveryOutcome::rejected;
}

}  // namespace

Emitter::Emitter(EmitterConfig config, Parts parts)
    : config_(std::move(config)), parts_(std::move(parts)) {
  for (const TypeName& type : config_.types) {
    labels_.push_back(std::make_shared<const portal::TypeLabel>(type));
  }
}

Emitter::~Emitter() = default;

// ---- the portal's side ------------------------------------------------------------------------

void Emitter::on_change(const portal::Change& change) {
  const std::lock_guard lock(mutex_);
  emit(nullptr, change);
}

void Emitter::on_change(const portal::Portal& portal, const portal::Change& change) {
  const std::lock_guard lock(mutex_);
  adopt(portal.options());
  emit(&portal, change);
}

void Emitter::emit(const portal::Portal* portal, const portal::Change& change) {
  install_due_settings();
  const TypeLabelPtr type = label_of(change.type_label, change.type);
  if (!type) {
    return;
  }
  const std::uint64_t portal_id =
      portal != nullptr ? portal->config().portal_id : config_.portal_id;
  for (const auto& [app_id, routes] : routes_) {
    matches_.clear();
    routes->match(change, type, matches_);
    if (matches_.empty() || (parts_.installed && !parts_.installed(app_id, portal_id))) {
      continue;
    }
    auto source = share(portal, change);
    source->portal_id = portal_id;
    source->type = *type;
    bear_all({*routes, std::move(source), parts_.clock.now()});
  }
}

/// The events of matches_.
void Emitter::bear_all(const Birth& birth) {
  for (const Routes::Match& match : matches_) {
    bear(birth, match);
  }
  const bool full = intake_.size() >= max_batch;
  arm(full ? birth.now : birth.now + birth.routes.settings().batch_window);
}

std::size_t Emitter::on_signal(const Signal& signal) {
  const std::lock_guard lock(mutex_);
  install_due_settings();
  auto source = std::make_shared<SharedChange>();
  source->portal_id = signal.portal_id;
  source->change = signal.change;
  source->type = signal.type;
  source->message = signal.message;
  source->event_type_name = signal.event_type_name;
  std::size_t events = 0;
  for (const auto& [app_id, routes] : routes_) {
    matches_.clear();
    routes->match_signal(signal.kind, *source, matches_);
    if (!matches_.empty() && (!parts_.installed || parts_.installed(app_id, signal.portal_id))) {
      events += matches_.size();
      bear_all({*routes, source, parts_.clock.now()});
    }
  }
  return events;
}

TypeLabelPtr Emitter::label_of(const TypeLabelPtr& told, portal::TypeIndex index) const {
  if (told) {
    return told;
  }
  return index < labels_.size() ? labels_[index] : nullptr;
}

std::shared_ptr<SharedChange> Emitter::share(const portal::Portal* portal,
                                             const portal::Change& change) const {
  auto shared = std::make_shared<SharedChange>();
  shared->change = change;
  if (change.association) {
    const auto label = label_of(change.association->to_label, change.association->to_type);
    shared->to_type = label ? *label : TypeName();
    const auto* fact =
        portal != nullptr
            ? portal->part<portal::AssociationTypes>().find(change.association->type_id)
            : nullptr;
    if (fact != nullptr) {
      shared->association_category = fact->category;
    }
  }
  if (portal != nullptr && rules_.redacts_sensitive) {
    mark_sensitive(portal->type(change.type), *shared);
  }
  return shared;
}

/// Only what the events in matches_ tell is looked up.
void Emitter::mark_sensitive(const portal::ObjectType& type, SharedChange& shared) const {
  for (const Routes::Match& match : matches_) {
    if (match.property == Event::no_property) {
      continue;
    }
    const std::string& name = shared.change.properties[match.property].first;
    const auto index = type.property_index(name);
    if (index && type.property(*index).fact.data_sensitivity != "non_sensitive" &&
        !shared.is_sensitive(name)) {
      shared.sensitive.push_back(name);
    }
  }
}

void Emitter::bear(const Birth& birth, const Routes::Match& match) {
  const Subscription& subscription = *match.listener->subscription;
  Event event{.event_id = next_event_id(),
              .subscription_id = subscription.id,
              .app_id = birth.routes.settings().app_id,
              .kind = subscription.kind,
              .generic = subscription.object == "object",
              .source = birth.source,
              .property = match.property,
              .other_object_id = match.other_object_id};
  faults::DeliveryEffect effect;
  if (parts_.rules) {
    effect = parts_.rules({.subscription_type = match.listener->type,
                           .lineage = event.change().lineage,
                           .property_name = event.property_name(),
                           .app_id = event.app_id,
                           .portal_id = birth.source->portal_id,
                           .occurred_at = event.change().at});
  }
  event.rule_ids = std::move(effect.rule_ids);
  const Instant due = birth.now + effect.delay;
  for (const auto& forged : effect.forged) {
    take_in({forge(event, forged), birth.now}, {});
  }
  const bool truncated = bear_malformed(event, effect, birth.now);
  if (effect.drop) {
    take_in({std::move(event), due, true}, {});
    return;
  }
  if (holding_all_) {
    effect.holds.push_back({});
  }
  for (const auto& copy : effect.copies) {
    Event again = event;
    again.event_id = copy.new_event_id ? next_event_id() : event.event_id;
    take_in({std::move(again), due + copy.after}, effect.holds);
  }
  if (truncated) {
    event.malformed = faults::Malformation::truncated;
  }
  event.replays = std::move(effect.replays);
  take_in({std::move(event), due}, effect.holds);
}

/// Takes in what comes beside the event; says whether its own delivery is to break off.
bool Emitter::bear_malformed(const Event& event, const faults::DeliveryEffect& effect,
                             Instant now) {
  bool truncated = false;
  for (const auto& malformed : effect.malformed) {
    if (malformed.how == faults::Malformation::truncated) {
      truncated = true;
    } else {
      take_in({malform(event, malformed), now}, {});
    }
  }
  return truncated;
}

Event Emitter::forge(const Event& event, const faults::DeliveryEffect::Forged& forged) {
  Event fake = event;
  fake.event_id = next_event_id();
  fake.forged = forged;
  fake.rule_ids = {forged.rule_id};
  if (event.kind != EventKind::property_change && event.kind != EventKind::association_change) {
    fake.kind = opposite(event.kind);
  }
  return fake;
}

Event Emitter::malform(const Event& event, const faults::DeliveryEffect::Malformed& malformed) {
  Event extra = event;
  extra.malformed = malformed.how;
  extra.rule_ids = {malformed.rule_id};
  if (malformed.how == faults::Malformation::unknown_event_type) {
    extra.event_id = next_event_id();
  }
  return extra;
}

bool Emitter::admit(const Event& event) {
  const bool real = !event.is_extra();
  state_.born += real ? 1U : 0U;
  std::size_t& held = held_[event.app_id];
  if (held >= config_.max_queued_events) {
    state_.overflowed += real ? 1U : 0U;
    return false;
  }
  ++held;
  ++state_.queued_events;
  return true;
}

void Emitter::take_in(Pending pending, const std::vector<HoldQueue::Hold>& holds) {
  if (!admit(pending.event)) {
    return;
  }
  if (holds.empty()) {
    intake_.push_back(std::move(pending));
    return;
  }
  ++state_.held_events;
  holds_.add(std::move(pending), holds);
  for (const auto& hold : holds) {
    end_at(hold.until);
  }
}

void Emitter::arm(Instant due) {
  if (armed_ && *armed_ <= due) {
    return;
  }
  armed_ = due;
  parts_.timers.schedule(due, [this, epoch = std::weak_ptr(epoch_)] {
    if (!epoch.expired()) {
      flush();
    }
  });
}

/// Numbers of HubSpot's size in no visible order; none comes twice (31 bits, a bijection).
std::uint64_t Emitter::next_event_id() {
  constexpr std::uint64_t mask = 0x7fffffff;
  constexpr std::uint64_t odd = 0x9e3779b1;
  const std::uint64_t salt = stable_hash("event ids", config_.seed);
  std::uint64_t id = 0;
  while (id == 0) {
    id = ((++events_born_ * odd) ^ salt) & mask;
  }
  return id;
}

// ---- the background thread's side -------------------------------------------------------------

void Emitter::flush() {
  std::vector<Pending> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(intake_);
    intake_.reserve(max_batch);
    armed_.reset();
  }
  const Instant now = parts_.clock.now();
  std::vector<std::uint64_t> touched;
  for (Pending& pending : taken) {
    const std::uint64_t app_id = pending.event.app_id;
    if (std::find(touched.begin(), touched.end(), app_id) == touched.end()) {
      touched.push_back(app_id);
    }
    sort_in(std::move(pending), now);
  }
  for (const std::uint64_t app_id : touched) {
    pump(app_id);
  }
}

void Emitter::sort_in(Pending pending, Instant now) {
  if (pending.suppressed) {
    suppress(pending.event);
    return;
  }
  if (pending.due <= now) {
    make_ready(std::move(pending.event));
    return;
  }
  parts_.timers.schedule(pending.due, [this, epoch = std::weak_ptr(epoch_),
                                       event = std::move(pending.event)]() mutable {
    if (!epoch.expired()) {
      const std::uint64_t app_id = event.app_id;
      make_ready(std::move(event));
      pump_soon(app_id);
    }
  });
}

/// After everything else of this instant, so that what falls due together goes together.
void Emitter::pump_soon(std::uint64_t app_id) {
  if (std::exchange(apps_[app_id].pump_due, true)) {
    return;
  }
  parts_.timers.schedule(parts_.clock.now(), [this, epoch = std::weak_ptr(epoch_), app_id] {
    if (!epoch.expired()) {
      apps_[app_id].pump_due = false;
      pump(app_id);
    }
  });
}

void Emitter::make_ready(Event event) {
  apps_[event.app_id].ready[lane_of(event)].push_back(std::move(event));
}

void Emitter::suppress(const Event& event) {
  DeliveryRecord record{
      .at = parts_.clock.now(), .app_id = event.app_id, .outcome = DeliveryOutcome::suppressed};
  record.events = std::make_shared<const std::vector<Event>>(1, event);
  log_.add(std::move(record));
  const std::lock_guard lock(mutex_);
  --held_[event.app_id];
  --state_.queued_events;
  ++state_.dropped;
}

void Emitter::pump(std::uint64_t app_id) {
  App& app = apps_[app_id];
  if (app.pumping) {
    return;  // an answer came from inside post(); the loop below goes on
  }
  Pumping pumping{.app_id = app_id};
  {
    const std::lock_guard lock(mutex_);
    install_due_settings();
    const auto routes = routes_.find(app_id);
    if (routes == routes_.end()) {
      return;  // forgotten since
    }
    pumping.routes = routes->second;
    pumping.rules = rules_;
  }
  app.pumping = true;
  const AppSettings& settings = pumping.routes->settings();
  // Without a target, events wait: settings were deleted, subscriptions are only paused (8.1).
  while (!settings.target_url.empty() && app.in_flight < settings.max_concurrent_requests) {
    auto batch = next_batch(app, pumping);
    if (!batch) {
      break;
    }
    ++app.in_flight;
    send(pumping, std::move(*batch));
  }
  app.pumping = false;
}

/// The first retry that is due, with others of the same attempt where batches are regrouped.
Emitter::Batch Emitter::next_retry(App& app, const Pumping& pumping) {
  Batch batch = std::move(app.again.front());
  app.again.pop_front();
  const auto plain = [](const Batch& one) {
    return !one.forged && !one.malformed && one.redelivery_of == 0 && one.replays.empty();
  };
  if (!pumping.rules.regroups_retries || !plain(batch)) {
    return batch;
  }
  auto events = std::make_shared<std::vector<Event>>(*batch.events);
  while (!app.again.empty() && plain(app.again.front()) &&
         app.again.front().attempt == batch.attempt &&
         events->size() + app.again.front().events->size() <= max_batch) {
    const auto& more = *app.again.front().events;
    events->insert(events->end(), more.begin(), more.end());
    app.again.pop_front();
  }
  batch.events = std::move(events);
  return batch;
}

std::optional<Emitter::Batch> Emitter::next_batch(App& app, const Pumping& pumping) {
  if (!app.again.empty()) {
    return next_retry(app, pumping);
  }
  const auto lane = std::find_if(app.ready.begin(), app.ready.end(),
                                 [](const auto& events) { return !events.empty(); });
  if (lane == app.ready.end()) {
    return std::nullopt;
  }
  // A replay repeats a whole request: what is not to be replayed alike goes into the next one.
  const auto end = std::find_if(lane->begin(), lane->end(), [&](const Event& event) {
    return event.replays != lane->front().replays;
  });
  const auto alike = static_cast<std::size_t>(end - lane->begin());
  const auto count = static_cast<std::ptrdiff_t>(std::min(alike, max_batch));
  auto events = std::make_shared<std::vector<Event>>(
      std::make_move_iterator(lane->begin()), std::make_move_iterator(lane->begin() + count));
  lane->erase(lane->begin(), lane->begin() + count);
  Batch batch{.app_id = pumping.app_id, .events = events};
  const Event& first = events->front();
  batch.forged = first.forged ? std::optional(first.forged->how) : std::nullopt;
  batch.malformed = first.malformed;
  batch.replays = first.replays;
  return batch;
}

void Emitter::send(const Pumping& pumping, Batch batch) {
  const AppSettings& settings = pumping.routes->settings();
  const RequestFacts facts{.attempt = batch.attempt,
                           .signed_at = batch.signed_at.value_or(parts_.signature_clock.now()),
                           .forged = batch.forged,
                           .malformed = batch.malformed,
                           .creation_flag = pumping.rules.creation_flag};
  const std::uint64_t number = log_.add({.at = parts_.clock.now(),
                                         .app_id = batch.app_id,
                                         .url = settings.target_url,
                                         .attempt = batch.attempt,
                                         .events = batch.events,
                                         .forged = batch.forged,
                                         .malformed = batch.malformed,
                                         .rule_id = batch.rule_id,
                                         .redelivery_of = batch.redelivery_of,
                                         .request = facts,
                                         .timeout = settings.timeout.value_or(default_timeout)});
  {
    const std::lock_guard lock(mutex_);
    state_.queued_events -= batch.events->size();
    ++state_.in_flight;
    ++state_.requests;
    state_.forged_sent += batch.forged ? batch.events->size() : 0;
    state_.malformed_sent += batch.malformed && !batch.forged ? batch.events->size() : 0;
  }
  auto request = render_request(settings, *batch.events, facts);
  set_off_replays(batch, facts.signed_at);
  parts_.transport.post(std::move(request), [this, epoch = std::weak_ptr(epoch_), number,
                                             batch = std::move(batch)](DeliveryResult result) {
    if (!epoch.expired()) {
      finish(batch, number, result);
    }
  });
}

/// What is replayed is the first delivery that was whole. The queue's bound holds for replays too:
/// beyond it they are not sent.
void Emitter::set_off_replays(Batch& batch, Instant signed_at) {
  if (batch.malformed) {
    return;
  }
  const auto replays = std::exchange(batch.replays, {});
  for (const auto& replay : replays) {
    {
      const std::lock_guard lock(mutex_);
      std::size_t& held = held_[batch.app_id];
      if (held + batch.events->size() > config_.max_queued_events) {
        continue;
      }
      held += batch.events->size();
    }
    Batch again = batch;
    again.forged = faults::Forgery::replay;
    again.rule_id = replay.rule_id;
    again.signed_at = signed_at;
    send_at(parts_.clock.now() + replay.after, std::move(again));
  }
}

void Emitter::finish(const Batch& batch, std::uint64_t number, const DeliveryResult& result) {
  bool redirect_is_success = false;
  {
    const std::lock_guard lock(mutex_);
    redirect_is_success = rules_.redirect_is_success;
  }
  const DeliveryOutcome outcome = outcome_of(result, redirect_is_success);
  const bool acked = outcome == DeliveryOutcome::acked;
  log_.complete(number, {outcome, result.status, result.ack, result.error});
  --apps_[batch.app_id].in_flight;
  // Nobody repeats a forgery. A body that broke off has delivered nothing, whatever the answer.
  const bool delivered = acked && batch.malformed != faults::Malformation::truncated;
  if (delivered || batch.is_extra() || batch.attempt + 1 >= max_attempts) {
    settle(batch, delivered);
  } else {
    retry_later(batch);
  }
  pump(batch.app_id);
}

void Emitter::settle(const Batch& batch, bool acked) {
  const std::size_t count = batch.events->size();
  const std::lock_guard lock(mutex_);
  --state_.in_flight;
  held_[batch.app_id] -= count;
  if (batch.forged) {
    state_.forged_acked += acked ? count : 0;
  } else if (!batch.is_extra()) {
    (acked ? state_.delivered : state_.failed) += count;
  }
}

void Emitter::retry_later(Batch batch) {
  RetrySchedule schedule = RetrySchedule::hubspot;
  {
    const std::lock_guard lock(mutex_);
    --state_.in_flight;
    ++state_.waiting_retries;
    schedule = routes_.at(batch.app_id)->settings().retry;
  }
  Prng jitter =
      keyed_prng(config_.seed, {"retry", fmt::format_int(batch.events->front().event_id).c_str(),
                                fmt::format_int(batch.attempt).c_str()});
  const Instant due = parts_.clock.now() + retry_gap(schedule, batch.attempt, jitter);
  ++batch.attempt;
  batch.malformed.reset();
  send_at(due, std::move(batch));
}

/// A retry or a replay.
void Emitter::send_at(Instant due, Batch batch) {
  parts_.timers.schedule(
      due, [this, epoch = std::weak_ptr(epoch_), batch = std::move(batch)]() mutable {
        if (epoch.expired()) {
          return;
        }
        {
          const std::lock_guard lock(mutex_);
          state_.waiting_retries -= batch.forged ? 0U : 1U;
          state_.queued_events += batch.events->size();
        }
        if (batch.signed_at) {
          // Receivers go by real time: on a faster clock the old timestamp would not be old.
          batch.signed_at = std::min(*batch.signed_at, parts_.signature_clock.now() - stale_age);
        }
        const std::uint64_t app_id = batch.app_id;
        apps_[app_id].again.push_back(std::move(batch));
        pump(app_id);
      });
}

}  // namespace hubsim::webhooks

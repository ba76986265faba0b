#include "mock_server/portal/automation/action_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "common/base/text.h"
#include "mock_server/portal/automation/flow_engine.h"

namespace hubsim::portal {

using namespace std::chrono_literals;

namespace {

constexpr Duration default_expiry = std::chrono::days(7);    // D: one week
constexpr Duration longest_expiry = std::chrono::days(365);  // U
constexpr std::string_view state_field = "hs_execution_state";
constexpr std::string_view expiry_field = "hs_expiration_duration";

std::string text_in(const Json& outputs, std::string_view name) {
  const Json* value = json::find(outputs, name);
  return value == nullptr ? "" : json::text_of(*value);
}

Json outputs_of(const std::string& body) {
  const auto parsed = json::parse(body);
  const Json* outputs = parsed ? json::find(*parsed, "outputFields") : nullptr;
  return outputs != nullptr && outputs->is_object() ? *outputs : Json::object();
}

/// Wakes whoever looks for calls to make: they look when an agenda is worked off.
void wake(Portal& /*portal*/, Instant /*now*/, std::uint64_t /*subject*/) {}

}  // namespace

std::string_view run_state_name(RunState state) noexcept {
  constexpr std::string_view names[] = {"READY",     "CALLING", "BLOCKED",
                                        "SUCCEEDED", "FAILED",  "EXPIRED"};
  return names[static_cast<std::size_t>(state)];
}

std::optional<Duration> parse_iso_duration(std::string_view text) {
  if (!text.starts_with('P') || text.size() < 3) {
    return std::nullopt;
  }
  constexpr std::pair<char, std::int64_t> date_units[] = {
      {'Y', 365 * 86'400}, {'M', 30 * 86'400}, {'W', 7 * 86'400}, {'D', 86'400}};
  constexpr std::pair<char, std::int64_t> time_units[] = {{'H', 3'600}, {'M', 60}, {'S', 1}};
  constexpr std::int64_t longest_seconds = std::int64_t{1000} * 365 * 86'400;
  std::span<const std::pair<char, std::int64_t>> units = date_units;
  std::int64_t seconds = 0;
  text.remove_prefix(1);
  while (!text.empty()) {
    if (text.front() == 'T') {
      units = time_units;
      text.remove_prefix(1);
      continue;
    }
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_uint(text.substr(0, digits));
    const auto unit = digits < text.size()
                          ? std::find_if(
                                units.begin(), units.end(),
                                [&](const auto& each) { return each.first == text[digits]; })
                          : units.end();
    if (!number || unit == units.end()) {
      return std::nullopt;
    }
    const auto most = static_cast<std::uint64_t>(longest_seconds / unit->second);
    seconds += static_cast<std::int64_t>(std::min(*number, most)) * unit->second;
    seconds = std::min(seconds, longest_seconds);
    text.remove_prefix(digits + 1);
  }
  return std::chrono::seconds(seconds);
}

const ActionRun& ActionRuns::start(Portal& portal, const RunWish& wish, Instant now) {
  if (runs_.size() >= max_runs) {
    numbers_.erase(runs_.front().callback_id);
    runs_.pop_front();
    ++first_;
  }
  ActionRun run{.callback_id = {},
                .definition_id = wish.definition_id,
                .webhook = wish.webhook,
                .type = {},
                .object = 0,
                .input_fields = wish.input_fields,
                .flow_id = wish.flow_id,
                .action_id = wish.action_id,
                .enrollment = wish.enrollment,
                .index = wish.index,
                .state = RunState::ready,
                .created = now,
                .changed = now,
                .expires = {},
                .output_fields = Json::object(),
                .reason = {},
                .status = 0};
  if (wish.record != nullptr) {
    run.type = wish.record->type;
    run.object = wish.record->id;
  }
  run.callback_id = wish.enrollment != 0
                        ? fmt::format("ap-{}-{}-{}-0", portal_id_, wish.enrollment, wish.index)
                        : fmt::format("ap-{}-0-{}-0", portal_id_, ++by_hand_);
  const std::uint64_t number = first_ + runs_.size();
  numbers_.insert_or_assign(run.callback_id, number);
  runs_.push_back(std::move(run));
  ready_.push_back(number);
  portal.schedule(now, wake);
  return runs_.back();
}

std::vector<ActionRun> ActionRuns::take_ready() {
  std::vector<ActionRun> taken;
  for (const std::uint64_t number : ready_) {
    if (number >= first_) {
      ActionRun& run = runs_[number - first_];
      run.state = RunState::calling;
      taken.push_back(run);
    }
  }
  ready_.clear();
  return taken;
}

ActionRun* ActionRuns::edit(std::string_view callback_id) {
  const auto found = numbers_.find(callback_id);
  return found == numbers_.end() ? nullptr : &runs_[found->second - first_];
}

const ActionRun* ActionRuns::find(std::string_view callback_id) const {
  return const_cast<ActionRuns*>(this)->edit(callback_id);
}

std::uint64_t ActionRuns::number_of(const ActionRun& run) const {
  return numbers_.find(run.callback_id)->second;
}

void ActionRuns::end(Portal& portal, ActionRun& run, RunState state, std::string reason,
                     Instant now) {
  run.state = state;
  run.reason = std::move(reason);
  run.changed = now;
  run.expires.reset();
  if (run.enrollment != 0) {
    resume_enrollment(portal, run.enrollment, run, now);
  }
}

void ActionRuns::answered(Portal& portal, const std::string& callback_id, const RunAnswer& answer,
                          Instant now) {
  ActionRun* run = portal.part<ActionRuns>().edit(callback_id);
  if (run == nullptr || run->state != RunState::calling) {
    return;
  }
  run->status = answer.status;
  if (!answer.answered || answer.status < 200 || answer.status > 299) {
    end(portal, *run, RunState::failed,
        answer.answered ? "the action's URL answered " + std::to_string(answer.status)
                        : answer.error,
        now);
    return;
  }
  if (run->webhook) {
    end(portal, *run, RunState::succeeded, "", now);
    return;
  }
  take_outputs(portal, *run, outputs_of(answer.body), now);
}

void ActionRuns::take_outputs(Portal& portal, ActionRun& run, const Json& outputs, Instant now) {
  run.output_fields.update(outputs);
  const std::string state = text_in(outputs, state_field);
  if (state == "BLOCK" || state == "ASYNC") {
    if (run.called_back) {
      const Json early = *run.called_back;
      run.output_fields.update(early);
      const bool failed = text_in(early, state_field) == "FAIL_CONTINUE";
      end(portal, run, failed ? RunState::failed : RunState::succeeded,
          failed ? "the callback said FAIL_CONTINUE" : "", now);
      return;
    }
    const auto wished = parse_iso_duration(text_in(outputs, expiry_field));
    run.state = RunState::blocked;
    run.changed = now;
    run.expires = now + std::min(wished.value_or(default_expiry), longest_expiry);
    portal.schedule(*run.expires, &ActionRuns::expire, portal.part<ActionRuns>().number_of(run));
    return;
  }
  const bool failed = state == "FAIL_CONTINUE";
  end(portal, run, failed ? RunState::failed : RunState::succeeded,
      failed ? "the action said FAIL_CONTINUE" : "", now);
}

Completion ActionRuns::complete(Portal& portal, std::string_view callback_id, const Json& outputs,
                                Instant now) {
  ActionRun* run = portal.part<ActionRuns>().edit(callback_id);
  if (run == nullptr || run->webhook) {
    return Completion::unknown;
  }
  if (run->over()) {
    return Completion::over;
  }
  if (run->state != RunState::blocked) {
    run->called_back = outputs;
    return Completion::done;
  }
  run->output_fields.update(outputs);
  const bool failed = text_in(outputs, state_field) == "FAIL_CONTINUE";
  end(portal, *run, failed ? RunState::failed : RunState::succeeded,
      failed ? "the callback said FAIL_CONTINUE" : "", now);
  return Completion::done;
}

void ActionRuns::expire(Portal& portal, Instant now, std::uint64_t number) {
  auto& runs = portal.part<ActionRuns>();
  if (number < runs.first_) {
    return;
  }
  ActionRun& run = runs.runs_[number - runs.first_];
  if (run.state == RunState::blocked && run.expires && *run.expires <= now) {
    end(portal, run, RunState::expired, "nobody completed the callback in time", now);
  }
}

}  // namespace hubsim::portal

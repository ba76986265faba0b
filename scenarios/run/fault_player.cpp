#include "scenarios/run/fault_player.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/time/format.h"

namespace hubsim::scenarios {

namespace {

std::int64_t ms(Duration duration) { return duration.count() / 1000; }

/// "429 on 25%": what the rule does in a few words, for the report.
std::string summary_of(const FaultSpec& spec) {
  std::string text;
  for (const auto& [key, value] : spec.settings.items()) {
    if (key != "share" && key != "match") {
      text += (text.empty() ? "" : ", ") + key + " " + json::text_of(value);
    }
  }
  if (spec.share < 1) {
    text += fmt::format("{}on {:g}%", text.empty() ? "" : ", ", spec.share * 100);
  }
  return text;
}

}  // namespace

std::optional<std::int64_t> KnownPhases::end_of(std::size_t phase) const {
  return phase < last() ? std::optional(start_of(phase + 1)) : end;
}

FaultPlayer::FaultPlayer(const Scenario& scenario, const Kinds& kinds, ControlClient& control,
                         Target& target)
    : kinds_(kinds), control_(control), target_(target) {
  for (const FaultSpec& spec : scenario.faults) {
    Rule rule{.spec = &spec, .windows = windows_of(scenario, spec), .planned = {}};
    rule.planned.resize(rule.windows.size());
    rules_.push_back(std::move(rule));
    if (is_process_fault(spec)) {
      process_counts_.push_back({.id = spec.id, .kind = spec.kind});
    }
  }
}

void FaultPlayer::resolve(Rule& rule, const KnownPhases& phases) {
  for (std::size_t i = 0; i < rule.windows.size(); ++i) {
    const FaultWindow& window = rule.windows[i];
    auto& planned = rule.planned[i];
    if (!planned && window.first_phase >= phases.first && window.first_phase <= phases.last()) {
      planned = Played{.from_ms = phases.start_of(window.first_phase) + ms(window.start_offset)};
      if (is_process_fault(*rule.spec)) {
        plan_process(*rule.spec, planned->from_ms);
      }
    }
    if (!planned || planned->until_ms != 0) {
      continue;
    }
    if (window.length) {
      planned->until_ms = planned->from_ms + ms(*window.length);
    } else if (window.last_phase >= phases.first && window.last_phase <= phases.last()) {
      planned->until_ms = phases.end_of(window.last_phase).value_or(0);
    }
  }
}

Status<> FaultPlayer::put(Rule& rule) {
  const Played& window = *rule.planned[rule.current];
  Json body = rule.spec->settings;
  body["id"] = rule.spec->id;
  body["kind"] = rule.spec->kind;
  body["from_ms"] = window.from_ms;
  body["until_ms"] = window.until_ms;
  rule.put = true;
  const auto done = control_.put("faults/" + rule.spec->id, body);
  return done.ok() ? Status<>(Done{}) : Status<>(Failure{done.error()});
}

Status<> FaultPlayer::phases_known(const KnownPhases& phases) {
  for (Rule& rule : rules_) {
    const auto before =
        rule.current < rule.planned.size() ? rule.planned[rule.current] : std::optional<Played>();
    resolve(rule, phases);
    if (is_process_fault(*rule.spec) || rule.current >= rule.planned.size() ||
        !rule.planned[rule.current]) {
      continue;
    }
    const bool changed = !before || before->until_ms != rule.planned[rule.current]->until_ms;
    if (!rule.put || changed) {
      if (auto done = put(rule); !done.ok()) {
        return done;
      }
    }
  }
  return Done{};
}

Status<> FaultPlayer::phase_ended(std::size_t phase, std::int64_t at_ms) {
  for (Rule& rule : rules_) {
    if (is_process_fault(*rule.spec) || rule.current >= rule.windows.size()) {
      continue;
    }
    auto& planned = rule.planned[rule.current];
    const bool ends = planned && planned->until_ms == 0 && rule.put &&
                      rule.windows[rule.current].last_phase == phase;
    if (ends) {
      planned->until_ms = at_ms;
      if (auto done = put(rule); !done.ok()) {
        return done;
      }
    }
  }
  return Done{};
}

Status<> FaultPlayer::tick(std::int64_t now_ms) {
  for (Rule& rule : rules_) {
    if (is_process_fault(*rule.spec) || rule.current + 1 >= rule.windows.size()) {
      continue;
    }
    const auto& planned = rule.planned[rule.current];
    if (planned && planned->until_ms != 0 && now_ms >= planned->until_ms) {
      ++rule.current;
      rule.put = false;
    }
    if (!rule.put && rule.planned[rule.current]) {
      if (auto done = put(rule); !done.ok()) {
        return done;
      }
    }
  }
  while (!actions_.empty() && actions_.front().at_ms <= now_ms) {
    const ProcessAction action = actions_.front();
    actions_.erase(actions_.begin());
    act(action, now_ms);
  }
  return Done{};
}

void FaultPlayer::plan_process(const FaultSpec& spec, std::int64_t at_ms) {
  const KindInfo* kind = find_kind(kinds_.faults, spec.kind);
  config::Problems none;
  Json own = spec.settings;
  for (const char* common : {"share", "match", "budget"}) {
    own.erase(common);
  }
  const auto settings = config::read_settings(kind->fields, own, "", none);
  using What = ProcessAction::What;
  const bool kill = spec.kind == "process_kill";
  const Duration later = settings.duration(kill ? "restart_after" : "length");
  actions_.push_back({.at_ms = at_ms, .id = spec.id, .what = kill ? What::kill : What::pause});
  actions_.push_back(
      {.at_ms = at_ms + ms(later), .id = spec.id, .what = kill ? What::restart : What::resume});
  std::stable_sort(actions_.begin(), actions_.end(),
                   [](const auto& a, const auto& b) { return a.at_ms < b.at_ms; });
}

void FaultPlayer::act(const ProcessAction& action, std::int64_t now_ms) {
  switch (action.what) {
    case ProcessAction::What::kill:
      target_.kill();
      break;
    case ProcessAction::What::pause:
      target_.pause();
      break;
    case ProcessAction::What::restart:
      target_.restart();
      break;
    case ProcessAction::What::resume:
      target_.resume();
      break;
  }
  const bool goes_down =
      action.what == ProcessAction::What::kill || action.what == ProcessAction::What::pause;
  if (goes_down) {
    outages_.push_back({.start_ms = now_ms, .end_ms = 0});
    for (FaultCount& count : process_counts_) {
      if (count.id == action.id) {
        ++count.eligible;
        ++count.hits;
      }
    }
  } else if (!outages_.empty()) {
    outages_.back().end_ms = now_ms;
  }
}

void FaultPlayer::finish(std::int64_t now_ms) {
  for (Rule& rule : rules_) {
    for (auto& planned : rule.planned) {
      if (planned && (planned->until_ms == 0 || planned->until_ms > now_ms)) {
        planned->until_ms = std::max(now_ms, planned->from_ms);
      }
    }
  }
  for (Outage& outage : outages_) {
    outage.end_ms = outage.end_ms == 0 ? now_ms : outage.end_ms;
  }
  actions_.clear();
}

std::vector<reports::FaultRule> FaultPlayer::rules() const {
  std::vector<reports::FaultRule> all;
  for (const Rule& rule : rules_) {
    reports::FaultRule out{
        .id = rule.spec->id, .kind = rule.spec->kind, .summary = summary_of(*rule.spec)};
    for (const auto& planned : rule.planned) {
      if (planned) {
        out.windows.push_back({.start_ms = planned->from_ms, .end_ms = planned->until_ms});
      }
    }
    all.push_back(std::move(out));
  }
  return all;
}

}  // namespace hubsim::scenarios

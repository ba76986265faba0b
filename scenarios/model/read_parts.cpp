#include "scenarios/model/read_parts.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "scenarios/model/tables.h"
#include "scenarios/model/variables.h"

namespace hubsim::scenarios {

using config::Settings;

struct PartsReader::Item {
  const Json& json;
  std::string pointer;
  std::set<std::string>& seen;
  std::size_t problems_before;
};

namespace {

constexpr std::size_t max_items = 1000;

std::string text_or_empty(const Settings& settings, std::string_view name) {
  return settings.has(name) ? settings.text(name) : "";
}

/// The members of `item` that `own` names: what the kind itself reads.
Json members_of(const Json& item, const config::Fields& own) {
  Json out = Json::object();
  for (const auto& [key, value] : item.items()) {
    const bool mine = std::any_of(own.begin(), own.end(),
                                  [&, &name = key](const auto& f) { return f.name == name; });
    if (mine) {
      out[key] = value;
    }
  }
  return out;
}

}  // namespace

void PartsReader::problem(const std::string& pointer, std::string message) {
  problems_.push_back({pointer, std::move(message)});
}

template <class Read>
void PartsReader::each_item(const Json& document, const char* part, Read read_one) {
  const Json* list = json::find(document, part);
  if (list == nullptr || list->is_null()) {
    return;
  }
  const std::string pointer = std::string("/") + part;
  if (!list->is_array()) {
    return problem(pointer, std::string("'") + part + "' is a list: start each item with '- '");
  }
  if (list->size() > max_items) {
    return problem(pointer, "more than " + std::to_string(max_items) + " items");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < list->size(); ++i) {
    Item item{(*list)[i], pointer + "/" + std::to_string(i), seen, problems_.size()};
    if (item.json.is_object()) {
      (this->*read_one)(item);
    } else {
      problem(item.pointer, "expected a mapping such as { id: ..., ... }");
    }
  }
}

void PartsReader::read(const Json& document) {
  each_item(document, "phases", &PartsReader::read_phase);
  if (scenario_.phases.empty() && json::find(document, "phases") != nullptr) {
    problem("/phases", "at least one phase is needed");
  }
  each_item(document, "traffic", &PartsReader::read_traffic);
  each_item(document, "faults", &PartsReader::read_fault);
  each_item(document, "observe", &PartsReader::read_observe);
  each_item(document, "require", &PartsReader::read_require);
}

void PartsReader::unique(std::set<std::string>& seen, const std::string& id,
                         const std::string& pointer) {
  if (id.empty()) {
    return;
  }
  if (!seen.insert(id).second) {
    problem(pointer, "'" + id + "' is used twice here; give each its own name");
  }
  const auto odd =
      id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");
  if (odd != std::string::npos || id.size() > 64) {
    problem(pointer, "'" + id + "': use letters, digits, '_', '-' and '.', at most 64");
  }
}

std::optional<std::size_t> PartsReader::phase_named(const std::string& name,
                                                    const std::string& pointer) {
  const auto it = std::find(phase_names_.begin(), phase_names_.end(), name);
  if (it == phase_names_.end()) {
    problem(pointer, "unknown phase '" + name + "'" + did_you_mean(name, phase_names_) +
                         "; phases: " + join(phase_names_, ", "));
    return std::nullopt;
  }
  return static_cast<std::size_t>(it - phase_names_.begin());
}

std::vector<std::size_t> PartsReader::phase_list(const std::vector<std::string>& names,
                                                 const std::string& pointer) {
  std::vector<std::size_t> indexes;
  for (const std::string& name : names) {
    if (name == "all") {
      for (std::size_t i = 0; i < phase_names_.size(); ++i) {
        indexes.push_back(i);
      }
    } else if (const auto index = phase_named(name, pointer)) {
      indexes.push_back(*index);
    }
  }
  std::sort(indexes.begin(), indexes.end());
  indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
  return indexes;
}

std::optional<Moment> PartsReader::moment(const std::string& text, const std::string& pointer) {
  const auto plus = text.find('+');
  const auto phase =
      phase_named(std::string(trim(std::string_view(text).substr(0, plus))), pointer);
  Moment moment;
  if (plus != std::string::npos) {
    const auto offset = parse_duration(trim(std::string_view(text).substr(plus + 1)));
    if (!offset) {
      problem(pointer, "write a phase and a time, such as 'storm + 3s'");
      return std::nullopt;
    }
    moment.offset = *offset;
  }
  if (!phase) {
    return std::nullopt;
  }
  moment.phase = *phase;
  if (moment.offset >= scenario_.phases[*phase].length) {
    problem(pointer, "'" + text + "' is after the end of that phase (" +
                         format_duration(scenario_.phases[*phase].length) + ")");
  }
  return moment;
}

void PartsReader::read_phase(Item& item) {
  const Settings settings =
      config::read_settings(tables::phase(), item.json, item.pointer, problems_);
  PhaseSpec spec;
  spec.name = text_or_empty(settings, "name");
  unique(item.seen, spec.name, item.pointer + "/name");
  if (spec.name == "all") {
    problem(item.pointer + "/name", "'all' means every phase; choose another name");
  }
  spec.until_converged = settings.has("until");
  const char* span = spec.until_converged ? "at_most" : "length";
  const char* other = spec.until_converged ? "length" : "at_most";
  if (!item.json.contains(span) && (spec.until_converged || !item.json.contains("until"))) {
    problem(item.pointer, spec.until_converged
                              ? "'at_most' is missing: how long to wait for convergence"
                              : "write 'length: 10s', or 'until: converged' with 'at_most: 60s'");
  }
  if (item.json.contains(other)) {
    problem(item.pointer + "/" + other, spec.until_converged
                                            ? "'length' does not go with 'until'; use 'at_most'"
                                            : "'at_most' goes with 'until: converged' only");
  }
  if (settings.has(span)) {
    spec.length = settings.duration(span);
    if (spec.length <= Duration::zero() || spec.length > std::chrono::hours(24)) {
      problem(item.pointer + "/" + span, "a phase takes between 1us and 24h");
    }
  }
  spec.measure = !settings.has("measure") || settings.boolean("measure");
  phase_names_.push_back(spec.name);
  scenario_.phases.push_back(std::move(spec));
}

Settings PartsReader::read_kind_item(Item& item, const KindList& kinds, const char* kind_key,
                                     const config::Fields& common) {
  const Json* name = json::find(item.json, kind_key);
  const std::string kind_name = name != nullptr ? json::text_of(*name) : "";
  const KindInfo* kind = find_kind(kinds, kind_name);
  if (kind == nullptr && name != nullptr) {
    const auto names = kind_names(kinds);
    problem(item.pointer + "/" + kind_key, std::string("unknown ") + kind_key + " '" + kind_name +
                                               "'" + did_you_mean(kind_name, names) +
                                               "; known: " + join(names, ", "));
  }
  // Of an unknown kind only the common part can be judged; its own keys are not held against it.
  std::vector<std::string> also_known;
  if (kind == nullptr) {
    for (const auto& [key, value] : item.json.items()) {
      also_known.push_back(key);
    }
  }
  const auto table = kind != nullptr ? tables::merged(common, kind->fields) : common;
  return config::read_settings(table, item.json, item.pointer, problems_, also_known);
}

void PartsReader::validate_kind(const Item& item, const KindList& kinds, const char* kind_key) {
  const KindInfo* kind = find_kind(kinds, json::text_of(item.json.value(kind_key, Json(""))));
  if (kind == nullptr || !kind->validate || problems_.size() != item.problems_before) {
    return;
  }
  // The kind sees its settings as the run will give them, with stand-ins for the run's values.
  Variables stand_ins;
  for (const std::string& name : run_variables()) {
    stand_ins[name] = "1";
  }
  const Settings settings = config::read_settings(
      kind->fields, substitute_in(members_of(item.json, kind->fields), stand_ins), item.pointer,
      problems_);
  KindUse use{settings, item.pointer, phase_names_, {}, {}};
  for (const auto& observer : scenario_.observe) {
    use.observers.push_back(observer.id);
  }
  for (const auto& fault : scenario_.faults) {
    use.faults.push_back(fault.id);
  }
  kind->validate(use, problems_);
}

void PartsReader::read_traffic(Item& item) {
  const Settings settings =
      read_kind_item(item, kinds_.drivers, "driver", tables::traffic(kind_names(kinds_.workloads)));
  TrafficSpec spec;
  spec.id = text_or_empty(settings, "id");
  spec.driver = text_or_empty(settings, "driver");
  spec.arrivals = text_or_empty(settings, "arrivals");
  unique(item.seen, spec.id, item.pointer + "/id");
  read_rate(item, spec);
  if (const KindInfo* kind = find_kind(kinds_.drivers, spec.driver)) {
    spec.settings = members_of(item.json, kind->fields);
  }
  validate_kind(item, kinds_.drivers, "driver");
  scenario_.traffic.push_back(std::move(spec));
}

void PartsReader::read_rate(Item& item, TrafficSpec& spec) {
  const Json* list = json::find(item.json, "rate");
  const std::string pointer = item.pointer + "/rate";
  if (list == nullptr) {
    return;
  }
  if (!list->is_array() || list->empty()) {
    return problem(pointer, "'rate' is a list such as [{ during: ramp, from: 5/s, to: 40/s }]");
  }
  std::set<std::size_t> covered;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string at = pointer + "/" + std::to_string(i);
    const std::size_t before = problems_.size();
    const Settings settings = config::read_settings(tables::rate(), (*list)[i], at, problems_);
    const auto phases = settings.has("during")
                            ? phase_list(settings.text_list("during"), at + "/during")
                            : std::vector<std::size_t>{};
    if (problems_.size() == before) {
      check_rate_form(spec, settings, at);
    }
    if (problems_.size() != before || phases.empty()) {
      continue;
    }
    if (phases.back() - phases.front() + 1 != phases.size()) {
      problem(at + "/during", "these phases are not in a row; write one rate for each span");
      continue;
    }
    for (const std::size_t phase : phases) {
      if (!covered.insert(phase).second) {
        problem(at + "/during", "phase '" + phase_names_[phase] + "' has a rate already");
      }
    }
    spec.rate.push_back(rate_segment(settings, phases, at));
  }
}

/// One of: at, from and to, users; or nothing, where the driver has times of its own.
void PartsReader::check_rate_form(const TrafficSpec& spec, const Settings& settings,
                                  const std::string& at) {
  const KindInfo* driver = find_kind(kinds_.drivers, spec.driver);
  const bool own_times = driver != nullptr && driver->own_times;
  const bool ramp = settings.has("from") && settings.has("to");
  const int forms = (settings.has("at") ? 1 : 0) + (ramp ? 1 : 0) + (settings.has("users") ? 1 : 0);
  if (own_times && forms > 0) {
    problem(at, "driver '" + spec.driver + "' has its own times: write only 'during'");
  } else if (!own_times && (forms != 1 || settings.has("from") != settings.has("to"))) {
    problem(at,
            "write either 'at: 40/s' or both 'from: 5/s' and 'to: 40/s', or 'users: 20' for users "
            "who wait for their answers");
  }
}

RateSegment PartsReader::rate_segment(const Settings& settings,
                                      const std::vector<std::size_t>& phases,
                                      const std::string& at) {
  const bool ramp = settings.has("from");
  RateSegment made{.first_phase = phases.front(), .last_phase = phases.back()};
  if (settings.has("users")) {
    made.users = static_cast<std::size_t>(settings.integer("users"));
    made.think = settings.distribution("think");
    return made;
  }
  if (ramp || settings.has("at")) {
    made.from_per_s = settings.rate_per_second(ramp ? "from" : "at");
    made.to_per_s = settings.rate_per_second(ramp ? "to" : "at");
  }
  made.shape = settings.text("shape");
  const bool flat = !ramp && made.shape == "linear";
  RatePiece span{.from_per_s = made.from_per_s, .to_per_s = made.to_per_s};
  for (const std::size_t phase : phases) {
    span.length += scenario_.phases[phase].length;
    if (!flat && scenario_.phases[phase].until_converged) {
      problem(at, "phase '" + phase_names_[phase] +
                      "' has no fixed length, so a ramp has no slope there; use 'at'");
      return made;
    }
  }
  if (made.shape != "linear" && kinds_.shapes) {
    auto pieces = kinds_.shapes(made.shape, span);
    if (!pieces) {
      problem(at + "/shape", pieces.error());
      return made;
    }
    made.pieces = std::move(*pieces);
  }
  return made;
}

void PartsReader::read_fault(Item& item) {
  const Settings settings = read_kind_item(item, kinds_.faults, "kind", tables::fault());
  FaultSpec spec;
  spec.id = text_or_empty(settings, "id");
  spec.kind = text_or_empty(settings, "kind");
  spec.share = settings.has("share") ? settings.share("share") : 1;
  unique(item.seen, spec.id, item.pointer + "/id");
  read_fault_window(item, settings, spec);
  if (const Json* match = json::find(item.json, "match")) {
    (void)config::read_settings(tables::match(), *match, item.pointer + "/match", problems_);
  }
  if (spec.kind.starts_with("webhook_") && !scenario_.world.webhooks) {
    problem(item.pointer + "/kind", "'" + spec.kind + "' needs 'world: webhooks:'");
  }
  if (const KindInfo* kind = find_kind(kinds_.faults, spec.kind)) {
    spec.settings = members_of(item.json, kind->fields);
    for (const char* key : {"share", "match", "budget"}) {
      if (item.json.contains(key)) {
        spec.settings[key] = item.json[key];
      }
    }
  }
  validate_kind(item, kinds_.faults, "kind");
  scenario_.faults.push_back(std::move(spec));
}

void PartsReader::read_fault_window(Item& item, const Settings& settings, FaultSpec& spec) {
  const bool process = is_process_fault(spec);
  if (item.json.contains("during") == item.json.contains("at")) {
    problem(item.pointer, process ? "write when, such as 'at: storm + 3s'"
                                  : "write when: either 'during: storm' or 'at: storm + 3s'");
    return;
  }
  if (process && item.json.contains("during")) {
    problem(item.pointer + "/during", "'" + spec.kind + "' happens at a moment: use 'at'");
  }
  if (process && scenario_.target.command.empty()) {
    problem(item.pointer + "/kind",
            "'" + spec.kind + "' needs 'target: command:': only a process the run started is hurt");
  }
  if (settings.has("during")) {
    spec.during = phase_list(settings.text_list("during"), item.pointer + "/during");
  }
  if (settings.has("at")) {
    spec.at = moment(settings.text("at"), item.pointer + "/at");
  }
  if (settings.has("for")) {
    spec.length = settings.duration("for");
    if (!item.json.contains("at")) {
      problem(item.pointer + "/for", "'for' goes with 'at' only");
    }
  }
}

void PartsReader::read_observe(Item& item) {
  const Settings settings = read_kind_item(item, kinds_.observers, "kind", tables::observe());
  ObserveSpec spec;
  spec.id = text_or_empty(settings, "id");
  spec.kind = text_or_empty(settings, "kind");
  spec.role = text_or_empty(settings, "role");
  spec.object_type = text_or_empty(settings, "object_type");
  spec.every = settings.has("every") ? settings.duration("every") : Duration::zero();
  unique(item.seen, spec.id, item.pointer + "/id");
  if (settings.has("every") && spec.every < std::chrono::milliseconds(10)) {
    problem(item.pointer + "/every", "at least 10ms: a reading must not be a load of its own");
  }
  if (const KindInfo* kind = find_kind(kinds_.observers, spec.kind)) {
    spec.settings = members_of(item.json, kind->fields);
  }
  validate_kind(item, kinds_.observers, "kind");
  scenario_.observe.push_back(std::move(spec));
}

void PartsReader::read_require(Item& item) {
  const Settings settings = read_kind_item(item, kinds_.checks, "check", tables::require());
  RequireSpec spec;
  spec.id = text_or_empty(settings, "id");
  spec.check = text_or_empty(settings, "check");
  unique(item.seen, spec.id, item.pointer + "/id");
  if (const KindInfo* kind = find_kind(kinds_.checks, spec.check)) {
    spec.settings = members_of(item.json, kind->fields);
  }
  validate_kind(item, kinds_.checks, "check");
  scenario_.require.push_back(std::move(spec));
}

}  // namespace hubsim::scenarios

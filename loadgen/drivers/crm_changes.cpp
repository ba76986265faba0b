// crm_changes: records change in the CRM as people, imports, workflows and bulk edits change them:
// through the mock's control API, so outside limits and faults (docs/control-api.md, changes). The
// mix says how often each kind of change happens; every value names its write. Arrivals that are
// due together share a request; one arrival may change many records at one moment.
#include <algorithm>
#include <map>

#include "common/base/text.h"
#include "common/json/json.h"
#include "loadgen/drivers/driver.h"
#include "loadgen/drivers/portal_records.h"
#include "loadgen/drivers/record_book.h"
#include "loadgen/drivers/value_maker.h"

namespace hubsim::loadgen {

namespace {

using config::Problems;
using config::Settings;
using config::Type;

constexpr std::size_t max_changes_a_call = 1000;  // docs/control-api.md

enum class Action { update, create, archive };

struct PropertyChoice {
  std::string name;
  bool sometimes = false;  ///< written "city?": in half of the changes
};

struct MixItem {
  double weight = 1;
  Action action = Action::update;
  std::vector<PropertyChoice> set;
};

struct ChangesPlan {
  std::shared_ptr<const hubspot::Facts> facts;
  const hubspot::ObjectTypeFact* type = nullptr;
  std::vector<MixItem> mix;
  double total_weight = 0;
  PickRule pick;
  std::size_t batch = 100;
  std::size_t records = 1;  ///< that one arrival changes
  std::string source;
  std::chrono::nanoseconds timeout{0};
};

class ChangesDriver final : public Driver {
 public:
  ChangesDriver(ChangesPlan plan, DriverContext context)
      : plan_(std::move(plan)), context_(std::move(context)), values_(context_.id, *plan_.type) {}

  Status<> prepare() override;
  std::vector<Call> render(std::span<const Arrival> due) override;
  std::vector<Judgement> judge(const Call& call, const net::ClientResult& result) override;

 private:
  /// One record of an arrival, counted over all arrivals.
  struct Write {
    std::uint64_t arrival = 0;
    std::uint64_t number = 0;
  };
  Json change_for(Write write);
  Json create_change(const MixItem* item, Write write, Prng& prng);
  void set_properties(Json& properties, const MixItem& item, std::uint64_t number,
                      Prng& prng) const;
  const MixItem& choose(Prng& prng) const;
  [[nodiscard]] const MixItem* creating_item() const;
  Judgement judge_item(const Json& item, std::uint64_t number);

  ChangesPlan plan_;
  DriverContext context_;
  ValueMaker values_;
  RecordBook book_;
  std::map<std::uint64_t, std::size_t> awaited_;  ///< write -> place of what it creates
};

Status<> ChangesDriver::prepare() {
  auto living = living_records(context_.control_url, plan_.type->type_id);
  if (!living) {
    return Failure{"driver " + context_.id + ": " + living.error()};
  }
  for (std::string& id : *living) {
    book_.add_known(std::move(id));
  }
  if (book_.living() == 0 && creating_item() == nullptr) {
    return Failure{"driver " + context_.id + ": the portal holds no " + plan_.type->plural +
                   " to change; add them under world.data, or a create to the mix"};
  }
  return Done{};
}

std::vector<Call> ChangesDriver::render(std::span<const Arrival> due) {
  std::vector<Call> calls;
  const std::size_t together =
      std::clamp<std::size_t>(max_changes_a_call / plan_.records, 1, plan_.batch);
  for (std::size_t at = 0; at < due.size(); at += together) {
    const auto part = due.subspan(at, std::min(together, due.size() - at));
    Call call;
    Json body{{"source", plan_.source}, {"source_id", "driver:" + context_.id}};
    Json changes = Json::array();
    for (const Arrival& arrival : part) {
      for (std::size_t i = 0; i < plan_.records; ++i) {
        changes.push_back(change_for({arrival.index, arrival.index * plan_.records + i}));
      }
      call.arrivals.push_back(arrival);
    }
    body["changes"] = std::move(changes);
    call.request.url = context_.control_url + "/changes";
    call.request.method = "POST";
    call.request.headers.emplace_back("Content-Type", "application/json");
    call.request.body = json::dump(body);
    call.request.timeout = plan_.timeout;
    calls.push_back(std::move(call));
  }
  return calls;
}

Json ChangesDriver::change_for(Write write) {
  // Keyed by the write, so that one choice more or less does not shift the others.
  Prng prng = keyed_prng(context_.seed, {"change", context_.id, std::to_string(write.number)});
  const MixItem& item = choose(prng);
  if (item.action == Action::create) {
    return create_change(&item, write, prng);
  }
  const bool archive = item.action == Action::archive;
  const std::string id = archive ? book_.pick_to_archive(plan_.pick, write.arrival, prng)
                                 : book_.pick(plan_.pick, write.arrival, prng);
  if (id.empty()) {
    // Nobody is left to change: a new record takes the write.
    return create_change(creating_item(), write, prng);
  }
  Json change{
      {"op", archive ? "archive" : "update"}, {"object_type", plan_.type->plural}, {"id", id}};
  if (!archive) {
    Json properties = Json::object();
    set_properties(properties, item, write.number, prng);
    change["properties"] = std::move(properties);
  }
  return change;
}

Json ChangesDriver::create_change(const MixItem* item, Write write, Prng& prng) {
  Json properties = Json::object();
  for (const std::string& name : values_.create_properties()) {
    properties[name] = values_.value(name, write.number);
  }
  if (item != nullptr) {
    set_properties(properties, *item, write.number, prng);
  }
  if (const auto place = book_.add_created(write.arrival)) {
    awaited_[write.number] = *place;
  }
  return Json{{"op", "create"},
              {"object_type", plan_.type->plural},
              {"properties", std::move(properties)},
              {"lineage", context_.id + "/" + std::to_string(write.number)}};
}

void ChangesDriver::set_properties(Json& properties, const MixItem& item, std::uint64_t number,
                                   Prng& prng) const {
  for (const PropertyChoice& choice : item.set) {
    if (!choice.sometimes || prng.uniform() < 0.5) {
      properties[choice.name] = values_.value(choice.name, number);
    }
  }
  if (properties.empty()) {
    properties[item.set.front().name] = values_.value(item.set.front().name, number);
  }
}

const MixItem& ChangesDriver::choose(Prng& prng) const {
  double left = prng.uniform() * plan_.total_weight;
  for (const MixItem& item : plan_.mix) {
    left -= item.weight;
    if (left < 0) {
      return item;
    }
  }
  return plan_.mix.back();
}

const MixItem* ChangesDriver::creating_item() const {
  for (const MixItem& item : plan_.mix) {
    if (item.action == Action::create) {
      return &item;
    }
  }
  return nullptr;
}

std::vector<Judgement> ChangesDriver::judge(const Call& call, const net::ClientResult& result) {
  if (!result.ok()) {
    return std::vector<Judgement>(call.arrivals.size(), judge_error(result));
  }
  const auto answer = json::parse(result.body);
  const Json* results = answer.ok() ? json::find(*answer, "results") : nullptr;
  if (result.status != 200 || results == nullptr ||
      results->size() != call.arrivals.size() * plan_.records) {
    const Judgement refused{Outcome::failed, "changes: status " + std::to_string(result.status)};
    return std::vector<Judgement>(call.arrivals.size(), refused);
  }
  // An arrival is as good as the worst of its records.
  std::vector<Judgement> all(call.arrivals.size());
  for (std::size_t i = 0; i < results->size(); ++i) {
    const std::size_t arrival = i / plan_.records;
    Judgement judged =
        judge_item((*results)[i], call.arrivals[arrival].index * plan_.records + i % plan_.records);
    if (judged.outcome != Outcome::ok && all[arrival].outcome == Outcome::ok) {
      all[arrival] = std::move(judged);
    }
  }
  return all;
}

Judgement ChangesDriver::judge_item(const Json& item, std::uint64_t number) {
  const auto created = awaited_.find(number);
  const Json* status = json::find(item, "status");
  const bool good = status != nullptr && *status == "ok";
  if (created != awaited_.end()) {
    const Json* id = json::find(item, "id");
    if (good && id != nullptr) {
      book_.set_id(created->second, json::text_of(*id));
    }
    awaited_.erase(created);
  }
  if (good) {
    return {};
  }
  const Json* message = json::find(item, "message");
  return {Outcome::failed, message == nullptr ? "error" : json::text_of(*message)};
}

class PlanReader {
 public:
  PlanReader(const Settings& settings, const DriverContext& context, Problems& problems)
      : settings_(settings), context_(context), problems_(problems) {}

  ChangesPlan read() {
    ChangesPlan plan;
    plan.facts = hubspot::load_facts();
    plan.type = plan.facts->find_type(settings_.text("object_type"));
    plan.batch = static_cast<std::size_t>(settings_.integer("batch"));
    plan.records = static_cast<std::size_t>(settings_.integer("records"));
    plan.source = settings_.text("source");
    plan.timeout = settings_.duration("timeout");
    if (plan.type == nullptr) {
      report("/object_type", "unknown object type '" + settings_.text("object_type") + "'" +
                                 did_you_mean(settings_.text("object_type"), type_names(plan)));
      return plan;
    }
    if (auto pick = PickRule::parse(settings_.text("pick"))) {
      plan.pick = *pick;
    } else {
      report("/pick", pick.error());
    }
    read_mix(plan);
    return plan;
  }

 private:
  void report(std::string pointer, std::string message) {
    problems_.push_back({std::move(pointer), std::move(message)});
  }

  static std::vector<std::string> type_names(const ChangesPlan& plan) {
    std::vector<std::string> names;
    for (const hubspot::ObjectTypeFact& type : plan.facts->object_types) {
      names.push_back(type.plural);
    }
    return names;
  }

  void read_mix(ChangesPlan& plan) {
    const Json& mix = settings_.json("mix");
    if (!mix.is_array() || mix.empty()) {
      report("/mix", "'mix' is a list such as [{ weight: 70, do: update, set: [phone] }]");
      return;
    }
    const ValueMaker values(context_.id, *plan.type);
    for (std::size_t i = 0; i < mix.size(); ++i) {
      plan.mix.push_back(read_item(mix[i], "/mix/" + std::to_string(i), values));
      plan.total_weight += plan.mix.back().weight;
    }
    if (plan.total_weight <= 0) {
      report("/mix", "all weights are 0");
    }
  }

  MixItem read_item(const Json& json, const std::string& pointer, const ValueMaker& values) {
    static const config::Fields table{
        {.name = "weight",
         .type = Type::number,
         .help = "how often, relative to the others",
         .default_value = "1",
         .min = 0},
        {.name = "do", .required = true, .choices = {"update", "create", "archive"}},
        {.name = "set", .type = Type::text_list, .help = "properties; 'city?' is sometimes"}};
    const std::size_t before = problems_.size();
    const Settings item = config::read_settings(table, json, pointer, problems_);
    if (problems_.size() > before) {
      return {};
    }
    MixItem made;
    made.weight = item.number("weight");
    const std::string& action = item.text("do");
    made.action = action == "update"   ? Action::update
                  : action == "create" ? Action::create
                                       : Action::archive;
    if (item.has("set")) {
      read_set(made, item.text_list("set"), pointer + "/set", values);
    }
    if (made.action == Action::update && made.set.empty()) {
      report(pointer, "an update needs 'set', the properties it writes");
    }
    if (made.action == Action::archive && !made.set.empty()) {
      report(pointer + "/set", "an archive sets nothing");
    }
    return made;
  }

  void read_set(MixItem& made, const std::vector<std::string>& names, const std::string& pointer,
                const ValueMaker& values) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool sometimes = names[i].ends_with('?');
      const std::string name = names[i].substr(0, names[i].size() - (sometimes ? 1 : 0));
      if (const auto checked = values.check(name); !checked) {
        report(pointer + "/" + std::to_string(i), checked.error());
      }
      made.set.push_back({name, sometimes});
    }
  }

  const Settings& settings_;
  const DriverContext& context_;
  Problems& problems_;
};

const config::Fields& fields() {
  static const config::Fields table{
      {.name = "object_type",
       .help = "contacts, companies, deals or tickets",
       .default_value = "contacts"},
      {.name = "mix",
       .type = Type::any,
       .help = "list of { weight, do: update | create | archive, set: [properties] }",
       .required = true},
      {.name = "pick",
       .help = "which records: uniform, zipf(1.1) or hot(5%)",
       .default_value = "uniform"},
      {.name = "batch",
       .type = Type::integer,
       .help = "arrivals due at once that may share one request",
       .default_value = "100",
       .min = 1,
       .max = 1000},
      {.name = "records",
       .type = Type::integer,
       .help = "that one arrival changes at one moment: an import, a bulk edit, a workflow",
       .default_value = "1",
       .min = 1,
       .max = max_changes_a_call},
      {.name = "source",
       .help = "change source in HubSpot's words: CRM_UI, CRM_UI_BULK_ACTION, IMPORT, "
               "AUTOMATION_PLATFORM, ...",
       .default_value = "CRM_UI"},
      {.name = "timeout", .type = Type::duration, .help = "of one request", .default_value = "30s"},
  };
  return table;
}

std::unique_ptr<Driver> make(const Settings& settings, const DriverContext& context,
                             Problems& problems) {
  const std::size_t before = problems.size();
  ChangesPlan plan = PlanReader(settings, context, problems).read();
  if (problems.size() > before) {
    return nullptr;
  }
  return std::make_unique<ChangesDriver>(std::move(plan), context);
}

}  // namespace

void register_driver_crm_changes(DriverRegistry& registry);
void register_driver_crm_changes(DriverRegistry& registry) {
  registry.add(
      {.name = "crm_changes",
       .help = "records change in the CRM as people, imports, workflows and bulk edits change them",
       .fields = fields(),
       .make = make});
}

}  // namespace hubsim::loadgen

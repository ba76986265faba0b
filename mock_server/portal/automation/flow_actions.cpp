// What each action of a workflow does (D docs "workflow actions and enrollment types"; which
// members of `fields` they have is documented by example).
#include <algorithm>
#include <cmath>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/portal/association_types.h"
#include "mock_server/portal/automation/flow_engine.h"
#include "mock_server/portal/lists/lists.h"

namespace hubsim::portal {

namespace {

using Kind = ActionResult::Kind;

std::string text_in(const Json& object, std::string_view name) {
  const Json* value = json::find(object, name);
  return value == nullptr ? "" : json::text_of(*value);
}

/// One action at work.
struct Work {
  Portal& portal;
  const Flow& flow;
  Enrollment& enrollment;
  const Json& action;
  const Json& fields;
  Instant now{};
  RecordPtr record;

  [[nodiscard]] WriteContext write() const {
    return {
        .now = now,
        .source = {.change_source = "AUTOMATION_PLATFORM",
                   .source_id = "enrollmentId:" + std::to_string(enrollment.id) +
                                ";actionExecutionIndex:" + std::to_string(enrollment.executed)}};
  }
};

ActionResult done() { return {}; }
ActionResult failed(std::string note) {
  return {.kind = Kind::failed, .note = std::move(note), .until = {}, .wish = {}, .next = {}};
}
ActionResult skipped(std::string note) {
  return {.kind = Kind::skipped, .note = std::move(note), .until = {}, .wish = {}, .next = {}};
}

constexpr std::int64_t longest_seconds = std::int64_t{1000} * 365 * 86'400;

/// Longer ones are cut to a thousand years.
std::optional<Duration> span_of(const std::string& delta, const std::string& unit) {
  constexpr std::pair<std::string_view, std::int64_t> seconds_of[] = {
      {"SECONDS", 1},   {"MINUTES", 60},    {"HOURS", 3'600},      {"HALF_DAYS", 43'200},
      {"DAYS", 86'400}, {"WEEKS", 604'800}, {"MONTHS", 2'592'000}, {"YEARS", 31'536'000}};
  const auto number = parse_int(delta);
  const auto found = std::find_if(std::begin(seconds_of), std::end(seconds_of),
                                  [&](const auto& each) { return each.first == unit; });
  if (!number || found == std::end(seconds_of)) {
    return std::nullopt;
  }
  const std::int64_t most = longest_seconds / found->second;
  return std::chrono::seconds(std::clamp(*number, -most, most) * found->second);
}

std::string property_of(const Work& work, std::string_view name) {
  const auto index = work.portal.type(work.record->type).property_index(name);
  return index ? work.portal.value_of(*work.record, *index).value_or("") : "";
}

std::string joined(const std::string& before, const std::string& added) {
  return before.empty() ? added : before + ";" + added;
}

std::string incremented(const std::string& before, const Json& value) {
  const double sum = parse_double(before).value_or(0) +
                     parse_double(text_in(value, "incrementAmount")).value_or(0);
  constexpr double whole_below = 9e15;
  const bool is_whole = std::abs(sum) < whole_below && std::floor(sum) == sum;
  return json::dump(is_whole ? Json(static_cast<std::int64_t>(sum)) : Json(sum));
}

/// The value that an action is given; `target` is the property it goes to, if any. Nothing for
/// kinds that need what is not kept here.
std::optional<std::string> value_of(const Work& work, const Json& value,
                                    const std::string& target = "") {
  if (!value.is_object()) {
    return json::text_of(value);
  }
  const std::string type = text_in(value, "type");
  if (type == "STATIC_VALUE") {
    return text_in(value, "staticValue");
  }
  if (type == "OBJECT_PROPERTY") {
    return property_of(work, text_in(value, "propertyName"));
  }
  if (type == "FIELD_DATA") {
    const auto found = work.enrollment.outputs.find(text_in(value, "actionId"));
    return found == work.enrollment.outputs.end()
               ? ""
               : text_in(found->second, text_in(value, "dataKey"));
  }
  if (type == "TIMESTAMP") {
    return std::to_string(to_unix_ms(work.now));
  }
  if (type == "STATIC_APPEND_VALUE") {
    return joined(property_of(work, target), text_in(value, "staticAppendValue"));
  }
  if (type == "APPEND_OBJECT_PROPERTY") {
    return joined(property_of(work, target),
                  property_of(work, text_in(value, "appendPropertyName")));
  }
  if (type == "INCREMENT") {
    return incremented(property_of(work, target), value);
  }
  const Json* delay = json::find(value, "timeDelay");
  const auto span = type == "RELATIVE_DATETIME" && delay != nullptr
                        ? span_of(text_in(*delay, "delta"), text_in(*delay, "timeUnit"))
                        : std::nullopt;
  return span ? std::optional(std::to_string(to_unix_ms(work.now + *span))) : std::nullopt;
}

std::string words_of(const WriteError& error) {
  if (const auto* invalid = std::get_if<InvalidProperties>(&error);
      invalid != nullptr && !invalid->errors.empty()) {
    return invalid->errors.front().property + ": " + invalid->errors.front().message;
  }
  if (const auto* conflict = std::get_if<Conflict>(&error)) {
    return conflict->property + " is taken by " + std::to_string(conflict->existing_id);
  }
  return "the record cannot be written";
}

ActionResult set_property(const Work& work) {
  const std::string name = text_in(work.fields, "property_name");
  const Json* given = json::find(work.fields, "value");
  const auto value = given != nullptr ? value_of(work, *given, name) : std::optional<std::string>();
  if (name.empty() || !value) {
    return failed("it names no property, or a kind of value that is not executed here");
  }
  const auto result =
      work.portal.update(work.record->type, work.record->id, {{name, *value}}, work.write());
  return result ? done() : failed(words_of(result.error()));
}

ActionResult wait_until(Instant until) {
  return {
      .kind = Kind::wait, .note = format_iso8601(until), .until = until, .wish = {}, .next = {}};
}

ActionResult delay(const Work& work) {
  const auto span = span_of(text_in(work.fields, "delta"), text_in(work.fields, "time_unit"));
  if (!span || *span < Duration(0)) {
    return failed("it names no delta and time_unit");
  }
  return wait_until(work.now + *span);
}

/// A date that has passed is no wait.
ActionResult delay_until_date(const Work& work) {
  const Json* date = json::find(work.fields, "date");
  const std::string text = date != nullptr ? value_of(work, *date).value_or("") : "";
  const auto ms = parse_int(text);
  constexpr std::int64_t end_of_9999 = 253'402'300'799'999;
  const auto at = ms ? std::optional(from_unix_ms(std::clamp<std::int64_t>(*ms, 0, end_of_9999)))
                     : parse_iso8601(text);
  if (!at) {
    return failed("there is no date to wait for");
  }
  const auto span = span_of(text_in(work.fields, "delta"), text_in(work.fields, "time_unit"));
  const Instant until = *at + span.value_or(Duration(0));
  return until > work.now ? wait_until(until) : done();
}

void tie_to_enrolled(const Work& work, const Record& made) {
  const ObjectType& from = work.portal.type(made.type);
  const ObjectType& to = work.portal.type(work.record->type);
  const auto* fact = work.portal.part<AssociationTypes>().plain(from, to);
  if (fact != nullptr) {
    work.portal.associate({.from = {made.type, made.id},
                           .to = {work.record->type, work.record->id},
                           .type_id = fact->type_id,
                           .inverse_type_id = fact->inverse_type_id},
                          work.write());
  }
}

ActionResult make_record(const Work& work, std::string_view type_name, PropertyWrites writes) {
  const ObjectType* type = work.portal.find_type(type_name);
  if (type == nullptr) {
    return failed("there is no object type " + std::string(type_name));
  }
  const auto made = work.portal.create(type->index(), writes, work.write());
  if (!made) {
    return failed(words_of(made.error()));
  }
  tie_to_enrolled(work, **made);
  ActionResult result;
  result.note = std::string(type_name) + " " + std::to_string((*made)->id);
  return result;
}

ActionResult create_record(const Work& work) {
  PropertyWrites writes;
  const Json* properties = json::find(work.fields, "properties");
  for (const Json& each : properties != nullptr ? *properties : Json::array()) {
    const Json* given = json::find(each, "value");
    const auto value = given != nullptr ? value_of(work, *given) : std::nullopt;
    if (value) {
      writes.emplace_back(text_in(each, "targetProperty"), *value);
    }
  }
  return make_record(work, text_in(work.fields, "object_type_id"), std::move(writes));
}

/// HubSpot's word, in two parts for the tidy rules.
const std::string default_task_type =
    "TO"
    "DO";

ActionResult create_task(const Work& work) {
  const std::string type = text_in(work.fields, "task_type");
  return make_record(work, "tasks",
                     {{"hs_timestamp", format_iso8601(work.now)},
                      {"hs_task_subject", text_in(work.fields, "subject")},
                      {"hs_task_body", text_in(work.fields, "body")},
                      {"hs_task_type", type.empty() ? default_task_type : type},
                      {"hs_task_status", "NOT_STARTED"}});
}

ActionResult change_list(const Work& work) {
  auto& lists = work.portal.part<Lists>();
  const auto id = parse_uint(text_in(work.fields, "list_id"));
  List* list = id ? lists.find(*id) : nullptr;
  if (list == nullptr || list->processing == ProcessingType::dynamic) {
    return failed("there is no static list " + text_in(work.fields, "list_id"));
  }
  const std::vector<std::string> record = {std::to_string(work.record->id)};
  const bool remove = text_in(work.fields, "operation") == "REMOVE";
  (void)lists.change(work.portal, *list, remove ? std::vector<std::string>() : record,
                     remove ? record : std::vector<std::string>(), work.write());
  return done();
}

std::string target_of(const Json& branch, std::string_view name) {
  const Json* connection = json::find(branch, name);
  return connection == nullptr ? "" : text_in(*connection, "nextActionId");
}

ActionResult go_to(std::string next, std::string note) {
  return {.kind = Kind::done,
          .note = std::move(note),
          .until = {},
          .wish = {},
          .next = std::move(next)};
}

/// The first branch whose filter the record meets.
ActionResult list_branch(const Work& work) {
  const Json* branches = json::find(work.action, "listBranches");
  for (const Json& branch : branches != nullptr ? *branches : Json::array()) {
    const Json* json = json::find(branch, "filterBranch");
    const auto filter =
        json != nullptr
            ? read_flow_filter(work.portal, work.record->type, *json)
            : Result<std::shared_ptr<const FilterBranch>>(Failure{std::string("no filter")});
    if (filter && Judgement{work.portal, work.portal.part<Lists>(), work.now}.matches(
                      (*filter)->root, *work.record)) {
      return go_to(target_of(branch, "connection"), text_in(branch, "branchName"));
    }
  }
  return go_to(target_of(work.action, "defaultBranch"), "default");
}

ActionResult static_branch(const Work& work) {
  const Json* input = json::find(work.action, "inputValue");
  const std::string value = input != nullptr ? value_of(work, *input).value_or("") : "";
  const Json* branches = json::find(work.action, "staticBranches");
  for (const Json& branch : branches != nullptr ? *branches : Json::array()) {
    if (text_in(branch, "branchValue") == value) {
      return go_to(target_of(branch, "connection"), value);
    }
  }
  return go_to(target_of(work.action, "defaultBranch"), "default");
}

/// By the record's id, so that it is the same each time.
ActionResult test_branch(const Work& work) {
  const Json* branches = json::find(work.action, "testBranches");
  if (branches == nullptr || !branches->is_array() || branches->empty()) {
    return go_to("", "no branches");
  }
  const std::size_t index = work.record->id / id_step % branches->size();
  return go_to(text_in((*branches)[index], "nextActionId"), "branch " + std::to_string(index + 1));
}

RunWish wish_of(const Work& work) {
  RunWish wish;
  wish.record = work.record.get();
  wish.flow_id = work.flow.id;
  wish.action_id = text_in(work.action, "actionId");
  wish.enrollment = work.enrollment.id;
  wish.index = work.enrollment.executed;
  return wish;
}

/// {"name": value} of the action's parameters.
Json parameters_of(const Work& work) {
  Json all = Json::object();
  const Json* given = json::find(work.action, "queryParams");
  for (const Json& each : given != nullptr ? *given : Json::array()) {
    const Json* value = json::find(each, "value");
    all[text_in(each, "name")] = value != nullptr ? value_of(work, *value).value_or("") : "";
  }
  return all;
}

/// What POST sends where the workflow does not say: all that the record has (form U).
Json record_body(const Work& work) {
  Json properties = Json::object();
  const ObjectType& type = work.portal.type(work.record->type);
  for (const auto& [index, value] : work.record->values) {
    properties[type.property(index).fact.name] = value;
  }
  return {{"objectId", work.record->id},
          {"objectTypeId", type.fact().type_id},
          {"properties", std::move(properties)}};
}

void sign_in(const Json& action, WebhookCall& call) {
  const Json* auth = json::find(action, "authSettings");
  if (auth != nullptr && text_in(*auth, "type") == "SIGNATURE") {
    call.signing_app = parse_uint(text_in(*auth, "appId")).value_or(0);
  }
}

ActionResult send_webhook(const Work& work) {
  WebhookCall call;
  call.method = text_in(work.action, "method");
  call.url = text_in(work.action, "webhookUrl");
  if (call.method != "POST" && call.method != "GET") {
    return skipped("method " + call.method + " is not executed here");
  }
  if (!call.url.starts_with("http://") && !call.url.starts_with("https://")) {
    return failed("webhookUrl is no http(s) address");
  }
  const Json parameters = parameters_of(work);
  if (call.method == "POST") {
    call.body = json::dump(parameters.empty() ? record_body(work) : parameters);
  } else {
    for (const auto& [name, value] : parameters.items()) {
      call.url += (call.url.find('?') == std::string::npos ? "?" : "&") + percent_encode(name) +
                  "=" + percent_encode(json::text_of(value));
    }
  }
  sign_in(work.action, call);
  ActionResult result{
      .kind = Kind::run, .note = call.url, .until = {}, .wish = wish_of(work), .next = {}};
  result.wish.webhook = std::move(call);
  return result;
}

ActionResult run_custom_action(const Work& work, std::uint64_t definition) {
  ActionResult result{
      .kind = Kind::run, .note = {}, .until = {}, .wish = wish_of(work), .next = {}};
  result.wish.definition_id = definition;
  for (const auto& [name, value] : work.fields.items()) {
    result.wish.input_fields[name] = value_of(work, value).value_or("");
  }
  return result;
}

struct Executor {
  std::string_view type;  ///< actionTypeId, or type of the action
  std::string_view kind;
  ActionResult (*run)(const Work&);
};
constexpr Executor executors[] = {{"0-1", "DELAY", delay},
                                  {"0-35", "DELAY_UNTIL_DATE", delay_until_date},
                                  {"0-5", "SET_PROPERTY", set_property},
                                  {"0-14", "CREATE_RECORD", create_record},
                                  {"0-3", "CREATE_TASK", create_task},
                                  {"0-13", "STATIC_LIST", change_list},
                                  {"WEBHOOK", "WEBHOOK", send_webhook},
                                  {"LIST_BRANCH", "LIST_BRANCH", list_branch},
                                  {"STATIC_BRANCH", "STATIC_BRANCH", static_branch},
                                  {"AB_TEST_BRANCH", "AB_TEST_BRANCH", test_branch}};

std::string type_of(const Json& action) {
  const std::string id = text_in(action, "actionTypeId");
  return id.empty() ? text_in(action, "type") : id;
}

const Executor* executor_of(std::string_view type) {
  const auto* found = std::find_if(std::begin(executors), std::end(executors),
                                   [&](const Executor& each) { return each.type == type; });
  return found == std::end(executors) ? nullptr : found;
}

/// Of "1-1963596100001": an app's own action.
std::optional<std::uint64_t> definition_of(std::string_view type) {
  return type.starts_with("1-") ? parse_uint(type.substr(2)) : std::nullopt;
}

}  // namespace

std::string action_kind(const Json& action) {
  const std::string type = type_of(action);
  const Executor* executor = executor_of(type);
  if (executor != nullptr) {
    return std::string(executor->kind);
  }
  return definition_of(type) ? "CUSTOM_ACTION" : type;
}

ActionResult execute_action(Portal& portal, const Flow& flow, Enrollment& enrollment,
                            const Json& action, Instant now) {
  static const Json none = Json::object();
  const Json* fields = json::find(action, "fields");
  const Work work{.portal = portal,
                  .flow = flow,
                  .enrollment = enrollment,
                  .action = action,
                  .fields = fields != nullptr && fields->is_object() ? *fields : none,
                  .now = now,
                  .record = portal.find(flow.type, enrollment.object)};
  if (!work.record || work.record->archived) {
    return failed("the record is gone");
  }
  const std::string type = type_of(action);
  if (const Executor* executor = executor_of(type)) {
    return executor->run(work);
  }
  if (const auto definition = definition_of(type)) {
    return run_custom_action(work, *definition);
  }
  return skipped("actions of type " + type + " are stored and not executed");
}

}  // namespace hubsim::portal

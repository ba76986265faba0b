#include "contract_tests/runner/prober.h"

#include <algorithm>
#include <array>
#include <set>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "contract_tests/runner/examples.h"
#include "hubspot/shapes/check.h"
#include "hubspot/shapes/plausible.h"

namespace hubsim::contract {

namespace {

using hubspot::Credential;
using hubspot::Field;
using hubspot::Role;
using hubspot::Shape;
using hubspot::ShapeKind;

constexpr std::string_view boundary = "hubsim-probe";

bool is_update(Role role) {
  return role == Role::update || role == Role::replace || role == Role::upsert;
}

/// Roles whose item must be there before.
bool needs_item(const hubspot::OperationRow& row) {
  switch (row.role) {
    case Role::list:
    case Role::search:
    case Role::create:
    case Role::batch_create:
    case Role::task_start:
    case Role::read_one:
    case Role::replace_one:
    case Role::update_one:
    case Role::archive_one:
      return false;
    default:
      return true;
  }
}

std::string filled(std::string_view path,
                   const std::map<std::string, std::string, std::less<>>& values) {
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t open = std::min(path.find('{', at), path.size());
    out += path.substr(at, open - at);
    const std::size_t close = path.find('}', open);
    if (close == std::string_view::npos) {
      break;
    }
    const auto value = values.find(path.substr(open + 1, close - open - 1));
    out += percent_encode(value == values.end() ? "1" : value->second);
    at = close + 1;
  }
  return out;
}

std::vector<std::string_view> params_of(std::string_view path) {
  std::vector<std::string_view> params;
  for (std::size_t open = path.find('{'); open != std::string_view::npos;
       open = path.find('{', open + 1)) {
    params.push_back(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return params;
}

std::string form_body(Shape parts, std::uint64_t seed) {
  std::string body;
  const auto add = [&](std::string_view name, std::string_view head, const std::string& data) {
    body += "--" + std::string(boundary) + "\r\nContent-Disposition: form-data; name=\"" +
            std::string(name) + "\"" + std::string(head) + "\r\n\r\n" + data + "\r\n";
  };
  bool has_file = false;
  for (std::size_t i = 0; parts && i < parts.field_count(); ++i) {
    const Field field = parts.field_at(i);
    const bool is_file = field.shape.format() == hubspot::ShapeFormat::binary;
    if (is_file) {
      has_file = true;
      add(field.name, "; filename=\"probe.txt\"\r\nContent-Type: text/plain", "probe");
    } else if (field.required) {
      add(field.name, "",
          json::text_of(hubspot::plausible_value(field.shape, {.name = field.name, .seed = seed})));
    }
  }
  if (!has_file) {
    add("file", "; filename=\"probe.txt\"\r\nContent-Type: text/plain", "probe");
  }
  return body + "--" + std::string(boundary) + "--\r\n";
}

/// Query parameters that must be there.
std::string query_of(Shape query, std::uint64_t seed) {
  std::string text;
  for (std::size_t i = 0; query && i < query.field_count(); ++i) {
    const Field field = query.field_at(i);
    if (field.required && !field.header) {
      Shape shape = field.shape;
      if (shape.kind() == ShapeKind::array) {
        shape = shape.element();
      }
      const Json value = hubspot::plausible_value(shape, {.name = field.name, .seed = seed});
      text += text.empty() ? "?" : "&";
      text += std::string(field.name) + "=" + percent_encode(json::text_of(value));
    }
  }
  return text;
}

bool is_plain_text(const Field& field) {
  return field.shape.kind() == ShapeKind::string && field.shape.value_count() == 0 &&
         field.shape.format() == hubspot::ShapeFormat::none && !field.read_only &&
         (hubspot::meaning_of(field.name) == hubspot::Meaning::plain ||
          hubspot::meaning_of(field.name) == hubspot::Meaning::name);
}

/// Where a list's answer holds its items.
const Json& items_in(const Json& answer) {
  static const Json none = Json::array();
  if (answer.is_array()) {
    return answer;
  }
  if (const Json* results = json::find(answer, "results")) {
    return *results;
  }
  for (const auto& [name, value] : answer.items()) {
    if (value.is_array()) {
      return value;
    }
  }
  return none;
}

/// An id of the caller's own choice; one of the known words where there are such.
std::string own_id(const hubspot::OperationRow& row, std::uint64_t count) {
  const Field field = row.response ? row.response.field(row.id_param) : Field();
  return field && field.shape.value_count() > 0 ? std::string(field.shape.value_at(0))
                                                : "probe-" + std::to_string(count);
}

}  // namespace

/// Where there is one for drafts and one for what is live, the former sees new items too.
const hubspot::OperationRow* Prober::Group::find(Role role) const {
  const Row* found = nullptr;
  for (const Row* row : rows) {
    if (row->role == role && (found == nullptr || row->stage == hubspot::Stage::draft)) {
      found = row;
    }
  }
  return found;
}

const hubspot::OperationRow* Prober::Group::creator() const {
  for (const Role role : {Role::create, Role::upload, Role::upsert, Role::replace}) {
    if (const Row* row = find(role)) {
      return row;
    }
  }
  return nullptr;
}

Prober::Prober(Target& target, std::span<const hubspot::OperationRow> rows)
    : target_(target), rows_(rows), names_(target.names()) {
  for (const Row& row : rows_) {
    groups_[{row.resource, row.version}].rows.push_back(&row);
  }
}

const Prober::Group* Prober::group(std::string_view resource, std::string_view version) const {
  const auto exact = groups_.find({resource, version});
  if (exact != groups_.end() && exact->second.creator() != nullptr) {
    return &exact->second;
  }
  for (const auto& [name, group] : groups_) {
    if (name.first == resource && group.creator() != nullptr) {
      return &group;
    }
  }
  return exact == groups_.end() ? nullptr : &exact->second;
}

std::string Prober::plain_value(std::string_view param) const {
  struct Known {
    std::string_view param;
    std::string_view value;
  };
  static constexpr std::array<Known, 12> known{{{"objectType", "contacts"},
                                                {"objectTypeId", "0-1"},
                                                {"fromObjectType", "contacts"},
                                                {"toObjectType", "companies"},
                                                {"fromObjectTypeId", "0-1"},
                                                {"toObjectTypeId", "0-2"},
                                                {"environment", "draft"},
                                                {"subscriberState", "register"},
                                                {"revisionId", "1"},
                                                {"email", "ada@example.org"},
                                                {"emailAddress", "ada@example.org"},
                                                {"subscriberIdString", "ada@example.org"}}};
  if (param == "appId") {
    return names_.at("app");
  }
  if (param == "portalId") {
    return names_.at("portal");
  }
  for (const Known& each : known) {
    if (each.param == param) {
      return std::string(each.value);
    }
  }
  return "1";
}

Prober::Values Prober::owners_of(const Row& row) {
  Values values;
  for (const std::string_view param : params_of(row.path_template)) {
    values[std::string(param)] = plain_value(param);
  }
  std::size_t hole = 0;
  for (const std::string_view param : row.owner_params) {
    hole = row.resource.find("{}", hole);
    if (hole == std::string_view::npos) {
      break;
    }
    const std::string_view parent = row.resource.substr(0, hole - 1);
    hole += 2;
    const Group* owner = group(parent, row.version);
    if (owner == nullptr || plain_value(param) != "1") {
      continue;
    }
    if (const Row* creator = owner->creator()) {
      values[std::string(param)] = made_id(*creator, values, param);
    } else if (const Row* list = owner->find(Role::list)) {
      values[std::string(param)] = listed_id(*list, values, param);
    }
  }
  return values;
}

std::string Prober::made_id(const Row& creator, const Values& values, std::string_view id_param) {
  const bool names_itself = !creator.id_param.empty();
  const std::string named = names_itself ? own_id(creator, ++count_) : "";
  const http::Request request = build(creator, values, named);
  const auto response = send(request);
  if (response && response->status >= 400) {
    trouble_ += "; before, " + request.target + " was answered " +
                std::to_string(response->status) + ": " + response->body.substr(0, 200);
  }
  if (names_itself) {
    return named;
  }
  // Who names an item in the body is not told its id again.
  const auto sent = json::parse(request.body);
  const Json* given = sent ? json::find(*sent, id_param) : nullptr;
  if (given != nullptr && !given->is_structured()) {
    return json::text_of(*given);
  }
  const auto body = response ? json::parse(response->body) : Result<Json, json::ParseError>(Json());
  const std::string id = body ? id_in(*body, id_param) : "";
  return id.empty() ? "1" : id;
}

std::string Prober::listed_id(const Row& list, const Values& values, std::string_view id_param) {
  const auto response = send(build(list, values, ""));
  const auto body = response ? json::parse(response->body) : Result<Json, json::ParseError>(Json());
  const Json& items = body ? items_in(*body) : Json::array();
  const std::string id = items.empty() ? "" : id_in(items.front(), id_param);
  return id.empty() ? "1" : id;
}

std::string Prober::existing_id(const Row& row, const Values& owners) {
  if (!needs_item(row) || row.role == Role::upsert) {
    return "";
  }
  if (row.id_param == "revisionId") {
    return "1";
  }
  const Group* siblings = group(row.resource, row.version);
  if (siblings == nullptr) {
    return row.id_param.empty() ? "" : "1";
  }
  if (row.role == Role::task_status) {
    const Row* start = starter_of(row);
    return start == nullptr ? "1" : made_id(*start, owners, row.id_param);
  }
  if (const Row* creator = siblings->creator(); creator != nullptr) {
    const std::string id = made_id(*creator, owners, row.id_param);
    publish(row, owners, id);
    return id;
  }
  const Row* list = siblings->find(Role::list);
  return list == nullptr ? "1" : listed_id(*list, owners, row.id_param);
}

const hubspot::OperationRow* Prober::starter_of(const Row& status) const {
  for (const Row& row : rows_) {
    if (row.role == Role::task_start && row.version == status.version &&
        status.resource.starts_with(row.resource)) {
      return &row;
    }
  }
  return nullptr;
}

void Prober::publish(const Row& row, const Values& values, const std::string& id) {
  if (row.stage == hubspot::Stage::draft) {
    return;
  }
  for (const auto& [name, group] : groups_) {
    const Row* publish = group.find(Role::publish_draft);
    const Row* list = group.find(Role::list);
    const bool drafts_first = list != nullptr && list->stage == hubspot::Stage::draft;
    if (name.second != row.version || publish == nullptr || !drafts_first ||
        !row.resource.starts_with(name.first)) {
      continue;
    }
    const auto owner = values.find(publish->id_param);
    const bool own = name.first == row.resource;
    (void)send(build(*publish, values, own || owner == values.end() ? id : owner->second));
  }
}

http::Request Prober::build(const Row& row, const Values& values, const std::string& id) {
  Values all = values;
  if (!row.id_param.empty() && !id.empty()) {
    all[std::string(row.id_param)] = id;
  }
  const std::uint64_t seed = ++count_;
  http::Request request{.method = row.method,
                        .target = filled(row.path_template, all) + query_of(row.query, seed),
                        .headers = {{"accept", "application/json"}},
                        .body = {}};
  if (row.takes(Credential::developer_key)) {
    request.target += (request.target.find('?') == std::string::npos ? "?" : "&");
    request.target += "hapikey=" + names_.at("hapikey");
  } else if (row.takes(Credential::private_app) || row.takes(Credential::oauth)) {
    request.headers.emplace_back("authorization", "Bearer " + names_.at("token"));
  } else if (row.takes(Credential::client_credentials)) {
    request.headers.emplace_back("authorization", "Bearer " + names_.at("app_token"));
  }
  if (row.request_type.starts_with("multipart/")) {
    request.headers.emplace_back("content-type",
                                 "multipart/form-data; boundary=" + std::string(boundary));
    request.body = form_body(row.request, seed);
  } else if (row.request) {
    request.headers.emplace_back("content-type", "application/json");
    request.body = json::dump(example_body(row, {.seed = seed, .id = id, .now = {}}));
  }
  return request;
}

http::Request Prober::request_for(const Row& row) {
  const Values owners = owners_of(row);
  return build(row, owners, existing_id(row, owners));
}

Result<http::Response> Prober::send(const http::Request& request) {
  (void)target_.advance(std::chrono::milliseconds(200));
  return target_.call(request);
}

std::string Prober::judge(const Row& row, const http::Response& response) const {
  if (response.status != row.success_status) {
    return "status " + std::to_string(response.status) + " instead of " +
           std::to_string(row.success_status) + ": " + response.body.substr(0, 300);
  }
  if (response.status == 204 || !row.response) {
    return "";
  }
  const bool is_json =
      row.response_type.empty() || row.response_type.find("json") != std::string_view::npos;
  if (!is_json) {
    return response.body.empty() ? "no bytes" : "";
  }
  const auto body = json::parse(response.body);
  if (!body) {
    return "no JSON: " + response.body.substr(0, 300);
  }
  const auto problems = hubspot::check_shape(*body, row.response, {.lenient = false});
  return problems.empty()
             ? ""
             : hubspot::describe(problems.front()) + " in " + response.body.substr(0, 300);
}

std::string Prober::probe(const Row& row) {
  trouble_.clear();
  const auto response = send(request_for(row));
  const std::string problem = response ? judge(row, *response) : response.error();
  return problem.empty() ? problem : problem + trouble_;
}

namespace {

bool tells_id(const hubspot::OperationRow& creator, std::string_view id_param) {
  if (!creator.id_param.empty()) {
    return true;
  }
  Shape answer = creator.response;
  if (answer && answer.kind() == ShapeKind::one_of && answer.alternative_count() > 0) {
    answer = answer.alternative_at(0);
  }
  const bool in_request = creator.request && creator.request.field(id_param);
  return in_request ||
         (answer && (answer.kind() == ShapeKind::any || answer.field("id") ||
                     answer.field(id_param) || answer.field("name") || answer.field("objectId")));
}

}  // namespace

std::vector<Prober::RoundTrip> Prober::round_trips() const {
  std::vector<RoundTrip> trips;
  for (const auto& [name, group] : groups_) {
    const bool generic = std::all_of(group.rows.begin(), group.rows.end(), [](const Row* row) {
      return row->grade == hubspot::Grade::stateful;
    });
    const Row* read = group.find(Role::read);
    const Row* creator = group.creator();
    // Who makes one must learn its id.
    if (generic && creator != nullptr && read != nullptr && tells_id(*creator, read->id_param)) {
      trips.push_back({name.first, name.second});
    }
  }
  return trips;
}

struct Prober::Trip {
  const Group& group;
  Values owners;
  std::string id;
  Json sent{};      ///< what was written last
  Json answered{};  ///< what a read must show again
};

namespace {

/// Members of `sent` that `shape` names come back as they were sent.
std::string lost_member(const Json& sent, const Json& answer, Shape shape) {
  if (!sent.is_object() || !shape || shape.kind() != ShapeKind::object) {
    return "";
  }
  for (const auto& [name, value] : sent.items()) {
    const Field field = shape.field(name);
    if (!field || !is_plain_text(field) || !value.is_string()) {
      continue;
    }
    const Json* back = json::find(answer, name);
    if (back == nullptr || *back != value) {
      return "member '" + name + "' was not kept";
    }
  }
  return "";
}

}  // namespace

std::string Prober::create(Trip& trip) {
  const Row& row = *trip.group.creator();
  const bool names_itself = !row.id_param.empty();
  trip.id = names_itself ? own_id(row, ++count_) : "";
  const http::Request request = build(row, trip.owners, trip.id);
  const auto response = send(request);
  std::string problem = response ? judge(row, *response) : response.error();
  if (!problem.empty()) {
    return "create: " + problem;
  }
  auto body = json::parse(response->body);
  if (auto sent = json::parse(request.body)) {
    trip.sent = std::move(*sent);
  }
  const std::string_view id_param = trip.group.find(Role::read)->id_param;
  const Json* given = json::find(trip.sent, id_param);
  if (!names_itself && given != nullptr && !given->is_structured()) {
    trip.id = json::text_of(*given);
  } else if (!names_itself) {
    trip.id = body ? id_in(*body, id_param) : "";
  }
  return trip.id.empty() ? "create: the answer has no id" : "";
}

std::string Prober::read(Trip& trip, bool is_there) {
  const Row& row = *trip.group.find(Role::read);
  const auto response = send(build(row, trip.owners, trip.id));
  if (!response) {
    return response.error();
  }
  if (!is_there) {
    return response->status == 404
               ? ""
               : "read after delete: status " + std::to_string(response->status);
  }
  std::string problem = judge(row, *response);
  const auto body = json::parse(response->body);
  if (problem.empty() && body) {
    problem = lost_member(trip.sent, *body, row.response);
  }
  return problem.empty() ? "" : "read: " + problem;
}

std::string Prober::list(Trip& trip, bool is_there) {
  const Row* row = trip.group.find(Role::list);
  if (row == nullptr) {
    return "";
  }
  const auto response = send(build(*row, trip.owners, ""));
  std::string problem = response ? judge(*row, *response) : response.error();
  const auto body = response ? json::parse(response->body) : Result<Json, json::ParseError>(Json());
  if (!problem.empty() || !body) {
    return "list: " + problem;
  }
  const Json& items = items_in(*body);
  const bool found = std::any_of(items.begin(), items.end(), [&](const Json& item) {
    return id_in(item, trip.group.find(Role::read)->id_param) == trip.id;
  });
  // Behind a first page of other things it cannot be seen.
  return found == is_there || body->contains("paging")
             ? ""
             : std::string("list: the item is ") + (found ? "still there" : "not there");
}

std::string Prober::update(Trip& trip) {
  for (const Row* row : trip.group.rows) {
    const bool same_version = row->stage == trip.group.find(Role::read)->stage;
    if (!is_update(row->role) || row->id_param.empty() || row == trip.group.creator() ||
        !same_version) {
      continue;
    }
    const http::Request request = build(*row, trip.owners, trip.id);
    const auto response = send(request);
    const std::string problem = response ? judge(*row, *response) : response.error();
    if (!problem.empty()) {
      return "update: " + problem;
    }
    auto sent = json::parse(request.body);
    if (sent) {
      trip.sent = std::move(*sent);
    }
  }
  return read(trip, true);
}

std::string Prober::remove(Trip& trip) {
  const Row* row = trip.group.find(Role::archive);
  if (row == nullptr) {
    return "";
  }
  const auto response = send(build(*row, trip.owners, trip.id));
  std::string problem = response ? judge(*row, *response) : response.error();
  if (!problem.empty()) {
    return "delete: " + problem;
  }
  problem = read(trip, false);
  return problem.empty() ? list(trip, false) : problem;
}

std::string Prober::play(const RoundTrip& round_trip) {
  const Group& group = groups_.at({round_trip.resource, round_trip.version});
  Trip trip{.group = group, .owners = owners_of(*group.creator()), .id = {}};
  std::string problem = create(trip);
  for (const auto& step : {&Prober::read, &Prober::list}) {
    problem = problem.empty() ? (this->*step)(trip, true) : problem;
  }
  problem = problem.empty() ? update(trip) : problem;
  return problem.empty() ? remove(trip) : problem;
}

}  // namespace hubsim::contract

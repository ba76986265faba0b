#include "contract_tests/runner/recording.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "common/base/text.h"
#include "contract_tests/runner/machine.h"

namespace hubsim::contract {

namespace {

constexpr std::string_view association_prefix = "associations.";
/// The recorded search of lists saw one page of twenty and more beyond.
constexpr std::size_t lists_before = 25;

/// Headers of the answer that the machine models; others belong to the edge of that year.
bool is_modelled_header(std::string_view name) {
  return name == "content-type" || name == "location" || name == "x-hubspot-notfound" ||
         name == "x-hubspot-correlation-id" || name.starts_with("x-hubspot-ratelimit-");
}

bool is_record(const Json& value) {
  return value.is_object() && json::find(value, "id") != nullptr &&
         json::find(value, "properties") != nullptr && value.at("properties").is_object();
}

const char* kind_name(const Json& value) {
  return value.is_number() ? "number" : value.type_name();
}

class Source {
 public:
  Source(const std::vector<Json>& exchanges, Replay& result)
      : exchanges_(exchanges), result_(result) {
    // The recorded portals had owners and pipelines of their own.
    auto& options = machine_.world().portal().options();
    for (const char* check : {"properties.owner_ids_checked", "pipelines.records_checked"}) {
      (void)options.set(check, "off");
    }
  }

  void play() {
    for (const Json& exchange : exchanges_) {
      play_one(exchange);
    }
  }

 private:
  void play_one(const Json& exchange) {
    const std::string path = exchange.at("path");
    const auto method = http::parse_method(exchange.at("method").get<std::string>());
    const auto route = router_.match(method, path);
    const std::string reason = skip_reason(exchange, route);
    if (!reason.empty()) {
      ++result_.skipped[reason];
      return;
    }
    name_ = exchange.at("source").get<std::string>();
    name_ = name_.substr(name_.rfind('/') + 1) + " " + json::dump(exchange.at("seq")) + " " +
            exchange.at("method").get<std::string>() + " " + path;
    prepare(exchange, route);
    set_scopes(exchange.at("status") == 403 ? "oauth" : portal::every_scope);
    const Json& body = exchange.at("request_body");
    const http::Response response =
        call(method, mapped_path(path) + query_text(exchange.at("query")), sent_headers(exchange),
             body.is_structured() ? json::dump(mapped(body)) : "");
    ++result_.compared;
    const std::size_t problems = result_.problems.size();
    compare(exchange, response, route);
    result_.alike += result_.problems.size() == problems ? 1U : 0U;
  }

  /// A recorded 403 was an app without the scopes.
  void set_scopes(std::string_view scope) {
    gateway::World& world = machine_.world();
    (void)world.apps().set_scopes(world.main_app().caller.app_id, {std::string(scope)});
  }

  std::string skip_reason(const Json& exchange, const hubspot::Route& route) {
    if (route.row == nullptr) {
      return "operation not modelled";
    }
    for (const auto& [name, value] : route.params) {
      if (name.ends_with("bjectType") && machine_.world().portal().find_type(value) == nullptr) {
        return "object type not modelled";
      }
    }
    const Json* email = json::find(exchange.at("query"), "email");
    if (route.row->id == "crm.owners.list" && email != nullptr) {
      return "names an owner of another portal";
    }
    return route.row->id == "crm.objects.search" && !finds_its_words(exchange)
               ? "its words were pseudonymised apart from the records"
               : "";
  }

  template <typename Visit>
  static void for_each_filter(const Json& search, const Visit& visit) {
    for (const Json& filter : search.value("filters", Json::array())) {
      visit(filter);
    }
    for (const Json& group : search.value("filterGroups", Json::array())) {
      for (const Json& filter : group.at("filters")) {
        visit(filter);
      }
    }
  }

  static bool is_association_filter(const Json& filter) {
    return filter.at("propertyName").get<std::string>().starts_with(association_prefix);
  }

  /// Whether what a search asks for stands in what it found, as recorded.
  static bool finds_its_words(const Json& exchange) {
    const Json& request = exchange.at("request_body");
    const std::string found = json::dump(exchange.at("response_body"));
    std::vector<std::string> words{request.value("query", "")};
    for_each_filter(request, [&](const Json& filter) {
      if (!is_association_filter(filter) && filter.contains("value")) {
        words.push_back(json::text_of(filter.at("value")));
      }
    });
    return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
      return found.find(word) != std::string::npos;
    });
  }

  http::Response call(http::Method method, std::string target, const Json& headers,
                      std::string body) {
    http::Request request{.method = method, .target = std::move(target), .body = std::move(body)};
    Json all = {{"authorization", "Bearer " + machine_.names().at("token")},
                {"accept", "application/json"},
                {"content-type", "application/json"}};
    if (headers.is_object()) {
      all.update(headers);
    }
    for (const auto& [name, value] : all.items()) {
      request.headers.emplace_back(name, value.get<std::string>());
    }
    (void)machine_.advance(std::chrono::milliseconds(1001));
    return machine_.call(request).value();
  }

  // ---- what the recording takes for granted

  void prepare(const Json& exchange, const hubspot::Route& route) {
    const Json& response = exchange.at("response_body");
    const bool makes =
        route.row->id == "crm.objects.create" || route.row->id == "crm.objects.batch.create";
    if (route.row->area == "crm.lists") {
      return prepare_lists(exchange, route);
    }
    if (route.row->area == "crm.associations") {
      return prepare_associations(exchange, route);
    }
    if (makes) {
      return prepare_inline_associations(exchange.at("request_body"));
    }
    if (route.row->area != "crm.objects") {
      return;
    }
    const std::string& type = param(route, "objectType");
    if (is_record(response)) {
      preload(type, response);
    } else if (const Json* results = json::find(response, "results")) {
      for (const Json& record : *results) {
        preload(type, record);
      }
      if (route.row->id == "crm.objects.search") {
        prepare_searched_associations(exchange.at("request_body"), type, all_found(type, response));
      }
      if (json::find(response, "paging") != nullptr) {
        make(type, {});  // something for the next page
      }
    } else if (exchange.at("status").get<int>() < 300) {
      preload(type, {{"id", param(route, "objectId")}, {"properties", Json::object()}});
    }
  }

  /// The records of all pages of a search; those not shown are made up.
  Json all_found(const std::string& type, const Json& answer) {
    Json found = answer.value("results", Json::array());
    while (found.size() < answer.value("total", std::size_t{0})) {
      const Json unseen = {{"id", "unseen " + std::to_string(found.size())},
                           {"properties", Json::object()}};
      preload(type, unseen);
      found.push_back(unseen);
    }
    return found;
  }

  /// What a search found by `associations.contact` was associated with that contact.
  void prepare_searched_associations(const Json& search, const std::string& type,
                                     const Json& found) {
    for_each_filter(search, [&](const Json& filter) {
      if (!is_association_filter(filter)) {
        return;
      }
      const std::string other =
          filter.at("propertyName").get<std::string>().substr(association_prefix.size());
      const Json& other_id = filter.at("value");
      preload(other, {{"id", other_id}, {"properties", Json::object()}});
      for (const Json& record : found) {
        (void)call(http::Method::put,
                   "/crm/v4/objects/" + type + "/" + ours(record.at("id")) +
                       "/associations/default/" + other + "/" + ours(other_id),
                   {}, "");
      }
    });
  }

  /// The contacts that go in or out of a list, and lists that were there before the recording.
  void prepare_lists(const Json& exchange, const hubspot::Route& route) {
    const Json& body = exchange.at("request_body");
    const Json& answer = exchange.at("response_body");
    if (body.is_array()) {
      const std::string missing = json::dump(answer.value("recordIdsMissing", Json::array()));
      for (const Json& id : body) {
        if (missing.find(json::text_of(id)) == std::string::npos) {
          preload("contacts", {{"id", id}, {"properties", Json::object()}});
        }
      }
    }
    for (std::size_t i = 0; route.row->id == "crm.lists.search" && i < lists_before; ++i) {
      (void)make_list("Before " + std::to_string(i));
    }
    if (route.row->id == "crm.lists.memberships.page") {
      prepare_members(param(route, "listId"), answer);
    }
  }

  /// What a page shows, and something for the next page where there was one.
  void prepare_members(const std::string& list_id, const Json& page) {
    if (!ids_.contains(list_id)) {
      ids_[list_id] = make_list("Recorded " + list_id);
    }
    Json members = Json::array();
    // A refusal (an unknown list, a wrong limit) shows nothing that was there.
    for (const Json& membership : page.value("results", Json::array())) {
      preload("contacts", {{"id", membership.at("recordId")}, {"properties", Json::object()}});
      members.push_back(ours(membership.at("recordId")));
    }
    if (page.contains("paging")) {
      members.push_back(make("contacts", Json::object()));
    }
    (void)call(http::Method::put, "/crm/v3/lists/" + ours(list_id) + "/memberships/add", {},
               json::dump(members));
  }

  std::string make_list(const std::string& name) {
    const Json list = {{"name", name}, {"objectTypeId", "0-1"}, {"processingType", "MANUAL"}};
    const auto made =
        json::parse(call(http::Method::post, "/crm/v3/lists", {}, json::dump(list)).body);
    return made && made->contains("list") ? json::text_of(made->at("list").at("listId")) : "0";
  }

  /// The records that a create associates with.
  void prepare_inline_associations(const Json& body) {
    const Json none = Json::array();
    const Json* items = json::find(body, "associations");
    const auto& facts = machine_.world().portal().facts().association_types;
    for (const Json& item : items != nullptr ? *items : none) {
      const Json& type_id = item.at("types").at(0).at("associationTypeId");
      const auto fact = std::find_if(facts.begin(), facts.end(),
                                     [&](const auto& each) { return each.type_id == type_id; });
      if (fact != facts.end()) {
        preload(fact->to_type_id, {{"id", item.at("to").at("id")}, {"properties", Json::object()}});
      }
    }
  }

  /// Both ends of every pair but those the answer calls invalid, and the edges of a listing.
  void prepare_associations(const Json& exchange, const hubspot::Route& route) {
    const std::string& from_type = param(route, "objectType");
    const std::string& to_type = param(route, "toObjectType");
    const std::string answer = json::dump(exchange.at("response_body"));
    const auto ensure = [&](const std::string& type, const Json* id) {
      if (id != nullptr && answer.find("=" + json::text_of(*id) + " is not") == std::string::npos) {
        preload(type, {{"id", json::text_of(*id)}, {"properties", Json::object()}});
      }
    };
    if (const Json* inputs = json::find(exchange.at("request_body"), "inputs")) {
      for (const Json& input : *inputs) {
        ensure(from_type, json::find(input.at("from"), "id"));
        const Json& to_side = input.at("to");
        const Json targets = to_side.is_array() ? to_side : Json::array({to_side});
        for (const Json& to : targets) {
          ensure(to_type, json::find(to, "id"));
        }
      }
      return;
    }
    const Json from = param(route, "objectId");
    if (const Json& record = exchange.at("response_body"); is_record(record)) {
      preload(from_type, record);
    }
    ensure(from_type, &from);
    if (route.row->id == "crm.associations.v3.create") {
      const Json to = param(route, "toObjectId");
      ensure(to_type, &to);
    }
    // A refusal shows no edges.
    for (const Json& item : exchange.at("response_body").value("results", Json::array())) {
      ensure(to_type, &item.at("toObjectId"));
      (void)call(http::Method::put,
                 "/crm/v4/objects/" + from_type + "/" + ours(from) + "/associations/" + to_type +
                     "/" + ours(item.at("toObjectId")),
                 {}, specs_of(item));
    }
  }

  static std::string specs_of(const Json& item) {
    Json specs = Json::array();
    for (const Json& type : item.at("associationTypes")) {
      specs.push_back(
          {{"associationCategory", type.at("category")}, {"associationTypeId", type.at("typeId")}});
    }
    return json::dump(specs);
  }

  void preload(const std::string& type, const Json& record) {
    const std::string id = json::text_of(record.at("id"));
    if (!ids_.contains(id)) {
      ids_[id] = make(type, record.at("properties"));
    }
  }

  static bool is_writable(const std::optional<portal::WriteError>& refusal) {
    return !refusal || std::holds_alternative<portal::MissingRequired>(*refusal);
  }

  /// Some value for a required property that the recording does not show.
  static std::string filler(const portal::ObjectType& type, const std::string& name) {
    const auto& fact = type.property(type.property_index(name).value()).fact;
    if (!fact.options.empty()) {
      return fact.options.front().value;
    }
    return fact.type == "datetime" ? "2024-01-01T00:00:00Z" : "1";
  }

  /// Makes a record of what can be written of `properties`.
  std::string make(const std::string& type_name, const Json& properties) {
    portal::Portal& portal = machine_.world().portal();
    const portal::ObjectType& type = *portal.find_type(type_name);
    portal::PropertyWrites writes;
    for (const auto& [name, value] : properties.items()) {
      const portal::PropertyWrites one{{name, json::text_of(value)}};
      if (!value.is_null() && is_writable(portal.check(type.index(), std::nullopt, one))) {
        writes.push_back(one.front());
      }
    }
    for (const std::string& name : type.fact().required_to_create) {
      if (!properties.contains(name) || properties.at(name).is_null()) {
        writes.emplace_back(name, filler(type, name));
      }
    }
    const auto made = portal.create(type.index(), writes, {.now = machine_.world().clock().now()});
    return made.ok() ? std::to_string((*made)->id) : "0";
  }

  // ---- our ids for theirs

  std::string ours(const Json& id) const {
    const auto found = ids_.find(json::text_of(id));
    return found == ids_.end() ? json::text_of(id) : found->second;
  }

  std::string mapped_path(const std::string& path) const {
    std::string out;
    for (const std::string_view segment : split(std::string_view(path).substr(1), '/')) {
      out += "/" + ours(std::string(segment));
    }
    return out;
  }

  Json mapped(const Json& value) const {
    if (value.is_string() || value.is_number_integer()) {
      return ids_.contains(json::text_of(value)) ? Json(ours(value)) : value;
    }
    Json out = value;
    if (value.is_structured()) {
      for (auto& item : out) {
        item = mapped(item);
      }
    }
    return out;
  }

  /// The cursor of another portal means nothing here.
  std::string query_text(const Json& query) const {
    std::string out;
    if (!query.is_object()) {
      return out;
    }
    for (const auto& [name, value] : query.items()) {
      if (name != "after") {
        out += (out.empty() ? "?" : "&") + name + "=" + query_value(name, value);
      }
    }
    return out;
  }

  std::string query_value(const std::string& name, const Json& value) const {
    std::string text = name == "listIds" ? ours(value) : json::text_of(value);
    std::replace(text.begin(), text.end(), ' ', '+');
    return text;
  }

  static Json sent_headers(const Json& exchange) {
    Json headers = Json::object();
    const Json& recorded = exchange.at("request_headers");
    if (recorded.is_object() && recorded.contains("accept")) {
      headers["accept"] = recorded.at("accept");
    }
    return headers;
  }

  static const std::string& param(const hubspot::Route& route, std::string_view name) {
    static const std::string none;
    for (const auto& [key, value] : route.params) {
      if (key == name) {
        return value;
      }
    }
    return none;
  }

  // ---- comparing

  void compare(const Json& exchange, const http::Response& response, const hubspot::Route& route) {
    if (exchange.at("status").get<int>() != response.status) {
      return complain("status " + std::to_string(response.status) + ", recorded " +
                      json::dump(exchange.at("status")) + ": " + response.body);
    }
    compare_headers(exchange.at("response_headers"), response, *route.row);
    const Json& recorded = exchange.at("response_body");
    if (recorded.is_string()) {
      if (recorded != response.body) {
        complain("text differs: " + response.body);
      }
      return;
    }
    if (recorded.is_null()) {
      return response.body.empty() ? void() : complain("a body where there was none");
    }
    const auto ours = json::parse(response.body);
    if (!ours) {
      return complain("not JSON: " + response.body);
    }
    type_ = param(route, "objectType");
    compare_shape(recorded, *ours, "");
    if (route.row->id == "crm.lists.create" && recorded.contains("list")) {
      ids_[json::text_of(recorded.at("list").at("listId"))] =
          json::text_of(ours->at("list").at("listId"));
    }
    if (route.row->id == "crm.objects.create" && recorded.contains("id")) {
      ids_[json::text_of(recorded.at("id"))] = json::text_of(ours->at("id"));
    }
  }

  void compare_headers(const Json& recorded, const http::Response& response,
                       const hubspot::OperationRow& row) {
    // Batches of associations carried burst headers in 2022, before they were exempt (2.2, R and
    // D).
    const bool was_counted = row.limit == hubspot::LimitClass::exempt_burst;
    for (const auto& [name, value] : recorded.items()) {
      const bool burst = name.starts_with("x-hubspot-ratelimit-") &&
                         !name.starts_with("x-hubspot-ratelimit-daily");
      if (!is_modelled_header(name) || (was_counted && burst)) {
        continue;
      }
      const auto actual = response.header(name);
      // An empty answer of 2022 had a content type, those since have none (0.1, R).
      if (!actual && !(name == "content-type" && response.body.empty())) {
        complain("header " + name + " is missing");
      } else if (actual && name == "content-type" && !response.body.empty() &&
                 *actual != value.get<std::string>()) {
        complain("content-type is " + std::string(*actual) + ", recorded " + json::dump(value));
      }
    }
  }

  void compare_shape(const Json& recorded, const Json& actual, const std::string& place) {
    if (recorded.is_null() || actual.is_null()) {
      return;  // whether a value is set depends on the data
    }
    if (std::string_view(kind_name(recorded)) != kind_name(actual)) {
      return complain(place + " is " + kind_name(actual) + ", recorded " + kind_name(recorded));
    }
    if (recorded.is_object()) {
      compare_members(recorded, actual, place);
    } else if (recorded.is_array()) {
      compare_items(recorded, actual, place);
    } else if (is_constant(place) && recorded != actual) {
      complain(place + " is " + json::dump(actual) + ", recorded " + json::dump(recorded));
    }
  }

  void compare_members(const Json& recorded, const Json& actual, const std::string& place) {
    for (const auto& [name, value] : recorded.items()) {
      const Json* member = json::find(actual, name);
      if (member != nullptr) {
        compare_shape(value, *member, place + "/" + name);
      } else if (name == "calculationFormula") {
        ++result_.skipped["member calculationFormula, not kept"];
      } else if (place.ends_with("/properties")) {
        result_.missing_properties.insert(to_lower(type_) + "." + name);
      } else {
        complain(place + "/" + name + " is missing");
      }
    }
  }

  void compare_items(const Json& recorded, const Json& actual, const std::string& place) {
    if (!recorded.empty() && actual.empty()) {
      return complain(place + " is empty");
    }
    for (std::size_t i = 0; i < recorded.size(); ++i) {
      const Json* other = counterpart(recorded[i], i, actual);
      if (other != nullptr) {
        compare_shape(recorded[i], *other, place + "/" + std::to_string(i));
      }
    }
  }

  /// The item of the same name where items have names (property definitions), else of the same
  /// index; nothing when we have no such item.
  static const Json* counterpart(const Json& item, std::size_t index, const Json& actual) {
    const Json* name = json::find(item, "name");
    if (name == nullptr) {
      return index < actual.size() ? &actual[index] : nullptr;
    }
    for (const Json& other : actual) {
      const Json* other_name = json::find(other, "name");
      if (other_name != nullptr && *other_name == *name) {
        return &other;
      }
    }
    return nullptr;
  }

  /// Texts that HubSpot made, not the data.
  static bool is_constant(std::string_view place) {
    return place.ends_with("/category") || place.ends_with("/status") || place.ends_with("/code") ||
           (place.ends_with("/message") && place.find("/errors/") != std::string_view::npos);
  }

  void complain(const std::string& what) { result_.problems.push_back(name_ + ": " + what); }

  const std::vector<Json>& exchanges_;
  Replay& result_;
  Machine machine_;
  hubspot::Router router_{hubspot::catalogue()};
  std::map<std::string, std::string> ids_;
  std::string name_;
  std::string type_;
};

}  // namespace

std::vector<std::vector<Json>> load_recordings(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::vector<Json>> sources;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    auto exchange = json::parse(line);
    if (!exchange) {
      throw std::runtime_error(file + ":" + std::to_string(number) + ": " +
                               exchange.error().message);
    }
    if (sources.empty() || sources.back().back().at("source") != exchange->at("source")) {
      sources.emplace_back();
    }
    sources.back().push_back(std::move(exchange).value());
  }
  if (sources.empty()) {
    throw std::runtime_error("no recordings in " + file);
  }
  return sources;
}

void replay(const std::vector<Json>& exchanges, Replay& result) {
  Source(exchanges, result).play();
}

}  // namespace hubsim::contract

#include "mock_server/portal/lists/filter_branch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/portal/association_types.h"
#include "mock_server/portal/lists/operations.h"

namespace hubsim::portal {

namespace {

constexpr std::size_t deepest = 8;
constexpr std::size_t most_filters = 1'000;

constexpr std::array<std::string_view, 20> other_filters{"ADS_SEARCH",
                                                         "ADS_TIME",
                                                         "CAMPAIGN_INFLUENCED",
                                                         "COMMUNICATION_SUBSCRIPTION",
                                                         "CTA",
                                                         "EMAIL_EVENT",
                                                         "EMAIL_SUBSCRIPTION",
                                                         "EVENT",
                                                         "FORM_SUBMISSION",
                                                         "FORM_SUBMISSION_ON_PAGE",
                                                         "INTEGRATION_EVENT",
                                                         "PAGE_VIEW",
                                                         "PRIVACY",
                                                         "PROPERTY_ASSOCIATION",
                                                         "SURVEY_MONKEY",
                                                         "SURVEY_MONKEY_VALUE",
                                                         "UNIFIED_EVENTS",
                                                         "WEBINAR",
                                                         "UNIFIED_EVENTS_FILTER",
                                                         "FORM"};

std::string text_member(const Json& object, std::string_view name) {
  const Json* member = json::find(object, name);
  return member == nullptr || member->is_null() || member->is_structured() ? std::string()
                                                                           : json::text_of(*member);
}

class Reader {
 public:
  Reader(Portal& portal, FilterBranch& out) : portal_(portal), out_(out) {}

  Status<> read(TypeIndex type, const Json& json) {
    if (!json.is_object()) {
      return Failure{std::string("filterBranch must be an object")};
    }
    // HubSpot's rule (D, guide to list filters): OR above, AND below it.
    if (portal_.options().on(hubspot::Option::lists_root_or) &&
        text_member(json, "filterBranchType") != "OR") {
      return Failure{std::string("The root filterBranch must be of filterBranchType OR")};
    }
    return read_branch(type, json, out_.root, out_.shown, 0);
  }

 private:
  Status<> read_branch(TypeIndex type, const Json& json, ListBranch& branch, Json& shown,
                       std::size_t depth) {
    if (!json.is_object() || depth > deepest) {
      return Failure{std::string(depth > deepest ? "filterBranches are nested too deeply"
                                                 : "Each of filterBranches must be an object")};
    }
    const std::string name = text_member(json, "filterBranchType");
    TypeIndex inner = type;
    if (const auto problem = choose_kind(type, json, name, branch, inner); !problem.ok()) {
      return problem;
    }
    shown = Json::object({{"filterBranches", Json::array()}, {"filters", Json::array()}});
    if (const auto problem = read_tests(inner, json, branch, shown); !problem.ok()) {
      return problem;
    }
    const Json* branches = json::find(json, "filterBranches");
    for (const Json& each :
         branches != nullptr && branches->is_array() ? *branches : Json::array()) {
      Json told;
      const auto read = read_branch(inner, each, branch.branches.emplace_back(), told, depth + 1);
      if (!read.ok()) {
        return read;
      }
      shown["filterBranches"].push_back(std::move(told));
    }
    show_rest(json, name, shown);
    return Done{};
  }

  /// In the order of the recordings: filterBranches, filters, the rest, operator, type.
  static void show_rest(const Json& json, const std::string& name, Json& shown) {
    for (const auto& [key, value] : json.items()) {
      if (key != "filterBranchOperator" && key != "filterBranchType" && !shown.contains(key)) {
        shown[key] = value;
      }
    }
    const std::string given = text_member(json, "filterBranchOperator");
    shown["filterBranchOperator"] = !given.empty() ? given : name == "OR" ? "OR" : "AND";
    shown["filterBranchType"] = name;
  }

  Status<> choose_kind(TypeIndex type, const Json& json, const std::string& name,
                       ListBranch& branch, TypeIndex& inner) {
    using Kind = ListBranch::Kind;
    constexpr std::array<std::pair<std::string_view, Kind>, 4> plain{{{"OR", Kind::any},
                                                                      {"AND", Kind::all},
                                                                      {"NOT_ALL", Kind::not_all},
                                                                      {"NOT_ANY", Kind::not_any}}};
    for (const auto& [known, kind] : plain) {
      if (name == known) {
        branch.kind = kind;
        return Done{};
      }
    }
    if (name == "ASSOCIATION" || name == "PROPERTY_ASSOCIATION") {
      return read_other_type(type, json, name, branch, inner);
    }
    if (name == "UNIFIED_EVENTS" || name == "RESTRICTED") {
      branch.kind = Kind::never;
      out_.not_evaluated.push_back(name);
      return Done{};
    }
    return Failure{fmt::format("Unknown filterBranchType '{}'", name)};
  }

  Status<> read_other_type(TypeIndex type, const Json& json, const std::string& name,
                           ListBranch& branch, TypeIndex& inner) {
    const std::string id = text_member(json, "objectTypeId");
    const ObjectType* other = portal_.find_type(id);
    if (other == nullptr) {
      return Failure{fmt::format("Invalid object or event type id: {}", id)};
    }
    branch.kind =
        name == "ASSOCIATION" ? ListBranch::Kind::associated : ListBranch::Kind::by_property;
    branch.to_type = inner = other->index();
    branch.association_type =
        static_cast<int>(parse_int(text_member(json, "associationTypeId")).value_or(0));
    if (branch.kind == ListBranch::Kind::by_property) {
      const std::string property = text_member(json, "propertyWithObjectId");
      const auto index = portal_.type(type).property_index(property);
      if (!index) {
        return Failure{fmt::format("Property \"{}\" does not exist", property)};
      }
      branch.property = *index;
    }
    out_.other_types.insert(other->index());
    return Done{};
  }

  Status<> read_tests(TypeIndex type, const Json& json, ListBranch& branch, Json& shown) {
    const Json* filters = json::find(json, "filters");
    for (const Json& each : filters != nullptr && filters->is_array() ? *filters : Json::array()) {
      if (!each.is_object() || ++filters_ > most_filters) {
        return Failure{std::string(filters_ > most_filters ? "The list has too many filters"
                                                           : "Each of filters must be an object")};
      }
      Json told = each;
      ListTest& test = branch.tests.emplace_back();
      if (const auto read = read_test(type, each, test, told); !read.ok()) {
        return read;
      }
      shown["filters"].push_back(std::move(told));
    }
    return Done{};
  }

  Status<> read_test(TypeIndex type, const Json& json, ListTest& test, Json& told) {
    const std::string name = text_member(json, "filterType");
    if (name == "PROPERTY") {
      return read_property(type, json, test, told);
    }
    if (name == "CONSTANT") {
      test.kind = ListTest::Kind::constant;
      test.negated = text_member(json, "shouldAccept") != "true";
      return Done{};
    }
    if (name == "IN_LIST" || name == "ASSOCIATION") {
      return read_in_list(json, name == "ASSOCIATION", test);
    }
    if (name == "NUM_ASSOCIATIONS") {
      return read_count(type, json, test);
    }
    if (std::find(other_filters.begin(), other_filters.end(), name) == other_filters.end()) {
      return Failure{fmt::format("Unknown filterType '{}'", name)};
    }
    out_.not_evaluated.push_back(name);
    return Done{};
  }

  Status<> read_property(TypeIndex type, const Json& json, ListTest& test, Json& told) {
    const std::string name = text_member(json, "property");
    const auto index = portal_.type(type).property_index(name);
    const Json* operation = json::find(json, "operation");
    if (!index) {
      return Failure{fmt::format("Property \"{}\" does not exist", name)};
    }
    if (operation == nullptr || !operation->is_object()) {
      return Failure{std::string("Some required fields were not set: [operation]")};
    }
    auto read = read_operation(portal_.type(type), *index, *operation, out_.moves_with_time);
    if (!read.ok()) {
      return Failure{read.error()};
    }
    if (read->has_value()) {
      test.kind = ListTest::Kind::property;
      test.property = std::move(**read);
    } else {
      out_.not_evaluated.push_back(text_member(*operation, "operationType") + " " +
                                   text_member(*operation, "operator"));
    }
    told = shown_property(name, *operation);
    return Done{};
  }

  /// {"property","operation":{operator, includeObjectsWithNoValueSet, …, operationType},
  /// "filterType"} (R 2026-04)
  static Json shown_property(const std::string& name, const Json& operation) {
    Json shown = Json::object();
    shown["operator"] = text_member(operation, "operator");
    shown["includeObjectsWithNoValueSet"] =
        text_member(operation, "includeObjectsWithNoValueSet") == "true";
    for (const auto& [key, value] : operation.items()) {
      if (key != "operationType" && !shown.contains(key)) {
        shown[key] = value;
      }
    }
    shown["operationType"] = text_member(operation, "operationType");
    return Json::object({{"property", name}, {"operation", shown}, {"filterType", "PROPERTY"}});
  }

  Status<> read_in_list(const Json& json, bool associated, ListTest& test) {
    const std::string op = text_member(json, "operator");
    const auto id = parse_uint(text_member(json, "listId"));
    if (!id || (op != "IN_LIST" && op != "NOT_IN_LIST")) {
      return Failure{fmt::format("Invalid list filter: listId '{}', operator '{}'",
                                 text_member(json, "listId"), op)};
    }
    test.kind = associated ? ListTest::Kind::associated_in_list : ListTest::Kind::in_list;
    test.list_id = *id;
    test.negated = op == "NOT_IN_LIST";
    out_.lists.insert(*id);
    if (associated) {
      return read_association(json, test);
    }
    return Done{};
  }

  Status<> read_association(const Json& json, ListTest& test) {
    const std::string id = text_member(json, "toObjectTypeId");
    const ObjectType* other = portal_.find_type(id);
    if (other == nullptr) {
      return Failure{fmt::format("Invalid object or event type id: {}", id)};
    }
    test.to_type = other->index();
    test.association_type =
        static_cast<int>(parse_int(text_member(json, "associationTypeId")).value_or(0));
    out_.other_types.insert(other->index());
    return Done{};
  }

  /// How many associations of a type; labels of the account count too.
  Status<> read_count(TypeIndex type, const Json& json, ListTest& test) {
    const int wanted =
        static_cast<int>(parse_int(text_member(json, "associationTypeId")).value_or(0));
    const auto* fact = portal_.part<AssociationTypes>().find(wanted);
    if (fact != nullptr && fact->from_type_id == portal_.type(type).fact().type_id) {
      if (const ObjectType* other = portal_.find_type(fact->to_type_id)) {
        test.to_type = other->index();
      }
    }
    if (!test.to_type) {
      out_.not_evaluated.emplace_back("NUM_ASSOCIATIONS");
      return Done{};
    }
    const Json* refine = json::find(json, "coalescingRefineBy");
    test.kind = ListTest::Kind::count;
    test.association_type = wanted;
    test.at_least = 1;
    if (refine != nullptr && refine->is_object()) {
      test.at_least = parse_uint(text_member(*refine, "minOccurrences")).value_or(0);
      test.at_most = parse_uint(text_member(*refine, "maxOccurrences")).value_or(SIZE_MAX);
    }
    return Done{};
  }

  Portal& portal_;
  FilterBranch& out_;
  std::size_t filters_ = 0;
};

}  // namespace

Result<std::shared_ptr<const FilterBranch>> read_filter_branch(Portal& portal, TypeIndex type,
                                                               const Json& json) {
  auto branch = std::make_shared<FilterBranch>();
  const auto read = Reader(portal, *branch).read(type, json);
  if (!read.ok()) {
    return Failure{read.error()};
  }
  return std::shared_ptr<const FilterBranch>(std::move(branch));
}

}  // namespace hubsim::portal

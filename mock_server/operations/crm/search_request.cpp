#include "mock_server/operations/crm/search_request.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

using portal::Filter;
using portal::Operator;

/// In the order of the enum: digits 0 to 12 are taken as an index into it (5, T).
constexpr std::array<std::string_view, 13> operator_names{"EQ",
                                                          "NEQ",
                                                          "LT",
                                                          "LTE",
                                                          "GT",
                                                          "GTE",
                                                          "BETWEEN",
                                                          "IN",
                                                          "NOT_IN",
                                                          "HAS_PROPERTY",
                                                          "NOT_HAS_PROPERTY",
                                                          "CONTAINS_TOKEN",
                                                          "NOT_CONTAINS_TOKEN"};
constexpr std::array<Operator, 13> operators{Operator::eq,
                                             Operator::neq,
                                             Operator::lt,
                                             Operator::lte,
                                             Operator::gt,
                                             Operator::gte,
                                             Operator::between,
                                             Operator::in,
                                             Operator::not_in,
                                             Operator::has_property,
                                             Operator::not_has_property,
                                             Operator::contains_token,
                                             Operator::not_contains_token};
/// As HubSpot lists them in its complaint (3.3, R).
constexpr std::string_view operators_as_told =
    "IN, NOT_HAS_PROPERTY, LT, EQ, GT, NOT_IN, GTE, CONTAINS_TOKEN, HAS_PROPERTY, LTE, "
    "NOT_CONTAINS_TOKEN, BETWEEN, NEQ";
constexpr std::string_view association_prefix = "associations.";

/// Java's String.trim(): everything up to U+0020.
std::string_view java_trim(std::string_view text) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

std::optional<Operator> operator_of(std::string_view text) {
  const auto named = std::find(operator_names.begin(), operator_names.end(), text);
  if (named != operator_names.end()) {
    return operators[static_cast<std::size_t>(named - operator_names.begin())];
  }
  const auto index = parse_uint(text);
  return index && *index < operators.size() ? std::optional(operators[*index]) : std::nullopt;
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

class Parser {
 public:
  Parser(const Context& context, const portal::ObjectType& type, const Json& body)
      : context_(context), type_(type), body_(body), members_(context.request.body, body) {}

  Read<SearchRequest> parse() {
    for (const auto step :
         {&Parser::read_groups, &Parser::read_sort, &Parser::read_page, &Parser::read_rest}) {
      if (auto error = (this->*step)()) {
        return Failure{std::move(*error)};
      }
    }
    return std::move(request_);
  }

 private:
  using Problem = std::optional<ApiError>;

  Problem read_groups() {
    const auto groups = members_.list("filterGroups");
    if (!groups) {
      return groups.error();
    }
    if ((*groups)->size() > choices::search_groups) {
      return choices::search_too_many("filterGroups", (*groups)->size(), choices::search_groups);
    }
    for (std::size_t i = 0; i < (*groups)->size(); ++i) {
      if (auto error = read_group((**groups)[i], "/filterGroups/" + std::to_string(i))) {
        return error;
      }
    }
    // A top-level filters array counts as one group (5, R 2022).
    if (members_.find("filters") != nullptr) {
      if (auto error = read_group(body_, "")) {
        return error;
      }
    }
    if (filters_ > choices::search_filters) {
      return choices::search_too_many("filters", filters_, choices::search_filters);
    }
    return std::nullopt;
  }

  Problem read_group(const Json& group, const std::string& path) {
    if (!group.is_object()) {
      return hubspot::wrong_json_type(members_.body(), path, "java.util.LinkedHashMap", group);
    }
    const Members members(members_.body(), group, path);
    const auto filters = members.list("filters");
    if (!filters) {
      return filters.error();
    }
    if ((*filters)->size() > choices::search_filters_a_group) {
      return choices::search_too_many("filters", (*filters)->size(),
                                      choices::search_filters_a_group);
    }
    filters_ += (*filters)->size();
    if ((*filters)->empty()) {
      return std::nullopt;  // an empty group is accepted (R 2026) and asks for nothing
    }
    auto& wanted = request_.query.groups.emplace_back();
    for (std::size_t i = 0; i < (*filters)->size(); ++i) {
      const std::string place = path + "/filters/" + std::to_string(i);
      if (auto error = read_filter((**filters)[i], place, wanted)) {
        return error;
      }
    }
    return std::nullopt;
  }

  Problem read_filter(const Json& item, const std::string& path, std::vector<Filter>& wanted) {
    if (!item.is_object()) {
      return hubspot::wrong_json_type(members_.body(), path, "java.util.LinkedHashMap", item);
    }
    const Members members(members_.body(), item, path);
    const auto name = members.text("propertyName");
    const auto value = members.text("value");
    const auto high = members.text("highValue");
    auto values = members.texts("values");
    if (!name || !value || !high || !values) {
      return !name ? name.error() : !value ? value.error() : !high ? high.error() : values.error();
    }
    if (name->empty()) {
      return hubspot::missing_fields(members_.body(), {"propertyName"});
    }
    Filter filter{.value = *value, .high_value = *high, .values = std::move(*values)};
    if (auto error = read_operator(members, path, filter.op)) {
      return error;
    }
    if (auto error = check_values(members, filter)) {
      return error;
    }
    return add_filter(*name, std::move(filter), wanted);
  }

  Problem read_operator(const Members& members, const std::string& path, Operator& op) {
    const auto text = members.text("operator");
    if (!text) {
      return text.error();
    }
    if (members.find("operator") == nullptr) {
      return hubspot::missing_fields(members_.body(), {"operator"});
    }
    const std::string_view name = java_trim(*text);
    if (name.empty()) {
      return empty_operator(path);
    }
    const auto known = operator_of(name);
    if (!known) {
      return hubspot::invalid_enum(members_.body(), members.path_of("operator"), operators_as_told);
    }
    op = *known;
    return std::nullopt;
  }

  /// The field is told as filterGroups[0].filters[0].operator (5, T).
  static ApiError empty_operator(const std::string& path) {
    std::string field;
    for (const std::string_view token : split(std::string_view(path).substr(1), '/')) {
      if (parse_uint(token)) {
        field += "[" + std::string(token) + "]";
      } else {
        field += (field.empty() ? "" : ".") + std::string(token);
      }
    }
    return choices::validation("Invalid input JSON: unable to deserialize field \"" + field +
                               ".operator\". Invalid value: ");
  }

  /// Which members an operator needs (5, D).
  Problem check_values(const Members& members, const Filter& filter) const {
    std::vector<std::string> missing;
    switch (filter.op) {
      case Operator::has_property:
      case Operator::not_has_property:
        return std::nullopt;
      case Operator::in:
      case Operator::not_in:
        if (filter.values.empty()) {
          missing.emplace_back("values");
        }
        break;
      case Operator::between:
        if (members.find("highValue") == nullptr) {
          missing.emplace_back("highValue");
        }
        [[fallthrough]];
      default:
        if (members.find("value") == nullptr) {
          missing.insert(missing.begin(), "value");
        }
    }
    return missing.empty() ? std::nullopt
                           : Problem(hubspot::missing_fields(members_.body(), missing));
  }

  Problem add_filter(const std::string& name, Filter filter, std::vector<Filter>& wanted) {
    if (name.starts_with(association_prefix)) {
      return add_association_filter(name, std::move(filter), wanted);
    }
    const auto index = type_.property_index(name);
    if (!index) {
      return choices::search_unknown_property(name);
    }
    filter.property = *index;
    wanted.push_back(std::move(filter));
    return std::nullopt;
  }

  /// `associations.contact EQ 12`: the ids of what is associated with it, as a filter on the id.
  Problem add_association_filter(const std::string& name, Filter filter,
                                 std::vector<Filter>& wanted) {
    const portal::ObjectType* other =
        context_.portal.find_type(name.substr(association_prefix.size()));
    const bool negative = filter.op == Operator::neq || filter.op == Operator::not_in;
    const bool positive = filter.op == Operator::eq || filter.op == Operator::in;
    if (other == nullptr || (!negative && !positive)) {
      return choices::search_unknown_property(name);
    }
    if (filter.op == Operator::eq || filter.op == Operator::neq) {
      filter.values = {filter.value};
    }
    Filter by_id{.property = type_.property_index("hs_object_id").value(),
                 .op = negative ? Operator::not_in : Operator::in};
    for (const std::string& id : filter.values) {
      const auto number = parse_uint(id);
      const auto items = context_.portal.associations().list({other->index(), number.value_or(0)},
                                                             type_.index(), 0, SIZE_MAX);
      for (const auto& item : items) {
        by_id.values.push_back(std::to_string(item.to_id));
      }
    }
    wanted.push_back(std::move(by_id));
    return std::nullopt;
  }

  Problem read_sort() {
    const auto sorts = members_.list("sorts");
    if (!sorts) {
      return sorts.error();
    }
    if ((*sorts)->size() > 1) {
      return choices::search_too_many("sorts", (*sorts)->size(), 1);
    }
    if ((*sorts)->empty()) {
      return std::nullopt;
    }
    const Json& item = (**sorts)[0];
    std::string name = item.is_string() ? item.get<std::string>() : "";
    bool descending = name.starts_with('-');
    name.erase(0, descending ? 1 : 0);
    if (item.is_object()) {
      const Members members(members_.body(), item, "/sorts/0");
      const auto property = members.text("propertyName");
      const auto direction = members.text("direction");
      if (!property || !direction) {
        return property ? direction.error() : property.error();
      }
      if (!direction->empty() && *direction != "ASCENDING" && *direction != "DESCENDING") {
        return hubspot::invalid_enum(members_.body(), "/sorts/0/direction",
                                     "ASCENDING, DESCENDING");
      }
      name = *property;
      descending = *direction == "DESCENDING";
    }
    const auto index = type_.property_index(name);
    if (!index) {
      return choices::search_unknown_property(name);
    }
    request_.query.sort = portal::Sort{*index, descending};
    return std::nullopt;
  }

  Problem read_page() {
    const auto limit = members_.text("limit");
    const auto after = members_.text("after");
    if (!limit || !after) {
      return limit ? after.error() : limit.error();
    }
    if (!limit->empty()) {
      const auto number = parse_uint(*limit);
      if (!number || *number > choices::search_page_maximum) {
        return choices::limit_out_of_range(*limit, choices::search_page_maximum);
      }
      request_.query.limit = *number;
    }
    if (!after->empty()) {
      const auto number = parse_uint(*after);
      if (!number) {
        return choices::validation("Invalid after " + *after + ": must be a whole number");
      }
      request_.query.offset = *number;
    }
    // after 9900 with limit 100 passes (R); whatever would reach beyond is refused (D).
    if (request_.query.offset > choices::search_reach ||
        request_.query.offset + request_.query.limit > choices::search_reach) {
      return choices::search_beyond_reach();
    }
    return std::nullopt;
  }

  Problem read_rest() {
    auto query = members_.text("query");
    auto properties = members_.texts("properties");
    if (!query || !properties) {
      return query ? properties.error() : query.error();
    }
    request_.query.query = std::move(*query);
    request_.properties = std::move(*properties);
    return std::nullopt;
  }

  const Context& context_;
  const portal::ObjectType& type_;
  const Json& body_;
  Members members_;
  SearchRequest request_;
  std::size_t filters_ = 0;
};

}  // namespace

Read<SearchRequest> read_search(const Context& context, const portal::ObjectType& type) {
  const std::size_t characters = count_characters(context.request.body);
  if (characters > choices::search_body_maximum) {
    return Failure{
        choices::search_too_many("characters", characters, choices::search_body_maximum)};
  }
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  return Parser(context, type, *body).parse();
}

}  // namespace hubsim::operations

#include "mock_server/operations/crm/search_request.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

using hubspot::Option;
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

/// What cannot be filtered by (5, D): bodies of activities and emails.
struct Unfilterable {
  std::string_view property;
  std::string_view types;  ///< plurals
};
constexpr std::array<Unfilterable, 3> unfilterable{
    {{"hs_body_preview_html", "calls communications emails meetings notes postal_mail tasks"},
     {"hs_email_html", "emails"},
     {"hs_body_preview", "emails"}}};

bool can_filter_by(const portal::ObjectType& type, std::string_view name) {
  return std::none_of(unfilterable.begin(), unfilterable.end(), [&](const Unfilterable& rule) {
    const auto types = split(rule.types, ' ');
    return rule.property == name &&
           std::find(types.begin(), types.end(), type.fact().plural) != types.end();
  });
}

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

std::optional<Operator> operator_of(std::string_view text, bool by_digits) {
  const auto named = std::find(operator_names.begin(), operator_names.end(), text);
  if (named != operator_names.end()) {
    return operators[static_cast<std::size_t>(named - operator_names.begin())];
  }
  const auto index = by_digits ? parse_uint(text) : std::nullopt;
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
    if (members_.find("filters") != nullptr &&
        context_.portal.options().on(Option::search_top_level_filters)) {
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
    const auto known =
        operator_of(name, context_.portal.options().on(Option::search_digit_operators));
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
        // Refused by one report (5, R weak); ignored unless the option says so.
        if (members.find("value") != nullptr &&
            context_.portal.options().is(Option::search_has_property_value, "reject")) {
          return choices::validation("value is not allowed for HAS_PROPERTY and NOT_HAS_PROPERTY");
        }
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
    if (name.starts_with(association_prefix) &&
        context_.portal.options().on(Option::search_association_filters)) {
      return add_association_filter(name, std::move(filter), wanted);
    }
    const auto index = type_.property_index(name);
    if (!index || type_.property(*index).archived) {
      return unknown_property(name);
    }
    if (!can_filter_by(type_, name) && context_.portal.options().on(Option::search_unfilterable)) {
      return choices::validation("Property \"" + name + "\" cannot be used in a filter");
    }
    filter.property = *index;
    wanted.push_back(std::move(filter));
    return std::nullopt;
  }

  /// 400, or a search that finds nothing (11.5).
  Problem unknown_property(const std::string& name) {
    if (context_.portal.options().is(Option::search_unknown_property, "empty")) {
      request_.finds_nothing = true;
      return std::nullopt;
    }
    return choices::search_unknown_property(name);
  }

  /// `associations.contact EQ 12` (5, D R): equality and being there, no order of ids.
  Problem add_association_filter(const std::string& name, Filter filter,
                                 std::vector<Filter>& wanted) {
    const portal::ObjectType* other =
        context_.portal.find_type(name.substr(association_prefix.size()));
    const Operator op = filter.op;
    const bool supported = op == Operator::eq || op == Operator::neq || op == Operator::in ||
                           op == Operator::not_in || op == Operator::has_property ||
                           op == Operator::not_has_property;
    if (other == nullptr || !supported) {
      return unknown_property(name);
    }
    filter.associated = other->index();
    wanted.push_back(std::move(filter));
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
    // after 9900 with limit 100 passes (R); whatever would reach beyond is refused (D), or only an
    // after of 10,000 and more (R weak).
    const bool by_sum = context_.portal.options().is(Option::search_reach, "sum");
    const std::size_t offset = request_.query.offset;
    const bool beyond = by_sum ? offset > choices::search_reach ||
                                     offset + request_.query.limit > choices::search_reach
                               : offset >= choices::search_reach;
    return beyond ? Problem(choices::search_beyond_reach()) : std::nullopt;
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

#include "mock_server/operations/hubdb/hubdb_values.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::operations {

constinit const std::string_view hubdb_types =
    "NULL, TEXT, NUMBER, URL, IMAGE, SELECT, MULTISELECT, BOOLEAN, LOCATION, DATE, DATETIME, "
    "CURRENCY, RICHTEXT, FOREIGN_ID, VIDEO, CTA, FILE, JSON, COMPOSITE, CODE, HUBSPOT_VIDEO, EMBED";

namespace {

using Value = Result<std::string, std::string>;

constexpr std::size_t most_text = 10'000;       // T 2026-09, D product pages
constexpr std::size_t most_rich_text = 65'000;  // T 2026-09
constexpr std::size_t most_other_text = 65'536;

bool is_text(std::string_view type) {
  return type == "TEXT" || type == "RICHTEXT" || type == "URL" || type == "CODE" || type == "EMBED";
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  }));
}

Value text_value(const HubdbColumn& column, const Json& value) {
  if (value.is_structured()) {
    return Failure{"must be a text"};
  }
  const std::string text = json::text_of(value);
  const std::size_t most = column.most_characters > 0  ? column.most_characters
                           : column.type == "TEXT"     ? most_text
                           : column.type == "RICHTEXT" ? most_rich_text
                                                       : most_other_text;
  if (characters(text) > most) {
    return Failure{"must not be longer than " + std::to_string(most) + " characters"};
  }
  return text.empty() ? std::string() : json::dump(Json(text));
}

Value number_value(const Json& value) {
  if (value.is_number()) {
    return json::dump(value);
  }
  const std::string text(value.is_string() ? trim(value.get_ref<const std::string&>()) : "x");
  if (text.empty()) {
    return std::string();
  }
  if (const auto whole = parse_int(text)) {
    return std::to_string(*whole);
  }
  const auto number = parse_double(text);
  return number ? Value(json::dump(Json(*number))) : Value(Failure{"must be a number"});
}

Value boolean_value(const Json& value, bool as_number) {
  const std::string text = value.is_structured() ? "" : to_lower(json::text_of(value));
  const bool yes = text == "true" || text == "1";
  if (!yes && text != "false" && text != "0") {
    return Failure{"must be true or false"};
  }
  return std::string(as_number ? (yes ? "1" : "0") : (yes ? "true" : "false"));
}

Value moment_value(const Json& value) {
  if (value.is_number_integer()) {
    return json::dump(value);
  }
  const std::string text(value.is_string() ? trim(value.get_ref<const std::string&>()) : "x");
  if (text.empty()) {
    return std::string();
  }
  const auto moment = parse_moment(text);
  return moment ? Value(std::to_string(*moment))
                : Value(Failure{"must be a timestamp in milliseconds"});
}

const HubdbOption* find_option(const HubdbColumn& column, const Json& value) {
  const auto wanted = [&](std::string_view member) {
    const Json* found = value.is_object() ? json::find(value, member) : &value;
    return found == nullptr || found->is_structured() ? "" : json::text_of(*found);
  };
  const std::string id = wanted("id");
  const std::string name = wanted("name");
  for (const HubdbOption& option : column.options) {
    if ((!id.empty() && std::to_string(option.id) == id) ||
        (!name.empty() && (option.name == name || option.label == name))) {
      return &option;
    }
  }
  return nullptr;
}

Json option_json(const HubdbOption& option) {
  return {{"id", std::to_string(option.id)},
          {"name", option.name},
          {"label", option.label},
          {"type", "option"},
          {"order", option.order}};
}

Result<Json, std::string> one_option(const HubdbColumn& column, const Json& value) {
  const HubdbOption* option = find_option(column, value);
  if (option == nullptr) {
    return Failure{"has no option " + json::dump(value)};
  }
  return option_json(*option);
}

Value select_value(const HubdbColumn& column, const Json& value) {
  const auto option = one_option(column, value);
  return option ? Value(json::dump(*option)) : Value(Failure{option.error()});
}

Value multiselect_value(const HubdbColumn& column, const Json& value) {
  const Json list = value.is_array() ? value : Json::array({value});
  if (column.most_options > 0 && list.size() > column.most_options) {
    return Failure{"must not have more than " + std::to_string(column.most_options) + " options"};
  }
  Json taken = Json::array();
  for (const Json& each : list) {
    auto option = one_option(column, each);
    if (!option) {
      return Failure{option.error()};
    }
    taken.push_back(std::move(*option));
  }
  return taken.empty() ? std::string() : json::dump(taken);
}

Value location_value(const Json& value) {
  const auto part = [&](std::string_view name, double most) {
    const Json* found = value.is_object() ? json::find(value, name) : nullptr;
    const auto number = found == nullptr || found->is_structured()
                            ? std::nullopt
                            : parse_double(json::text_of(*found));
    return number && *number >= -most && *number <= most ? number : std::nullopt;
  };
  constexpr double most_latitude = 90;
  constexpr double most_longitude = 180;
  const auto lat = part("lat", most_latitude);
  const auto lng = part("long", most_longitude);
  if (!lat || !lng) {
    return Failure{"must be a location: {\"lat\": -90 to 90, \"long\": -180 to 180}"};
  }
  return json::dump(Json{{"lat", *lat}, {"long", *lng}, {"type", "location"}});
}

/// Kept as they come (T 2026-09): `[{"id":"…","type":"foreignid"}]`. Ids alone are put into that.
Value foreign_value(const Json& value) {
  Json list = Json::array();
  for (const Json& each : value.is_array() ? value : Json::array({value})) {
    const Json* id = each.is_object() ? json::find(each, "id") : &each;
    if (id == nullptr || id->is_structured() || json::text_of(*id).empty()) {
      return Failure{"must be a list of row ids: [{\"id\": \"…\", \"type\": \"foreignid\"}]"};
    }
    list.push_back(each.is_object() ? each
                                    : Json{{"id", json::text_of(*id)}, {"type", "foreignid"}});
  }
  return list.empty() ? std::string() : json::dump(list);
}

Value image_value(const Json& value) {
  Json image = value.is_object() ? value : Json::object();
  if (value.is_string()) {
    image["url"] = value;
  }
  const Json* url = json::find(image, "url");
  if (url == nullptr || !url->is_string()) {
    return Failure{"must be an image: {\"url\": \"…\", \"width\": …, \"height\": …}"};
  }
  if (!image.contains("type")) {
    image["type"] = "image";
  }
  return json::dump(image);
}

std::optional<int> digits_of(std::string_view text, std::size_t most) {
  const auto number = text.empty() || text.size() > most ? std::nullopt : parse_uint(text);
  return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

/// "2026/11/05", "11/05/2026" with "13:30" or nothing after it.
std::optional<std::int64_t> parse_written(std::string_view text) {
  const auto blank = text.find(' ');
  const auto parts = split(text.substr(0, blank), '/');
  if (parts.size() != 3) {
    return std::nullopt;
  }
  const bool year_first = parts[0].size() == 4;
  const auto year = digits_of(parts[year_first ? 0 : 2], 4);
  const auto month = digits_of(parts[year_first ? 1 : 0], 2);
  const auto day = digits_of(parts[year_first ? 2 : 1], 2);
  if (!year || !month || !day) {
    return std::nullopt;
  }
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  constexpr int century = 2000;
  std::string iso =
      std::to_string(*year < 100 ? *year + century : *year) + "-" + two(*month) + "-" + two(*day);
  if (blank != std::string_view::npos) {
    iso += "T" + std::string(trim(text.substr(blank)));
  }
  const auto instant = parse_iso8601(iso);
  return instant ? std::optional(to_unix_ms(*instant)) : std::nullopt;
}

}  // namespace

bool holds_many(std::string_view type) noexcept {
  return type == "MULTISELECT" || type == "FOREIGN_ID";
}

bool holds_number(std::string_view type) noexcept {
  return type == "NUMBER" || type == "CURRENCY" || type == "DATE" || type == "DATETIME" ||
         type == "BOOLEAN";
}

std::optional<std::int64_t> parse_moment(std::string_view text) {
  text = trim(text);
  if (const auto ms = parse_int(text)) {
    return ms;
  }
  if (const auto instant = parse_iso8601(text)) {
    return to_unix_ms(*instant);
  }
  return parse_written(text);
}

Result<std::string, std::string> read_value(const HubdbColumn& column, const Json& value,
                                            bool booleans_as_numbers) {
  if (value.is_null()) {
    return std::string();
  }
  const std::string_view type = column.type;
  if (is_text(type)) {
    return text_value(column, value);
  }
  if (type == "NUMBER" || type == "CURRENCY") {
    return number_value(value);
  }
  if (type == "BOOLEAN") {
    return boolean_value(value, booleans_as_numbers);
  }
  if (type == "DATE" || type == "DATETIME") {
    return moment_value(value);
  }
  const bool blank = value.is_string() && value.get_ref<const std::string&>().empty();
  if (blank) {
    return std::string();
  }
  if (type == "SELECT") {
    return select_value(column, value);
  }
  if (type == "MULTISELECT") {
    return multiselect_value(column, value);
  }
  if (type == "LOCATION") {
    return location_value(value);
  }
  if (type == "FOREIGN_ID") {
    return foreign_value(value);
  }
  return type == "IMAGE" ? image_value(value) : Value(json::dump(value));
}

Result<std::string, std::string> read_cell(const HubdbColumn& column, std::string_view text,
                                           bool booleans_as_numbers) {
  if (trim(text).empty()) {
    return std::string();
  }
  if (holds_many(column.type)) {
    Json list = Json::array();
    for (const std::string_view each : split(text, ',')) {
      list.push_back(std::string(trim(each)));
    }
    return read_value(column, list, booleans_as_numbers);
  }
  if (column.type == "LOCATION") {
    const auto parts = split(text, ',');
    const Json location = {{"lat", std::string(trim(parts.front()))},
                           {"long", std::string(trim(parts.back()))}};
    return read_value(column, location, booleans_as_numbers);
  }
  return read_value(column, Json(std::string(text)), booleans_as_numbers);
}

Seen see_value(const HubdbColumn& column, const std::string& value) {
  const auto parsed = json::parse(value);
  Seen seen;
  if (!parsed) {
    return seen;
  }
  for (const Json& item : holds_many(column.type) ? *parsed : Json::array({*parsed})) {
    std::vector<std::string> texts;
    for (const std::string_view member : {"id", "name", "label", "url"}) {
      const Json* found = item.is_object() ? json::find(item, member) : nullptr;
      if (found != nullptr && !found->is_structured()) {
        texts.push_back(json::text_of(*found));
      }
    }
    if (!item.is_structured()) {
      texts.push_back(json::text_of(item));
    }
    seen.items.push_back(std::move(texts));
  }
  if (holds_number(column.type)) {
    seen.number = *parsed == true ? 1 : *parsed == false ? 0 : parse_double(value).value_or(0);
  }
  return seen;
}

std::string cell_text(const HubdbColumn& column, const std::string& value) {
  const auto parsed = json::parse(value);
  if (!parsed || parsed->is_string() || !parsed->is_structured()) {
    return parsed ? json::text_of(*parsed) : value;
  }
  if (column.type == "LOCATION") {
    return json::text_of(parsed->at("lat")) + "," + json::text_of(parsed->at("long"));
  }
  std::string out;
  for (const Json& item : parsed->is_array() ? *parsed : Json::array({*parsed})) {
    const Json* shown = json::find(item, column.type == "FOREIGN_ID" ? "id"
                                         : column.type == "IMAGE"    ? "url"
                                                                     : "name");
    out += (out.empty() ? "" : ",") + (shown == nullptr ? json::dump(item) : json::text_of(*shown));
  }
  return out;
}

}  // namespace hubsim::operations

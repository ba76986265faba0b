#include "hubspot/shapes/plausible.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "common/time/format.h"

namespace hubsim::hubspot {

namespace {

/// Required fields of recursive shapes end here.
constexpr int max_nesting = 8;

/// "created_at", "createdAt" and "created-at" are one word.
std::string plain_word(std::string_view name) {
  std::string word;
  for (const char c : name) {
    if (c != '_' && c != '-' && c != ' ') {
      word += to_lower_ascii(c);
    }
  }
  return word;
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <std::size_t N>
bool ends_with_one_of(std::string_view word, const std::array<std::string_view, N>& ends) {
  return std::any_of(ends.begin(), ends.end(),
                     [&](std::string_view end) { return word.ends_with(end); });
}

constexpr std::array<std::string_view, 9> created_words{
    "createdat",    "created",   "createdtime",       "createddate", "createtime",
    "creationdate", "createdon", "creationtimestamp", "insertedat"};
constexpr std::array<std::string_view, 9> updated_words{
    "updatedat",  "updated",        "updatedtime", "lastupdated",     "lastupdatedat",
    "modifiedat", "lastmodifiedat", "updatetime",  "lastmodifiedtime"};
constexpr std::array<std::string_view, 3> archived_words{"archivedat", "deletedat", "deleteddate"};
constexpr std::array<std::string_view, 4> time_ends{"at", "date", "time", "timestamp"};
constexpr std::array<std::string_view, 4> url_ends{"url", "uri", "link", "href"};
constexpr std::array<std::string_view, 3> email_ends{"email", "emailaddress", "fromemail"};
constexpr std::array<std::string_view, 4> name_ends{"name", "title", "label", "subject"};

constexpr std::array<std::string_view, 6> currencies{"USD", "EUR", "GBP", "JPY", "CAD", "AUD"};

std::string text_value(Shape shape, const Hint& hint) {
  const std::uint64_t seed = stable_hash(hint.name, hint.seed);
  switch (meaning_of(hint.name)) {
    case Meaning::id:
      return std::to_string(plausible_id(seed));
    case Meaning::guid:
      return plausible_guid(seed);
    case Meaning::url:
      return fmt::format("https://example.org/{}/{}", hint.name, seed % 100'000);
    case Meaning::email:
      return fmt::format("person{}@example.org", seed % 100'000);
    case Meaning::language:
      return "en";
    case Meaning::currency:
      return std::string(currencies[seed % currencies.size()]);
    case Meaning::created:
    case Meaning::updated:
    case Meaning::archived_at:
      return json::text_of(time_value(shape, hint.created));
    default:
      return fmt::format("{} {}", hint.name.empty() ? "value" : hint.name, seed % 10'000'000);
  }
}

Instant instant_of(const Hint& hint) {
  switch (meaning_of(hint.name)) {
    case Meaning::updated:
      return hint.updated;
    case Meaning::archived_at:
      return {};  // never: HubSpot's CMS writes 1970
    default:
      return hint.created;
  }
}

bool is_time(Shape shape, std::string_view name) {
  if (shape.format() == ShapeFormat::date_time || shape.format() == ShapeFormat::date) {
    return true;
  }
  const Meaning meaning = meaning_of(name);
  return shape.kind() == ShapeKind::integer &&
         (meaning == Meaning::created || meaning == Meaning::updated ||
          meaning == Meaning::archived_at || meaning == Meaning::time);
}

/// What a new thing is in: catalogues sort values by name, so that the first may be "ARCHIVED".
constexpr std::array<std::string_view, 7> likely_values{"COMPLETE", "DRAFT", "ACTIVE", "OPEN",
                                                        "ENABLED",  "EMAIL", "en"};

std::string_view likely_value(Shape shape) {
  for (const std::string_view likely : likely_values) {
    for (const std::string_view value : shape.values()) {
      if (value == likely) {
        return value;
      }
    }
  }
  return shape.value_at(0);
}

Json scalar(Shape shape, const Hint& hint) {
  if (shape.value_count() > 0) {
    const std::string_view first = likely_value(shape);
    const auto number = shape.kind() == ShapeKind::integer ? parse_int(first) : std::nullopt;
    return number ? Json(*number) : Json(std::string(first));
  }
  if (is_time(shape, hint.name)) {
    return time_value(shape, instant_of(hint));
  }
  const Meaning meaning = meaning_of(hint.name);
  switch (shape.kind()) {
    case ShapeKind::boolean:
      return false;
    case ShapeKind::number:
      return 0.0;
    case ShapeKind::integer:
      return meaning == Meaning::id && shape.format() != ShapeFormat::int32
                 ? Json(plausible_id(stable_hash(hint.name, hint.seed)))
                 : Json(0);
    default:
      break;
  }
  if (shape.format() == ShapeFormat::uuid) {
    return plausible_guid(stable_hash(hint.name, hint.seed));
  }
  return text_value(shape, hint);
}

Json value_of(Shape shape, const Hint& hint, int nesting) {
  switch (shape.kind()) {
    case ShapeKind::any:
    case ShapeKind::map:
      return Json::object();
    case ShapeKind::array:
      return Json::array();
    case ShapeKind::one_of:
      return shape.alternative_count() > 0 && nesting < max_nesting
                 ? value_of(shape.alternative_at(0), hint, nesting + 1)
                 : Json::object();
    case ShapeKind::object: {
      Json object = Json::object();
      for (const Field field : shape.fields()) {
        if (field.required && nesting < max_nesting) {
          Hint inner = hint;
          inner.name = field.name;
          inner.seed = stable_hash(hint.name, hint.seed);
          object[std::string(field.name)] = value_of(field.shape, inner, nesting + 1);
        }
      }
      return object;
    }
    default:
      return scalar(shape, hint);
  }
}

}  // namespace

Meaning meaning_of(std::string_view field_name) {
  const std::string word = plain_word(field_name);
  if (word == "id" || field_name.ends_with("Id") || field_name.ends_with("_id") || word == "vid") {
    return Meaning::id;
  }
  if (word.ends_with("guid") || word.ends_with("uuid")) {
    return Meaning::guid;
  }
  if (is_one_of(word, created_words)) {
    return Meaning::created;
  }
  if (is_one_of(word, updated_words)) {
    return Meaning::updated;
  }
  if (is_one_of(word, archived_words)) {
    return Meaning::archived_at;
  }
  if (word == "archived" || word == "deleted") {
    return Meaning::archived;
  }
  if (ends_with_one_of(word, url_ends)) {
    return Meaning::url;
  }
  if (ends_with_one_of(word, email_ends)) {
    return Meaning::email;
  }
  if (word == "language" || word == "lang" || word == "locale" || word.ends_with("language")) {
    return Meaning::language;
  }
  if (word.ends_with("currency") || word.ends_with("currencycode")) {
    return Meaning::currency;
  }
  if (field_name.ends_with("At") || field_name.ends_with("_at") ||
      (ends_with_one_of(word, time_ends) && word.size() > 4 && word != "format")) {
    return Meaning::time;
  }
  return ends_with_one_of(word, name_ends) ? Meaning::name : Meaning::plain;
}

Json plausible_value(Shape shape, const Hint& hint) {
  return shape ? value_of(shape, hint, 0) : Json::object();
}

Json time_value(Shape shape, Instant instant) {
  if (shape.kind() == ShapeKind::integer || shape.kind() == ShapeKind::number) {
    return to_unix_ms(instant);
  }
  return shape.format() == ShapeFormat::date ? format_date(instant) : format_iso8601(instant);
}

std::uint64_t plausible_id(std::uint64_t seed) {
  return 1'000'000'000ULL + stable_hash("id", seed) % 99'000'000'000ULL;
}

std::string plausible_guid(std::uint64_t seed) {
  const std::uint64_t high = stable_hash("guid high", seed);
  const std::uint64_t low = stable_hash("guid low", seed);
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xffffU,
                     high & 0xfffU, 0x8000U | (low >> 50U), low & 0xffffffffffffULL);
}

}  // namespace hubsim::hubspot

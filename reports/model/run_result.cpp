#include "reports/model/run_result.h"

#include <array>
#include <cmath>
#include <concepts>
#include <type_traits>

#include "common/base/text.h"
#include "reports/model/run_result_fields.h"

namespace hubsim::reports {

namespace {

constexpr std::array<std::string_view, 3> verdict_names{"PASS", "FAIL", "INVALID"};
constexpr std::array<std::string_view, 4> requirement_names{"pass", "fail", "invalid", "vacuous"};

constexpr std::array<std::string_view, 4> change_names{"same", "improved", "unclear", "regressed"};

constexpr const auto& names_of(Verdict) { return verdict_names; }
constexpr const auto& names_of(RequirementVerdict) { return requirement_names; }
constexpr const auto& names_of(ChangeVerdict) { return change_names; }

template <class T>
concept Number = std::integral<T> || std::floating_point<T>;

// ---- writing --------------------------------------------------------------------------------

template <class T>
Json write(T& value);
template <class T>
Json write(std::vector<T>& values);
template <class T>
Json write(std::map<std::string, T>& values);
template <class T>
Json write(std::optional<T>& value);

struct Writer {
  Json object = Json::object();
  template <class T>
  void operator()(const char* name, T& value) {
    object[name] = write(value);
  }
  template <class T>
  void added(const char* name, T& value) {
    object[name] = write(value);
  }
};

template <class T>
Json write(T& value) {
  if constexpr (std::floating_point<T>) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);  // JSON has no infinity
  } else if constexpr (std::integral<T> || std::same_as<T, std::string>) {
    return Json(value);
  } else if constexpr (std::is_enum_v<T>) {
    return Json(std::string(name_of(value)));
  } else {
    Writer writer;
    fields(writer, value);
    return std::move(writer.object);
  }
}

template <class T>
Json write(std::vector<T>& values) {
  Json list = Json::array();
  for (T& value : values) {
    list.push_back(write(value));
  }
  return list;
}

template <class T>
Json write(std::map<std::string, T>& values) {
  Json object = Json::object();
  for (auto& [name, value] : values) {
    object[name] = write(value);
  }
  return object;
}

template <class T>
Json write(std::optional<T>& value) {
  return value ? write(*value) : Json(nullptr);
}

// ---- reading --------------------------------------------------------------------------------

/// Reads one value at a place; the first problem is kept and everything after it passed over.
class Reader {
 public:
  Reader(const Json& value, std::string pointer, std::string& problem)
      : value_(value), pointer_(std::move(pointer)), problem_(problem) {}

  template <class T>
  void operator()(const char* name, T& member) {
    if (!problem_.empty()) {
      return;
    }
    const Json* found = json::find(value_, name);
    if (found == nullptr) {
      return complain("member '" + std::string(name) + "' is missing");
    }
    Reader(*found, pointer_ + "/" + name, problem_).read(member);
  }

  /// A member that older files do not have: it keeps its default.
  template <class T>
  void added(const char* name, T& member) {
    if (json::find(value_, name) != nullptr) {
      (*this)(name, member);
    }
  }

  template <class T>
  void read(T& target) {
    if constexpr (std::same_as<T, bool>) {
      expect(value_.is_boolean(), "true or false") && assign(target);
    } else if constexpr (std::unsigned_integral<T>) {
      expect(value_.is_number_unsigned(), "a whole number of 0 or more") && assign(target);
    } else if constexpr (std::integral<T>) {
      expect(value_.is_number_integer(), "a whole number") && assign(target);
    } else if constexpr (std::floating_point<T>) {
      expect(value_.is_number(), "a number") && assign(target);
    } else if constexpr (std::same_as<T, std::string>) {
      expect(value_.is_string(), "a text") && assign(target);
    } else if constexpr (std::is_enum_v<T>) {
      read_name(target);
    } else if (expect(value_.is_object(), "an object")) {
      fields(*this, target);
    }
  }

  template <class T>
  void read(std::vector<T>& target) {
    if (!expect(value_.is_array(), "a list")) {
      return;
    }
    for (std::size_t i = 0; i < value_.size() && problem_.empty(); ++i) {
      Reader(value_[i], pointer_ + "/" + std::to_string(i), problem_).read(target.emplace_back());
    }
  }

  template <class T>
  void read(std::map<std::string, T>& target) {
    if (!expect(value_.is_object(), "an object")) {
      return;
    }
    for (const auto& [name, member] : value_.items()) {
      Reader(member, pointer_ + "/" + json::pointer_token(name), problem_).read(target[name]);
    }
  }

  template <class T>
  void read(std::optional<T>& target) {
    if (!value_.is_null()) {
      read(target.emplace());
    }
  }

 private:
  template <class T>
  bool assign(T& target) {
    target = value_.get<T>();
    return true;
  }

  template <class T>
  void read_name(T& target) {
    const std::string text = json::text_of(value_);
    const auto& names = names_of(T{});
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == text) {
        target = static_cast<T>(i);
        return;
      }
    }
    complain("'" + text + "' is not a verdict");
  }

  bool expect(bool is_right, std::string_view what) {
    if (!is_right) {
      complain("expected " + std::string(what));
    }
    return is_right;
  }

  void complain(const std::string& message) { problem_ = "run.json" + pointer_ + ": " + message; }

  const Json& value_;
  std::string pointer_;
  std::string& problem_;
};

// ---- the schema -----------------------------------------------------------------------------

template <class T>
Json schema_for(T& value);
template <class T>
Json schema_for(std::vector<T>& values);
template <class T>
Json schema_for(std::map<std::string, T>& values);
template <class T>
Json schema_for(std::optional<T>& value);

struct SchemaWriter {
  Json properties = Json::object();
  Json required = Json::array();
  template <class T>
  void operator()(const char* name, T& value) {
    properties[name] = schema_for(value);
    required.push_back(name);
  }
  template <class T>
  void added(const char* name, T& value) {
    properties[name] = schema_for(value);
  }
};

template <class T>
Json schema_for(T& value) {
  if constexpr (std::same_as<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::unsigned_integral<T>) {
    return {{"type", "integer"}, {"minimum", 0}};
  } else if constexpr (std::integral<T>) {
    return {{"type", "integer"}};
  } else if constexpr (std::floating_point<T>) {
    return {{"type", "number"}};
  } else if constexpr (std::same_as<T, std::string>) {
    return {{"type", "string"}};
  } else if constexpr (std::is_enum_v<T>) {
    Json names = Json::array();
    for (const std::string_view name : names_of(T{})) {
      names.push_back(std::string(name));
    }
    return {{"enum", std::move(names)}};
  } else {
    SchemaWriter writer;
    fields(writer, value);
    return {{"type", "object"},
            {"properties", std::move(writer.properties)},
            {"required", std::move(writer.required)}};
  }
}

template <class T>
Json schema_for(std::vector<T>&) {
  T item{};
  return {{"type", "array"}, {"items", schema_for(item)}};
}

template <class T>
Json schema_for(std::map<std::string, T>&) {
  T item{};
  return {{"type", "object"}, {"additionalProperties", schema_for(item)}};
}

template <class T>
Json schema_for(std::optional<T>&) {
  T item{};
  Json schema = schema_for(item);
  schema["type"] = Json::array({schema["type"], "null"});
  return schema;
}

}  // namespace

std::string_view name_of(Verdict verdict) noexcept {
  return verdict_names[static_cast<std::size_t>(verdict)];
}

std::string_view name_of(RequirementVerdict verdict) noexcept {
  return requirement_names[static_cast<std::size_t>(verdict)];
}

std::string_view name_of(ChangeVerdict verdict) noexcept {
  return change_names[static_cast<std::size_t>(verdict)];
}

namespace {

/// The value's members after its format's version.
template <class T>
Json with_format(int version, T copy) {  // the visitors take members they could change
  Json value{{"format", version}};
  value.update(write(copy));
  return value;
}

template <class T>
Json document_schema(T any, int version, const char* title, const char* comment) {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", title},
              {"$comment", comment}};
  schema.update(schema_for(any));
  schema["properties"]["format"] = Json{{"const", version}};
  schema["required"].push_back("format");
  return schema;
}

}  // namespace

Json to_json(const RunResult& result) { return with_format(run_format_version, result); }

Json to_json(const Comparison& comparison) {
  return with_format(comparison_format_version, comparison);
}

Result<RunResult> from_json(const Json& value) {
  const Json* format = json::find(value, "format");
  if (format == nullptr || !format->is_number_integer()) {
    return Failure{std::string("this is not a run.json: it has no 'format'")};
  }
  if (format->get<std::int64_t>() != run_format_version) {
    return Failure{"run.json has format " + json::dump(*format) + ", this hubsim reads format " +
                   std::to_string(run_format_version) + ": use the hubsim that wrote it"};
  }
  RunResult result;
  std::string problem;
  Reader(value, "", problem).read(result);
  if (!problem.empty()) {
    return Failure{std::move(problem)};
  }
  return result;
}

Json run_schema() {
  return document_schema(RunResult{}, run_format_version, "run.json: the result of one hubsim run",
                         "Generated from reports/model/run_result_fields.h; do not edit.");
}

Json comparison_schema() {
  return document_schema(Comparison{}, comparison_format_version,
                         "what `hubsim report compare --json` writes: two runs compared",
                         "Generated from reports/model/comparison_fields.h; do not edit.");
}

}  // namespace hubsim::reports

#include "scenarios/model/load_variables.h"

#include <algorithm>

#include "common/base/text.h"
#include "scenarios/model/variables.h"

namespace hubsim::scenarios {

namespace {

/// A --set text in the type of the file's default.
Result<Json> typed_like(const Json& fallback, const std::string& text) {
  if (fallback.is_boolean()) {
    if (text == "true" || text == "false") {
      return Json(text == "true");
    }
    return Failure{std::string("true or false")};
  }
  if (fallback.is_number_integer()) {
    if (const auto number = parse_int(text)) {
      return Json(*number);
    }
    return Failure{std::string("a whole number")};
  }
  if (fallback.is_number()) {
    if (const auto number = parse_double(text)) {
      return Json(*number);
    }
    return Failure{std::string("a number")};
  }
  return Json(text);
}

class Resolver {
 public:
  Resolver(const ReadOptions& options, config::Problems& problems)
      : options_(options), problems_(problems) {}

  void read_set(const Json& document) {
    const Json* set = json::find(document, "set");
    if (set != nullptr && !set->is_object()) {
      problems_.push_back({"/set", "expected a mapping of variable names to default values"});
    } else if (set != nullptr) {
      for (const auto& [name, value] : set->items()) {
        declare(name, value);
      }
    }
    for (const auto& [name, text] : options_.set) {
      override_default(name, text);
    }
    for (const auto& [name, value] : set_.items()) {
      known_.push_back("set." + name);
      texts_["set." + name] = json::text_of(value);
    }
    known_.insert(known_.end(), run_variables().begin(), run_variables().end());
  }

  Json resolve(const Json& value, const std::string& pointer) {
    if (value.is_string()) {
      return resolve_text(value.get_ref<const std::string&>(), pointer);
    }
    if (value.is_array()) {
      Json out = Json::array();
      for (std::size_t i = 0; i < value.size(); ++i) {
        out.push_back(resolve(value[i], pointer + "/" + std::to_string(i)));
      }
      return out;
    }
    if (!value.is_object()) {
      return value;
    }
    Json out = Json::object();
    for (const auto& [key, item] : value.items()) {
      const std::string at = pointer + "/" + json::pointer_token(key);
      out[key] = at == "/set" ? item : resolve(item, at);
    }
    return out;
  }

  std::vector<std::pair<std::string, std::string>> values() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& [name, value] : set_.items()) {
      all.emplace_back(name, json::text_of(value));
    }
    return all;
  }

 private:
  void declare(const std::string& name, const Json& value) {
    if (value.is_structured() || value.is_null()) {
      problems_.push_back({"/set/" + json::pointer_token(name),
                           "expected a text, a number, true or false (\"\" for an empty default)"});
      return;
    }
    set_[name] = value;
  }

  void override_default(const std::string& name, const std::string& text) {
    if (!set_.contains(name)) {
      std::vector<std::string> names;
      for (const auto& [key, value] : set_.items()) {
        names.push_back(key);
      }
      problems_.push_back({"/set", "--set " + name + ": the file declares no such variable" +
                                       did_you_mean(name, names) + "; declared: " +
                                       (names.empty() ? "none" : join(names, ", "))});
      return;
    }
    auto typed = typed_like(set_[name], text);
    if (!typed.ok()) {
      problems_.push_back(
          {"/set/" + json::pointer_token(name),
           "--set " + name + "=" + text + ": expected " + typed.error() + ", as the default is"});
      return;
    }
    set_[name] = *typed;
  }

  Json resolve_text(const std::string& text, const std::string& pointer) {
    const auto names = variables_in(text);
    if (names.empty()) {
      return text;
    }
    for (const std::string& name : names) {
      check_name(name, pointer);
    }
    if (names.size() == 1 && text == "${" + names[0] + "}" && names[0].starts_with("set.")) {
      const std::string name = names[0].substr(4);
      return set_.contains(name) ? set_[name] : Json(text);
    }
    return substitute(text, texts_);
  }

  void check_name(const std::string& name, const std::string& pointer) {
    if (name.find('.') == std::string::npos || texts_.contains(name)) {
      return;
    }
    // A driver fills these for each request, and knows which there are.
    if (name.starts_with("feed.") || name.starts_with("got.")) {
      return;
    }
    if (name.starts_with("env.")) {
      const auto value = options_.environment ? options_.environment(name.substr(4)) : std::nullopt;
      if (value) {
        texts_[name] = *value;
        return;
      }
      problems_.push_back({pointer, "${" + name + "}: the environment has no variable '" +
                                        name.substr(4) +
                                        "'; set it, or use ${set.NAME} with a "
                                        "default under 'set'"});
      return;
    }
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
      problems_.push_back({pointer, "unknown variable ${" + name + "}" +
                                        did_you_mean(name, known_) +
                                        "; known: " + join(known_, ", ") + ", env.NAME"});
    }
  }

  const ReadOptions& options_;
  config::Problems& problems_;
  Json set_ = Json::object();
  Variables texts_;
  std::vector<std::string> known_;
};

}  // namespace

Json resolve_load_variables(const Json& document, const ReadOptions& options,
                            std::vector<std::pair<std::string, std::string>>& set,
                            config::Problems& problems) {
  Resolver resolver(options, problems);
  resolver.read_set(document);
  set = resolver.values();
  return resolver.resolve(document, "");
}

}  // namespace hubsim::scenarios

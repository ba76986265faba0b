#include "mock_server/faults/rule.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::faults {

namespace {

constexpr std::size_t max_id_length = 64;

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return patterns.empty() ||
         std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return glob_matches(pattern, text); });
}

bool app_matches(const std::vector<std::string>& patterns, std::uint64_t app_id) {
  return patterns.empty() || any_matches(patterns, fmt::to_string(app_id));
}

/// Ids stand blank-separated in the request log.
bool is_rule_id(std::string_view id) {
  constexpr std::string_view signs = "_.-";
  return !id.empty() && id.size() <= max_id_length &&
         std::all_of(id.begin(), id.end(), [&](char c) {
           const char lower = to_lower_ascii(c);
           return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
                  signs.find(c) != std::string_view::npos;
         });
}

config::Fields all_fields(const FaultKind& kind) {
  config::Fields fields = common_fields();
  fields.insert(fields.end(), kind.fields.begin(), kind.fields.end());
  return fields;
}

std::vector<std::string> patterns_of(const config::Settings& settings, std::string_view name) {
  return settings.has(name) ? settings.text_list(name) : std::vector<std::string>();
}

Match read_match(const Json& json, Hook hook, config::Problems& problems) {
  const auto before = problems.size();
  const auto settings = config::read_settings(match_fields(), json, "/match", problems);
  if (problems.size() != before) {
    return {};
  }
  Match match{.operations = patterns_of(settings, "operation"),
              .methods = patterns_of(settings, "method"),
              .paths = patterns_of(settings, "path"),
              .apps = patterns_of(settings, "app")};
  for (std::string& method : match.methods) {
    std::transform(method.begin(), method.end(), method.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  }
  if (hook == Hook::delivery && !(match.methods.empty() && match.paths.empty())) {
    problems.push_back({"/match",
                        "a webhook has no method and no path to match: use 'operation' "
                        "(the subscription type, e.g. 'contact.*') and 'app'"});
  }
  return match;
}

void check_id(std::string_view id, const config::Settings& settings, config::Problems& problems) {
  if (!is_rule_id(id)) {
    problems.push_back({"/id", "a rule's id is 1 to 64 letters, digits, '_', '.' or '-'"});
  } else if (settings.has("id") && settings.text("id") != id) {
    problems.push_back({"/id", "the body says '" + settings.text("id") + "' but the path '" +
                                   std::string(id) + "': leave it out of the body"});
  }
}

const FaultKind* read_kind(const FaultRegistry& kinds, const Json& json,
                           config::Problems& problems) {
  const Json* name = json::find(json, "kind");
  if (name == nullptr) {
    problems.push_back({"/kind", "'kind' is missing; known: " + join(kinds.names(), ", ")});
    return nullptr;
  }
  const auto kind = kinds.get(json::text_of(*name));
  if (!kind.ok()) {
    problems.push_back({"/kind", kind.error()});
    return nullptr;
  }
  if ((*kind)->hook == Hook::process) {
    problems.push_back({"/kind", "'" + (*kind)->name +
                                     "' acts on the integration's process, which only "
                                     "`hubsim run` has: put it into a scenario"});
    return nullptr;
  }
  return *kind;
}

}  // namespace

std::uint32_t AttemptCounter::next(std::uint64_t key) {
  const auto known = young_.find(key);
  if (known != young_.end()) {
    return known->second++;
  }
  std::uint32_t attempt = 0;
  if (const auto older = old_.find(key); older != old_.end()) {
    attempt = older->second;
    old_.erase(older);
  }
  if (young_.size() >= half_) {
    forgotten_ += old_.size();
    old_ = std::move(young_);
    young_ = {};
  }
  young_.emplace(key, attempt + 1);
  return attempt;
}

bool RuleBook::Rule::matches(const CallFacts& facts) const {
  return kind->hook == Hook::call && facts.now >= from &&
         (until == Instant() || facts.now < until) &&
         any_matches(match.operations, facts.operation) &&
         any_matches(match.methods, facts.method) && any_matches(match.paths, facts.path) &&
         app_matches(match.apps, facts.app_id);
}

bool RuleBook::Rule::matches(const DeliveryFacts& facts) const {
  return kind->hook == Hook::delivery && facts.occurred_at >= from &&
         (until == Instant() || facts.occurred_at < until) &&
         any_matches(match.operations, facts.subscription_type) &&
         app_matches(match.apps, facts.app_id);
}

std::optional<Prng> RuleBook::Rule::draw(std::uint64_t seed, std::string_view key) {
  ++counts.eligible;
  const std::uint32_t attempt = counts.attempts.next(stable_hash(key));
  Prng prng = keyed_prng(seed, {id, key, fmt::format_int(attempt).c_str()});
  if (prng.uniform() >= share || spent()) {
    return std::nullopt;
  }
  return prng;
}

Json RuleBook::Rule::to_json() const {
  Json json = source;
  json["eligible"] = counts.eligible;
  json["hits"] = counts.hits;
  json["shadowed"] = counts.shadowed;
  json["forgotten_keys"] = counts.attempts.forgotten();
  return json;
}

std::unique_ptr<RuleBook::Rule> read_rule(const FaultRegistry& kinds, std::string_view id,
                                          const Json& json, config::Problems& problems) {
  if (!json.is_object()) {
    problems.push_back({"", "expected a JSON object with the rule's settings"});
    return nullptr;
  }
  const FaultKind* kind = read_kind(kinds, json, problems);
  if (kind == nullptr) {
    return nullptr;
  }
  const auto settings = config::read_settings(all_fields(*kind), json, "", problems);
  check_id(id, settings, problems);
  auto rule = std::make_unique<RuleBook::Rule>();
  if (settings.has("match")) {
    rule->match = read_match(settings.json("match"), kind->hook, problems);
  }
  if (!problems.empty()) {
    return nullptr;
  }
  rule->id = id;
  rule->kind = kind;
  rule->share = settings.share("share");
  rule->from = from_unix_ms(settings.integer("from_ms"));
  rule->until = from_unix_ms(settings.integer("until_ms"));
  rule->budget = static_cast<std::uint64_t>(settings.integer("budget"));
  if (rule->until != Instant() && rule->until <= rule->from) {
    problems.push_back({"/until_ms", "the window ends before it begins; 0 leaves it open"});
  }
  rule->behaviour = kind->make(settings, problems);
  rule->source = {{"id", rule->id}};
  for (const auto& [key, value] : json.items()) {
    rule->source[key] = value;
  }
  return rule;
}

}  // namespace hubsim::faults

#include "mock_server/faults/presets.h"

#include <algorithm>
#include <array>

namespace hubsim::faults {

namespace {

struct Preset {
  std::string_view name;
  std::string_view rule;
};

constexpr std::array<Preset, 16> presets{{
    {"search-429",
     R"json({"kind":"status","status":429,"policy":"secondly","share":"75%",
         "match":{"operation":["*.search"]}})json"},
    {"burst-429",
     R"json({"kind":"status","status":429,"policy":"ten_secondly","share":"30%"})json"},
    {"daily-429", R"json({"kind":"status","status":429,"policy":"daily"})json"},
    {"edge-5xx", R"json({"kind":"status","status":502,"share":"20%"})json"},
    {"edge-524", R"json({"kind":"status","status":524,"share":"20%","commit":"50%"})json"},
    {"commit-then-timeout",
     R"json({"kind":"status","status":502,"commit":"100%","share":"10%",
         "match":{"method":["POST","PATCH"]}})json"},
    {"slow-engagements",
     R"json({"kind":"latency","delay":"lognormal(4s, 0.5)",
         "match":{"path":"*/engagements*"}})json"},
    {"lock-423", R"json({"kind":"status","status":423,"share":"10%",
                     "match":{"operation":["*.batch.upsert"]}})json"},
    {"migrating-477", R"json({"kind":"status","status":477,"retry_after":"24h"})json"},
    {"207-ignored", R"json({"kind":"partial_batch","share":"20%"})json"},
    {"webhook-dup", R"json({"kind":"webhook_duplicate","event_id":"same","share":"20%"})json"},
    {"webhook-dup-new-id",
     R"json({"kind":"webhook_duplicate","event_id":"new","share":"20%"})json"},
    {"webhook-order", R"json({"kind":"webhook_reorder","within":"2s","share":"50%"})json"},
    {"webhook-late",
     R"json({"kind":"webhook_delay","delay":"lognormal(10m, 1.0)","share":"10%"})json"},
    {"webhook-burst", R"json({"kind":"webhook_burst","every":"1m"})json"},
    {"clock-skew", R"json({"kind":"webhook_forge","how":"stale_timestamp","share":"10%"})json"},
}};

}  // namespace

std::optional<Json> preset(std::string_view name) {
  const auto* found = std::find_if(presets.begin(), presets.end(),
                                   [&](const Preset& known) { return known.name == name; });
  return found == presets.end() ? std::nullopt : std::optional(json::parse(found->rule).value());
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const Preset& each : presets) {
    names.emplace_back(each.name);
  }
  return names;
}

std::optional<Json> expand_preset(const Json& body) {
  const Json* name = json::find(body, "preset");
  if (name == nullptr) {
    return body;
  }
  auto rule = preset(json::text_of(*name));
  if (rule) {
    rule->update(body);
    rule->erase("preset");
  }
  return rule;
}

}  // namespace hubsim::faults

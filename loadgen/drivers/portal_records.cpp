#include "loadgen/drivers/portal_records.h"

#include "common/json/json.h"
#include "common/net/blocking_client.h"

namespace hubsim::loadgen {

namespace {

constexpr int history_limit = 10'000;

/// The outcome lives on in place of the records that went into it.
void apply_merge(const Json& entry, std::vector<std::string>& living) {
  const Json* merge = json::find(entry, "merge");
  if (merge == nullptr) {
    return;
  }
  std::erase(living, json::text_of(merge->value("primary_id", Json())));
  for (const Json& id : merge->value("merged_ids", Json::array())) {
    std::erase(living, json::text_of(id));
  }
  living.push_back(json::text_of(entry.at("object_id")));
}

void apply(const Json& entry, const std::string& type_id, std::vector<std::string>& living) {
  const Json* type = json::find(entry, "object_type");
  const Json* kind = json::find(entry, "kind");
  const Json* id = json::find(entry, "object_id");
  if (type == nullptr || kind == nullptr || id == nullptr || *type != type_id) {
    return;
  }
  if (*kind == "created" || *kind == "restored") {
    living.push_back(json::text_of(*id));
  } else if (*kind == "archived" || *kind == "privacy_deleted") {
    std::erase(living, json::text_of(*id));
  } else if (*kind == "merged") {
    apply_merge(entry, living);
  }
}

}  // namespace

Result<std::vector<std::string>> living_records(const std::string& control_url,
                                                const std::string& type_id) {
  net::BlockingHttpClient client;
  std::vector<std::string> living;
  for (std::int64_t after = 0;;) {
    const std::string url = control_url + "/history?after=" + std::to_string(after) +
                            "&limit=" + std::to_string(history_limit);
    const auto answer = client.get(url);
    const auto page = json::parse(answer.body);
    if (!answer.ok() || answer.status != 200 || !page) {
      return Failure{"cannot read the portal's history from " + url + ": " +
                     (answer.ok() ? "status " + std::to_string(answer.status) : answer.error_text)};
    }
    const Json* results = json::find(*page, "results");
    if (results == nullptr || !results->is_array()) {
      return Failure{std::string("the portal's history has no 'results'")};
    }
    for (const Json& entry : *results) {
      apply(entry, type_id, living);
    }
    const Json* next = json::find(*page, "next_after");
    if (results->empty() || next == nullptr || next->get<std::int64_t>() <= after) {
      return living;
    }
    after = next->get<std::int64_t>();
  }
}

}  // namespace hubsim::loadgen

#include "scenarios/run/behaviour.h"

#include <algorithm>
#include <map>

#include "common/base/text.h"
#include "common/http/message.h"
#include "scenarios/checks/retries.h"

namespace hubsim::scenarios {

namespace {

using reports::OperationBehaviour;
using reports::Sizes;

/// As in the table of operations: HubSpot's burst answer names no wait.
constexpr std::int64_t floor_ms = 1000;

std::vector<std::string> texts_at(const Json& object, const char* key) {
  std::vector<std::string> texts;
  if (const Json* list = json::find(object, key); list != nullptr && list->is_array()) {
    for (const Json& item : *list) {
      texts.push_back(json::text_of(item));
    }
  }
  return texts;
}

std::uint64_t number_at(const Json& object, const char* key) {
  const Json* number = json::find(object, key);
  return number != nullptr && number->is_number_unsigned() ? number->get<std::uint64_t>() : 0;
}

/// What of the calls of one operation is kept until all of them are known.
struct Gathered {
  OperationBehaviour operation;
  std::vector<std::uint64_t> batches;
  std::vector<std::uint64_t> pages;
};

std::optional<Sizes> sizes_of(std::vector<std::uint64_t>& values) {
  if (values.empty()) {
    return std::nullopt;
  }
  std::sort(values.begin(), values.end());
  const auto at = [&](std::size_t percent) { return values[(values.size() - 1) * percent / 100]; };
  return Sizes{values.size(), values.front(), at(50), at(90), values.back()};
}

bool is_batch(const std::string& operation) {
  return operation.find(".batch.") != std::string::npos || operation.ends_with(".batch");
}

void take(Gathered& gathered, const RequestRecord& request) {
  OperationBehaviour& operation = gathered.operation;
  ++operation.calls;
  operation.met_429 += request.status == 429 ? 1U : 0U;
  operation.met_5xx += request.status >= 500 ? 1U : 0U;
  // Of a call that was refused nobody counted the inputs.
  if (is_batch(request.operation) && request.succeeded() && request.inputs > 0) {
    gathered.batches.push_back(static_cast<std::uint64_t>(request.inputs));
  }
  const http::Query query(request.query);
  if (const auto limit = parse_uint(query.first("limit").value_or(""))) {
    gathered.pages.push_back(*limit);
  }
}

std::uint64_t changes_of(const RunEvidence& evidence) {
  const auto by_others = std::count_if(evidence.history.begin(), evidence.history.end(),
                                       [](const HistoryEntry& entry) {
                                         return is_of_record(entry.kind) && !entry.by_integration();
                                       });
  return static_cast<std::uint64_t>(by_others) + evidence.accepted_writes.size();
}

std::optional<double> per_change(std::uint64_t calls, std::uint64_t changes) {
  return changes == 0 ? std::nullopt
                      : std::optional(static_cast<double>(calls) / static_cast<double>(changes));
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void add_shape(Gathered& gathered, const CallShape& shape) {
  gathered.operation.scopes = shape.scopes;
  gathered.operation.payload = shape.payload;
  gathered.operation.payload_cut = shape.payload_cut;
  for (const auto& [limit, calls] : shape.limits) {
    gathered.pages.insert(gathered.pages.end(), calls, limit);
  }
}

reports::Behaviour sum_of(std::map<std::string, Gathered>& by_name, std::uint64_t changes) {
  reports::Behaviour out{.changes = changes};
  std::uint64_t met_429 = 0;
  std::uint64_t met_5xx = 0;
  for (auto& [name, gathered] : by_name) {
    OperationBehaviour& operation = gathered.operation;
    operation.operation = name;
    operation.calls_per_change = per_change(operation.calls, changes);
    operation.batch_sizes = sizes_of(gathered.batches);
    operation.page_sizes = sizes_of(gathered.pages);
    out.calls += operation.calls;
    out.retries += operation.retries;
    out.early_retries += operation.early_retries;
    met_429 += operation.met_429;
    met_5xx += operation.met_5xx;
    out.operations.push_back(std::move(operation));
  }
  out.calls_per_change = per_change(out.calls, changes);
  out.share_429 = share(met_429, out.calls);
  out.share_5xx = share(met_5xx, out.calls);
  return out;
}

}  // namespace

std::vector<CallShape> call_shapes_from_json(const Json& answer) {
  std::vector<CallShape> shapes;
  const Json* results = json::find(answer, "results");
  if (results == nullptr || !results->is_array()) {
    return shapes;
  }
  for (const Json& item : *results) {
    CallShape shape{.operation = json::text_of(item.value("operation", Json(""))),
                    .scopes = texts_at(item, "scopes"),
                    .payload = texts_at(item, "payload")};
    const Json* cut = json::find(item, "payload_cut");
    shape.payload_cut = cut != nullptr && cut->is_boolean() && cut->get<bool>();
    if (const Json* limits = json::find(item, "limits"); limits != nullptr) {
      for (const Json& limit : *limits) {
        shape.limits[number_at(limit, "limit")] += number_at(limit, "calls");
      }
    }
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

reports::Behaviour behaviour_of(const RunEvidence& evidence) {
  std::map<std::string, Gathered> by_name;
  for (const RequestRecord& request : evidence.requests) {
    take(by_name[request.operation.empty() ? "(no such operation)" : request.operation], request);
  }
  for (const Retry& retry : retries_of(evidence)) {
    if (const auto it = by_name.find(retry.failed->operation); it != by_name.end()) {
      ++it->second.operation.retries;
      it->second.operation.early_retries += is_early(retry, floor_ms) ? 1U : 0U;
    }
  }
  for (const CallShape& shape : evidence.call_shapes) {
    if (const auto it = by_name.find(shape.operation); it != by_name.end()) {
      add_shape(it->second, shape);
    }
  }
  return sum_of(by_name, changes_of(evidence));
}

}  // namespace hubsim::scenarios

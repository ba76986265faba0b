// Batch read of CRM records (behaviour reference 4.8): the call that integrations make most, so it
// reads plain lists of ids in a way of its own and leaves all others to the careful reader.
#include <boost/unordered/unordered_flat_set.hpp>

#include "common/base/text.h"
#include "mock_server/operations/crm/batch_input.h"
#include "mock_server/operations/crm/render.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fast_body.h"

namespace hubsim::operations {

namespace {

struct Wanted {
  std::string id;            ///< as the client wrote it
  portal::RecordPtr record;  ///< nullptr when the id names none

  /// Fault rules pick inputs by it.
  [[nodiscard]] std::string_view key() const {
    return record ? std::string_view(record->lineage) : std::string_view(id);
  }
};

struct ReadRequest {
  TypePtr type = nullptr;
  std::vector<Wanted> wanted;
  std::vector<std::string> properties;
  std::vector<std::string> with_history;
};

ReadRequest resolve_ids(const Context& context, TypePtr type, RawIds raw) {
  ReadRequest request{.type = type, .properties = std::move(raw.properties)};
  std::vector<portal::ObjectId> ids;
  ids.reserve(raw.ids.size());
  for (const std::string& id : raw.ids) {
    ids.push_back(parse_uint(id).value_or(0));
  }
  context.portal.store(type->index()).prefetch(ids);
  request.wanted.reserve(raw.ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    request.wanted.push_back({std::move(raw.ids[i]), find_record(context, *type, ids[i])});
  }
  return request;
}

Read<ReadRequest> read_carefully(Context& context) {
  const auto& batch = read_batch_request(context, BatchKind::read);
  if (!batch) {
    return Failure{batch.error()};
  }
  ReadRequest request{
      .type = batch->type, .properties = batch->properties, .with_history = batch->with_history};
  for (const BatchInput& input : batch->inputs) {
    request.wanted.push_back({input.id, input.record});
  }
  return request;
}

Read<ReadRequest> read_whole(Context& context) {
  auto raw = read_raw_ids(context.request.body);
  const bool plain = raw && !raw->ids.empty() && raw->ids.size() <= choices::batch_maximum &&
                     std::none_of(raw->ids.begin(), raw->ids.end(),
                                  [](const std::string& id) { return id.empty(); });
  if (!plain) {
    return read_carefully(context);
  }
  const auto type = read_type(context);
  return type ? Read<ReadRequest>(resolve_ids(context, *type, std::move(*raw)))
              : Read<ReadRequest>(Failure{type.error()});
}

/// Read once a call: key() and run() see the same.
const Read<ReadRequest>& read_request(Context& context) {
  if (!context.reading) {
    auto request = std::make_shared<const Read<ReadRequest>>(read_whole(context));
    context.reading = std::move(request);
  }
  return *static_cast<const Read<ReadRequest>*>(context.reading.get());
}

/// The records to show, each once, and what becomes of the other inputs.
struct Found {
  std::vector<const portal::Record*> records;
  std::vector<ApiError> errors;
};

Found find(const Context& context, const ReadRequest& request) {
  const bool archived = equals_ignoring_case(context.query.first("archived").value_or(""), "true");
  Found found;
  std::vector<std::string> missing;
  boost::unordered_flat_set<portal::ObjectId> seen;
  seen.reserve(request.wanted.size());
  found.records.reserve(request.wanted.size());
  for (const Wanted& wanted : request.wanted) {
    const portal::Record* record = wanted.record.get();
    if (context.input_fails && context.input_fails(wanted.key())) {
      found.errors.push_back(choices::input_failed());
      found.errors.back().context.emplace_back("ids", std::vector{wanted.id});
    } else if (record == nullptr || record->archived != archived ||
               record->gone != portal::Gone::no) {
      missing.push_back(wanted.id);
    } else if (seen.insert(record->id).second) {
      found.records.push_back(record);
    }
  }
  if (!missing.empty()) {
    found.errors.push_back(hubspot::objects_not_found(request.type->fact().label, missing));
  }
  return found;
}

Reply run_read(Context& context) {
  const auto& request = read_request(context);
  if (!request) {
    return fail(context, request.error());
  }
  Found found = find(context, *request);
  const View view = View::requested(*request->type, request->properties);
  const auto past = history_view(*request->type, request->with_history);
  BatchResults results{
      .count = found.records.size(), .append = {}, .errors = std::move(found.errors)};
  results.append = [&](std::string& out, std::size_t index) {
    append_read_record(out, context.portal, *found.records[index], view,
                       {.url = true, .history = past});
  };
  return batch_answer(context, results, 200, request->wanted.size());
}

std::string key_read(Context& context) {
  const auto& request = read_request(context);
  if (!request) {
    return std::string(context.request.body);
  }
  std::vector<std::string_view> keys;
  keys.reserve(request->wanted.size());
  for (const Wanted& wanted : request->wanted) {
    keys.push_back(wanted.key());
  }
  return batch_key(std::move(keys));
}

}  // namespace

void register_crm_batch_read(OperationRegistry& registry);
void register_crm_batch_read(OperationRegistry& registry) {
  registry.add({"crm.objects.batch.read", run_read, key_read});
}

}  // namespace hubsim::operations

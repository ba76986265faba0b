#include "mock_server/operations/crm/batch_input.h"

#include <set>

#include "hubspot/rules/property_values.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

bool has_id(BatchKind kind) { return kind != BatchKind::create; }
bool has_writes(BatchKind kind) {
  return kind == BatchKind::create || kind == BatchKind::update || kind == BatchKind::upsert;
}

std::string_view action_name(BatchKind kind) {
  switch (kind) {
    case BatchKind::update:
      return "update";
    case BatchKind::upsert:
      return "upsert";
    default:
      return "read";
  }
}

/// Reads the inputs of one request; what they share is found once.
class Reader {
 public:
  Reader(const Context& context, BatchKind kind, const portal::ObjectType& type)
      : context_(context), kind_(kind), type_(type) {}

  Read<BatchInput> read(const Json& item, std::size_t index, std::string_view default_property) {
    const Members members(context_.request.body, item, "/inputs/" + std::to_string(index));
    BatchInput input;
    if (const Json* trace = members.find("objectWriteTraceId")) {
      input.trace_id = scalar_text(*trace);
    }
    if (has_id(kind_)) {
      if (auto error = read_id(members, default_property, input)) {
        return Failure{std::move(*error)};
      }
    }
    if (has_writes(kind_)) {
      if (auto error = read_values(members, input)) {
        return Failure{std::move(*error)};
      }
    }
    input.key = input.record ? input.record->lineage : key_without_record(input);
    return input;
  }

 private:
  std::optional<ApiError> read_id(const Members& members, std::string_view default_property,
                                  BatchInput& input) {
    auto id = members.text("id");
    auto name = members.text("idProperty");
    if (!id || !name) {
      return id ? name.error() : id.error();
    }
    if (id->empty()) {
      return hubspot::missing_fields(members.body(), {"id"});
    }
    const std::string_view property = name->empty() ? default_property : std::string_view(*name);
    if (kind_ == BatchKind::upsert && property.empty()) {
      return hubspot::missing_fields(members.body(), {"idProperty"});
    }
    const auto by = read_id_property(context_, type_, property, action_name(kind_));
    if (!by) {
      return by.error();
    }
    input.by = *by;
    input.id = std::move(*id);
    input.record = find_record(context_, type_, input.by, input.id);
    if (input.record && input.record->archived && kind_ != BatchKind::read) {
      input.record = nullptr;
    }
    return std::nullopt;
  }

  std::optional<ApiError> read_values(const Members& members, BatchInput& input) {
    auto writes = read_writes(members);
    if (!writes) {
      return writes.error();
    }
    input.writes = std::move(*writes);
    if (kind_ == BatchKind::upsert) {
      add_id_value(input);
    }
    if (kind_ != BatchKind::create) {
      return std::nullopt;
    }
    auto edges = read_inline_associations(context_, type_, members);
    if (!edges) {
      return edges.error();
    }
    input.edges = std::move(*edges);
    return std::nullopt;
  }

  /// An upsert that creates writes the value it looked for, unless the properties name another.
  void add_id_value(BatchInput& input) const {
    const std::string& name = type_.property(*input.by.index).fact.name;
    for (const auto& [written, value] : input.writes) {
      if (written == name) {
        return;
      }
    }
    input.writes.emplace_back(name, input.id);
  }

  [[nodiscard]] std::string key_without_record(const BatchInput& input) const {
    return kind_ == BatchKind::create || kind_ == BatchKind::upsert
               ? natural_key(type_, input.writes)
               : input.id;
  }

  const Context& context_;
  BatchKind kind_;
  const portal::ObjectType& type_;
};

/// What an input names, whatever spelling it used.
std::string identity(const BatchRequest& request, const BatchInput& input) {
  if (input.record) {
    return std::to_string(input.record->id);
  }
  if (!input.by.index) {
    return input.id;
  }
  const auto value = hubspot::normalise(request.type->property(*input.by.index).fact, input.id);
  return value.ok() ? *value : input.id;
}

}  // namespace

std::string BatchRequest::key() const {
  std::vector<std::string> keys;
  for (const BatchInput& input : inputs) {
    keys.push_back(input.key);
  }
  return batch_key(std::move(keys));
}

namespace {

Read<BatchRequest> read_whole(const Context& context, BatchKind kind) {
  const auto type = read_type(context);
  if (!type) {
    return Failure{type.error()};
  }
  const auto body = read_batch(context, choices::batch_maximum);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, body->body);
  const auto properties = members.texts("properties");
  const auto id_property = members.text("idProperty");
  if (!properties || !id_property) {
    return Failure{properties ? id_property.error() : properties.error()};
  }
  BatchRequest request{.type = *type, .properties = *properties};
  Reader reader(context, kind, **type);
  for (std::size_t i = 0; i < body->size; ++i) {
    auto input = reader.read(body->inputs()[i], i, *id_property);
    if (!input) {
      return Failure{input.error()};
    }
    request.traced = request.traced || !input->trace_id.empty();
    request.inputs.push_back(std::move(*input));
  }
  return request;
}

}  // namespace

const Read<BatchRequest>& read_batch_request(Context& context, BatchKind kind) {
  if (!context.reading) {
    context.reading = std::make_shared<const Read<BatchRequest>>(read_whole(context, kind));
  }
  return *static_cast<const Read<BatchRequest>*>(context.reading.get());
}

std::optional<ApiError> check_duplicates(const BatchRequest& request) {
  std::set<std::string> seen;
  std::vector<std::string> twice;
  for (const BatchInput& input : request.inputs) {
    if (!seen.insert(identity(request, input)).second) {
      twice.push_back(input.id);
    }
  }
  return twice.empty() ? std::nullopt : std::optional(hubspot::duplicate_ids(twice));
}

}  // namespace hubsim::operations

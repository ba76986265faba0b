#include "mock_server/operations/crm/batch_input.h"

#include <set>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "hubspot/rules/property_values.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fast_body.h"

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

/// Turns the inputs of one request, as sent, into what they name; what they share is found once.
class Resolver {
 public:
  Resolver(const Context& context, BatchKind kind, const portal::ObjectType& type,
           std::string default_property)
      : context_(context),
        kind_(kind),
        type_(type),
        default_property_(std::move(default_property)) {}

  std::optional<ApiError> resolve(RawInput raw, BatchInput& input) {
    input.writes = std::move(raw.writes);
    input.trace_id = std::move(raw.trace_id);
    if (has_id(kind_)) {
      if (auto error = resolve_id(raw, input)) {
        return error;
      }
    }
    if (kind_ == BatchKind::upsert) {
      add_id_value(input);
    }
    if (!input.record) {
      input.own_key = key_without_record(input);
    }
    return std::nullopt;
  }

 private:
  std::optional<ApiError> resolve_id(RawInput& raw, BatchInput& input) {
    if (raw.id.empty()) {
      return hubspot::missing_fields(context_.request.body, {"id"});
    }
    const std::string& property = raw.id_property.empty() ? default_property_ : raw.id_property;
    if (kind_ == BatchKind::upsert && property.empty()) {
      return hubspot::missing_fields(context_.request.body, {"idProperty"});
    }
    const auto by = read_id_property(context_, type_, property, action_name(kind_));
    if (!by) {
      return by.error();
    }
    input.by = *by;
    input.id = std::move(raw.id);
    input.record = find_record(context_, type_, input.by, input.id);
    // Batch update does not find records by ids that were merged away (4.7, 4.9, D).
    if (kind_ == BatchKind::update && input.record && !input.by.index &&
        parse_uint(input.id) != input.record->id &&
        !context_.portal.options().on(hubspot::Option::crm_merged_ids_in_batch_update)) {
      input.record = nullptr;
    }
    if (input.record && input.record->archived && kind_ != BatchKind::read) {
      input.record = nullptr;
    }
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
  std::string default_property_;
};

/// One input, read with care for what may be wrong with it.
Read<RawInput> read_carefully(const Members& members, BatchKind kind) {
  RawInput raw;
  for (const auto& [name, into] : {std::pair<std::string_view, std::string*>{"id", &raw.id},
                                   {"idProperty", &raw.id_property},
                                   {"objectWriteTraceId", &raw.trace_id}}) {
    auto text = members.text(name);
    if (!text) {
      return Failure{text.error()};
    }
    *into = std::move(*text);
  }
  if (has_writes(kind)) {
    auto writes = read_writes(members);
    if (!writes) {
      return Failure{writes.error()};
    }
    raw.writes = std::move(*writes);
  }
  return raw;
}

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
  std::vector<std::string_view> keys;
  keys.reserve(inputs.size());
  for (const BatchInput& input : inputs) {
    keys.push_back(input.key());
  }
  return batch_key(std::move(keys));
}

namespace {

std::optional<ApiError> add_input(BatchRequest& request, Resolver& resolver, RawInput raw) {
  BatchInput& input = request.inputs.emplace_back();
  auto error = resolver.resolve(std::move(raw), input);
  request.traced = request.traced || !input.trace_id.empty();
  return error;
}

/// The usual case: a plain batch of a size that is allowed.
Read<BatchRequest> resolve_raw(const Context& context, BatchKind kind, TypePtr type, RawBatch raw) {
  BatchRequest request{.type = type, .properties = std::move(raw.properties)};
  request.inputs.reserve(raw.inputs.size());
  Resolver resolver(context, kind, *type, std::move(raw.id_property));
  for (RawInput& input : raw.inputs) {
    if (auto error = add_input(request, resolver, std::move(input))) {
      return Failure{std::move(*error)};
    }
  }
  return request;
}

Read<BatchRequest> read_unusual(const Context& context, BatchKind kind, TypePtr type) {
  const auto body = read_batch(context, choices::batch_maximum);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, body->body);
  const auto properties = members.texts("properties");
  const auto with_history = members.texts("propertiesWithHistory");
  auto id_property = members.text("idProperty");
  if (!properties || !id_property || !with_history) {
    return Failure{!properties    ? properties.error()
                   : !id_property ? id_property.error()
                                  : with_history.error()};
  }
  BatchRequest request{.type = type, .properties = *properties, .with_history = *with_history};
  Resolver resolver(context, kind, *type, std::move(*id_property));
  for (std::size_t i = 0; i < body->size; ++i) {
    const Members item(context.request.body, body->inputs()[i], "/inputs/" + std::to_string(i));
    auto raw = read_carefully(item, kind);
    auto edges = kind == BatchKind::create ? read_inline_associations(context, *type, item)
                                           : std::vector<portal::AssociationEdge>();
    if (!raw || !edges) {
      return Failure{raw ? edges.error() : raw.error()};
    }
    if (auto error = add_input(request, resolver, std::move(*raw))) {
      return Failure{std::move(*error)};
    }
    request.inputs.back().edges = std::move(*edges);
  }
  return request;
}

Read<BatchRequest> read_whole(const Context& context, BatchKind kind) {
  const auto type = read_type(context);
  if (!type) {
    return Failure{type.error()};
  }
  auto raw = read_raw_batch(context.request.body);
  if (raw && !raw->inputs.empty() && raw->inputs.size() <= choices::batch_maximum) {
    return resolve_raw(context, kind, *type, std::move(*raw));
  }
  return read_unusual(context, kind, *type);
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

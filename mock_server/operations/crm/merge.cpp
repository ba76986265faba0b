// Merging records and GDPR deletes (behaviour reference 4.9).
#include "common/base/text.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/crm/render.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

struct MergeBody {
  std::string primary;
  std::string other;
};

Read<MergeBody> read_merge(const Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  auto primary = members.text("primaryObjectId");
  auto other = members.text("objectIdToMerge");
  if (!primary || !other) {
    return Failure{primary ? other.error() : primary.error()};
  }
  std::vector<std::string> missing;
  if (primary->empty()) {
    missing.emplace_back("primaryObjectId");
  }
  if (other->empty()) {
    missing.emplace_back("objectIdToMerge");
  }
  if (!missing.empty()) {
    return Failure{hubspot::missing_fields(context.request.body, missing)};
  }
  return MergeBody{std::move(*primary), std::move(*other)};
}

ApiError merge_error(portal::MergeRefusal refusal, const portal::ObjectType& type) {
  switch (refusal) {
    case portal::MergeRefusal::itself:
      return hubspot::merge_with_itself(type.fact().singular);
    case portal::MergeRefusal::no_primary:
      return hubspot::not_mergeable("canonical vid", type.fact().singular);
    case portal::MergeRefusal::no_other:
      return hubspot::not_mergeable("vid to merge", type.fact().singular);
    case portal::MergeRefusal::too_many:
      break;
  }
  return hubspot::too_many_merges();
}

Reply run_merge(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const auto body = read_merge(context);
  if (!body) {
    return fail(context, body.error());
  }
  const auto primary = parse_uint(body->primary);
  const auto other = parse_uint(body->other);
  if (!primary || !other) {
    return fail(context, hubspot::object_id_not_numeric(primary ? body->other : body->primary));
  }
  const auto merged = context.portal.merge((*type)->index(), *primary, *other, context.write());
  if (!merged) {
    return fail(context, merge_error(merged.error(), **type));
  }
  std::string out;
  append_record(out, context.portal, **merged, View::requested(**type, {}), {.url = true});
  return answer(std::move(out));
}

std::string lineage_of(const Context& context, const portal::ObjectType& type,
                       std::string_view id) {
  const auto record = find_record(context, type, {}, id);
  return record ? record->lineage : std::string(id);
}

std::string key_merge(Context& context) {
  const auto type = read_type(context);
  const auto body = read_merge(context);
  if (!type || !body) {
    return std::string(context.request.body);
  }
  const std::string primary = lineage_of(context, **type, body->primary);
  const std::string other = lineage_of(context, **type, body->other);
  return batch_key({primary, other});
}

/// Whom a GDPR delete names: by id, or by a unique property (email).
struct Erasure {
  std::string id;
  IdProperty by;
};

Read<Erasure> read_erasure(const Context& context, const portal::ObjectType& type,
                           const Members& members) {
  auto id = members.text("objectId");
  const auto property = members.text("idProperty");
  if (!id || !property) {
    return Failure{id ? property.error() : id.error()};
  }
  if (id->empty()) {
    return Failure{hubspot::missing_fields(members.body(), {"objectId"})};
  }
  const auto by = read_id_property(context, type, *property, "read");
  if (!by) {
    return Failure{by.error()};
  }
  return Erasure{std::move(*id), *by};
}

/// An address that no contact has is blocked all the same (4.9, D).
bool erase(Context& context, const portal::ObjectType& type, const Erasure& erasure) {
  const auto record = find_record(context, type, erasure.by, erasure.id);
  if (record && context.portal.erase(type.index(), record->id, context.write())) {
    return true;
  }
  const bool by_email = erasure.by.index && type.property(*erasure.by.index).fact.name == "email";
  if (by_email) {
    context.portal.block_email(erasure.id);
  }
  return by_email;
}

Reply run_gdpr_delete(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  const auto erasure = read_erasure(context, **type, Members(context.request.body, *body));
  if (!erasure) {
    return fail(context, erasure.error());
  }
  return erase(context, **type, *erasure) ? no_content()
                                          : fail(context, hubspot::object_not_found());
}

std::string key_gdpr_delete(Context& context) {
  const auto type = read_type(context);
  const auto body = read_object(context);
  if (!type || !body) {
    return std::string(context.request.body);
  }
  const auto erasure = read_erasure(context, **type, Members(context.request.body, *body));
  const auto record =
      erasure ? find_record(context, **type, erasure->by, erasure->id) : portal::RecordPtr();
  return record ? record->lineage : std::string(context.request.body);
}

/// The dated batch: inputs of {objectId, idProperty?}; ids that name nothing are ignored, as in a
/// batch archive (4.1, 4.8, I).
Reply run_batch_gdpr_delete(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const auto batch = read_batch(context, choices::batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  std::vector<Erasure> erasures;
  for (std::size_t i = 0; i < batch->size; ++i) {
    auto erasure = read_erasure(
        context, **type,
        Members(context.request.body, batch->inputs()[i], "/inputs/" + std::to_string(i)));
    if (!erasure) {
      return fail(context, erasure.error());
    }
    erasures.push_back(std::move(*erasure));
  }
  for (const Erasure& erasure : erasures) {
    erase(context, **type, erasure);
  }
  Reply reply = no_content();
  reply.inputs = batch->size;
  return reply;
}

std::string key_body(Context& context) { return std::string(context.request.body); }

}  // namespace

void register_crm_merge(OperationRegistry& registry);
void register_crm_merge(OperationRegistry& registry) {
  registry.add({"crm.objects.merge", run_merge, key_merge});
  registry.add({"crm.objects.gdpr_delete", run_gdpr_delete, key_gdpr_delete});
  registry.add({"crm.objects.batch.gdpr_delete", run_batch_gdpr_delete, key_body});
}

}  // namespace hubsim::operations

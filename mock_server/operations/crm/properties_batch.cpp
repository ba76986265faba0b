// Batches of property definitions: create, read, archive (behaviour reference 4.10).
#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/crm/property_input.h"
#include "mock_server/operations/crm/property_render.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

std::string name_of(const Json& input) {
  const Json* name = json::find(input, "name");
  return name != nullptr && !name->is_structured() ? scalar_text(*name) : "";
}

/// What an answer says beside its results.
struct Envelope {
  int status = 200;
  std::size_t inputs = 0;
};

Reply answer_properties(const Context& context, portal::TypeIndex type_index, Envelope envelope,
                        const std::vector<portal::PropertyIndex>& found, BatchResults results) {
  const portal::ObjectType& type = context.portal.type(type_index);
  results.count = found.size();
  results.append = [&](std::string& out, std::size_t index) {
    append_property(out, context, type, type.property(found[index]));
  };
  return batch_answer(context, results, envelope.status, envelope.inputs);
}

/// Each input stands for itself: what is wrong with one is told beside the others (D spec: 207).
Reply run_create(Context& context) {
  const auto type = read_type(context);
  const auto body = read_batch(context, choices::batch_maximum);
  if (!type || !body) {
    return fail(context, type ? body.error() : type.error());
  }
  std::vector<portal::PropertyIndex> made;
  BatchResults results;
  const portal::TypeIndex type_index = (*type)->index();
  std::size_t place = 0;
  for (const Json& input : body->inputs()) {
    const portal::ObjectType& now = context.portal.type(type_index);
    const Members members(context.request.body, input, "/inputs/" + std::to_string(place++));
    if (context.input_fails && context.input_fails(name_of(input))) {
      results.errors.push_back(choices::input_failed());
      continue;
    }
    auto property = read_new_property(context, now, members);
    auto index = property ? add_property(context, now, std::move(*property))
                          : Read<portal::PropertyIndex>(Failure{property.error()});
    if (index) {
      made.push_back(*index);
    } else {
      results.errors.push_back(index.error());
    }
  }
  return answer_properties(context, type_index, {201, body->size}, made, std::move(results));
}

Reply run_read(Context& context) {
  const auto type = read_type(context);
  const auto body = read_batch(context, choices::batch_maximum);
  if (!type || !body) {
    return fail(context, type ? body.error() : type.error());
  }
  const Json* archived_member = json::find(body->body, "archived");
  const bool archived =
      archived_member != nullptr && archived_member->is_boolean() && archived_member->get<bool>();
  const Json* level = json::find(body->body, "dataSensitivity");
  const std::string sensitivity = level != nullptr ? scalar_text(*level) : "non_sensitive";
  std::vector<portal::PropertyIndex> found;
  BatchResults results;
  for (const Json& input : body->inputs()) {
    const std::string name = name_of(input);
    const auto index = (*type)->property_index(name);
    const bool fits = index && (*type)->property(*index).archived == archived &&
                      (*type)->property(*index).fact.data_sensitivity == sensitivity;
    if (fits) {
      found.push_back(*index);
    } else {
      results.errors.push_back(hubspot::property_missing(name));
    }
  }
  return answer_properties(context, (*type)->index(), {200, body->size}, found, std::move(results));
}

/// Names of nothing are ignored, as ids of nothing are (4.8, I); one that may not go stops all.
Reply run_archive(Context& context) {
  const auto type = read_type(context);
  const auto body = read_batch(context, choices::batch_maximum);
  if (!type || !body) {
    return fail(context, type ? body.error() : type.error());
  }
  for (const Json& input : body->inputs()) {
    const auto index = (*type)->property_index(name_of(input));
    if (index && (*type)->property(*index).fact.hubspot_defined) {
      return fail(context, *archive_property(context, **type, name_of(input)));
    }
  }
  for (const Json& input : body->inputs()) {
    const auto error =
        archive_property(context, context.portal.type((*type)->index()), name_of(input));
    if (error && error->status != 404) {
      return fail(context, *error);
    }
  }
  Reply reply = no_content();
  reply.inputs = body->size;
  return reply;
}

std::string key_batch(Context& context) {
  const auto body = read_batch(context, choices::batch_maximum);
  if (!body) {
    return std::string(context.request.body);
  }
  std::vector<std::string> names;
  for (const Json& input : body->inputs()) {
    names.push_back(name_of(input));
  }
  return batch_key({names.begin(), names.end()});
}

}  // namespace

void register_crm_properties_batch(OperationRegistry& registry);
void register_crm_properties_batch(OperationRegistry& registry) {
  registry.add({"crm.properties.batch.create", run_create, key_batch});
  registry.add({"crm.properties.batch.read", run_read, key_batch});
  registry.add({"crm.properties.batch.archive", run_archive, key_batch});
}

}  // namespace hubsim::operations

// The lists a record is on: one record, or a batch of records (reference 7, D; models of the
// official client 14.0.1).
#include "common/base/text.h"
#include "mock_server/operations/lists/list_input.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

Json memberships_of(const Context& context, portal::TypeIndex type, portal::ObjectId id) {
  Json shown = Json::array();
  for (const auto& [list_id, list] : lists_of(context).all()) {
    const auto member = list.members.find(id);
    if (list.deleted_at || list.type != type || member == list.members.end()) {
      continue;
    }
    shown.push_back({{"listId", std::to_string(list_id)},
                     {"listVersion", list.version},
                     {"isPublicList", true},
                     {"lastAddedTimestamp", list_time(member->second.added)},
                     {"firstAddedTimestamp", list_time(list.first_added.at(id))}});
  }
  return shown;
}

Reply run_read(Context& context) {
  const auto type = read_list_type(context, context.param("objectTypeId"));
  if (!type) {
    return fail(context, type.error());
  }
  const auto id = parse_uint(context.param("recordId")).value_or(0);
  const auto record = context.portal.find((*type)->index(), id);
  if (!record || record->archived) {
    return fail(context, hubspot::object_not_found());
  }
  Json results = memberships_of(context, (*type)->index(), record->id);
  const std::size_t total = results.size();
  return answer(Json::object({{"total", total}, {"results", std::move(results)}}).dump());
}

Reply run_batch(Context& context) {
  const auto batch = read_batch(context, choices::batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  std::vector<std::string> found;
  std::vector<ApiError> errors;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < batch->size; ++i) {
    const Members members(context.request.body, batch->inputs()[i], "/inputs/" + std::to_string(i));
    const auto type_name = members.text("objectTypeId");
    const auto id = members.text("recordId");
    if (!type_name || !id) {
      return fail(context, type_name ? id.error() : type_name.error());
    }
    if (type_name->empty() || id->empty()) {
      return fail(context, hubspot::missing_fields(
                               members.body(), {type_name->empty() ? "objectTypeId" : "recordId"}));
    }
    const auto type = read_list_type(context, *type_name);
    if (!type) {
      return fail(context, type.error());
    }
    const auto record = context.portal.find((*type)->index(), parse_uint(*id).value_or(0));
    if (!record || record->archived) {
      missing.push_back(*id);
      continue;
    }
    found.push_back(Json::object({{"objectTypeId", (*type)->fact().type_id},
                                  {"recordId", *id},
                                  {"recordListMemberships",
                                   memberships_of(context, (*type)->index(), record->id)}})
                        .dump());
  }
  if (!missing.empty()) {
    errors.push_back({.status = 404,
                      .message = "Could not get some records, they may be deleted or not exist. "
                                 "Check that ids are valid.",
                      .category = "OBJECT_NOT_FOUND",
                      .context = {{"ids", missing}}});
  }
  return batch_answer(context,
                      {.count = found.size(),
                       .append = [&](std::string& out, std::size_t index) { out += found[index]; },
                       .errors = std::move(errors)},
                      200, batch->size);
}

}  // namespace

void register_lists_record_memberships(OperationRegistry& registry);
void register_lists_record_memberships(OperationRegistry& registry) {
  registry.add({"crm.lists.records.read", run_read, key_of_path});
  registry.add({"crm.lists.records.batch_read", run_batch, key_of_body});
}

}  // namespace hubsim::operations

// Ids of the old lists API and those of the new one (reference 7, D; 3.3 R for the complaint).
#include <fmt/format.h>

#include "common/base/text.h"
#include "mock_server/operations/lists/list_input.h"

namespace hubsim::operations {

namespace {

constexpr std::size_t most_mapped = 10'000;  // D spec: of a batch

ApiError not_an_integer(std::string_view id) {
  return {.message = fmt::format("Id {} can't be converted to java.lang.Integer", id)};
}

Json mapping_of(const portal::List& list) {
  return Json::object(
      {{"listId", std::to_string(list.id)}, {"legacyListId", std::to_string(list.legacy_id)}});
}

Reply run_one(Context& context) {
  const auto id = read_query(context, "legacyListId");
  if (!id) {
    return fail(context, id.error());
  }
  const auto number = parse_uint(*id);
  if (!number) {
    return fail(context, not_an_integer(*id));
  }
  const portal::List* list = lists_of(context).find_by_legacy_id(*number);
  if (list == nullptr) {
    return fail(context, {.status = 404,
                          .message = "No list is mapped to the legacy list id " + *id + ".",
                          .category = "OBJECT_NOT_FOUND",
                          .context = {{"legacyListId", {*id}}}});
  }
  return answer(mapping_of(*list).dump());
}

Reply run_many(Context& context) {
  const auto body = read_array(context);
  if (!body) {
    return fail(context, body.error());
  }
  const auto ids = read_ids(context, *body, "");
  if (!ids) {
    return fail(context, ids.error());
  }
  if (ids->size() > most_mapped) {
    return fail(context, bad_list(fmt::format("Too many ids: {}, the maximum is {}", ids->size(),
                                              most_mapped)));
  }
  Json mapped = Json::array();
  Json missing = Json::array();
  for (const std::string& id : *ids) {
    const auto number = parse_uint(id);
    if (!number) {
      return fail(context, not_an_integer(id));
    }
    const portal::List* list = lists_of(context).find_by_legacy_id(*number);
    if (list != nullptr) {
      mapped.push_back(mapping_of(*list));
    } else {
      missing.push_back(id);
    }
  }
  return answer(Json::object({{"legacyListIdsToIdsMapping", std::move(mapped)},
                              {"missingLegacyListIds", std::move(missing)}})
                    .dump());
}

}  // namespace

void register_lists_mapping(OperationRegistry& registry);
void register_lists_mapping(OperationRegistry& registry) {
  registry.add({"crm.lists.mapping.read", run_one, key_of_path});
  registry.add({"crm.lists.mapping.batch_read", run_many, key_of_body});
}

}  // namespace hubsim::operations

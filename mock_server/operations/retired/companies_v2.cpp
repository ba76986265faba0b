// Companies v2, retired: create, read, update, delete, page by page; on the companies of today
// (behaviour reference 3.7).
#include "common/base/text.h"
#include "mock_server/operations/retired/legacy.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

constexpr LegacyApi companies{.type = "companies", .name_key = "name"};

Json company(const Context& context, const portal::Record& record) {
  return {{"portalId", context.portal.config().portal_id},
          {"companyId", record.id},
          {"isDeleted", false},
          {"properties", legacy_properties(context, companies, record)}};
}

/// (3.7, R 2022)
Reply no_company(const Context& context) {
  const std::string id(context.param("companyId"));
  ApiError error{.status = 404,
                 .message = "Couldn't find a company with the ID '" + id + "' in portal '" +
                            std::to_string(context.portal.config().portal_id) + "'",
                 .category = "OBJECT_NOT_FOUND",
                 .sub_category = "COMPANY_NOT_FOUND"};
  error.errors.push_back({.message = "This company " + id + " does not exist."});
  return fail(context, error);
}

Reply run_create(Context& context) {
  const auto writes = read_legacy_writes(context, companies);
  if (!writes) {
    return fail(context, writes.error());
  }
  const auto type = legacy_type(context, companies).index();
  const auto created = context.portal.create(type, *writes, context.write());
  return created ? legacy_answer(company(context, **created))
                 : legacy_refusal(context, companies, created.error());
}

Reply run_read(Context& context) {
  const auto record = legacy_record(context, companies, "companyId");
  return record ? legacy_answer(company(context, *record)) : no_company(context);
}

Reply run_update(Context& context) {
  const auto writes = read_legacy_writes(context, companies);
  if (!writes) {
    return fail(context, writes.error());
  }
  const auto record = legacy_record(context, companies, "companyId");
  if (!record) {
    return no_company(context);
  }
  const auto updated = context.portal.update(record->type, record->id, *writes, context.write());
  return updated ? legacy_answer(company(context, **updated))
                 : legacy_refusal(context, companies, updated.error());
}

Reply run_delete(Context& context) {
  const auto record = legacy_record(context, companies, "companyId");
  if (!record) {
    return no_company(context);
  }
  context.portal.archive(record->type, record->id, context.write());
  return legacy_answer({{"companyId", record->id}, {"deleted", true}});
}

Reply run_list(Context& context) {
  const auto page = read_legacy_page(context, "limit", "offset");
  if (!page) {
    return fail(context, page.error());
  }
  const auto found = context.portal.store(legacy_type(context, companies).index())
                         .list(page->from, page->limit, false);
  Json results = Json::array();
  for (const auto& record : found.records) {
    results.push_back(company(context, *record));
  }
  return legacy_answer({{"companies", std::move(results)},
                        {"has-more", found.next.has_value()},
                        {"offset", found.next.value_or(0)}});
}

std::string key_company(Context& context) {
  const auto record = legacy_record(context, companies, "companyId");
  return record ? record->lineage : path_key(context);
}

std::string key_create(Context& context) {
  const auto writes = read_legacy_writes(context, companies);
  return writes ? natural_key(legacy_type(context, companies), *writes)
                : std::string(context.request.body);
}

}  // namespace

void register_retired_companies_v2(OperationRegistry& registry);
void register_retired_companies_v2(OperationRegistry& registry) {
  registry.add({"retired.companies.create", run_create, key_create});
  registry.add({"retired.companies.read", run_read, key_company});
  registry.add({"retired.companies.update", run_update, key_company});
  registry.add({"retired.companies.delete", run_delete, key_company});
  registry.add({"retired.companies.list", run_list, path_key});
}

}  // namespace hubsim::operations

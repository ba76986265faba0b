// Deals v1, retired: create with associations, read, update, delete, page by page; on the deals of
// today (behaviour reference 3.7).
#include "common/base/text.h"
#include "mock_server/operations/retired/legacy.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

constexpr LegacyApi deals{.type = "deals", .name_key = "name"};

struct Side {
  std::string_view member;  ///< of "associations"
  std::string_view type;
};
constexpr Side sides[] = {{"associatedVids", "contacts"}, {"associatedCompanyIds", "companies"}};

Json associations(const Context& context, const portal::Record& record) {
  Json out = Json::object();
  for (const Side& side : sides) {
    out[side.member] = legacy_associated(context, record, side.type);
  }
  out["associatedDealIds"] = Json::array();
  return out;
}

Json deal(const Context& context, const portal::Record& record) {
  return {{"portalId", context.portal.config().portal_id},
          {"dealId", record.id},
          {"isDeleted", false},
          {"associations", associations(context, record)},
          {"properties", legacy_properties(context, deals, record)}};
}

/// (3.7, R 2022)
Reply no_deal(const Context& context) {
  return fail(context,
              {.status = 404,
               .message = "No deal found for dealId=" + std::string(context.param("dealId")) +
                          " portalId=" + std::to_string(context.portal.config().portal_id)});
}

void tie(Context& context, const portal::Record& record, const Json& body) {
  const Json* given = json::find(body, "associations");
  for (const Side& side : sides) {
    legacy_associate(context, record, side.type,
                     given == nullptr ? nullptr : json::find(*given, side.member));
  }
}

Reply run_create(Context& context) {
  const auto writes = read_legacy_writes(context, deals);
  if (!writes) {
    return fail(context, writes.error());
  }
  const auto type = legacy_type(context, deals).index();
  const auto created = context.portal.create(type, *writes, context.write());
  if (!created) {
    return legacy_refusal(context, deals, created.error());
  }
  tie(context, **created, *read_object(context));
  return legacy_answer(deal(context, **created));
}

Reply run_read(Context& context) {
  const auto record = legacy_record(context, deals, "dealId");
  return record ? legacy_answer(deal(context, *record)) : no_deal(context);
}

Reply run_update(Context& context) {
  const auto writes = read_legacy_writes(context, deals);
  if (!writes) {
    return fail(context, writes.error());
  }
  const auto record = legacy_record(context, deals, "dealId");
  if (!record) {
    return no_deal(context);
  }
  const auto updated = context.portal.update(record->type, record->id, *writes, context.write());
  return updated ? legacy_answer(deal(context, **updated))
                 : legacy_refusal(context, deals, updated.error());
}

Reply run_delete(Context& context) {
  const auto record = legacy_record(context, deals, "dealId");
  if (!record) {
    return no_deal(context);
  }
  context.portal.archive(record->type, record->id, context.write());
  return no_content();
}

Reply run_list(Context& context) {
  const auto page = read_legacy_page(context, "limit", "offset");
  if (!page) {
    return fail(context, page.error());
  }
  const auto found = context.portal.store(legacy_type(context, deals).index())
                         .list(page->from, page->limit, false);
  Json results = Json::array();
  for (const auto& record : found.records) {
    results.push_back(deal(context, *record));
  }
  return legacy_answer({{"deals", std::move(results)},
                        {"hasMore", found.next.has_value()},
                        {"offset", found.next.value_or(0)}});
}

std::string key_deal(Context& context) {
  const auto record = legacy_record(context, deals, "dealId");
  return record ? record->lineage : path_key(context);
}

std::string key_create(Context& context) {
  const auto writes = read_legacy_writes(context, deals);
  return writes ? natural_key(legacy_type(context, deals), *writes)
                : std::string(context.request.body);
}

}  // namespace

void register_retired_deals_v1(OperationRegistry& registry);
void register_retired_deals_v1(OperationRegistry& registry) {
  registry.add({"retired.deals.create", run_create, key_create});
  registry.add({"retired.deals.read", run_read, key_deal});
  registry.add({"retired.deals.update", run_update, key_deal});
  registry.add({"retired.deals.delete", run_delete, key_deal});
  registry.add({"retired.deals.list", run_list, path_key});
}

}  // namespace hubsim::operations

// Contacts v1, retired: profiles by vid and by email, create, update, createOrUpdate, delete, all
// contacts page by page; on the contacts of today (behaviour reference 3.5, 3.7).
#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/retired/legacy.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

constexpr LegacyApi contacts{.type = "contacts", .name_key = "property", .dashed = true};

Json identities(const Context& context, const portal::Record& record) {
  Json list = Json::array();
  const std::string email = legacy_value(context, record, "email");
  if (!email.empty()) {
    list.push_back({{"type", "EMAIL"},
                    {"value", email},
                    {"timestamp", to_unix_ms(record.created_at)},
                    {"is-primary", true}});
  }
  return Json::array({{{"vid", record.id},
                       {"saved-at-timestamp", to_unix_ms(record.updated_at)},
                       {"deleted-changed-timestamp", 0},
                       {"identities", std::move(list)}}});
}

Json profile(const Context& context, const portal::Record& record) {
  return {{"vid", record.id},
          {"canonical-vid", record.id},
          {"merged-vids", Json::array()},
          {"portal-id", context.portal.config().portal_id},
          {"is-contact", true},
          {"properties", legacy_properties(context, contacts, record)},
          {"form-submissions", Json::array()},
          {"list-memberships", Json::array()},
          {"identity-profiles", identities(context, record)},
          {"merge-audits", Json::array()}};
}

/// "contact does not exist" with the vid in errors (3.7, R 2022).
Reply no_contact(const Context& context, std::string_view named) {
  ApiError error{.status = 404, .message = "contact does not exist"};
  error.errors.push_back({.message = "The contact " + std::string(named) + " does not exist."});
  return fail(context, error);
}

portal::RecordPtr by_email(const Context& context) {
  const portal::ObjectType& type = legacy_type(context, contacts);
  const auto email = type.property_index("email");
  return email ? context.portal.find_by_unique(type.index(), *email, context.param("email"))
               : nullptr;
}

Reply run_read(Context& context) {
  const auto record = legacy_record(context, contacts, "vid");
  return record ? legacy_answer(profile(context, *record))
                : no_contact(context, context.param("vid"));
}

Reply run_read_by_email(Context& context) {
  const auto record = by_email(context);
  return record ? legacy_answer(profile(context, *record))
                : no_contact(context, context.param("email"));
}

Reply run_create(Context& context) {
  const auto writes = read_legacy_writes(context, contacts);
  if (!writes) {
    return fail(context, writes.error());
  }
  const auto type = legacy_type(context, contacts).index();
  const auto created = context.portal.create(type, *writes, context.write());
  return created ? legacy_answer(profile(context, **created))
                 : legacy_refusal(context, contacts, created.error());
}

Reply run_update(Context& context) {
  const auto writes = read_legacy_writes(context, contacts);
  if (!writes) {
    return fail(context, writes.error());
  }
  const auto record = legacy_record(context, contacts, "vid");
  if (!record) {
    return no_contact(context, context.param("vid"));
  }
  const auto updated = context.portal.update(record->type, record->id, *writes, context.write());
  return updated ? no_content() : legacy_refusal(context, contacts, updated.error());
}

Reply run_create_or_update(Context& context) {
  auto writes = read_legacy_writes(context, contacts);
  if (!writes) {
    return fail(context, writes.error());
  }
  const auto type = legacy_type(context, contacts).index();
  const auto found = by_email(context);
  if (!found) {
    writes->emplace_back("email", std::string(context.param("email")));
  }
  const auto written = found ? context.portal.update(type, found->id, *writes, context.write())
                             : context.portal.create(type, *writes, context.write());
  if (!written) {
    return legacy_refusal(context, contacts, written.error());
  }
  return legacy_answer({{"vid", (*written)->id}, {"isNew", found == nullptr}});
}

Reply run_delete(Context& context) {
  const auto record = legacy_record(context, contacts, "vid");
  if (!record) {
    return no_contact(context, context.param("vid"));
  }
  context.portal.archive(record->type, record->id, context.write());
  return legacy_answer({{"vid", record->id}, {"deleted", true}, {"reason", "OK"}});
}

Json brief(const Context& context, const portal::Record& record) {
  Json out = profile(context, record);
  Json properties = Json::object();
  for (const char* name : {"firstname", "lastname", "company", "lastmodifieddate"}) {
    const std::string value = legacy_value(context, record, name);
    if (!value.empty()) {
      properties[name] = {{"value", value}};
    }
  }
  out["properties"] = std::move(properties);
  out["addedAt"] = to_unix_ms(record.created_at);
  return out;
}

Reply run_list(Context& context) {
  const auto page = read_legacy_page(context, "count", "vidOffset");
  if (!page) {
    return fail(context, page.error());
  }
  const auto found = context.portal.store(legacy_type(context, contacts).index())
                         .list(page->from, page->limit, false);
  Json results = Json::array();
  for (const auto& record : found.records) {
    results.push_back(brief(context, *record));
  }
  return legacy_answer({{"contacts", std::move(results)},
                        {"has-more", found.next.has_value()},
                        {"vid-offset", found.next.value_or(0)}});
}

std::string key_vid(Context& context) {
  const auto record = legacy_record(context, contacts, "vid");
  return record ? record->lineage : path_key(context);
}

std::string key_create(Context& context) {
  const auto writes = read_legacy_writes(context, contacts);
  return writes ? natural_key(legacy_type(context, contacts), *writes)
                : std::string(context.request.body);
}

}  // namespace

void register_retired_contacts_v1(OperationRegistry& registry);
void register_retired_contacts_v1(OperationRegistry& registry) {
  registry.add({"retired.contacts.read", run_read, key_vid});
  registry.add({"retired.contacts.read_by_email", run_read_by_email, path_key});
  registry.add({"retired.contacts.create", run_create, key_create});
  registry.add({"retired.contacts.update", run_update, key_vid});
  registry.add({"retired.contacts.create_or_update", run_create_or_update, path_key});
  registry.add({"retired.contacts.delete", run_delete, key_vid});
  registry.add({"retired.contacts.list", run_list, path_key});
}

}  // namespace hubsim::operations

// Lists of contacts that are tied to a marketing event, and where an app shows its events'
// details (behaviour reference 7; D docs "marketing events").
#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/marketing/marketing_event_view.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/portal/lists/lists.h"

namespace hubsim::operations {

namespace {

constexpr Field settings_fields[] = {{"eventDetailsUrl", Field::Kind::text, true}};

struct EventSettings {
  std::string details_url;
};

Json show_list(const portal::Portal& portal, const portal::List& list) {
  return {{"listId", std::to_string(list.id)},
          {"listVersion", list.version},
          {"name", list.name},
          {"objectTypeId", portal.type(list.type).fact().type_id},
          {"processingStatus", list.evaluation == 0 ? "COMPLETE" : "PROCESSING"},
          {"processingType", portal::processing_type_name(list.processing)},
          {"size", list.members.size()},
          {"createdAt", format_iso8601(list.created_at)},
          {"updatedAt", format_iso8601(list.updated_at)},
          {"filtersUpdatedAt", format_iso8601(list.filters_updated_at)},
          {"createdById", std::to_string(list.created_by)},
          {"updatedById", std::to_string(list.updated_by)}};
}

Reply run_list(Context& context) {
  const auto record = named_event(context);
  if (!record) {
    return fail(context, record.error());
  }
  Json results = Json::array();
  for (const std::uint64_t id : event_book(context).notes((*record)->id).lists) {
    if (const portal::List* list = context.portal.part<portal::Lists>().find(id)) {
      results.push_back(show_list(context.portal, *list));
    }
  }
  const std::size_t total = results.size();
  return answer(json::dump({{"total", total}, {"results", std::move(results)}}));
}

/// The list that the path names: one of contacts, else 404 (U for others).
Read<std::uint64_t> read_contact_list(const Context& context) {
  const auto id = read_number(context, "listId");
  if (!id) {
    return id;
  }
  const portal::List* list = context.portal.part<portal::Lists>().find(*id);
  const bool good = list != nullptr && list->type == context.portal.find_type("contacts")->index();
  return good ? id : Read<std::uint64_t>(Failure{hubspot::object_not_found()});
}

Reply run_tie(Context& context) {
  const auto record = named_event(context);
  const auto list = read_contact_list(context);
  if (!record || !list) {
    return fail(context, record ? list.error() : record.error());
  }
  event_book(context).notes((*record)->id).lists.insert(*list);
  return no_content();
}

Reply run_untie(Context& context) {
  const auto record = named_event(context);
  const auto list = read_contact_list(context);
  if (!record || !list) {
    return fail(context, record ? list.error() : record.error());
  }
  event_book(context).notes((*record)->id).lists.erase(*list);
  return no_content();
}

EventSettings& settings_of(const Context& context) {
  return context.apps.part<EventSettings>(context.caller.app_id);
}

Reply show_settings(const Context& context) {
  return answer(json::dump(
      {{"appId", context.caller.app_id}, {"eventDetailsUrl", settings_of(context).details_url}}));
}

/// An app that has set nothing has no settings: 404 (U).
Reply run_read_settings(Context& context) {
  return settings_of(context).details_url.empty() ? fail(context, hubspot::object_not_found())
                                                  : show_settings(context);
}

/// The address must say where the event's id goes (D); the text is ours.
Reply run_set(Context& context) {
  const auto body = read_fields(context, settings_fields);
  if (!body) {
    return fail(context, body.error());
  }
  const std::string url = body->at("eventDetailsUrl");
  if (url.find("%s") == std::string::npos) {
    return fail(context, choices::validation(
                             "eventDetailsUrl must contain a `%s` for the external event id"));
  }
  settings_of(context).details_url = url;
  return show_settings(context);
}

}  // namespace

void register_marketing_event_lists(OperationRegistry& registry);
void register_marketing_event_lists(OperationRegistry& registry) {
  const std::string lists = "marketing.marketing_events.associations.lists.";
  const std::string by_external = ".by_external_account_id_external_event_id";
  registry.add({lists + "list", run_list, path_key});
  registry.add({lists + "list" + by_external, run_list, path_key});
  registry.add({lists + "replace", run_tie, path_key});
  registry.add({lists + "replace" + by_external + "_list_id", run_tie, path_key});
  registry.add({lists + "archive", run_untie, path_key});
  registry.add({lists + "archive" + by_external + "_list_id", run_untie, path_key});
  registry.add({"marketing.marketing_events.settings.read", run_read_settings, path_key});
  registry.add({"marketing.marketing_events.settings.replace", run_set, path_key});
}

}  // namespace hubsim::operations

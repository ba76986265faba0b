// Lists: rename, new filters, delete, restore, conversions and histories (reference 7, D and R).
#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/lists/list_input.h"

namespace hubsim::operations {

using portal::List;
using portal::ProcessingType;

namespace {

Reply answer_updated(const Context& context, const List& list, bool filters) {
  return answer(
      Json::object({{"updatedList", show_list(context, list, {.filters = filters})}}).dump());
}

Reply run_rename(Context& context) {
  const auto list = read_list(context);
  const auto name = read_query(context, "listName");
  if (!list || !name) {
    return fail(context, list ? name.error() : list.error());
  }
  const List* holder = lists_of(context).find_by_name((*list)->type, *name);
  if (holder != nullptr && holder != *list &&
      context.portal.options().on(hubspot::Option::lists_unique_names)) {
    return fail(context, {.message = "A list with the name '" + *name + "' already exists.",
                          .category = "VALIDATION_ERROR",
                          .sub_category = "ILS.DUPLICATE_LIST_NAMES",
                          .context = {{"name", {*name}}}});
  }
  (*list)->name = *name;
  (*list)->updated_by = context.caller.app_id;
  // The recorded answer to a rename shows the old updatedAt (7, R 2026-04).
  (*list)->edits.push_back(context.now);
  return answer_updated(context, **list, wants_filters(context));
}

Reply run_update_filters(Context& context) {
  const auto list = read_list(context);
  const auto body = read_object(context);
  if (!list || !body) {
    return fail(context, list ? body.error() : list.error());
  }
  if ((*list)->processing != ProcessingType::dynamic) {
    return fail(context, bad_list("Filters can only be updated for DYNAMIC lists"));
  }
  const Json* branch = json::find(*body, "filterBranch");
  if (branch == nullptr || branch->is_null()) {
    return fail(context, hubspot::missing_fields(context.request.body, {"filterBranch"}));
  }
  auto read = portal::read_filter_branch(context.portal, (*list)->type, *branch);
  if (!read) {
    return fail(context, bad_list(read.error()));
  }
  portal::Lists& lists = lists_of(context);
  if (lists.leads_back((*list)->id, **read)) {
    return fail(context, bad_list("The filters of a list may not lead back to the list"));
  }
  (*list)->updated_by = context.caller.app_id;
  lists.set_filter(context.portal, **list, *read, context.write());
  return answer_updated(context, **list, true);
}

Reply run_delete(Context& context) {
  const auto list = read_list(context);
  if (!list) {
    return fail(context, list.error());
  }
  portal::Lists::erase(**list, context.now);
  return no_content();
}

/// Within 90 days (7, D); of a list that is not deleted nothing happens (U).
Reply run_restore(Context& context) {
  const std::string_view id = context.param("listId");
  List* list = lists_of(context).find_also_deleted(parse_uint(id).value_or(0));
  if (list == nullptr || (list->deleted_at && context.now - *list->deleted_at > list_restorable)) {
    return fail(context, list_not_found(id));
  }
  list->deleted_at.reset();
  return no_content();
}

// ---- conversion of an active list into a static one

std::optional<portal::ListConversion> conversion_at_date(const Json& body) {
  const auto part = [&](const char* name) {
    const Json* value = json::find(body, name);
    return value != nullptr && !value->is_structured() ? parse_int(json::text_of(*value))
                                                       : std::nullopt;
  };
  const auto year = part("year");
  const auto month = part("month");
  const auto day = part("day");
  if (!year || !month || !day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) {
    return std::nullopt;
  }
  return portal::ListConversion{.asked = body, .due = Instant(std::chrono::sys_days(date))};
}

std::optional<portal::ListConversion> conversion_when_quiet(const Json& body, Instant now) {
  const Json* unit = json::find(body, "timeUnit");
  const Json* offset = json::find(body, "offset");
  const auto count = offset != nullptr && !offset->is_structured()
                         ? parse_uint(json::text_of(*offset))
                         : std::nullopt;
  const std::string name = unit != nullptr && unit->is_string() ? unit->get<std::string>() : "";
  const std::int64_t days = name == "DAY" ? 1 : name == "WEEK" ? 7 : name == "MONTH" ? 30 : 0;
  if (!count || *count == 0 || *count > 1'000 || days == 0) {
    return std::nullopt;
  }
  const Duration quiet = std::chrono::days(days * static_cast<std::int64_t>(*count));
  return portal::ListConversion{.asked = body, .due = now + quiet, .quiet_for = quiet};
}

Reply answer_conversion(const List& list) {
  Json shown = Json::object({{"listId", std::to_string(list.id)}});
  if (list.conversion) {
    shown["requestedConversionTime"] = list.conversion->asked;
  }
  if (list.converted_at) {
    shown["convertedAt"] = list_time(*list.converted_at);
  }
  return answer(shown.dump());
}

Reply run_schedule_conversion(Context& context) {
  const auto list = read_list(context);
  const auto body = read_object(context);
  if (!list || !body) {
    return fail(context, list ? body.error() : list.error());
  }
  if ((*list)->processing != ProcessingType::dynamic) {
    return fail(context, bad_list("Only DYNAMIC lists can be converted"));
  }
  const Json* type = json::find(*body, "conversionType");
  const std::string name = type != nullptr && type->is_string() ? type->get<std::string>() : "";
  auto conversion = name == "CONVERSION_DATE" ? conversion_at_date(*body)
                    : name == "INACTIVITY"    ? conversion_when_quiet(*body, context.now)
                                              : std::nullopt;
  if (!conversion) {
    return fail(context, bad_list("Invalid conversion: conversionType CONVERSION_DATE needs year, "
                                  "month and day, INACTIVITY needs timeUnit and offset"));
  }
  lists_of(context).schedule_conversion(context.portal, **list, std::move(*conversion));
  return answer_conversion(**list);
}

Reply run_read_conversion(Context& context) {
  const auto list = read_list(context);
  if (!list) {
    return fail(context, list.error());
  }
  if (!(*list)->conversion) {
    const std::string id = std::to_string((*list)->id);
    return fail(context, {.status = 404,
                          .message = "No conversion is scheduled for list " + id + ".",
                          .category = "OBJECT_NOT_FOUND",
                          .context = {{"listId", {id}}}});
  }
  return answer_conversion(**list);
}

Reply run_cancel_conversion(Context& context) {
  const auto list = read_list(context);
  if (!list) {
    return fail(context, list.error());
  }
  (*list)->conversion.reset();
  return no_content();
}

Reply run_history(Context& context) {
  const auto list = read_list(context);
  if (!list) {
    return fail(context, list.error());
  }
  const auto bound = [&](const char* name) {
    const auto text = context.query.first(name);
    return text ? parse_iso8601(*text) : std::nullopt;
  };
  for (const char* name : {"startDate", "endDate"}) {
    if (const auto text = context.query.first(name); text && !text->empty() && !bound(name)) {
      return fail(context, hubspot::bad_query_parameter(name));
    }
  }
  const Instant from = bound("startDate").value_or(Instant::min());
  const Instant to = bound("endDate").value_or(Instant::max());
  Json sizes = Json::array();
  for (const auto& [at, size] : (*list)->sizes) {
    if (at >= from && at <= to) {
      sizes.push_back({{"size", size}, {"timestamp", list_time(at)}});
    }
  }
  Json edits = Json::array();
  for (const Instant at : (*list)->edits) {
    if (at >= from && at <= to) {
      edits.push_back(list_time(at));
    }
  }
  return answer(
      Json::object({{"editHistory", std::move(edits)}, {"sizeHistory", std::move(sizes)}}).dump());
}

}  // namespace

void register_lists_changes(OperationRegistry& registry);
void register_lists_changes(OperationRegistry& registry) {
  registry.add({"crm.lists.rename", run_rename, key_of_path});
  registry.add({"crm.lists.update_filters", run_update_filters, key_of_path});
  registry.add({"crm.lists.delete", run_delete, key_of_path});
  registry.add({"crm.lists.restore", run_restore, key_of_path});
  registry.add({"crm.lists.conversion.schedule", run_schedule_conversion, key_of_path});
  registry.add({"crm.lists.conversion.read", run_read_conversion, key_of_path});
  registry.add({"crm.lists.conversion.cancel", run_cancel_conversion, key_of_path});
  registry.add({"crm.lists.history", run_history, key_of_path});
}

}  // namespace hubsim::operations

// What the webhooks journal is subscribed to: upsert, list, read, delete (behaviour reference 8.6,
// D). Of the fields the specification requires, those that its guide leaves out may be absent.
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/support/results.h"
#include "mock_server/operations/webhooks/journal_input.h"

namespace hubsim::operations {

namespace {

using portal::JournalKind;
using portal::JournalSubscription;

template <class List>
std::string joined(const List& list) {
  std::string out;
  for (const auto& item : list) {
    out.append(out.empty() ? "" : ", ").append(item);
  }
  return out;
}

void append_texts(std::string& out, std::string_view name, const std::vector<std::string>& texts) {
  out.append(",\"").append(name).append("\":");
  if (texts.empty()) {
    out += "null";
    return;
  }
  out += '[';
  for (const std::string& text : texts) {
    out += out.back() == '[' ? "" : ",";
    json::append_string(out, text);
  }
  out += ']';
}

void append_ids(std::string& out, std::string_view name, const std::vector<std::uint64_t>& ids) {
  out.append(",\"").append(name).append("\":");
  if (ids.empty()) {
    out += "null";
    return;
  }
  out += '[';
  for (const std::uint64_t id : ids) {
    out += out.back() == '[' ? "" : ",";
    out += std::to_string(id);
  }
  out += ']';
}

void append(std::string& out, const Context& context, const JournalSubscription& one) {
  out += R"({"id":)" + std::to_string(one.id) + R"(,"appId":)" +
         std::to_string(context.caller.app_id) + R"(,"subscriptionType":")" +
         std::string(portal::journal_kind_name(one.kind)) + R"(","objectTypeId":)";
  json::append_string(out, one.object_type_id);
  out += R"(,"portalId":)" + std::to_string(one.portal_id);
  out += R"(,"actions":[)";
  for (const std::string& action : one.actions) {
    out += out.back() == '[' ? "" : ",";
    json::append_string(out, action);
  }
  out += ']';
  append_texts(out, "properties", one.properties);
  append_ids(out, "objectIds", one.object_ids);
  append_texts(out, "associatedObjectTypeIds", one.associated_type_ids);
  append_ids(out, "listIds", one.list_ids);
  out += R"(,"createdAt":")" + format_iso8601(one.created_at) + R"(","updatedAt":")" +
         format_iso8601(one.updated_at) + R"(","deletedAt":null})";
}

Reply answer_one(const Context& context, const JournalSubscription& one) {
  std::string out;
  append(out, context, one);
  return answer(std::move(out));
}

/// What each kind must name; the rest is optional.
std::vector<std::string> required_fields(JournalKind kind) {
  switch (kind) {
    case JournalKind::app_lifecycle:
      return {"eventTypeId"};
    case JournalKind::list_membership:
      return {"actions", "listIds", "portalId"};
    default:
      return {"actions", "objectTypeId", "portalId"};
  }
}

Read<std::vector<std::uint64_t>> read_ids(const Members& members, std::string_view name) {
  const auto texts = members.texts(name);
  if (!texts) {
    return Failure{texts.error()};
  }
  std::vector<std::uint64_t> ids;
  for (const std::string& text : *texts) {
    const auto id = parse_uint(text);
    if (!id) {
      return Failure{hubspot::wrong_json_type(
          members.body(), members.path_of(name) + "/" + std::to_string(ids.size()),
          "java.lang.Long", Json(text))};
    }
    ids.push_back(*id);
  }
  return ids;
}

Read<JournalKind> read_kind(const Context& context, const Members& members) {
  if (members.find("subscriptionType") == nullptr) {
    return Failure{hubspot::missing_fields(context.request.body, {"subscriptionType"})};
  }
  const auto name = members.text("subscriptionType");
  if (!name) {
    return Failure{name.error()};
  }
  const auto kind = portal::find_journal_kind(*name);
  // EVENT stands in answers only: no request of the specification makes one.
  if (!kind || *kind == JournalKind::event) {
    return Failure{hubspot::invalid_enum(
        context.request.body, members.path_of("subscriptionType"),
        "OBJECT, ASSOCIATION, APP_LIFECYCLE_EVENT, LIST_MEMBERSHIP, GDPR_PRIVACY_DELETION")};
  }
  std::vector<std::string> missing;
  for (const std::string& field : required_fields(*kind)) {
    if (members.find(field) == nullptr) {
      missing.push_back(field);
    }
  }
  if (!missing.empty()) {
    return Failure{hubspot::missing_fields(context.request.body, missing)};
  }
  return *kind;
}

std::optional<ApiError> read_actions(const Members& members, JournalSubscription& wanted) {
  const auto actions = members.texts("actions");
  if (!actions) {
    return actions.error();
  }
  const auto known = portal::journal_actions();
  const auto own = portal::journal_actions_of(wanted.kind);
  for (std::size_t i = 0; i < actions->size(); ++i) {
    const std::string& action = (*actions)[i];
    if (std::find(known.begin(), known.end(), action) == known.end()) {
      return hubspot::invalid_enum(
          members.body(), members.path_of("actions") + "/" + std::to_string(i), joined(known));
    }
    if (std::find(own.begin(), own.end(), action) == own.end()) {
      return hooks::invalid("Action " + action + " is not valid for subscription type " +
                            std::string(portal::journal_kind_name(wanted.kind)));
    }
  }
  if (actions->empty() && wanted.kind != JournalKind::app_lifecycle) {
    return hooks::invalid("At least one action is required");
  }
  wanted.actions = *actions;
  return std::nullopt;
}

std::optional<ApiError> read_subject(const Context& context, const Members& members,
                                     JournalSubscription& wanted) {
  const bool lifecycle = wanted.kind == JournalKind::app_lifecycle;
  const auto type = members.text(lifecycle ? "eventTypeId" : "objectTypeId");
  const auto portal_id = members.text("portalId");
  if (!type || !portal_id) {
    return !type ? type.error() : portal_id.error();
  }
  wanted.object_type_id = *type;
  const std::uint64_t own = context.portal.config().portal_id;
  wanted.portal_id = lifecycle ? own : parse_uint(*portal_id).value_or(0);
  if (lifecycle) {
    const bool installs = *type == portal::app_install_event;
    if (!installs && *type != portal::app_uninstall_event) {
      return hubspot::unknown_object_type(*type);
    }
    wanted.actions = {installs ? "APP_INSTALL" : "APP_UNINSTALL"};
    return std::nullopt;
  }
  if (!context.apps.installed(context.caller.app_id, wanted.portal_id)) {
    return hooks::invalid("App " + std::to_string(context.caller.app_id) +
                          " is not installed in portal " + *portal_id);
  }
  const bool needs_type = wanted.kind != JournalKind::list_membership;
  return needs_type && context.portal.find_type(*type) == nullptr
             ? std::optional(hubspot::unknown_object_type(*type))
             : std::nullopt;
}

Read<JournalSubscription> read_subscription(const Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  const auto kind = read_kind(context, members);
  if (!kind) {
    return Failure{kind.error()};
  }
  JournalSubscription wanted{.kind = *kind, .created_at = context.now, .updated_at = context.now};
  auto problem = read_actions(members, wanted);
  if (!problem) {
    problem = read_subject(context, members, wanted);
  }
  if (problem) {
    return Failure{std::move(*problem)};
  }
  const auto properties = members.texts("properties");
  const auto associated = members.texts("associatedObjectTypeIds");
  const auto objects = read_ids(members, "objectIds");
  const auto lists = read_ids(members, "listIds");
  if (!properties || !associated) {
    return Failure{!properties ? properties.error() : associated.error()};
  }
  if (!objects || !lists) {
    return Failure{!objects ? objects.error() : lists.error()};
  }
  wanted.properties = *properties;
  wanted.associated_type_ids = *associated;
  wanted.object_ids = *objects;
  wanted.list_ids = *lists;
  return wanted;
}

Reply run_upsert(Context& context) {
  auto wanted = read_subscription(context);
  if (!wanted) {
    return fail(context, wanted.error());
  }
  const auto& known = hooks::journal_of(context).subscriptions;
  const bool is_new = std::none_of(known.begin(), known.end(),
                                   [&](const auto& one) { return one.same_subject(*wanted); });
  if (is_new && known.size() >= portal::Journal::max_subscriptions) {
    return fail(context, hooks::invalid("App " + std::to_string(context.caller.app_id) +
                                        " has reached the limit of 1000 subscriptions"));
  }
  return answer_one(context, portal::Journal::subscribe(context.portal, context.caller.app_id,
                                                        std::move(*wanted)));
}

Reply run_list(Context& context) {
  return answer_results(hooks::journal_of(context).subscriptions,
                        [&](std::string& out, const auto& one) { append(out, context, one); });
}

ApiError missing(std::uint64_t id) {
  return hooks::not_found("Subscription " + std::to_string(id) + " does not exist");
}

Reply run_read(Context& context) {
  const auto id = hooks::path_id(context, "subscriptionId");
  if (!id) {
    return fail(context, id.error());
  }
  const auto& known = hooks::journal_of(context).subscriptions;
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.id == *id; });
  return found != known.end() ? answer_one(context, *found) : fail(context, missing(*id));
}

Reply run_delete(Context& context) {
  const auto id = hooks::path_id(context, "subscriptionId");
  if (!id) {
    return fail(context, id.error());
  }
  const auto gone = context.portal.part<portal::Journal>().unsubscribe(
      context.caller.app_id, [&](const auto& one) { return one.id == *id; });
  return gone > 0 ? no_content() : fail(context, missing(*id));
}

Reply run_delete_portal(Context& context) {
  const auto id = hooks::path_id(context, "portalId");
  if (!id) {
    return fail(context, id.error());
  }
  context.portal.part<portal::Journal>().unsubscribe(
      context.caller.app_id, [&](const auto& one) { return one.portal_id == *id; });
  return no_content();
}

}  // namespace

void register_webhooks_journal_subscriptions(OperationRegistry& registry);
void register_webhooks_journal_subscriptions(OperationRegistry& registry) {
  registry.add({"webhooks.journal.subscriptions.upsert", run_upsert, hooks::key_path});
  registry.add({"webhooks.journal.subscriptions.list", run_list, hooks::key_path});
  registry.add({"webhooks.journal.subscriptions.read", run_read, hooks::key_path});
  registry.add({"webhooks.journal.subscriptions.delete", run_delete, hooks::key_path});
  registry.add(
      {"webhooks.journal.subscriptions.delete_portal", run_delete_portal, hooks::key_path});
}

}  // namespace hubsim::operations

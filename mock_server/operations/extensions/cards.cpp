// CRM cards of apps: definitions that say which address HubSpot asks when a record is opened
// (behaviour reference 7, A3; 25 an app, 2.4). HubSpot's own call to targetUrl is not simulated.
#include <array>
#include <map>

#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;

constexpr std::size_t max_cards = 25;  // D 2.4
constexpr std::uint64_t first_card_id = 4'170'001;

struct Card {
  Json body;  ///< title, fetch, display, actions
  Instant created_at{};
  Instant updated_at{};
  Json audit = Json::array();
};
struct Cards {
  std::map<std::uint64_t, Card> by_id;
  std::uint64_t next_id = first_card_id;
};

Cards& cards_of(const Context& context) { return context.apps.part<Cards>(context.caller.app_id); }

Read<std::pair<std::uint64_t, Card*>> read_card(const Context& context) {
  const auto id = read_number(context, "cardId");
  if (!id) {
    return Failure{id.error()};
  }
  Cards& cards = cards_of(context);
  const auto found = cards.by_id.find(*id);
  if (found == cards.by_id.end()) {
    return Failure{hubspot::object_not_found()};
  }
  return std::pair(*id, &found->second);
}

Json render(std::uint64_t id, const Card& card) {
  Json out{{"id", std::to_string(id)}};
  out.update(card.body);
  out["auditHistory"] = card.audit;
  out["createdAt"] = format_iso8601(card.created_at);
  out["updatedAt"] = format_iso8601(card.updated_at);
  return out;
}

/// Who changed a card and when; objectTypeId and initiatingUserId are 0 for a developer's key (U).
void note(Card& card, const Context& context, std::string_view action) {
  card.audit.push_back({{"actionType", action},
                        {"applicationId", context.caller.app_id},
                        {"authSource", "APP"},
                        {"changedAt", to_unix_ms(context.now)},
                        {"initiatingUserId", context.caller.user_id},
                        {"objectTypeId", 0}});
}

// ---- reading

Read<Json> read_fetch(const Context& context, const Json& value, bool whole) {
  const std::array<Field, 4> fields{{{"targetUrl", Kind::text, whole},
                                     {"objectTypes", Kind::list, true},
                                     {"cardType", Kind::text, false, "EXTERNAL, SERVERLESS"},
                                     {"serverlessFunction", Kind::text}}};
  static constexpr std::array<Field, 2> type{
      {{"name", Kind::text, true, "contacts, deals, companies, tickets, marketing_events"},
       {"propertiesToSend", Kind::list, true}}};
  auto fetch = read_fields(context.request.body, value, fields, "/fetch");
  if (!fetch) {
    return fetch;
  }
  auto types =
      read_each(context.request.body, fetch->at("objectTypes"), type, "/fetch/objectTypes");
  if (!types) {
    return types;
  }
  Json out = Json::object();  // the answer has the address and the types only (D, client types)
  if (const Json* url = json::find(*fetch, "targetUrl")) {
    out["targetUrl"] = *url;
  }
  out["objectTypes"] = std::move(*types);
  return out;
}

Read<Json> read_display(const Context& context, const Json& value) {
  static constexpr std::array<Field, 1> fields{{{"properties", Kind::list, true}}};
  static constexpr std::array<Field, 4> property{
      {{"name", Kind::text, true},
       {"label", Kind::text, true},
       {"dataType", Kind::text, true,
        "BOOLEAN, CURRENCY, DATE, DATETIME, EMAIL, LINK, NUMERIC, STRING, STATUS"},
       {"options", Kind::list}}};
  const auto display = read_fields(context.request.body, value, fields, "/display");
  if (!display) {
    return display;
  }
  auto properties =
      read_each(context.request.body, display->at("properties"), property, "/display/properties");
  if (!properties) {
    return properties;
  }
  for (Json& each : *properties) {
    each["options"] = each.value("options", Json::array());
  }
  return Json{{"properties", std::move(*properties)}};
}

/// The members of a card; of a patch those that are there.
Read<Json> read_body(const Context& context, bool whole) {
  const std::array<Field, 4> fields{{{"title", Kind::text, whole},
                                     {"fetch", Kind::object, whole},
                                     {"display", Kind::object, whole},
                                     {"actions", Kind::object, whole}}};
  static constexpr std::array<Field, 1> actions{{{"baseUrls", Kind::list, true}}};
  auto card = read_fields(context, fields);
  if (!card) {
    return card;
  }
  for (auto& [name, value] : card->items()) {
    if (name == "title") {
      continue;
    }
    auto part = name == "fetch"     ? read_fetch(context, value, whole)
                : name == "display" ? read_display(context, value)
                                    : read_fields(context.request.body, value, actions, "/actions");
    if (!part) {
      return part;
    }
    value = std::move(*part);
  }
  return card;
}

// ---- operations

Reply run_list(Context& context) {
  Json results = Json::array();
  for (const auto& [id, card] : cards_of(context).by_id) {
    results.push_back(render(id, card));
  }
  return answer(json::dump(Json{{"results", results}}));
}

Reply run_create(Context& context) {
  auto body = read_body(context, true);
  if (!body) {
    return fail(context, body.error());
  }
  Cards& cards = cards_of(context);
  if (cards.by_id.size() >= max_cards &&
      context.portal.options().on(hubspot::Option::cards_limit)) {
    // D 2.4: 25 definitions an app; the text is ours (U).
    return fail(context, choices::validation("An app can have at most 25 CRM cards"));
  }
  const std::uint64_t id = cards.next_id++;
  Card& card = cards.by_id[id];
  card.body = std::move(*body);
  card.created_at = card.updated_at = context.now;
  note(card, context, "CREATE");
  Reply reply = answer(json::dump(render(id, card)), 201);
  reply.location = std::string(context.request.path) + "/" + std::to_string(id);
  return reply;
}

Reply run_read(Context& context) {
  const auto card = read_card(context);
  return card ? answer(json::dump(render(card->first, *card->second)))
              : fail(context, card.error());
}

Reply run_update(Context& context) {
  const auto card = read_card(context);
  const auto changes = card ? read_body(context, false) : Read<Json>(Failure{card.error()});
  if (!changes) {
    return fail(context, changes.error());
  }
  for (const auto& [name, value] : changes->items()) {
    Json& place = card->second->body[name];
    if (name == "fetch") {
      place.update(value);  // the address stays when only the types are sent
    } else {
      place = value;
    }
  }
  card->second->updated_at = context.now;
  note(*card->second, context, "UPDATE");
  return answer(json::dump(render(card->first, *card->second)));
}

Reply run_archive(Context& context) {
  if (const auto id = read_number(context, "cardId")) {
    cards_of(context).by_id.erase(*id);
  }
  return no_content();
}

/// What an app's targetUrl is to answer: HubSpot's own example in its shape (D, client types).
Reply run_sample(Context& /*context*/) {
  return answer(
      R"({"responseVersion":"v3","cardLabel":"See more tickets","totalCount":2,)"
      R"("allItemsLinkUrl":"https://www.example.com/tickets","topLevelActions":{"secondary":[],)"
      R"("settings":{"type":"IFRAME","width":890,"height":748,"url":"https://www.example.com/s",)"
      R"("label":"Settings","propertyNamesIncluded":[]}},"sections":[{"id":"988","title":"API-22",)"
      R"("linkUrl":"https://www.example.com/tickets/988","tokens":[{"name":"priority",)"
      R"("label":"Priority","dataType":"STRING","value":"HIGH"}],"actions":[{"type":)"
      R"("ACTION_HOOK","httpMethod":"DELETE","url":"https://www.example.com/tickets/988",)"
      R"("label":"Delete","propertyNamesIncluded":["hs_object_id"]}]}]})");
}

/// Nothing is placed on record pages here, so a migration finds none to do (I).
Reply run_migrate(Context& context) {
  static constexpr std::array<Field, 4> fields{{{"legacyCrmCardId", Kind::whole, true},
                                                {"appCardId", Kind::whole, true},
                                                {"allowDuplicateAppCardIds", Kind::boolean, true},
                                                {"helpdeskAppCardId", Kind::whole}}};
  const auto read = read_fields(context, fields);
  if (!read) {
    return fail(context, read.error());
  }
  const auto legacy = read->at("legacyCrmCardId").get<std::int64_t>();
  if (legacy <= 0 || !cards_of(context).by_id.contains(static_cast<std::uint64_t>(legacy))) {
    return fail(context, hubspot::object_not_found());
  }
  const auto now = to_unix_ms(context.now);
  return answer(json::dump(Json{{"message", "Migration completed"},
                                {"startedAt", now},
                                {"endedAt", now},
                                {"remainingPortalCount", 0},
                                {"totalPortalCount", 0}}));
}

}  // namespace

void register_extensions_cards(OperationRegistry& registry);
void register_extensions_cards(OperationRegistry& registry) {
  registry.add({"crm.cards.list", run_list, path_key});
  registry.add({"crm.cards.create", run_create, path_key});
  registry.add({"crm.cards.read", run_read, path_key});
  registry.add({"crm.cards.update", run_update, path_key});
  registry.add({"crm.cards.archive", run_archive, path_key});
  registry.add({"crm.cards.sample", run_sample, path_key});
  registry.add({"crm.cards.migrate_views", run_migrate, path_key});
}

}  // namespace hubsim::operations

"""Values that the client's types do not tell, outside of the CRM: names of what is there from the
start, ids in bodies, and what hangs together within one call (`call.made` holds it)."""

import json
import re

import sdk_operations

fresh = sdk_operations.fresh
WHEN = sdk_operations.WHEN
ACCOUNT = "judge-account"
CONDITION = {"filter_type": "CRM_OBJECT_PROPERTY", "property": "city", "operator": "EQ",
             "value": "Bonn"}


def once(call, key, make):
    if key not in call.made:
        call.made[key] = make()
    return call.made[key]


def contact(maker, _call=None):
    return maker.post("/crm/v3/objects/contacts", {"properties": {}})["id"]


def asks(call, parameter):
    return "{" + parameter + "}" in call.operation.path


# ---- marketing events

def event_body():
    return {"externalAccountId": ACCOUNT, "externalEventId": fresh("event"),
            "eventName": "Judge", "eventOrganizer": "Judge", "customProperties": []}


def marketing_event(maker, call):
    def make():
        body = event_body()
        maker.post("/marketing/marketing-events/2026-03/events", body)
        return body
    return once(call, "event", make)


def event_object(maker, call):
    """The id that HubSpot gave an event: its list tells it."""
    marketing_event(maker, call)
    shown = maker.client.get("/marketing/marketing-events/2026-03?limit=100", cast_to=object)
    return shown["results"][-1]["objectId"]


def external_event(maker, call):
    if call.operation.name.endswith("marketing_events.create"):
        return fresh("event")
    return marketing_event(maker, call)["externalEventId"]


def event_inputs(maker, call):
    path = call.operation.path
    if "email" in path:
        return [{"email": f"{fresh('guest')}@example.org", "interaction_date_time": 1793527200000,
                 "contact_properties": {}, "properties": {}}]
    if "attendance" in path or "subscriber_state" in path:
        return [{"vid": int(contact(maker)), "interaction_date_time": 1793527200000,
                 "properties": {}}]
    if path.endswith("/upsert"):
        return [{"external_account_id": ACCOUNT, "external_event_id": fresh("event"),
                 "event_name": "Judge", "event_organizer": "Judge", "custom_properties": []}]
    made = marketing_event(maker, call)
    if path.endswith("/delete"):
        return [{"app_id": maker.app["app_id"], "external_account_id": ACCOUNT,
                 "external_event_id": made["externalEventId"]}]
    return [{"object_id": event_object(maker, call), "event_name": "Other",
             "custom_properties": []}]


def guest_list(maker, call):
    """A list of contacts; one that is associated with the event, where the call ends that."""
    made = maker.post("/crm/v3/lists", {"name": fresh("Guests"), "objectTypeId": "0-1",
                                        "processingType": "MANUAL"})["list"]["listId"]
    if call.operation.verb == "DELETE":
        event = event_object(maker, call) if asks(call, "marketing_event_id") else \
            f"{ACCOUNT}/{marketing_event(maker, call)['externalEventId']}"
        maker.client.put(f"/marketing/marketing-events/2026-03/associations/{event}/lists/{made}",
                         cast_to=object)
    return made


MARKETING_EVENTS = {
    "external_account_id": lambda maker, call: ACCOUNT,
    "external_event_id": external_event, "path_external_event_id": external_event,
    "body_external_event_id": external_event, "object_id": event_object,
    "marketing_event_id": event_object, "inputs": event_inputs, "list_id": guest_list,
    "subscriber_state": lambda maker, call: "register", "q": lambda maker, call: "event",
    "contact_identifier": lambda maker, call: contact(maker)
    if asks(call, "contact_identifier") else None,
    "event_details_url": lambda maker, call: "https://judge.example/events/%s",
    "custom_properties": lambda maker, call: [],
    "start_date_time": lambda maker, call: "2026-11-01T10:00:00Z",
    "end_date_time": lambda maker, call: "2026-11-01T12:00:00Z",
}

# ---- custom channels

CHANNELS = "/conversations/custom-channels/2026-03"
PIGEON = {"type": "CHANNEL_SPECIFIC_OPAQUE_ID", "value": "pigeon"}


def custom_channel(maker, call):
    """A channel with an account in the first inbox."""
    def make():
        channel = maker.as_developer("POST", CHANNELS, {"name": fresh("channel"),
                                                        "capabilities": {}})["id"]
        inboxes = maker.client.get("/conversations/v3/conversations/inboxes", cast_to=object)
        inbox = inboxes["results"][0]["id"]
        account = maker.as_developer("POST", f"{CHANNELS}/{channel}/channel-accounts", {
            "name": "Loft", "inboxId": inbox, "authorized": True})["id"]
        return {"channel": channel, "inbox": inbox, "account": account}
    return once(call, "channel", make)


def channel_message(maker, call):
    made = custom_channel(maker, call)
    return maker.as_developer("POST", f"{CHANNELS}/{made['channel']}/messages", {
        "channelAccountId": made["account"], "text": "Coo", "attachments": [],
        "messageDirection": "INCOMING", "timestamp": "2026-03-20T09:00:00Z",
        "senders": [{"deliveryIdentifier": PIGEON}],
        "recipients": [{"deliveryIdentifier": PIGEON}]})["id"]


CUSTOM_CHANNELS = {
    "account_token": lambda maker, call: fresh("token"), "message_id": channel_message,
    "channel_id": lambda maker, call: custom_channel(maker, call)["channel"],
    "inbox_id": lambda maker, call: custom_channel(maker, call)["inbox"],
    "channel_account_id": lambda maker, call: custom_channel(maker, call)["account"],
    "capabilities": lambda maker, call: {},
    "delivery_identifier": lambda maker, call: PIGEON,
    "senders": lambda maker, call: [{"delivery_identifier": PIGEON}],
    "recipients": lambda maker, call: [{"delivery_identifier": PIGEON}],
    "attachments": lambda maker, call: [], "in_reply_to_id": lambda maker, call: "none",
    "name": lambda maker, call: fresh("channel"), "channel_description": lambda maker, call: "x",
    "channel_account_connection_redirect_url": lambda maker, call: "https://judge.example/back",
    "channel_logo_url": lambda maker, call: "https://judge.example/logo",
    "webhook_url": lambda maker, call: "https://judge.example/hook",
}

# ---- custom actions

ACTION = {"actionUrl": "http://127.0.0.1:9/action", "published": True, "objectTypes": ["CONTACT"],
          "inputFields": [], "functions": [], "labels": {"en": {"actionName": "Judge"}}}


def callback(maker, call):
    """The callback of an execution that has not ended."""
    action = maker.as_developer("POST", f"/automation/v4/actions/{maker.app['app_id']}", ACTION)
    return maker.post("/_hubsim/v1/automation/run", {
        "definition_id": action["id"], "object_id": contact(maker)})["callback_id"]


ACTIONS = {"labels": lambda maker, call: {"en": {"action_name": "Judge"}},
           "action_url": lambda maker, call: ACTION["actionUrl"]}
CALLBACKS = {
    "callback_id": callback, "output_fields": lambda maker, call: {"hs_execution_state": "SUCCESS"},
    "inputs": lambda maker, call: [{"callback_id": callback(maker, call), "typed_outputs": {},
                                    "output_fields": {"hs_execution_state": "SUCCESS"}}],
}

# ---- files

OPTIONS = json.dumps({"access": "PRIVATE"})


def uploaded(maker, call):
    return once(call, "file", lambda: maker.upload("/files/2026-03/files"))


def folder(maker, call):
    return once(call, "folder", lambda: maker.post("/files/2026-03/folders",
                                                   {"name": fresh("judge")}))


def file_task(maker, call):
    if "folders" in call.operation.path:
        made = folder(maker, call)
        return maker.post("/files/2026-03/folders/update/async",
                          {"id": made["id"], "name": fresh("other")})["id"]
    return maker.post("/files/2026-03/files/import-from-url/async", {
        "url": "https://judge.example/a.txt", "access": "PRIVATE", "folderPath": "/judge",
        "duplicateValidationScope": "EXACT_FOLDER", "duplicateValidationStrategy": "NONE",
        "overwrite": False, "name": "a.txt"})["id"]


FILES = {
    "file_id": lambda maker, call: uploaded(maker, call)["id"],
    "folder_id": lambda maker, call: folder(maker, call)["id"] if asks(call, "folder_id")
    else None,
    "folder_path": lambda maker, call: folder(maker, call)["path"] if asks(call, "folder_path")
    else "/judge" if call.operation.name.endswith(("upload", "import_from_url_async")) else None,
    "id": lambda maker, call: folder(maker, call)["id"]
    if call.operation.name.endswith("update_async_by_id") else None,
    "url": lambda maker, call: "https://judge.example/a.txt",
    "task_id": file_task, "options": lambda maker, call: OPTIONS,
    "file": lambda maker, call: ("judge.txt", b"judge\n", "text/plain"),
}

# ---- source code

def source_file(maker, call):
    def make():
        path = f"judge/{fresh('file')}.json"
        if call.operation.verb != "POST":
            maker.upload(f"/cms/source-code/2026-03/draft/content/{path}", "put")
        return path
    return once(call, "path", make)


SOURCE_CODE = {
    "environment": lambda maker, call: "draft", "path": source_file,
    "file": lambda maker, call: ("judge.json", b"{}\n", "application/json"),
    "task_id": lambda maker, call: maker.post("/cms/source-code/2026-03/extract/async",
                                              {"path": "judge/a.zip"})["id"],
}

# ---- the webhooks journal

def journal_subscription(maker, _call=None):
    return maker.as_app("post", "/webhooks-journal/subscriptions/2026-03", {
        "subscriptionType": "OBJECT", "portalId": maker.app["portal_id"], "objectTypeId": "0-1",
        "actions": ["CREATE"], "properties": ["email"]})["id"]


def journal_offset(maker, call):
    journal = call.operation.path.split("/")[2] if "/journal" in call.operation.path else "journal"
    if "offset" not in maker.made:
        journal_subscription(maker)
        for _ in range(3):
            contact(maker)
            maker.post("/_hubsim/v1/clock/advance", {"by": "5s"})
        maker.made["offset"] = maker.as_app("get", f"/webhooks-journal/{journal}/2026-03/earliest",
                                            None)["currentOffset"]
    return maker.made["offset"]


def snapshot_body(maker):
    return {"portalId": maker.app["portal_id"], "objectId": int(contact(maker)),
            "objectTypeId": "0-1", "properties": ["email"]}


def snapshot_status(maker, _call):
    made = maker.as_app("post", "/webhooks-journal/snapshots/2026-03/crm",
                        {"snapshotRequests": [snapshot_body(maker)]})
    return made["snapshotResponses"][0]["snapshotStatusId"]


def journal_filter(maker, _call):
    return maker.as_app("post", "/webhooks-journal/subscriptions/2026-03/filters", {
        "subscriptionId": journal_subscription(maker), "filter": {"conditions": [{
            "filterType": "CRM_OBJECT_PROPERTY", "property": "city", "operator": "EQ",
            "value": "Bonn"}]}})["filterId"]


def journalled(value):
    """Of a call that makes a subscription of the journal."""
    return lambda maker, call: value(maker) if call.operation.verb == "POST" and \
        call.operation.path == "/webhooks-journal/subscriptions/2026-03" else None


def subscription(maker, call):
    if call.operation.path.startswith("/webhooks-journal"):
        return journal_subscription(maker)
    return maker.event_subscription(call)


JOURNAL = {
    "offset": journal_offset, "count": lambda maker, call: 1, "status_id": snapshot_status,
    "filter_id": journal_filter, "filter": lambda maker, call: {"conditions": [CONDITION]},
    "subscription_id": subscription,
    "portal_id": lambda maker, call: maker.app["portal_id"]
    if call.operation.path.startswith("/webhooks-journal/subscriptions") else None,
    "subscription_type": lambda maker, call: "OBJECT",
    "actions": journalled(lambda maker: ["CREATE"]),
    "object_type_id": journalled(lambda maker: "0-1"),
    "object_ids": journalled(lambda maker: [1]),
    "properties": journalled(lambda maker: ["email"]),
    "snapshot_requests": lambda maker, call: [{
        "portal_id": maker.app["portal_id"], "object_id": int(contact(maker)),
        "object_type_id": "0-1", "properties": ["email"]}],
    "inputs": lambda maker, call: [journal_offset(maker, call)]
    if "journal" in call.operation.path else None,
    "event_type": lambda maker, call: "contact.propertyChange",
    "property_name": lambda maker, call: maker.free_property(call),
    "throttling": lambda maker, call: {"max_concurrent_requests": 10},
}

# ---- the rest

def subscriber(_maker, _call):
    return f"{fresh('judge')}@example.org"


def subscription_definition(maker, _call):
    shown = maker.client.get("/communication-preferences/2026-03/definitions", cast_to=object)
    return int(shown["results"][0]["id"])


COMMUNICATION = {
    "subscriber_id_string": subscriber, "subscription_id": subscription_definition,
    "inputs": lambda maker, call: [{
        "channel": "EMAIL", "status_state": "SUBSCRIBED", "subscriber_id_string": subscriber(0, 0),
        "subscription_id": subscription_definition(maker, call)}]
    if call.operation.path.endswith("/write") else [subscriber(0, 0)],
}


def meeting_link(maker, _call):
    shown = maker.client.get("/scheduler/2026-03/meetings/meeting-links", cast_to=object)
    return shown["results"][0]["slug"]


def page(maker, _call=None):
    return maker.post("/cms/v3/pages/site-pages",
                      {"name": fresh("Judge"), "slug": fresh("judge")})["id"]


# ---- custom events

def event_name(maker, call):
    return once(call, "definition", lambda: maker.post("/events/2026-03/event-definitions", {
        "label": "Judge", "name": fresh("judge"), "includeDefaultProperties": False,
        "propertyDefinitions": [{"label": "Page", "name": "page", "type": "string"}]
    })["fullyQualifiedName"])


def sent(maker, call):
    return {"event_name": event_name(maker, call), "email": "judge@example.org", "properties": {}}


EVENTS = {
    "event_name": event_name, "property_name": lambda maker, call: "page",
    "type": lambda maker, call: "string", "event_type": event_name,
    "inputs": lambda maker, call: [sent(maker, call)],
    "property_definitions": lambda maker, call: [{"label": "Page", "name": "page",
                                                  "type": "string"}],
    "email": lambda maker, call: "judge@example.org",
}

# ---- HubDB

def table(maker, call):
    """A table as the call wants it: of a new one there is a draft only."""
    def make():
        name = fresh("judge")
        made = maker.post("/cms/hubdb/2026-03/tables", {
            "name": name, "label": name, "columns": [], "allowChildTables": False,
            "allowPublicApiAccess": True, "dynamicMetaTags": {}, "enableChildTablePages": False,
            "useForPages": False})["id"]
        if "/draft" not in call.operation.path:
            maker.post(f"/cms/hubdb/2026-03/tables/{made}/draft/publish", {})
        return made
    return once(call, "table", make)


def row(maker, call):
    """A row; one that can be seen by who asks for what is published."""
    path = f"/cms/hubdb/2026-03/tables/{table(maker, call)}"
    made = maker.post(f"{path}/rows", {"values": {}, "childTableId": 0, "displayIndex": 0,
                                       "name": "judge", "path": fresh("judge")})["id"]
    if "/draft" not in call.operation.path:
        maker.post(f"{path}/draft/publish", {})
    return made


def row_inputs(maker, call):
    kind = call.operation.path.rsplit("/", 1)[-1]
    if kind in ("read", "purge"):
        return [row(maker, call)]
    new = {"values": {}, "child_table_id": 0, "display_index": 0}
    return [{"create": lambda: new, "clone": lambda: {"id": row(maker, call), "name": "twin"}}.get(
        kind, lambda: {**new, "id": row(maker, call)})()]


# ---- currencies

def rate(maker, call):
    return once(call, "rate", lambda: maker.post("/settings/currencies/2026-03/exchange-rates", {
        "fromCurrencyCode": "EUR", "conversionRate": 1.1})["id"])


def rate_inputs(maker, call):
    kind = call.operation.path.rsplit("/", 1)[-1]
    if kind == "create":
        return [{"from_currency_code": "EUR", "conversion_rate": 1.1}]
    known = {"id": rate(maker, call)}
    return [known if kind == "read" else {**known, "conversion_rate": 1.2}]


CURRENCIES = {
    "exchange_rate_id": rate, "inputs": rate_inputs,
    "currency_code": lambda maker, call: "USD" if call.operation.verb == "PUT" else "EUR",
    "from_currency_code": lambda maker, call: "EUR",
    # Of a pair that has a rate.
    "to_currency_code": lambda maker, call: rate(maker, call) and "USD",
}


def mail(maker, call):
    return {"to": "judge@example.org", "bcc": [], "cc": [], "reply_to": []}


def media_type(maker, call):
    path = f"/media-bridge/2026-03/{maker.app['app_id']}/settings/object-definitions"
    maker.as_developer("post", path, {"mediaTypes": ["VIDEO"]})
    return "VIDEO"


BY_NAME = {
    "app_id": lambda maker, call: maker.app["app_id"],
    "contact_id": contact,
}
# By the beginning of an operation's name: parameter -> its value, or None for the types' own.
BY_AREA = {
    "marketing.marketing_events": MARKETING_EVENTS, "files": FILES,
    "cms.source_code": SOURCE_CODE, "webhooks": JOURNAL,
    "communication_preferences": COMMUNICATION,
    "automation.actions.callbacks": CALLBACKS, "automation.actions.definitions": ACTIONS,
    "automation.sequences": {"user_id": lambda maker, call: "2506672"},
    "business_units": {"user_id": lambda maker, call: "2506672"},
    "cms.media_bridge": {"object_type": lambda maker, call: "VIDEO", "media_type": lambda
                         maker, call: media_type(maker, call)
                         if asks(call, "media_type") else None},
    "cms.hubdb": {"table_id_or_name": table, "row_id": row, "inputs": row_inputs,
                  "values": lambda maker, call: {}, "config": lambda maker, call: "{}",
                  "file": lambda maker, call: ("judge.csv", b"city\nBath\n", "text/csv")},
    "settings.currencies": CURRENCIES,
    "marketing.single_send": {"message": mail}, "events": EVENTS,
    "marketing.transactional.single_email": {"message": mail},
    "cms.site_search": {"content_id": page},
    "scheduler.meetings": {"slug": meeting_link, "timezone": lambda maker, call: "UTC"},
    "marketing.campaigns": {
        "asset_type": lambda maker, call: "SITE_PAGE", "asset_id": page,
        "contact_type": lambda maker, call: "contactFirstTouch",
        "properties": lambda maker, call: {"hs_name": fresh("Judge")}
        if call.operation.verb in ("POST", "PATCH") else None},
    "conversations.custom_channels": CUSTOM_CHANNELS,
    "settings.users": {"email": lambda maker, call: f"{fresh('user')}@example.org"},
}
NAMING = ("id", "content_id", "primary_id", "original_id")


def value(maker, call, name):
    """The value of a parameter that somebody wrote here, else None."""
    for start, table in BY_AREA.items():
        if call.operation.name.startswith(start) and name in table:
            return table[name](maker, call)
    return BY_NAME[name](maker, call) if name in BY_NAME and \
        (asks(call, name) or call.operation.parameters[name][1]) else None


def names_resource(field, hint):
    """Is a field of a body the id of a resource?"""
    return field in NAMING or (field == "inputs" and re.search(r"(str|object)\]", str(hint)))


def body_value(field, hint, about):
    """The value of a field within a body; `about` is the id of the resource that it names."""
    if about is None:
        return None
    if field == "inputs":
        return [str(about) if "str]" in str(hint) else {"id": str(about)}]
    return int(about) if hint is int else str(about)


def by_app_token(operation):
    """Does a call want a token of the app's client, not of an account?"""
    return operation.path.startswith("/webhooks-journal/")


def by_developer_key(operation):
    """Does a call want the developer's key, not a token?"""
    return ("app_id" in operation.parameters and "requires_object" not in operation.name) \
        or operation.path.startswith("/conversations/custom-channels/")

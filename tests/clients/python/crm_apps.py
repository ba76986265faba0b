"""Valid arguments for the calls of apps, of files and of schemas: crm_areas.py has the others."""

import json

PHONE = {"e164_number": "+15551234", "phone_number_type": "MOBILE"}
CARD = {
    "title": "Tickets",
    "fetch": {"targetUrl": "https://a.example/f", "cardType": "EXTERNAL",
              "objectTypes": [{"name": "contacts", "propertiesToSend": ["email"]}]},
    "display": {"properties": [{"name": "p", "label": "P", "dataType": "STRING", "options": []}]},
    "actions": {"baseUrls": ["https://a.example"]},
}
DIALER = {"name": "Dialer", "url": "https://dial.example/w", "height": 600, "width": 400,
          "is_ready": True, "supports_custom_objects": False, "supports_inbound_calling": False,
          "uses_remote": False, "uses_calling_window": True}
UTTERANCES = [{"text": "Hello", "speaker": {"id": "s1", "name": "Ada"}, "startTimeMillis": 0,
               "endTimeMillis": 900, "languageCode": "en"}]
RECORDING = "https://dial.example/recording"
CSV = b"Email\nimported@example.org\n"


def constants(values):
    return {name: lambda value=value: value for name, value in values.items()}


def app_of(maker, make=lambda: None):
    """Makes what the call is about, then names the app."""
    def app_id():
        make()
        return maker.app["app_id"]
    return {"app_id": app_id}


def calling(maker, method):
    base = f"/crm/v3/extensions/calling/{maker.app['app_id']}/settings"

    def settings():
        maker.as_app("post", base, {"name": "Dialer", "url": "https://dial.example/w"}, (409,))

    def make():
        settings()
        if "channel" in method and not method.startswith("create"):
            maker.as_app("post", f"{base}/channel-connection",
                         {"isReady": True, "url": "https://dial.example/c"}, (409,))
        if "recording" in method and not method.startswith("create"):
            maker.as_app("post", f"{base}/recording", {"urlToRetrieveAuthedRecording": RECORDING},
                         (409,))

    def transcript():
        made = maker.post("/crm/extensions/calling/2026-03/transcripts", {
            "engagementId": call(), "transcriptCreateUtterances": UTTERANCES})
        return made.get("transcriptId") or made["id"]

    def call():
        return int(maker.record("calls", {"hs_timestamp": "2026-11-01T10:00:00Z"}))

    first = method == "create_settings"
    return {**app_of(maker, (lambda: None) if first else make), **constants(DIALER),
            "url_to_retrieve_authed_recording": lambda: RECORDING,
            "engagement_id": call, "transcript_id": transcript,
            **constants({"create_engagement": True, "final_call_status": "COMPLETED",
                         "engagement_properties": {"hs_call_title": "Inbound"},
                         "from_number": PHONE, "to_number": PHONE,
                         "potential_recipient_user_ids": [1],
                         "transcript_create_utterances": UTTERANCES}),
            "external_call_id": lambda: maker.fresh("call")}


def cards(maker, _method):
    def card():
        path = f"/crm/v3/extensions/cards-dev/{maker.app['app_id']}"
        return maker.as_app("post", path, CARD)["id"]

    return {**app_of(maker), "card_id": card, **constants(CARD), "app_card_id": lambda: 7,
            "allow_duplicate_app_card_ids": lambda: False,
            "legacy_crm_card_id": lambda: int(card())}


def video_conferencing(maker, method):
    path = f"/crm/v3/extensions/videoconferencing/settings/{maker.app['app_id']}"
    url = "https://meet.example/create"

    def make():
        if method != "update":
            maker.as_app("put", path, {"createMeetingUrl": url})

    return {**app_of(maker, make), "create_meeting_url": lambda: url}


def feature_flags(maker, _method):
    portal = maker.app["portal_id"]

    def flag():
        name = maker.fresh("flag")
        path = f"/feature-flags/v3/{maker.app['app_id']}/flags/{name}"
        maker.as_app("put", path, {"defaultState": "OFF"})
        maker.as_app("put", f"{path}/portals/{portal}", {"flagState": "ON"})
        return name

    return {**app_of(maker), "flag_name": flag,
            **constants({"portal_id": portal, "portal_ids": [portal], "flag_state": "ON",
                         "default_state": "ON",
                         "portal_states": [{"portal_id": portal, "flag_state": "ON"}]})}


def timeline(maker, _method):
    def event():
        return {"id": maker.fresh("event"), "event_type_name": "ae1_seen",
                "properties": {"page": "/x"}, "email": "ada@example.org"}

    return {"id": lambda: maker.fresh("event"), "event_type_name": lambda: "ae1_seen",
            "properties": lambda: {"page": "/x"}, "extra_data": dict,
            "email": lambda: "ada@example.org", "inputs": lambda: [event()],
            "developer_symbol": lambda: "seen", "project_name": lambda: "web"}


def import_request():
    return json.dumps({"name": "Judge", "files": [{
        "fileName": "judge.csv", "fileFormat": "CSV", "fileImportPage": {
            "hasHeader": True, "columnMappings": [{
                "columnObjectTypeId": "0-1", "columnName": "Email", "propertyName": "email",
                "columnType": "HUBSPOT_ALTERNATE_ID"}]}}]})


def imports(maker, _method):
    def made():
        return int(maker.client.crm.imports.create(
            files=("judge.csv", CSV, "text/csv"), import_request=import_request()).id)

    return {"import_id": made, "files": lambda: ("judge.csv", CSV, "text/csv"),
            "import_request": import_request}


EXPORT = {"exportType": "VIEW", "exportName": "Judge", "format": "CSV", "language": "EN",
          "objectType": "CONTACT", "objectProperties": ["email"], "associatedObjectType": [],
          "exportInternalValuesOptions": ["NAMES"]}


def exports(maker, _method):
    def made():
        return int(maker.post("/crm/v3/exports/export/async", EXPORT)["id"])

    return {"export_id": made, "task_id": made,
            **constants({
                "associated_object_type": [], "export_internal_values_options": ["NAMES"],
                "export_name": "Judge", "export_type": "VIEW", "format": "CSV", "language": "EN",
                "include_labeled_associations": False, "object_properties": ["email"],
                "include_primary_display_property_for_associated_objects": False,
                "object_type": "CONTACT",
                "override_associated_objects_per_definition_per_row_limit": False})}


def deal_splits(maker, method):
    def inputs():
        deal = maker.record("deals", {"dealname": "judge", "amount": "100"})
        owner = maker.owner()
        if method == "read":
            made = {"id": int(deal), "splits": [{"ownerId": owner, "percentage": 100}]}
            maker.post("/deal-splits/2026-03/batch/upsert", {"inputs": [made]})
            return [{"id": deal}]
        return [{"id": int(deal), "splits": [{"owner_id": owner, "percentage": 100}]}]

    return {"inputs": inputs}


def schema_body(name):
    return {"name": name, "labels": {"singular": name, "plural": name + "s"},
            "primaryDisplayProperty": "model", "requiredProperties": ["model"],
            "searchableProperties": ["model"], "secondaryDisplayProperties": [],
            "associatedObjects": ["CONTACT"],
            "properties": [{"name": "model", "label": "Model", "type": "string",
                            "fieldType": "text"}]}


def object_schemas(maker, method):
    path = "/crm-object-schemas/2026-03/schemas"

    def made():
        shown = maker.post(path, schema_body(maker.fresh("car")))
        maker.made["schema"] = shown["objectTypeId"]
        return shown["objectTypeId"]

    def schema():
        # Of an association made just before: the schema it is of.
        return maker.made.pop("linked", None) or made()

    def association():
        maker.made["linked"] = made()
        body = {"fromObjectTypeId": maker.made["linked"], "toObjectTypeId": "0-2",
                "name": maker.fresh("link")}
        return maker.post(f"{path}/{maker.made['linked']}/associations", body)["id"]

    fields = {"label": "Model", "name": "model", "type": "string", "field_type": "text"}
    return {"object_type": schema, "association_identifier": association,
            "from_object_type_id": lambda: maker.made["schema"], "to_object_type_id":
            lambda: "0-2", "name": lambda: maker.fresh("car"), "inputs": lambda: [made()],
            **constants({
                "allows_sensitive_properties": False, "associated_objects": ["CONTACT"],
                "labels": {"singular": "Car", "plural": "Cars"}, "properties": [fields],
                "required_properties": [], "searchable_properties": [],
                "secondary_display_properties": [], "clear_description": False,
                "include_association_definitions": True, "include_audit_metadata": True,
                "include_property_definitions": True}),
            **({"primary_display_property": lambda: "model"} if method == "create" else {})}


TABLES = {"extensions.calling": calling, "extensions.cards_dev": cards,
          "extensions.video_conferencing": video_conferencing, "feature_flags": feature_flags,
          "timeline": timeline, "imports": imports, "exports": exports,
          "deal_splits": deal_splits, "object_schemas": object_schemas}
# Calls that take the developer's key, not a token.
OF_APPS = ("crm.extensions.calling", "crm.extensions.cards_dev",
           "crm.extensions.video_conferencing", "crm.feature_flags")


def table_of(path):
    name = path.removeprefix("crm.")
    return next((table for start, table in TABLES.items() if name.startswith(start)), None)


def by_developer_key(path, parameters):
    return path.startswith(OF_APPS) and "app_id" in parameters

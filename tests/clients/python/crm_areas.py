"""Valid arguments for the calls of hubspot-sdk that are not about records of one type."""

import itertools

import crm_apps
import hubspot_sdk

NUMBERS = itertools.count(1)
SPEC = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279,
        "association_category": "HUBSPOT_DEFINED", "association_type_id": 279}
STAGES = [{"label": "Open", "displayOrder": 0, "display_order": 0,
           "metadata": {"probability": "0.5"}},
          {"label": "Won", "displayOrder": 1, "display_order": 1,
           "metadata": {"probability": "1.0", "isClosed": "true"}}]
PROPERTY = {"label": "Judge", "type": "string", "fieldType": "text", "field_type": "text",
            "groupName": "contactinformation", "group_name": "contactinformation"}


class Maker:
    """Makes what arguments name, with plain calls."""

    def __init__(self, client, app):
        self.client = client
        self.app = app
        self.made = {}

    def post(self, path, body):
        return self.client.post(path, cast_to=object, body=body)

    def as_app(self, verb, path, body, forgiven=()):
        """With the developer's key; an answer of a forgiven status (409: is there) will do."""
        options = {"params": {"hapikey": self.app["developer_api_key"]},
                   "headers": {"authorization": hubspot_sdk.Omit()}}
        try:
            return getattr(self.client, verb)(path, cast_to=object, body=body, options=options)
        except hubspot_sdk.APIStatusError as error:
            if error.status_code not in forgiven:
                raise
            return None

    @staticmethod
    def fresh(word):
        return f"{word}_{next(NUMBERS)}"

    def record(self, kind, properties=()):
        return self.post(f"/crm/v3/objects/{kind}", {"properties": dict(properties)})["id"]

    def pair(self):
        contact, company = self.record("contacts"), self.record("companies")
        self.client.put(
            f"/crm/v4/objects/contacts/{contact}/associations/default/companies/{company}",
            cast_to=object)
        return {"from": {"id": contact}, "to": {"id": company}}

    def property_name(self):
        return self.post("/crm/v3/properties/contacts",
                         {**PROPERTY, "name": self.fresh("judge")})["name"]

    def group_name(self):
        return self.post("/crm/v3/properties/contacts/groups",
                         {"name": self.fresh("group"), "label": "Judge"})["name"]

    def pipeline(self):
        body = {"label": self.fresh("Judge"), "displayOrder": 1, "stages": STAGES}
        self.made["pipeline"] = self.post("/crm/v3/pipelines/deals", body)
        return self.made["pipeline"]

    def label(self):
        name = self.fresh("judge")
        made = self.post("/crm/v4/associations/contacts/companies/labels",
                         {"label": name, "name": name})
        return made["results"][0]["typeId"]

    def list_id(self):
        made = self.post("/crm/v3/lists", {"name": self.fresh("Judge"), "objectTypeId": "0-1",
                                           "processingType": "MANUAL"})
        return made["list"]["listId"]

    def folder(self):
        return self.post("/crm/v3/lists/folders", {"name": self.fresh("Judge")})["folder"]["id"]

    def owner(self):
        return int(self.client.get("/crm/v3/owners", cast_to=object)["results"][0]["id"])


def properties(maker, method):
    names = {"create": [{**PROPERTY, "name": maker.fresh("judge")}],
             "get": [{"name": "email"}]}
    return {"object_type": lambda: "contacts", "property_name": maker.property_name,
            "group_name": (lambda: "contactinformation") if method == "create"
            else maker.group_name, "name": lambda: maker.fresh("judge"),
            "label": lambda: "Judge", "type": lambda: "string", "field_type": lambda: "text",
            "archived": lambda: False, "data_sensitivity": lambda: "non_sensitive",
            "inputs": lambda: names.get(method) or [{"name": maker.property_name()}]}


def pipelines(maker, _method):
    def stage():
        return (maker.made.get("pipeline") or maker.pipeline())["stages"][0]["id"]

    def pipeline():
        # Of a stage named just before: the pipeline it is in.
        made = maker.made.get("pipeline") if maker.made.pop("staged", None) else None
        return (made or maker.pipeline())["id"]

    def staged():
        maker.pipeline()
        maker.made["staged"] = True
        return stage()

    return {"object_type": lambda: "deals", "stage_id": staged, "pipeline_id": pipeline,
            "label": lambda: maker.fresh("Judge"), "display_order": lambda: 3,
            "stages": lambda: STAGES, "metadata": lambda: {"probability": "0.3"}}


def associations(maker, method):
    def first():
        maker.made["pair"] = maker.pair()
        return maker.made["pair"]["to"]["id"]

    def inputs():
        made = maker.pair()
        if method == "get":
            return [{"id": made["from"]["id"]}]
        if method == "delete":
            return [{"from": made["from"], "to": [made["to"]]}]
        return [made if method == "create_default" else {**made, "types": [SPEC]}]

    def start():
        return (maker.made.get("pair") or maker.pair())["from"]["id"]

    return {"object_type": lambda: "contacts", "from_object_type": lambda: "contacts",
            "to_object_type": lambda: "companies", "to_object_id": first, "object_id": start,
            "from_object_id": start, "body": lambda: [SPEC], "user_id": lambda: 2506672,
            "association_type_id": maker.label, "label": lambda: maker.fresh("Judge"),
            "name": lambda: maker.fresh("judge"), "inputs": inputs}


RECORDS_OF_ROME = {
    "filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": [{
        "filterBranchType": "AND", "filterBranchOperator": "AND", "filterBranches": [],
        "filters": [{"filterType": "PROPERTY", "property": "city", "operation": {
            "operationType": "STRING", "operator": "IS_EQUAL_TO", "value": "Rome",
            "includeObjectsWithNoValueSet": False}}]}]}


def lists(maker, method):
    def dynamic():
        made = maker.post("/crm/v3/lists", {
            "name": maker.fresh("Judge"), "objectTypeId": "0-1", "processingType": "DYNAMIC",
            "filterBranch": RECORDS_OF_ROME})["list"]
        maker.made["list"] = made["name"]
        if method in ("get_schedule_conversion", "schedule_conversion"):
            maker.client.put(f"/crm/v3/lists/{made['listId']}/schedule-conversion", cast_to=object,
                             body={"conversionType": "CONVERSION_DATE", **CONVERSION})
        return made["listId"]

    def list_name():
        if method == "update_list_name":
            return maker.fresh("Judge")
        dynamic()
        return maker.made["list"]

    def legacy():
        maker.list_id()
        return "1"  # they are counted from 1

    conversions = {name: lambda value=value: value for name, value in CONVERSION.items()}
    converts = method in ("update_list_filters", "get_schedule_conversion",
                          "schedule_conversion", "update_schedule_conversion")
    return {**conversions, "conversion_type": lambda: "CONVERSION_DATE",
            "filter_branch": lambda: RECORDS_OF_ROME, "list_name": list_name,
            "new_folder_name": lambda: maker.fresh("Judge"), "legacy_list_id": legacy,
            "inputs": lambda: [{"object_type_id": "0-1", "record_id": maker.record("contacts")}],
            **list_arguments(maker), **({"list_id": dynamic} if converts else {})}


CONVERSION = {"year": 2026, "month": 12, "day": 1}


def list_arguments(maker):
    return {"list_id": maker.list_id, "source_list_id": maker.list_id,
            "record_id": lambda: maker.record("contacts"), "object_type_id": lambda: "0-1",
            "body": lambda: [maker.record("contacts")], "name": lambda: maker.fresh("Judge"),
            "record_ids_to_add": lambda: [maker.record("contacts")],
            "record_ids_to_remove": list, "processing_type": lambda: "MANUAL",
            "folder_id": maker.folder, "new_parent_folder_id": maker.folder,
            "new_folder_id": maker.folder, "list_ids": list, "offset": lambda: 0,
            "processing_types": lambda: ["MANUAL"]}


def others(maker, _method):
    return {"owner_id": maker.owner, "object_type_id": lambda: "0-1",
            "from_object_type_id": lambda: "0-1", "to_object_type_id": lambda: "0-2",
            "property_name": maker.property_name, "rule_type": lambda: "MAX_LENGTH",
            "rule_arguments": lambda: ["20"]}


def validations(maker, method):
    def ruled():
        name = maker.property_name()
        if method.startswith("get"):
            maker.client.put(f"/crm/property-validations/2026-03/0-1/{name}/rule-type/MAX_LENGTH",
                             cast_to=object, body={"ruleArguments": ["20"]})
        return name

    return {**others(maker, method), "property_name": ruled}


def definitions(maker, method):
    def spec():
        return {"category": "USER_DEFINED", "typeId": maker.label(), "maxToObjectIds": 5}

    def inputs():
        made = spec()
        if method in ("batch_delete", "batch_update"):
            maker.post("/crm/associations/2026-03/definitions/configurations/contacts/companies"
                       "/batch/create", {"inputs": [made]})
        if method == "batch_delete":
            made.pop("maxToObjectIds")
        return [made]

    return {**associations(maker, method), "inputs": inputs}


# What no signature calls for but no call does without.
NEEDED = {"crm.lists.get_id_mapping": ["legacy_list_id"],
          "crm.lists.rename_folder": ["new_folder_name"],
          "crm.lists.update_list_name": ["list_name"],
          "crm.lists.update_schedule_conversion": ["year", "month", "day"],
          "crm.imports.create": ["files", "import_request"],
          "crm.timeline.create_event": ["email"],
          "crm.object_schemas.create": ["primary_display_property"]}


def values_of(maker, path, method):
    """Parameter name -> a function that makes its value, for the area of that path."""
    area = path.split(".")[1]
    tables = {"properties": properties, "pipelines": pipelines, "associations": associations,
              "lists": lists}
    if area == "properties_validations":
        return validations(maker, method)
    if area in ("owners", "limits", "object_library"):
        return others(maker, method)
    if path.startswith("crm.associations_schema"):
        return definitions(maker, method)
    if path == "crm.associations" and method == "search":
        return {"object_type": lambda: "contacts", "after": lambda: "0", "filter_groups": list,
                "limit": lambda: 5, "properties": lambda: ["hs_object_id"], "sorts": list}
    table = tables.get(area) or crm_apps.table_of(path)
    return table(maker, method) if table else {}

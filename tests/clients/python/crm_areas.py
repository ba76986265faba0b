"""Valid arguments for the calls of hubspot-sdk that are not about records of one type."""

import itertools

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

    def __init__(self, client):
        self.client = client
        self.made = {}

    def post(self, path, body):
        return self.client.post(path, cast_to=object, body=body)

    @staticmethod
    def fresh(word):
        return f"{word}_{next(NUMBERS)}"

    def record(self, kind):
        return self.post(f"/crm/v3/objects/{kind}", {"properties": {}})["id"]

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


def lists(maker, _method):
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
            "property_name": maker.property_name}


def values_of(maker, path, method):
    """Parameter name -> a function that makes its value, for the area of that path."""
    area = path.split(".")[1]
    tables = {"properties": properties, "pipelines": pipelines, "associations": associations,
              "lists": lists}
    if area in ("owners", "limits", "object_library", "properties_validations"):
        return others(maker, method)
    if path == "crm.associations_schema.labels":
        return {} if method == "batch_create" else associations(maker, method)
    if path == "crm.associations_schema.limits":
        return {} if method.startswith("batch") else associations(maker, method)
    return tables[area](maker, method) if area in tables else {}

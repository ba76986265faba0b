"""Judge: every CRM call of hubspot-sdk (HubSpot's newest Python client, 2026-03), unmodified and
with strict validation of what it is answered. It walks the client's own resources; what cannot be
called with valid arguments yet is named as failing.

    crm_judge.py              against HUBSPOT_BASE_URL with HUBSPOT_ACCESS_TOKEN
    crm_judge.py --blank      the judge judged: a server of {} must fail 95 % of calls with a body
    crm_judge.py --list       names each call with its outcome
    crm_judge.py --write      writes the known failures (new ones with what was said: put a reason
                              there) and this judge's row of tests/clients/counts.json anew

Without --write the row has to be what was found.

Calls that are known to fail stand in crm_known_failures.json, each with its reason; one that
passes after all, or fails without standing there, fails the judge.
"""

import inspect
import itertools
import os
import pathlib
import sys

import crm_apps
import crm_areas
import judging

try:
    import hubspot_sdk
except ImportError:
    print("hubspot-sdk is not installed - run ./dev setup")
    sys.exit(77)

WHEN = "2026-11-01T10:00:00Z"
REQUIRED = {
    "companies": {"name": "judge"}, "deals": {"dealname": "judge"},
    "tickets": {"subject": "judge", "hs_pipeline": "0", "hs_pipeline_stage": "1"},
    "products": {"name": "judge"}, "line_items": {"name": "judge"},
    "quotes": {"hs_title": "judge", "hs_expiration_date": "2026-12-31"},
    "communications": {"hs_communication_channel_type": "SMS", "hs_timestamp": WHEN},
    "tasks": {"hs_timestamp": WHEN}, "notes": {"hs_timestamp": WHEN},
    "meetings": {"hs_timestamp": WHEN}, "calls": {"hs_timestamp": WHEN},
    "postal_mail": {"hs_timestamp": WHEN}, "invoices": {"hs_currency": "USD"},
    "emails": {"hs_timestamp": WHEN, "hs_email_direction": "EMAIL"},
    "leads": {"hs_lead_name": "judge"}, "subscriptions": {"hs_name": "judge"},
    "orders": {"hs_order_name": "judge"}, "listings": {"hs_name": "judge"},
    "courses": {"hs_course_name": "judge"},
    "commerce_payments": {"hs_initial_amount": "5", "hs_initiated_date": WHEN},
    "projects": {"hs_name": "judge"}, "services": {"hs_name": "judge"},
    "users": {"hs_internal_user_id": "7", "hs_email": "judge@example.org"},
}
OWNED = {"hubspot_owner_id": "31871817"}
# Answers show null where a record has no value (R 4.3); the client's types know texts only.
SHOWN = ["hs_object_id"]
PLAIN = ("contacts", "carts", "discounts", "fees", "goal_targets", "taxes", "contracts")
STAGED = ("projects", "services")
UNCREATABLE = ("feedback_submissions", "partner_clients", "partner_services")
GENERIC = {"generic_objects": "contacts", "custom": "contacts"}
NUMBERS = itertools.count(1)
KNOWN = pathlib.Path(__file__).with_name("crm_known_failures.json")


class NoArguments(Exception):
    """The judge has no valid arguments for a call yet."""


class Arguments:
    """Valid arguments, from the names of parameters and from records made before."""

    def __init__(self, client, app):
        self.client = client
        self.unique = set()
        self.maker = crm_areas.Maker(client, app)

    def required(self, kind):
        """The properties a record is created with; of a type with pipelines, its first stage."""
        if kind in STAGED and "hs_pipeline" not in REQUIRED[kind]:
            found = self.client.get(f"/crm/v3/pipelines/{kind}", cast_to=object)["results"][0]
            REQUIRED[kind].update(hs_pipeline=found["id"],
                                  hs_pipeline_stage=found["stages"][0]["id"])
        return REQUIRED.get(kind, {})

    def record(self, kind):
        if kind in UNCREATABLE:
            return self.others_record(kind)
        body = {"properties": self.required(kind), "associations": []}
        path = f"/crm/v3/objects/{kind}"
        return self.client.post(path, cast_to=object, body=body)["id"]

    def others_record(self, kind):
        """A record that HubSpot itself makes: no call creates it."""
        body = {"source": "CRM_UI", "source_id": "userId:1", "changes": [
            {"op": "create", "object_type": kind, "properties": {}}]}
        made = self.client.post("/_hubsim/v1/changes", cast_to=object, body=body)["results"][0]
        if made["status"] != "ok":
            raise NoArguments(f"no {kind}: {made}")
        return made["id"]

    def unique_property(self, kind):
        if kind not in self.unique:
            self.unique.add(kind)
            groups = self.client.get(f"/crm/v3/properties/{kind}/groups", cast_to=object)
            body = {"name": "judge_key", "label": "Judge", "type": "string", "fieldType": "text",
                    "groupName": groups["results"][0]["name"], "hasUniqueValue": True}
            self.client.post(f"/crm/v3/properties/{kind}", cast_to=object, body=body)
        return "judge_key"

    def inputs(self, kind, method):
        properties = self.required(kind)
        if method == "create":
            return [{"properties": properties, "associations": []}]
        if method == "upsert":
            return [{"id": f"judge-{next(NUMBERS)}", "idProperty": self.unique_property(kind),
                     "id_property": self.unique_property(kind), "properties": properties}]
        made = {"id": self.record(kind)}
        return [{**made, "properties": dict(OWNED)}] if method == "update" else [made]

    def value(self, kind, method, name):
        simple = {
            "object_type": kind, "associations": [], "filter_groups": [], "limit": 5, "after": "0",
            "sorts": [], "properties_with_history": [], "to_object_type": "contacts",
        }
        if name in simple:
            return simple[name]
        if name == "properties":
            if method in ("search", "get"):
                return SHOWN
            return self.required(kind) if method == "create" else dict(OWNED)
        if name == "inputs":
            return self.inputs(kind, method)
        if name.endswith("_id") or name in ("primary_object_id", "object_id_to_merge"):
            return self.record(kind)
        raise NoArguments(f"no valid argument for {name} yet")


def resources(resource, path="crm"):
    """The resources below one, with their paths: crm.objects.contacts.batch."""
    yield path, resource
    for name in sorted(dir(type(resource))):
        if not name.startswith(("_", "with_")) and isinstance(
                getattr(type(resource), name), (property, hubspot_sdk._compat.cached_property)):
            yield from resources(getattr(resource, name), f"{path}.{name}")


def calls(client):
    for path, resource in resources(client.crm):
        for name, method in inspect.getmembers(type(resource), inspect.isfunction):
            if not name.startswith("_"):
                yield f"{path}.{name}", path, getattr(resource, name)


def kind_of(path):
    parts = path.split(".")
    name = parts[2] if len(parts) > 2 and parts[1] == "objects" else ""
    if name in GENERIC:
        return GENERIC[name]
    return name if name in REQUIRED or name in PLAIN + UNCREATABLE else None


def call(arguments, path, method):
    kind = kind_of(path)
    if kind is None:
        return call_area(arguments, path, method)
    values = {}
    for name, parameter in inspect.signature(method).parameters.items():
        if parameter.default is inspect.Parameter.empty:
            values[name] = arguments.value(kind, method.__name__, name)
        elif name == "properties" and method.__name__ in ("get", "list"):
            values[name] = SHOWN
    return judging.looked_at(method(**values))


def call_area(arguments, path, method):
    makers = crm_areas.values_of(arguments.maker, path, method.__name__)
    needed = crm_areas.NEEDED.get(f"{path}.{method.__name__}", ())
    values = {}
    for name, parameter in inspect.signature(method).parameters.items():
        if parameter.default is not inspect.Parameter.empty and name not in needed:
            continue
        if name not in makers:
            raise NoArguments(f"no valid argument for {name} yet")
        values[name] = makers[name]()
    return judging.looked_at(method(**values))


def uninstalling(url, app):
    """A client of the app installed by OAuth: a private app cannot uninstall itself."""
    return hubspot_sdk.HubSpot(
        base_url=url, access_token=app["oauth_access_token"], max_retries=0,
        _strict_response_validation=True)


def judge(url, arguments):
    client = hubspot_sdk.HubSpot(
        base_url=url, access_token=os.environ["HUBSPOT_ACCESS_TOKEN"], max_retries=0,
        _strict_response_validation=True)
    developer = hubspot_sdk.HubSpot(
        base_url=url, access_token=None, max_retries=0, _strict_response_validation=True,
        developer_api_key=arguments.maker.app["developer_api_key"],
        default_headers={"authorization": hubspot_sdk.Omit()})
    by_key = {name: method for name, _, method in calls(developer)}
    uninstalled = uninstalling(url, arguments.maker.app)
    outcomes = {}
    for name, path, method in calls(client):
        if crm_apps.by_developer_key(path, inspect.signature(method).parameters):
            method = by_key[name]
        if name == "crm.app_uninstalls.uninstall":
            method = uninstalled.crm.app_uninstalls.uninstall
        try:
            outcomes[name] = (call(arguments, path, method), "")
        except Exception as error:  # pylint: disable=broad-except  # whatever a client raises
            outcomes[name] = ("", judging.short(error))
    return outcomes


def area_of(name):
    """crm.objects.contacts.batch.get: crm.objects.contacts; crm.lists.get: crm.lists."""
    parts = name.split(".")
    return ".".join(parts[:3] if parts[1] in ("objects", "extensions") else parts[:2])


def main():
    url = os.environ["HUBSPOT_BASE_URL"]
    maker = hubspot_sdk.HubSpot(
        base_url=url, access_token=os.environ["HUBSPOT_ACCESS_TOKEN"], max_retries=0)
    app = maker.get("/_hubsim/v1/portals", cast_to=object)["results"][0]
    arguments = Arguments(maker, app)
    outcomes = judge(url, arguments)
    judging.report(outcomes, area_of, "all of crm", "--list" in sys.argv)
    write = "--write" in sys.argv
    if write:
        judging.write_known(KNOWN, outcomes)
    good = judging.counts_hold(judging.SDK, outcomes, lambda _name: "crm", write)
    good = judging.verdict(outcomes, KNOWN) and good
    if "--blank" in sys.argv:
        with judging.blank_server() as blank_url:
            good = judging.blank_fails(outcomes, judge(blank_url, arguments)) and good
    return 0 if good else 1


sys.exit(main())

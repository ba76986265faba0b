"""Judge: every operation of hubspot-sdk (HubSpot's newest Python client, 2026-03) outside of its
CRM (crm_judge.py has that), unmodified and with strict validation of what it is answered. Each is
called with arguments from the client's own types.

    judge.py              against HUBSPOT_BASE_URL with HUBSPOT_ACCESS_TOKEN
    judge.py --blank      the judge judged: a server of {} must fail 95 % of calls with a body
    judge.py --list       names each call with its outcome
    judge.py --write      writes the known failures (new ones with what was said: put a reason
                          there) and this judge's rows of tests/clients/counts.json anew

Calls that are known to fail stand in known_failures.json, each with its reason; one that passes
after all, or fails without standing there, fails the judge.
"""

import os
import pathlib
import sys

import judging
import sdk_hints

try:
    import httpx
    import hubspot_sdk
except ImportError:
    print("hubspot-sdk is not installed - run ./dev setup")
    sys.exit(77)

import sdk_operations
import sdk_resources

KNOWN = pathlib.Path(__file__).with_name("known_failures.json")
JOURNAL_SCOPES = [f"developer.webhooks_journal.{what}" for what in (
    "read", "subscriptions.read", "subscriptions.write", "snapshots.read",
    "snapshots.write")]
# Within an area: what makes, what reads, what changes, what takes away.
TURNS = {"POST": 0, "GET": 1, "PATCH": 2, "PUT": 2, "DELETE": 3}


def turn(operation):
    """What there is one of (settings) is put before it is read."""
    single = operation.verb == "PUT" and not operation.path.endswith("}")
    return 0 if single else TURNS[operation.verb]


class Clients:
    """The client with each kind of credential, at one address."""

    def __init__(self, url, maker):
        def client(**options):
            return hubspot_sdk.HubSpot(base_url=url, max_retries=0,
                                       _strict_response_validation=True, **options)

        self.of_account = client(access_token=os.environ["HUBSPOT_ACCESS_TOKEN"])
        self.of_developer = client(
            access_token=None, developer_api_key=maker.app["developer_api_key"],
            default_headers={"authorization": hubspot_sdk.Omit()})
        self.of_app = client(access_token=maker.app_token)

    def caller(self, operation):
        if sdk_hints.by_app_token(operation):
            return operation.of(self.of_app)
        by_key = sdk_hints.by_developer_key(operation)
        return operation.of(self.of_developer if by_key else self.of_account)


class Maker:
    """Plain calls, for what no operation of the client makes."""

    def __init__(self, url):
        self.url = url
        self.client = hubspot_sdk.HubSpot(
            base_url=url, access_token=os.environ["HUBSPOT_ACCESS_TOKEN"], max_retries=0)
        self.app = self.client.get("/_hubsim/v1/portals", cast_to=object)["results"][0]
        answer = httpx.post(f"{url}/oauth/2026-03/token", data={
            "grant_type": "client_credentials", "client_id": self.app["client_id"],
            "client_secret": self.app["client_secret"], "scope": " ".join(JOURNAL_SCOPES)})
        self.app_token = answer.json()["access_token"]

        self.made = {}

    def post(self, path, body):
        return self.client.post(path, cast_to=object, body=body)

    def as_app(self, verb, path, body):
        """With a token of the app's client."""
        client = hubspot_sdk.HubSpot(base_url=self.url, access_token=self.app_token, max_retries=0)
        return getattr(client, verb)(path, cast_to=object,
                                     **({} if body is None else {"body": body}))

    def as_developer(self, verb, path, body):
        answer = httpx.request(verb, self.url + path, json=body,
                               params={"hapikey": self.app["developer_api_key"]})
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def upload(self, path, verb="post"):
        token = os.environ["HUBSPOT_ACCESS_TOKEN"]
        answer = httpx.request(
            verb, self.url + path, headers={"authorization": f"Bearer {token}"},
            files={"file": (f"{sdk_operations.fresh('judge')}.json", b"{}\n", "application/json")},
            data={"options": sdk_hints.OPTIONS, "folderPath": "/judge"})
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def free_property(self, call):
        """A property that no webhook subscription is about: each can be subscribed to once."""
        if not call.operation.path.startswith("/webhooks/"):
            return None
        return self.post("/crm/v3/properties/contacts", {
            "name": sdk_operations.fresh("judge"), "label": "Judge", "type": "string",
            "fieldType": "text", "groupName": "contactinformation"})["name"]

    def event_subscription(self, call):
        """A subscription of the app to webhooks."""
        path = f"/webhooks/v3/{self.app['app_id']}/subscriptions"
        answer = httpx.post(f"{self.url}{path}", params={"hapikey": self.app["developer_api_key"]},
                            json={"eventType": "contact.propertyChange", "active": False,
                                  "propertyName": self.free_property(call)})
        answer.raise_for_status()
        return answer.json()["id"]


def judge(operations, resources, caller, real):
    outcomes = {}
    for operation in operations:
        try:
            values = resources.arguments(operation)
            answer = caller(operation)(**values)
            if real:
                resources.after(operation, values)
            outcomes[operation.name] = (judging.looked_at(answer), "")
        except Exception as error:  # pylint: disable=broad-except  # whatever a client raises
            outcomes[operation.name] = ("", judging.short(error))
    return outcomes


def area_of(name):
    return name.split(".")[0]


def main():
    url = os.environ["HUBSPOT_BASE_URL"]
    maker = Maker(url)
    clients = Clients(url, maker)
    everything = sdk_operations.operations(clients.of_account)
    resources = sdk_resources.Resources(everything, maker, clients.caller)
    operations = sorted((one for one in everything if one.area != "crm"),
                        key=lambda one: (one.area, turn(one)))
    outcomes = judge(operations, resources, clients.caller, True)
    judging.report(outcomes, area_of, "all but crm", "--list" in sys.argv)
    write = "--write" in sys.argv
    if write:
        judging.write_known(KNOWN, outcomes)
    good = judging.counts_hold(judging.SDK, outcomes, area_of, write)
    good = judging.verdict(outcomes, KNOWN) and good
    if "--blank" in sys.argv:
        with judging.blank_server() as blank_url:
            blank = judge(operations, resources, Clients(blank_url, maker).caller, False)
        good = judging.blank_fails(outcomes, blank) and good
    return 0 if good else 1


sys.exit(main())

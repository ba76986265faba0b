"""Judge: every call of hubspot-api-client (HubSpot's older Python client), unmodified. Its models
refuse an answer that lacks what they require or has a value outside of an enumeration. It is of
the same family as the Node client, so the arguments are those that the Node judge makes.

    api_client_judge.py NODE ARGUMENTS   against HUBSPOT_BASE_URL with HUBSPOT_ACCESS_TOKEN; NODE
                                         runs ARGUMENTS, tests/clients/node/serve_arguments.mjs
    ... --blank, --list, --write         as for judge.py

Calls that are known to fail stand in api_client_known_failures.json, each with its reason.
"""

import importlib
import inspect
import json
import os
import pathlib
import pkgutil
import re
import subprocess
import sys
import tempfile

import judging

try:
    import hubspot
except ImportError:
    print("hubspot-api-client is not installed - run ./dev setup")
    sys.exit(77)

KNOWN = pathlib.Path(__file__).with_name("api_client_known_failures.json")
CLIENT = "hubspot-api-client (Python)"
PARTS = ("automation", "cms", "communication_preferences", "conversations", "crm", "events",
         "files", "marketing", "oauth", "settings", "webhooks")
CALL = re.compile(r'call_api\(\s*"([^"]+)",\s*"([A-Z]+)"')


def packages(part):
    """The packages of the client that hold calls: hubspot.crm.contacts."""
    top = importlib.import_module(f"hubspot.{part}")
    for module in pkgutil.walk_packages(top.__path__, f"{top.__name__}."):
        if module.ispkg and module.name.endswith(".api"):
            yield module.name.removesuffix(".api")


def calls():
    """Each call: its name, its package, its class, its verb and path."""
    for part in PARTS:
        for package in packages(part):
            module = importlib.import_module(package)
            apis = inspect.getmembers(module, inspect.isclass)
            for name, api in [one for one in apis if one[0].endswith("Api")]:
                for method, function in inspect.getmembers(api, inspect.isfunction):
                    wired = CALL.search(inspect.getsource(function))
                    if wired and method.endswith("_with_http_info"):
                        plain = method.removesuffix("_with_http_info")
                        yield (f"{package.removeprefix('hubspot.')}.{name}.{plain}", module,
                               api, plain, wired[2], wired[1])
                    elif wired and not hasattr(api, f"{method}_with_http_info"):
                        yield (f"{package.removeprefix('hubspot.')}.{name}.{method}", module,
                               api, method, wired[2], wired[1])


class Arguments:
    """Asks the Node judge's makers for the arguments of a call."""

    def __init__(self, command):
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with  # lives as long
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with

    def of(self, area, verb, path):
        question = {"area": area, "method": verb, "path": path}
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise LookupError(f"no arguments: {answer['error']}")
        return {key.replace("_", "").lower(): self.plain(value)
                for key, value in answer["arguments"].items()}

    def plain(self, value):
        """A file is given to the client by its name."""
        if not isinstance(value, dict) or set(value) != {"data", "name"}:
            return value
        file = pathlib.Path(self.folder.name) / value["name"]
        file.write_bytes(value["data"].encode("latin1"))
        return str(file)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.folder.cleanup()


def configured(module, url, app):
    configuration = module.Configuration(host=url)
    configuration.access_token = os.environ["HUBSPOT_ACCESS_TOKEN"]
    configuration.api_key["developer_hapikey"] = app["developer_api_key"]
    return module.ApiClient(configuration)


def looked_at(answer, declared):
    if answer is None and declared not in ("None", "Error"):  # Error: it lists no success
        raise ValueError(f"no {declared}: the client knows none of that status")
    shown = answer.to_dict() if hasattr(answer, "to_dict") else {}
    if shown and not any(value is not None for value in shown.values()):
        raise ValueError(f"{type(answer).__name__} has none of its fields")
    if shown.get("errors") or shown.get("num_errors"):
        raise ValueError(f"errors within: {shown.get('errors')}")
    return "void" if answer is None else "body"


def judge(url, app, arguments):
    outcomes = {}
    for name, module, api, method, verb, path in calls():
        try:
            area = module.__name__.removeprefix("hubspot.").replace(".", "/")
            given = arguments.of(area, verb, path)
            function = getattr(api(configured(module, url, app)), method)
            accepted = re.findall(r":param (\w+):", function.__doc__ or "")
            values = {key: given[key.replace("_", "").lower()] for key in accepted
                      if given.get(key.replace("_", "").lower()) is not None}
            declared = re.search(r":rtype: (.+)", function.__doc__)[1]
            outcomes[name] = (looked_at(function(**values), declared), "")
        except Exception as error:  # pylint: disable=broad-except  # whatever a client raises
            outcomes[name] = ("", judging.short(error))
    return outcomes


def area_of(name):
    return ".".join(name.split(".")[:-2])


def main():
    url = os.environ["HUBSPOT_BASE_URL"]
    client = hubspot.HubSpot(access_token=os.environ["HUBSPOT_ACCESS_TOKEN"])
    del client  # made as its users make it, before the parts are used one by one
    command = [word for word in sys.argv[1:] if not word.startswith("--")]
    arguments = Arguments(command)
    app = judging.first_portal(url)
    outcomes = judge(url, app, arguments)
    judging.report(outcomes, area_of, "all", "--list" in sys.argv)
    write = "--write" in sys.argv
    if write:
        judging.write_known(KNOWN, outcomes)
    good = judging.counts_hold(CLIENT, outcomes, lambda name: name.split(".")[0], write)
    good = judging.verdict(outcomes, KNOWN) and good
    if "--blank" in sys.argv:
        with judging.blank_server() as blank_url:
            good = judging.blank_fails(outcomes, judge(blank_url, app, arguments)) and good
    arguments.close()
    return 0 if good else 1


sys.exit(main())

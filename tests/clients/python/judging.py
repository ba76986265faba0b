"""What the judges share: a server that answers {} to everything, counts and known failures."""

import collections
import contextlib
import json
import pathlib
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

try:
    from hubspot_sdk._response import BinaryAPIResponse
except ImportError:  # the judge says so, and skips
    BinaryAPIResponse = ()

SDK = "hubspot-sdk (Python, strict, 2026-03)"
COUNTS = pathlib.Path(__file__).parents[1] / "counts.json"


class Blank(BaseHTTPRequestHandler):
    """Answers {} to everything."""

    def answer(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

    def log_message(self, *_args):
        """Says nothing."""


@contextlib.contextmanager
def blank_server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Blank)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def blank_fails(outcomes, blank):
    """Of the calls that answer a body, 95 % must fail where everything is {}."""
    bodies = [name for name, (kind, _) in outcomes.items() if kind == "body"]
    failed = [name for name in bodies if blank[name][1]]
    print(f"a server of {{}}: {len(failed)} of {len(bodies)} calls with a body fail")
    return bool(bodies) and len(failed) >= 0.95 * len(bodies)


def short(error):
    return " ".join(f"{type(error).__name__} {error}".split())[:300]


def looked_at(answer):
    """Refuses what strict validation lets pass: a model of which nothing is there, a batch that
    did nothing of what it was asked."""
    fields = set(getattr(type(answer), "model_fields", ()))
    if fields and not answer.model_fields_set & fields:
        raise ValueError(f"{type(answer).__name__} has none of its fields")
    if isinstance(answer, BinaryAPIResponse):  # the client has no type for it, or there is nothing
        if answer.read() == b"{}":
            raise ValueError("the answer is {}")
        return "body" if answer.read() else "void"
    if answer == {}:
        raise ValueError("the answer is {}")
    errors = getattr(answer, "errors", None)
    if getattr(answer, "num_errors", None) or (isinstance(errors, list) and errors):
        raise ValueError(f"errors within: {errors}")
    return "void" if answer is None else "body"


def report(outcomes, area_of, title, listed):
    areas = collections.defaultdict(lambda: [0, 0])
    for name, (kind, error) in outcomes.items():
        row = areas[area_of(name)]
        row[0] += 1
        row[1] += 1 if kind else 0
        if listed:
            print("ok   " if kind else "FAIL ", name, error)
    for area, (called, passed) in areas.items():
        print(f"{area:40} called {called:3}  passed {passed:3}")
    passed = sum(1 for kind, _ in outcomes.values() if kind)
    print(f"{title:40} called {len(outcomes):3}  passed {passed:3}")


def counts_hold(client, outcomes, area_of, write):
    """What the fidelity table shows of a judge, by area, is what was found."""
    counts = json.loads(COUNTS.read_text("utf-8")) if COUNTS.exists() else {}
    found = {}
    for name, (kind, _) in outcomes.items():
        row = found.setdefault(area_of(name), {"called": 0, "passed": 0})
        row["called"] += 1
        row["passed"] += 1 if kind else 0
    if write:
        counts.setdefault(client, {}).update(found)
        COUNTS.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n", "utf-8")
    held = counts.get(client, {})
    wrong = [area for area in found if held.get(area) != found[area]]
    for area in wrong:
        print(f"{COUNTS.name} has {held.get(area)} for {area}, found {found[area]}: "
              "run with --write")
    return not wrong


def write_known(file, outcomes):
    """The known failures become what failed, each with the reason that it had."""
    known = json.loads(file.read_text("utf-8")) if file.exists() else {}
    known = {name: known.get(name, error) for name, (kind, error) in outcomes.items() if not kind}
    file.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")


def verdict(outcomes, file):
    known = json.loads(file.read_text("utf-8"))
    wrong = [f"{name} fails: {error}" for name, (kind, error) in outcomes.items()
             if not kind and name not in known]
    wrong += [f"{name} passes: take it out of the known failures"
              for name in known if outcomes.get(name, ("", ""))[0]]
    wrong += [f"{name} is known to fail, but there is no such call"
              for name in known if name not in outcomes]
    print("\n".join(wrong))
    print(f"known failures {len(known)}, surprises {len(wrong)}")
    return not wrong


def first_portal(url):
    """The mock's first portal, with its app and credentials."""
    with urllib.request.urlopen(f"{url}/_hubsim/v1/portals") as answer:
        return json.load(answer)["results"][0]

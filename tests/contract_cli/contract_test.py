"""`hubsim contract` from outside: exit codes, skips, and that what it records gives nothing away.

A small server plays the real HubSpot: it has no control API, so hubsim's own controls must not be
used, what a case created must be archived, and the recording must be free of tokens and people.
A mock as the target must be recognised, and what its OAuth endpoints gave away must not be
recorded either.
"""

import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HUBSIM = sys.argv[1]
TOKEN = "pat-na1-secret-token-of-this-test"
PERSON = "marie.curie@private.example"
CASES = {
    "cases": [
        {
            "name": "a contact is made",
            "evidence": "R 0.1",
            "versions": ["v3"],
            "steps": [
                {
                    "call": "POST ${objects}/contacts",
                    "body": {"properties": {"email": "case@example.org"}},
                    "expect": {"status": 201, "body": {"...": 0}},
                }
            ],
        },
        {
            "name": "needs hubsim",
            "evidence": "I",
            "versions": ["v3"],
            "steps": [
                {"advance": "1h"},
                {"call": "GET ${objects}/contacts", "expect": {"status": 200}},
            ],
        },
    ]
}


class RealOne(http.server.BaseHTTPRequestHandler):
    seen = []
    owner = "Marie Sklodowska"

    def answer(self, status, body):
        text = json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def handle_one(self):
        size = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(size)
        RealOne.seen.append((self.command, self.path, self.headers.get("Authorization")))
        if self.path.startswith("/_hubsim"):
            return self.answer(404, {"status": "error"})
        if self.path.startswith("/account-info"):
            return self.answer(200, {"portalId": 777888999})
        if self.command == "DELETE":
            return self.answer(204, None)
        return self.answer(
            201,
            {
                "id": "51",
                "properties": {
                    "email": "case@example.org",
                    "lastname": RealOne.owner,
                    "hs_additional_emails": PERSON,
                },
                "url": "https://app.hubspot.com/contacts/777888999/record/0-1/51",
            },
        )

    do_GET = do_POST = do_DELETE = do_PUT = handle_one

    def log_message(self, *args):
        pass


def run(*args):
    done = subprocess.run([HUBSIM, "contract", *args], capture_output=True, text=True, timeout=100)
    return done.returncode, done.stdout + done.stderr


def check(condition, what):
    if not condition:
        sys.exit(f"contract_test: {what}")


def against_the_real_one(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RealOne)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    record = os.path.join(folder, "seen.jsonl")
    code, out = run("--target", url, "--token", TOKEN, "--cases", folder, "--record", record)
    server.shutdown()
    check(code == 0, f"one case holds, one is skipped, so it passes: {code}\n{out}")
    check("cases: 1 played, 1 held, 0 failed, 1 skipped" in out, out)
    check("needs a clock to advance: 1" in out, out)
    posts = [seen for seen in RealOne.seen if seen[0] == "POST"]
    check(posts == [("POST", "/crm/v3/objects/contacts", f"Bearer {TOKEN}")], f"one call: {posts}")
    deleted = [path for method, path, _ in RealOne.seen if method == "DELETE"]
    check(deleted == ["/crm/v3/objects/contacts/51"], f"archived afterwards: {deleted}")
    with open(record, encoding="utf-8") as file:
        text = file.read()
    line = json.loads(text)
    check(line["status"] == 201 and line["path"] == "/crm/v3/objects/contacts", text)
    kept = line["response_body"]["properties"]["email"]
    check(kept == "case@example.org", "what the case sent stays")
    for secret in (TOKEN, PERSON, RealOne.owner, "777888999"):
        check(secret not in text, f"'{secret}' was recorded")


class Mock:
    """`hubsim mock` for the length of a with block, with what its ready file says."""

    def __init__(self, *args):
        self.args = args

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        ready = os.path.join(self.folder.name, "ready.json")
        options = ["--listen", "127.0.0.1:0", "--ready-file", ready, *self.args]
        self.process = subprocess.Popen([HUBSIM, "mock", *options], stdout=subprocess.DEVNULL)
        while not os.path.exists(ready):
            time.sleep(0.01)
            check(self.process.poll() is None, "the mock ended before it was ready")
        with open(ready, encoding="utf-8") as file:
            self.info = json.load(file)
        return self.info

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def control(mock, path):
    with urllib.request.urlopen(f"{mock['control_url']}/{path}") as answer:
        return json.load(answer)


def against_a_mock(folder):
    """The cases of OAuth, which handle tokens, codes and secrets of every kind."""
    record = os.path.join(folder, "oauth.jsonl")
    with Mock("--tier", "enterprise", "--clock", "manual@2026-03-20T09:46:40.123Z") as mock:
        target = ["--target", mock["url"], "--token", mock["access_token"]]
        code, out = run(*target, "--filter", "/oauth/", "--record", record)
        check(code == 0 and "0 failed, 0 skipped" in out, f"{code}\n{out}")
        check("is a hubsim mock" in out and "pace themselves" not in out, out)
        secrets = [mock["access_token"], mock["client_secret"], mock["developer_api_key"]]
        for app in control(mock, "apps")["results"]:
            secrets.append(app["client_secret"])
        for portal in control(mock, "portals")["results"]:
            secrets += [portal["private_app_token"], portal["oauth_access_token"]]
    with open(record, encoding="utf-8") as file:
        text = file.read()
    check(len(text.splitlines()) > 50, "the exchanges were recorded")
    # Case texts name the secrets of the pre-installed app where they play its part.
    for secret in set(secrets) - {"00000000-0000-4000-8000-0000005ec2e7"}:
        check(secret not in text, f"'{secret}' was recorded")
    # The shapes of what the endpoints issue: access tokens; codes and refresh tokens.
    for shape in (r"\bC[A-Z0-9]{30,}", r"na1-[0-9a-f]{4,}-[0-9a-f-]{20,}"):
        found = re.search(shape, text)
        check(found is None, f"'{found and found.group()}' was recorded")
    with Mock("--tier", "starter") as mock:
        target = ["--target", mock["url"], "--token", mock["access_token"]]
        code, out = run(*target, "--filter", "cases/oauth/token.json")
        check(code == 3 and "needs an account of tier enterprise" in out, f"{code}\n{out}")
        check("unless it was started with --clock manual@2026-03-20T09:46:40.123Z" in out, out)


def exit_codes(folder):
    check(run("--cases", folder)[0] == 0, "in memory both cases hold")
    check(run("--target", "http://127.0.0.1:9", "--token", "x")[0] == 4, "nobody there is 4")
    check(run("--target", "http://127.0.0.1:9")[0] == 2, "no token is 2")
    check(run("--filter", "no such case")[0] == 2, "nothing to play is 2")
    wrong = json.loads(json.dumps(CASES))
    wrong["cases"][0]["steps"][0]["expect"]["status"] = 418
    with open(os.path.join(folder, "cases.json"), "w", encoding="utf-8") as file:
        json.dump(wrong, file)
    code, out = run("--cases", folder)
    check(code == 1 and "FAILED   a contact is made" in out, f"a failing case is 1: {code} {out}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        cases = os.path.join(folder, "cases")
        os.mkdir(cases)
        with open(os.path.join(cases, "cases.json"), "w", encoding="utf-8") as file:
            json.dump(CASES, file)
        against_the_real_one(cases)
        against_a_mock(folder)
        exit_codes(cases)
    print("contract_test: ok")


main()

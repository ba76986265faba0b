"""`hubsim contract` from outside: exit codes, skips, and that what it records gives nothing away.

A small server plays the real HubSpot: it has no control API, so hubsim's own controls must not be
used, what a case created must be archived, and the recording must be free of tokens and people.
"""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading

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
    check("1 held, 0 failed, 1 skipped" in out, out)
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
        exit_codes(cases)
    print("contract_test: ok")


main()

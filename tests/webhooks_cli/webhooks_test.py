#!/usr/bin/env python3
"""`hubsim webhooks listen`, `send` and `replay` against each other, signatures judged by Python.

  webhooks_test.py HUBSIM
"""
import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

REPO = pathlib.Path(__file__).resolve().parents[2]
LIMIT_S = 30
SECRET = "a-secret-of-our-own"
EVENTS = ["creation", "deletion", "restore", "merge", "propertyChange", "associationChange"]
TYPES = [f"{name}.{event}" for name in ("contact", "company", "deal", "ticket", "product",
                                        "line_item", "object")
         for event in EVENTS if (name, event) != ("product", "associationChange")]
TYPES += ["contact.privacyDeletion", "event.completed"]
TYPES += [f"conversation.{event}" for event in ("creation", "deletion", "privacyDeletion",
                                                "propertyChange", "newMessage")]


class Listener:
    """One `hubsim webhooks listen` on a free port."""

    def __init__(self, tester, *arguments):
        self.ready = tester.folder / f"ready{tester.next_number()}.json"
        self.process = subprocess.Popen(
            [tester.hubsim, "webhooks", "listen", "--listen", "127.0.0.1:0", "--ready-file",
             str(self.ready), *map(str, arguments)],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + LIMIT_S
        while not self.ready.exists():
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.process.kill()
                sys.exit(f"the listener did not get ready: {self.process.communicate()[0]}")
            time.sleep(0.01)
        self.url = json.loads(self.ready.read_text(encoding="utf-8"))["url"]

    def authority(self):
        """With --tls: the file of the certificate to trust."""
        return json.loads(self.ready.read_text(encoding="utf-8"))["ca_file"]

    def end(self):
        """Its output and exit code, once --count is reached."""
        try:
            output, _ = self.process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "the listener did not end", -1
        return output, self.process.returncode


class Tester:
    def __init__(self, hubsim, folder):
        self.hubsim, self.folder, self.problems = hubsim, pathlib.Path(folder), []
        self.numbers = 0

    def next_number(self):
        self.numbers += 1
        return self.numbers

    def check(self, name, good, evidence=""):
        if not good:
            self.problems.append(f"{name}: {evidence}")

    def expect(self, name, code, arguments, words=""):
        done = subprocess.run([self.hubsim, "webhooks", *map(str, arguments)], text=True,
                              timeout=LIMIT_S, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False)
        self.check(name, done.returncode == code and words in done.stdout,
                   f"exit {done.returncode}, wanted {code} and '{words}':\n{done.stdout}")
        return done.stdout

    def listened(self, name, listener, *words):
        output, code = listener.end()
        self.check(name, code == 0, f"listen ended with {code}:\n{output}")
        for word in words:
            self.check(name, word in output, f"no '{word}' in:\n{output}")
        return output

    def signatures(self):
        """What send signs, an independent HMAC confirms; the listener agrees."""
        saved = self.folder / "signed.ndjson"
        listener = Listener(self, "--secret", SECRET, "--count", 1, "--save", saved)
        url = listener.url + "hook%3Aone?a=b%2Fc"
        self.expect("send", 0, ["send", "contact.propertyChange", "--to", url, "--secret", SECRET,
                                "--property", "email=ada@example.org", "--attempt", 3], "204 in")
        self.listened("verified", listener, "v1 ok  v3 ok", "attempt 3  contact.propertyChange",
                      "101  email=ada@example.org")
        line = json.loads(saved.read_text(encoding="utf-8"))
        headers = dict(line["headers"])
        body, stamp = line["body"], headers["x-hubspot-request-timestamp"]
        self.check("url", line["url"] == url, line["url"])
        v1 = hashlib.sha256((SECRET + body).encode()).hexdigest()
        decoded = url.replace("%3A", ":").replace("%2F", "/")
        v3 = base64.b64encode(hmac.new(SECRET.encode(), f"POST{decoded}{body}{stamp}".encode(),
                                       hashlib.sha256).digest()).decode()
        self.check("v1", headers["x-hubspot-signature"] == v1, headers)
        self.check("v3", headers["x-hubspot-signature-v3"] == v3, headers)
        self.check("age", abs(time.time() * 1000 - int(stamp)) < LIMIT_S * 1000, stamp)
        event = json.loads(body)[0]
        self.check("payload", event["attemptNumber"] == 3 and event["propertyValue"] ==
                   "ada@example.org" and event["changeSource"] == "CRM_UI", body)

    def forged(self):
        listener = Listener(self, "--secret", SECRET, "--count", 5)
        send = ["send", "deal.creation", "--to", listener.url, "--secret", SECRET]
        self.expect("wrong secret", 0, [*send, "--forge", "wrong_secret"])
        self.expect("stale", 0, [*send, "--forge", "stale_timestamp"])
        self.expect("other secret", 0, [*send[:-1], "another"])
        host = listener.url.removeprefix("http://").rstrip("/")
        body = "[]"
        stamp = str(int(time.time() * 1000))
        for url in ("https://" + host + "/", "https://elsewhere.example/"):
            v3 = hmac.new(SECRET.encode(), f"POST{url}{body}{stamp}".encode(), hashlib.sha256)
            connection = http.client.HTTPConnection(host, timeout=LIMIT_S)
            connection.request("POST", "/", body, {
                "x-hubspot-signature": hashlib.sha256((SECRET + body).encode()).hexdigest(),
                "x-hubspot-signature-v3": base64.b64encode(v3.digest()).decode(),
                "x-hubspot-request-timestamp": stamp})
            connection.getresponse().read()
            connection.close()
        output = self.listened("forged", listener)
        found = [line for line in output.splitlines() if "  #" in line]
        wanted = ["v1 WRONG: another secret, or the body was changed  v3 WRONG: another secret",
                  "v1 ok  v3 STALE TIMESTAMP: rightly signed, but 360 s ago",
                  "v1 WRONG: another secret, or the body was changed  v3 WRONG: another secret",
                  f"v1 ok  v3 WRONG URL: signed for https://{host}/",
                  "v1 ok  v3 WRONG URL, or a changed timestamp"]
        self.check("forged", len(found) == len(wanted) and
                   all(word in line for word, line in zip(wanted, found)), output)

    def https(self):
        """send, replay and the mock speak to an https listener, and only if it can be believed."""
        saved = self.folder / "https.ndjson"
        listener = Listener(self, "--tls", "--ca-file", self.folder / "ca.pem", "--count", 4,
                            "--save", saved)
        ca = listener.authority()
        send = ["send", "contact.creation", "--to", listener.url]
        self.expect("https, nobody to trust", 4, send, "authority that is not trusted")
        self.expect("https by ca-file", 0, [*send, "--ca-file", ca], "204 in")
        self.expect("https, insecure", 0, [*send, "--insecure"], "204 in")
        self.expect("https, no such file", 4, [*send, "--ca-file", "/no/such.pem"], "/no/such.pem")
        other = listener.url.replace("127.0.0.1", "127.0.0.2")
        self.expect("https, nobody there", 4, ["send", "contact.creation", "--to", other,
                                               "--ca-file", ca])
        first = self.folder / "first.ndjson"
        first.write_text(saved.read_text(encoding="utf-8").splitlines(True)[0], encoding="utf-8")
        self.expect("https replay", 0, ["replay", first, "--to", listener.url, "--ca-file", ca],
                    "1 of 1")
        context = ssl.create_default_context(cafile=ca)
        request = urllib.request.Request(listener.url, method="POST", data=b"[]")
        with urllib.request.urlopen(request, timeout=LIMIT_S, context=context) as answer:
            self.check("https from Python", answer.status == 204, answer.status)
        self.listened("https", listener, "v1 ok  v3 ok", "senders are to trust")

    def https_from_the_mock(self):
        """The mock delivers to an https receiver that PUT webhooks says how to believe."""
        listener = Listener(self, "--tls", "--ca-file", self.folder / "ca2.pem", "--count", 1)
        ready = self.folder / "https_mock.json"
        mock = subprocess.Popen([self.hubsim, "mock", "--listen", "127.0.0.1:0", "--clock",
                                 "manual", "--ready-file", str(ready)], stdout=subprocess.DEVNULL)
        try:
            while not ready.exists():
                time.sleep(0.01)
            control = json.loads(ready.read_text(encoding="utf-8"))["control_url"]
            call(control, "PUT", "webhooks", {"target_url": listener.url,
                                              "subscriptions": ["contact.creation"]})
            call(control, "POST", "changes", {"changes": [
                {"op": "create", "object_type": "contacts", "properties": {"email": "a@b.org"}}]})
            call(control, "POST", "clock/advance", {"by": "1s"})
            first = journal_of(control, 1)["results"][0]
            self.check("mock, not believed", first["outcome"] == "connection_failed" and
                       "not trusted" in first["error"], first)
            call(control, "PUT", "webhooks", {"ca_file": listener.authority()})
            call(control, "POST", "clock/advance", {"by": "90s"})
            again = journal_of(control, 2)["results"][1]
            self.check("mock, believed", again["outcome"] == "acked" and again["attempt"] == 1,
                       again)
            self.listened("mock over https", listener, "v1 ok  v3 ok", "attempt 1")
        finally:
            mock.terminate()
            mock.wait()

    def every_type(self):
        """One of each of HubSpot's 48 events, each verified."""
        types = TYPES
        self.check("48 types", len(types) == 48, len(types))
        saved = self.folder / "types.ndjson"
        listener = Listener(self, "--count", len(types) + 2, "--save", saved)
        for name in types:
            self.expect(name, 0, ["send", name, "--to", listener.url])
        self.expect("custom object", 0, ["send", "object.creation@2-123", "--to", listener.url])
        self.expect("batch", 0, ["send", "company.propertyChange", "--to", listener.url, "--count",
                                 50, "--property", "name=A", "--property", "city=B"])
        output = self.listened("types", listener, "101  -> 201 CONTACT_TO_COMPANY", "CREATED")
        self.check("all verified", output.count("v1 ok  v3 ok") == len(types) + 2, output)
        bodies = [json.loads(json.loads(line)["body"])
                  for line in saved.read_text(encoding="utf-8").splitlines()]
        self.check("types", [body[0]["subscriptionType"] for body in bodies[:len(types)]] == types)
        self.check("custom", bodies[-2][0]["objectTypeId"] == "2-123", bodies[-2])
        ids = {event["eventId"] for event in bodies[-1]}
        self.check("batch", len(ids) == 100 and bodies[-1][99]["objectId"] == 150, bodies[-1][99])

    def answers(self):
        listener = Listener(self, "--count", 4, "--fail-first", 2, "--status", 202, "--delay",
                            "150ms")
        send = ["send", "contact.deletion", "--to", listener.url]
        got = urllib.request.Request(listener.url)
        try:
            urllib.request.urlopen(got, timeout=LIMIT_S)
            self.check("GET", False, "answered 2xx")
        except urllib.error.HTTPError as error:
            self.check("GET", error.code == 405, error)
        output = self.expect("times", 1, [*send, "--times", 3], "202 in")
        self.check("fail-first", output.count("500 in") == 2, output)
        self.check("delay", all(float(line.split()[2]) >= 140 for line in output.splitlines()
                                if " in " in line), output)
        self.expect("timeout", 1, [*send, "--timeout", "20ms"])
        self.listened("answers", listener, "-> 500", "-> 202")

    def round_trip(self):
        saved = self.folder / "seen.ndjson"
        first = Listener(self, "--count", 3, "--save", saved)
        for number in (1, 2, 3):
            self.expect("record", 0, ["send", "contact.propertyChange", "--to", first.url,
                                      "--property", f"lastname=Müller \"{number}\"",
                                      "--object-id", number])
        self.listened("recorded", first, "3  lastname=Müller \"3\"")
        again = self.folder / "again.ndjson"
        second = Listener(self, "--count", 3, "--save", again)
        self.expect("replay", 0, ["replay", saved, "--to", second.url], "3 of 3 deliveries sent")
        output = self.listened("replayed", second)
        self.check("fresh", output.count("v1 ok  v3 ok") == 3, output)
        old, new = ([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
                    for path in (saved, again))
        self.check("bodies", [line["body"] for line in old] == [line["body"] for line in new])
        self.attack(saved, old)
        self.speed(old)

    def attack(self, saved, old):
        """--fresh=false repeats the recorded headers: right for v1, which knows no time or URL."""
        again = self.folder / "attack.ndjson"
        listener = Listener(self, "--count", 3, "--save", again)
        self.expect("attack", 0, ["replay", saved, "--to", listener.url, "--fresh=false"])
        self.listened("attack", listener, "v1 ok  v3 WRONG URL")
        lines = [json.loads(line) for line in again.read_text(encoding="utf-8").splitlines()]
        name = "x-hubspot-signature-v3"
        self.check("old headers", [dict(line["headers"])[name] for line in lines] ==
                   [dict(line["headers"])[name] for line in old])

    def speed(self, old):
        """Recorded a second apart, replayed five times as fast."""
        slow = self.folder / "slow.ndjson"
        with open(slow, "w", encoding="utf-8") as file:
            for number, line in enumerate(old):
                file.write(json.dumps({**line, "at_ms": 1000 * number}) + "\n")
        listener = Listener(self, "--count", 3)
        started = time.monotonic()
        self.expect("speed", 0, ["replay", slow, "--to", listener.url, "--speed", "x5"])
        took = time.monotonic() - started
        self.check("speed", 0.4 <= took < 5, f"took {took:.2f} s")
        self.listened("speed", listener)

    def start_mock(self, *arguments):
        """The process and what its ready file says."""
        ready = self.folder / f"mock{self.next_number()}.json"
        mock = subprocess.Popen([self.hubsim, "mock", "--listen", "127.0.0.1:0", "--ready-file",
                                 str(ready), *arguments], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + LIMIT_S
        while not ready.exists():
            if time.monotonic() > deadline or mock.poll() is not None:
                mock.kill()
                sys.exit("the mock did not get ready")
            time.sleep(0.01)
        return mock, json.loads(ready.read_text(encoding="utf-8"))

    def journal(self):
        """Against the mock: its own deliveries verify, and its journal can be replayed."""
        mock, info = self.start_mock()
        try:
            control = info["control_url"]
            listener = Listener(self, "--count", 2)
            call(control, "PUT", "faults/forger", {"kind": "webhook_forge",
                                                   "match": {"operation": ["contact.creation"]}})
            call(control, "PUT", "webhooks",
                 {"target_url": listener.url,
                  "subscriptions": ["contact.creation", "object.creation@0-1",
                                    "contact.propertyChange:email"]})
            call(control, "POST", "changes", {"source": "CRM_UI", "changes": [
                {"op": "create", "object_type": "contacts", "properties": {"email": "a@b.org"}}]})
            self.listened("mock", listener, "v1 ok  v3 ok", "contact.creation", "email=a@b.org",
                          "object.creation", "v1 WRONG")
            answer = journal_of(control, 2)
            exact = call(control, "GET", "webhooks/deliveries?requests=true")
        finally:
            mock.terminate()
            mock.wait(LIMIT_S)
        self.replay_journal(answer)
        self.replay_requests(exact, info["client_secret"])

    def replay_requests(self, answer, secret):
        """With its requests the journal is replayed byte for byte, forgeries stay forged."""
        saved, again = self.folder / "requests.json", self.folder / "requests_again.ndjson"
        saved.write_text(json.dumps(answer), encoding="utf-8")
        listener = Listener(self, "--count", 2, "--save", again, "--secret", secret)
        self.expect("requests", 0, ["replay", saved, "--to", listener.url, "--fresh=false"],
                    "2 of 2")
        output = self.listened("requests", listener, "object.creation")
        self.check("forged stays", output.count("v1 WRONG") == 1, output)
        lines = [json.loads(line) for line in again.read_text(encoding="utf-8").splitlines()]
        sent = [entry["request"] for entry in answer["results"]]
        self.check("bodies", [line["body"] for line in lines] == [one["body"] for one in sent])
        name = "x-hubspot-signature-v3"
        self.check("headers", [dict(line["headers"])[name] for line in lines] ==
                   [dict(one["headers"])[name] for one in sent])

    def replay_journal(self, answer):
        for name, content in (("answer", answer), ("results", answer["results"])):
            saved = self.folder / f"journal_{name}.json"
            saved.write_text(json.dumps(content, indent=2), encoding="utf-8")
            listener = Listener(self, "--count", 2)
            self.expect(name, 0, ["replay", saved, "--to", listener.url],
                        "save GET webhooks/deliveries?requests=true")
            self.listened(name, listener, "v1 ok  v3 ok", "contact.creation", "email=a@b.org",
                          "object.creation", "v1 WRONG")
            self.expect(name, 2, ["replay", saved, "--to", "http://127.0.0.1:1/", "--fresh=false"],
                        "holds no signatures")

    def documentation(self):
        """The curl and send commands of docs/webhooks.md work, and tell the story it tells."""
        text = (REPO / "docs" / "webhooks.md").read_text(encoding="utf-8")
        blocks = "".join(re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M))
        commands = [line for line in blocks.splitlines()
                    if line.startswith(("curl", "hubsim webhooks send"))]
        mock, info = self.start_mock("--clock", "manual")
        listener = Listener(self, "--fail-first", 3, "--secret", info["client_secret"])
        try:
            # The story first: the listener fails the first three it gets.
            for command in sorted(commands, key=lambda line: line.startswith("hubsim")):
                self.run_documented(command, info, listener)
        finally:
            mock.terminate()
            mock.wait(LIMIT_S)
            os.kill(listener.process.pid, signal.SIGTERM)
        output = self.listened("documentation", listener)
        story = [line.split("attempt ")[1][0] for line in output.splitlines()
                 if "email=ada@example.org" in line]
        self.check("documentation", len(commands) >= 20 and story[:4] == list("0123"), output)

    def run_documented(self, command, info, listener):
        filled = command.replace("hubsim webhooks", f"{self.hubsim} webhooks")
        filled = filled.replace("curl -s", "curl -s --fail")
        filled = filled.replace("http://127.0.0.1:8400", info["url"])
        filled = filled.replace("http://127.0.0.1:8500", listener.url.rstrip("/"))
        done = subprocess.run(["bash", "-c", filled], capture_output=True, text=True,
                              timeout=LIMIT_S, check=False)
        self.check(command, done.returncode == 0, f"{done.returncode}: {done.stdout}{done.stderr}")

    def mistakes(self):
        to = ["--to", "http://127.0.0.1:1/"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
            closed = f"http://127.0.0.1:{free.getsockname()[1]}/"
            self.expect("nobody", 4, ["send", "contact.creation", "--to", closed])
            lines = self.folder / "seen.ndjson"
            self.expect("nobody again", 4, ["replay", lines, "--to", closed], "0 of 3")
        self.expect("which", 2, [], "usage")
        self.expect("command", 2, ["lisen"], "did you mean 'listen'")
        self.expect("help", 0, ["--help"], "example")
        self.expect("unknown", 2, ["send", "contact.creaton", *to], "contact.creation")
        self.expect("no such", 2, ["send", "product.associationChange", *to], "unknown")
        self.expect("merged", 2, ["send", "contact.creation", *to, "--merged", 7], "only merge")
        self.expect("silent", 2, ["send", "contact.propertyChange", *to, "--property",
                                  "hs_lastmodifieddate=1"], "offers no propertyChange")
        self.expect("no value", 2, ["send", "contact.propertyChange", *to, "--property", "email"],
                    "name=value")
        self.expect("forge", 2, ["send", "contact.creation", *to, "--forge", "replay"],
                    "stale_timestamp")
        self.expect("too many", 2, ["send", "contact.creation", *to, "--count", 101], "100")
        self.expect("nowhere", 2, ["send", "contact.creation"], "--to URL")
        self.expect("no file", 2, ["replay", "no-such.ndjson", *to], "cannot be read")
        broken = self.folder / "broken.ndjson"
        broken.write_text(lines.read_text(encoding="utf-8") + "{oops\n", encoding="utf-8")
        self.expect("broken", 2, ["replay", broken, *to], "broken.ndjson:4:")
        self.expect("speed", 2, ["replay", lines, *to, "--speed", "fast"], "x1")
        self.expect("delay", 2, ["listen", "--delay", "3"], "unit")

    def interrupt(self):
        for arguments, wanted in (((), 0), (("--count", 2), 130)):
            listener = Listener(self, *arguments)
            os.kill(listener.process.pid, signal.SIGINT)
            _, code = listener.end()
            self.check("interrupt", code == wanted, f"exit {code}, wanted {wanted}")


def call(control, method, path, body=None):
    request = urllib.request.Request(f"{control}/{path}", method=method,
                                     data=json.dumps(body).encode() if body else None)
    with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
        return json.load(answer)


def journal_of(control, count):
    """The delivery journal, once that many deliveries have their outcome."""
    deadline = time.monotonic() + LIMIT_S
    while True:
        answer = call(control, "GET", "webhooks/deliveries")
        if len(answer["results"]) >= count or time.monotonic() > deadline:
            return answer
        time.sleep(0.01)


def main():
    with tempfile.TemporaryDirectory() as folder:
        tester = Tester(str(pathlib.Path(sys.argv[1]).resolve()), folder)
        for step in (tester.signatures, tester.forged, tester.https,
                     tester.https_from_the_mock, tester.every_type, tester.answers,
                     tester.round_trip, tester.journal, tester.documentation, tester.mistakes,
                     tester.interrupt):
            step()
    print("\n".join(tester.problems) or "webhooks listen, send and replay as promised")
    sys.exit(1 if tester.problems else 0)


if __name__ == "__main__":
    main()

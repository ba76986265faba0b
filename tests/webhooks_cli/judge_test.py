#!/usr/bin/env python3
"""A receiver that stalls, resets, refuses, is killed and comes back: a process of its own on real
sockets, and the mock on a manual clock. No event may be lost that HubSpot would not lose: whatever
was born is acknowledged in the end, and nothing comes twice but as its attemptNumber says.

  judge_test.py HUBSIM
"""
import collections
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
LIMIT_S = 30
TIMEOUT_MS = 400  # the receiver's, in real time
BATCH = 60


def wait_for(path, process):
    deadline = time.monotonic() + LIMIT_S
    while not path.exists() or not path.read_text(encoding="utf-8"):
        if time.monotonic() > deadline or process.poll() is not None:
            sys.exit(f"{process.args[:3]} did not get ready")
        time.sleep(0.01)
    return path.read_text(encoding="utf-8")


class Story:
    def __init__(self, hubsim, folder):
        self.folder = pathlib.Path(folder)
        self.seen = self.folder / "seen"
        self.starts = 0
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.receiver = None
        ready = self.folder / "mock.json"
        self.mock = subprocess.Popen(
            [hubsim, "mock", "--listen", "127.0.0.1:0", "--clock", "manual", "--limits", "off",
             "--ready-file", str(ready)], stdout=subprocess.DEVNULL)
        self.control = json.loads(wait_for(ready, self.mock))["control_url"]
        self.people = 0

    def call(self, method, path, body=None):
        request = urllib.request.Request(f"{self.control}/{path}", method=method,
                                         data=json.dumps(body).encode() if body else None)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def start(self, mode="ok"):
        self.starts += 1
        ready = self.folder / f"receiver{self.starts}"
        self.receiver = subprocess.Popen([sys.executable, str(HERE / "receiver.py"),
                                          str(self.port), str(self.seen), str(ready), mode])
        wait_for(ready, self.receiver)

    def end(self, how=signal.SIGKILL):
        self.receiver.send_signal(how)
        self.receiver.wait()

    def change(self):
        """BATCH people are born: as many events."""
        self.call("POST", "changes", {"changes": [
            {"op": "create", "object_type": "contacts",
             "properties": {"email": f"person{self.people + i}@example.org"}}
            for i in range(BATCH)]})
        self.people += BATCH

    def advance(self, by):
        self.call("POST", "clock/advance", {"by": by})

    def play(self):
        self.call("PUT", "webhooks", {
            "target_url": f"http://127.0.0.1:{self.port}/hook", "timeout_ms": TIMEOUT_MS,
            "max_concurrent_requests": 6, "subscriptions": ["contact.creation"]})
        self.start()
        self.change()
        self.advance("1s")

        os.kill(self.receiver.pid, signal.SIGSTOP)  # it stalls: connected, and silent
        self.change()
        self.advance("1s")
        os.kill(self.receiver.pid, signal.SIGCONT)
        self.advance("5m")
        self.end()

        self.change()  # nobody listens
        self.advance("10m")

        for mode in ("reset", "refuse"):
            self.start(mode)
            self.change()
            self.advance("3m")
            self.end()

        self.start("slow")  # and is killed with requests in its hands
        self.change()
        for _ in range(4):
            self.change()
        killer = threading.Timer(0.07, self.end)
        killer.start()
        self.advance("1s")
        killer.join()

        self.start()
        self.change()
        self.advance("16h")

    def judge(self):
        """Problems, as sentences."""
        state = self.call("GET", "webhooks")
        born, acked = set(), collections.defaultdict(list)
        after = 0
        while True:
            page = self.call("GET", f"webhooks/deliveries?after={after}&limit=1000")
            for delivery in page["results"]:
                for event in delivery["events"]:
                    born.add(event["event_id"])
                    if delivery["outcome"] == "acked":
                        acked[event["event_id"]].append(event["attempt_number"])
            if not page["results"]:
                break
            after = page["next_after"]
        received = collections.defaultdict(list)
        answered = set()
        for line in self.seen.read_text(encoding="utf-8").splitlines():
            event, attempt, status = map(int, line.split())
            received[event].append(attempt)
            if status == 204:
                answered.add(event)
        problems = []

        def check(good, text):
            if not good:
                problems.append(text)

        check(len(born) == self.people, f"{len(born)} events were sent, {self.people} born")
        check(state["born"] == self.people and state["delivered"] == self.people,
              f"born {state['born']}, delivered {state['delivered']}, wanted {self.people}")
        check(state["failed"] == state["overflowed"] == state["waiting_retries"] == 0, str(state))
        check(answered == born, f"lost: {sorted(born - answered)[:5]}, "
                                f"from nowhere: {sorted(answered - born)[:5]}")
        check(all(len(attempts) == 1 for attempts in acked.values()), "acknowledged twice")
        twice = {event: attempts for event, attempts in received.items()
                 if sorted(set(attempts)) != sorted(attempts)}
        check(not twice, f"one attempt came twice: {list(twice.items())[:3]}")
        retried = sum(1 for attempts in received.values() if max(attempts) > 0)
        check(retried >= 3 * BATCH, f"only {retried} events were retried: the story proves little")
        return problems

    def clean_up(self):
        for process in (self.receiver, self.mock):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()


def main():
    with tempfile.TemporaryDirectory() as folder:
        story = Story(str(pathlib.Path(sys.argv[1]).resolve()), folder)
        try:
            story.play()
            problems = story.judge()
        finally:
            story.clean_up()
    print("\n".join(problems) or f"{story.people} events survived a stall, resets, refusals and "
          "two crashes; none lost")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

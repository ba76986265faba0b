#!/usr/bin/env python3
"""--metrics and --otlp of `hubsim load` and `hubsim run`: what is read while a run goes on parses,
never goes down, and is at the end what run.json says.

  metrics_test.py HUBSIM
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import collector
import prometheus

HUBSIM = None
REPO = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = REPO / "tests/scenario_cli/self_mirror.yaml"
LIMIT_S = 60
OUTCOMES = ("ok", "failed", "unknown", "overflow")


def scrape(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return prometheus.parse(answer.read().decode())


def watch(url, process):
    """All that could be read until the end was told."""
    seen, limit = [], time.monotonic() + LIMIT_S
    while time.monotonic() < limit:
        seen.append(scrape(url))
        if seen[-1]["hubsim_run_ended"][()] == 1:
            return seen
        if process.poll() is not None:
            raise AssertionError(f"it ended before its end could be read: {process.returncode}")
        time.sleep(0.1)
    raise AssertionError("no end within a minute")


def counts_of(run):
    """{(driver, phase): counts} of run.json."""
    out = {}
    for driver in run["drivers"]:
        for phase in driver["phases"]:
            failed = phase["failed"] - phase["unknown"] - phase["overflow"]
            out[driver["id"], phase["phase"]] = {
                "planned": phase["planned"], "sent": phase["sent"], "ok": phase["ok"],
                "failed": failed, "unknown": phase["unknown"], "overflow": phase["overflow"],
                "response": phase["response"]["count"], "lag": phase["schedule_lag"]["count"]}
    return out


def place(labels):
    labels = dict(labels)
    return labels["driver"], labels["phase"]


def counts_scraped(samples):
    out = {}
    for field, name in (("planned", "hubsim_requests_planned_total"),
                        ("sent", "hubsim_requests_sent_total"),
                        ("response", "hubsim_response_seconds_count"),
                        ("lag", "hubsim_schedule_lag_seconds_count")):
        for labels, value in samples.get(name, {}).items():
            out.setdefault(place(labels), {})[field] = int(value)
    for labels, value in samples.get("hubsim_requests_total", {}).items():
        out[place(labels)][dict(labels)["outcome"]] = int(value)
    return out


def counts_pushed(metrics):
    out = {}
    for field, name in (("planned", "hubsim.requests.planned"), ("sent", "hubsim.requests.sent"),
                        ("response", "hubsim.response.duration"), ("lag", "hubsim.schedule.lag")):
        for attributes, value in metrics[name]:
            out.setdefault(place(attributes), {})[field] = value
    for attributes, value in metrics["hubsim.requests"]:
        out[place(attributes)][attributes["outcome"]] = value
    return out


class Metrics(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def start_mock(self):
        ready = self.path / "ready.json"
        mock = subprocess.Popen([HUBSIM, "mock", "--listen", "127.0.0.1:0", "--ready-file", ready],
                                stdout=subprocess.DEVNULL)
        self.addCleanup(lambda: (mock.terminate(), mock.wait()))
        limit = time.monotonic() + 20
        while not ready.exists():
            self.assertTrue(mock.poll() is None and time.monotonic() < limit, "no mock")
            time.sleep(0.01)
        return json.loads(ready.read_text())["control_url"] + "/health"

    def play(self, otlp, *command):
        """(scrapes, run.json, what it said)"""
        out = self.path / "out"
        process = subprocess.Popen(
            [HUBSIM, *map(str, command), "--out", str(out), "--metrics", "127.0.0.1:0",
             "--metrics-linger", "30s", "--otlp", otlp], cwd=REPO, text=True,
            env={**os.environ, "OTEL_EXPORTER_OTLP_HEADERS": "x-key=a%20b"},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = process.stderr.readline()
        url = re.search(r"metrics: (http://127\.0\.0\.1:\d+/metrics)", said)
        self.assertTrue(url, said)
        seen = watch(url[1], process)
        said += process.communicate(timeout=LIMIT_S)[1]
        self.assertEqual(process.returncode, 0, said)
        return seen, json.loads((out / "run.json").read_text()), said

    def check_scrapes(self, seen, run):
        before = {}
        for samples in seen:
            now = counts_scraped(samples)
            for key, counts in before.items():
                for field, value in counts.items():
                    self.assertGreaterEqual(now[key][field], value, f"{key} {field} went down")
            before = now
        self.assertEqual(before, counts_of(run))
        total = sum(counts["sent"] for counts in before.values())
        during = [sum(counts["sent"] for counts in counts_scraped(samples).values())
                  for samples in seen[:-1]]
        self.assertTrue(any(0 < sent < total for sent in during), f"{during} of {total}")
        self.assertEqual(set(seen[-1]["hubsim_requests_in_flight"].values()), {0})
        self.assertEqual(seen[-1]["hubsim_run_verdict"][(("verdict", run["verdict"]),)], 1)
        self.assertEqual(len(seen[-1]["hubsim_requirement_passed"]), len(run["requirements"]))

    def test_load(self):
        url = self.start_mock()
        with collector.Collector() as told:
            seen, run, _ = self.play(
                told.url, "load", url, "--rate", "100/s", "--warmup", "300ms", "--duration",
                "2200ms", "--threads", "2", "--max-lag", "5s", "--max-steal", "100%", "--quiet")
        self.check_scrapes(seen, run)
        self.assertEqual(told.complaints, [])
        metrics = collector.check(told.exports[-1])
        self.assertEqual(counts_pushed(metrics), counts_of(run))
        self.assertEqual(metrics["hubsim.run.verdict"], [({"verdict": "PASS"}, 1)])

    def test_scenario(self):
        with collector.Collector() as told:
            seen, run, _ = self.play(told.url, "run", SCENARIO)
        self.check_scrapes(seen, run)
        self.assertEqual(told.complaints, [])
        for export in told.exports:
            metrics = collector.check(export)
        self.assertEqual(counts_pushed(metrics), counts_of(run))
        self.assertEqual(len(metrics["hubsim.requirement.passed"]), len(run["requirements"]))

    def test_an_absent_collector_is_a_warning(self):
        url = self.start_mock()
        _, run, said = self.play(
            "http://127.0.0.1:1", "load", url, "--rate", "100/s", "--duration", "1300ms",
            "--max-lag", "5s", "--max-steal", "100%", "--quiet")
        self.assertIn("warning", said)
        notes = [note for note in run["environment"]["notes"] if "pushes of metrics" in note]
        self.assertEqual(len(notes), 1, run["environment"]["notes"])
        self.assertEqual(run["drivers"][0]["phases"][0]["ok"], 130)

    def test_bad_addresses_are_usage_errors(self):
        for flags in (["--metrics", "here"], ["--otlp", "no url"],
                      ["--metrics", "127.0.0.1:0", "--metrics-linger", "soon"]):
            done = subprocess.run([HUBSIM, "load", "http://127.0.0.1:1/", *flags],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(flags[-2], done.stderr)


if __name__ == "__main__":
    HUBSIM = sys.argv.pop(1)
    unittest.main()

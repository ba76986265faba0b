#!/usr/bin/env python3
"""`hubsim report render, compare, history`, `compare:` in a scenario and `hubsim run --compare`.

  compare_test.py HUBSIM

HubSpot mirrors itself (tests/scenario_cli/self_mirror.yaml): the observer is the integration, and
it gets worse by asking for smaller pages.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

import jsonschema

REPO = pathlib.Path(__file__).resolve().parents[2]
SELF_MIRROR = (REPO / "tests/scenario_cli/self_mirror.yaml").read_text(encoding="utf-8")
SCHEMA = json.loads((REPO / "reports/comparison.schema.json").read_text(encoding="utf-8"))


def check(condition, what):
    if not condition:
        print(f"FAILED: {what}", file=sys.stderr)
        sys.exit(1)


class Tester:
    def __init__(self, hubsim, folder):
        self.hubsim, self.folder = hubsim, folder

    def __call__(self, code, *arguments, words=()):
        done = subprocess.run([self.hubsim, *map(str, arguments)], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                              check=False)
        wanted = f"exit {done.returncode}, wanted {code} and {words}:\n{done.stdout}"
        check(done.returncode == code and all(word in done.stdout for word in words),
              f"{' '.join(map(str, arguments))}: {wanted}")
        return done.stdout

    def scenario(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def result(self, run):
        return json.loads((self.folder / run / "run.json").read_text(encoding="utf-8"))


def check_scenarios(hubsim):
    """A base, and a run that gets its pages by ten: three times the calls for the same changes."""
    first = hubsim.scenario("first.yaml", SELF_MIRROR +
                            "compare: { with: nowhere, missing: ignore }\n")
    hubsim(0, "run", first, "--out", "base", words=["nowhere is not there"])
    behaviour = hubsim.result("base")["behaviour"]
    listed = {one["operation"]: one for one in behaviour["operations"]}["crm.objects.list"]
    check(behaviour["changes"] > 20 and behaviour["calls_per_change"] > 0, str(behaviour))
    check(listed["page_sizes"]["max"] == 100, str(listed))
    check(listed["scopes"] and "contacts" in listed["scopes"][0], "scopes come from the catalogue")
    missing = hubsim.scenario("missing.yaml", SELF_MIRROR + "compare: { with: nowhere }\n")
    hubsim(2, "run", missing, "--out", "none", words=["the run to compare with", "nowhere"])
    small = SELF_MIRROR.replace("limit=100", "limit=10")
    check(small != SELF_MIRROR, "the scenario has no page size any more")
    worse = hubsim.scenario("worse.yaml", small +
                            "compare: { with: base, gates: { calls: 50% } }\n")
    hubsim(1, "run", worse, "--out", "worse", words=["REGRESSED", "calls per change", "page size"])
    result = hubsim.result("worse")
    failed = [one["id"] for one in result["requirements"] if one["verdict"] == "fail"]
    check(failed == ["compare"] and result["comparison"]["verdict"] == "regressed", str(failed))
    check("compared" in (hubsim.folder / "worse/report.html").read_text(encoding="utf-8"), "page")
    check("compare: wanted nothing regressed" in
          (hubsim.folder / "worse/junit.xml").read_text(encoding="utf-8"), "junit")
    typo = hubsim.scenario("typo.yaml", small + "compare: { with: a, gates: { cals: 1 } }")
    hubsim(2, "run", typo, words=["unknown key 'cals' (did you mean 'calls'?)"])


def check_compare(hubsim):
    files = ["--json", "c.json", "--markdown", "c.md", "--html", "c.html"]
    hubsim(0, "report", "compare", "base", "base/run.json", words=["against the base run"])
    hubsim(1, "report", "compare", "base", "worse", *files, words=["REGRESSED", "calls per change"])
    comparison = json.loads((hubsim.folder / "c.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(comparison)
    check(comparison["base"]["file"] == "base" and comparison["verdict"] == "regressed", "json")
    markdown = (hubsim.folder / "c.md").read_text(encoding="utf-8")
    check("### hubsim: REGRESSED" in markdown and "REGRESSED calls per" in markdown, markdown)
    check('"comparison":{"verdict":"regressed"' in
          (hubsim.folder / "c.html").read_text(encoding="utf-8"), "html")
    hubsim(0, "report", "compare", "base", "worse", "--calls", "100%", "--min-calls", "100000")
    other = hubsim.result("base")
    other.update(drivers=[], requirements=[], behaviour=None)
    other["convergence"]["records"] = 0
    (hubsim.folder / "other.json").write_text(json.dumps(other), encoding="utf-8")
    hubsim(3, "report", "compare", "base", "other.json", words=["nothing to compare"])
    hubsim(3, "run", "first.yaml", "--compare", "other.json", "--set", "length=400ms", "--out",
           "odd", words=["not comparable", "nothing to compare"])
    hubsim(2, "report", "compare", "base", words=["two runs are wanted"])
    hubsim(2, "report", "compare", "base", "worse", "--threshold", "much", words=["--threshold"])
    hubsim(2, "report", "compare", "base", "gone", words=["gone is not there"])


def check_history(hubsim):
    for name in ("base", "worse"):
        hubsim(0, "report", "history", "h.jsonl", "--add", name, "--label", f"of-{name}",
               words=[f"of-{name}", "calls per change", "too few runs"])
    lines = (hubsim.folder / "h.jsonl").read_text(encoding="utf-8").splitlines()
    check(len(lines) == 2, "a line for each run")
    usual = json.loads(lines[0])
    with open(hubsim.folder / "h.jsonl", "w", encoding="utf-8") as file:
        for shift in range(6):
            file.write(json.dumps({**usual, "started_at_ms": shift}) + "\n")
    hubsim(0, "report", "history", "h.jsonl", "--strict")
    hubsim(1, "report", "history", "h.jsonl", "--add", "worse", "--strict",
           words=["OUTLIER, worse"])
    with open(hubsim.folder / "h.jsonl", "a", encoding="utf-8") as file:
        file.write("not a run\n")
    hubsim(2, "report", "history", "h.jsonl", words=["h.jsonl:8: this is not a run"])


class Mock:
    """A mock of its own, ended with the block."""

    def __init__(self, hubsim, name):
        self.ready = hubsim.folder / f"{name}.json"
        self.process = subprocess.Popen([hubsim.hubsim, "mock", "--listen", "127.0.0.1:0",
                                         "--limits", "off", "--ready-file", self.ready],
                                        stdout=subprocess.DEVNULL)

    def __enter__(self):
        limit = time.monotonic() + 20
        while not self.ready.exists():
            check(self.process.poll() is None and time.monotonic() < limit, "no mock")
            time.sleep(0.01)
        return json.loads(self.ready.read_text(encoding="utf-8"))

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def load(hubsim, mock, out):
    """Three seconds are few, so the test asks for fewer; other tests may have left the machine
    busy, so it takes an INVALID run's times."""
    return subprocess.Popen(
        [hubsim.hubsim, "load", mock["url"] + "/crm/v3/owners", "--rate", "150/s", "--duration",
         "3200ms", "--header", f"Authorization: Bearer {mock['access_token']}", "--max-lag", "5s",
         "--quiet", "--out", out], cwd=hubsim.folder, stdout=subprocess.DEVNULL)


def check_loads(hubsim):
    """The same load against a mock and one that is 40 ms slower."""
    with Mock(hubsim, "fast") as fast, Mock(hubsim, "slow") as slow:
        fault = urllib.request.Request(slow["control_url"] + "/faults/slow", method="PUT",
                                       data=b'{"kind":"latency","delay":"40ms"}')
        urllib.request.urlopen(fault, timeout=10).close()
        runs = [load(hubsim, fast, "fast"), load(hubsim, slow, "slow")]
        for run in runs:
            run.wait()
    short = ["--min-seconds", "3", "--allow-invalid"]
    hubsim(1, "report", "compare", "fast", "slow", *short, "--json", "l.json",
           words=["REGRESSED", "p50", "p90"])
    comparison = json.loads((hubsim.folder / "l.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(comparison)
    phase = comparison["phases"][0]
    p50 = phase["changes"][0]
    check(p50["what"] == "p50" and 30 < p50["delta"] < 200 and 0 < p50["low"] <= p50["delta"],
          str(p50))
    check(phase["effect"] > 0.5 and len(phase["distribution"]) > 10, str(phase["effect"]))
    hubsim(0, "report", "compare", "slow", "fast", *short, words=["improved"])
    hubsim(0, "report", "compare", "fast", "slow", words=["seconds of answers, 8 are wanted"])


def check_render(hubsim):
    hubsim(0, "report", "render", "worse", "--format", "html, junit", "--out", "again")
    made = sorted(path.name for path in (hubsim.folder / "again").iterdir())
    check(made == ["junit.xml", "report.html"], str(made))
    for name in made:
        check((hubsim.folder / "again" / name).read_bytes() ==
              (hubsim.folder / "worse" / name).read_bytes(), f"{name} is made again as it was")
    hubsim(2, "report", "render", "worse", "--format", "htm", words=["did you mean 'html'?"])
    hubsim(2, "report", "render", "again", words=["is not there"])
    hubsim(2, "report", "rendr", words=["did you mean 'render'?"])
    hubsim(0, "report", "--help", words=["render", "compare", "history"])


def main():
    with tempfile.TemporaryDirectory() as folder:
        hubsim = Tester(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(folder))
        check_scenarios(hubsim)
        check_compare(hubsim)
        check_history(hubsim)
        check_loads(hubsim)
        check_render(hubsim)
    print("compare CLI: all as promised")


if __name__ == "__main__":
    main()

"""The sample run, and what else a run can be: failed, invalid, and empty in every section."""

import copy
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "reports/formats/testdata/sample_run.json"
NASTY = "</script><img src=x onerror=\"document.title='owned'\"> & <!-- ]]> ü \u0001"


def passed():
    return json.loads(SAMPLE.read_text())


def failed():
    """Two records end stale, one deleted record came back; text is as hostile as text can be."""
    run = passed()
    run["verdict"] = "FAIL"
    run["seed"] = 2 ** 64 - 1
    run["reasons"] = ["no-stale: 2 of 512 records show an older value than HubSpot's",
                      "polite: 11 of 148 retries came before Retry-After had passed"]
    keys = [record["key"] for record in run["worst_records"]]
    for one in run["requirements"]:
        if one["id"] == "no-stale":
            one.update(verdict="fail", got="2 of 512 records", evidence=keys[:2] + ["a", "b", "c"],
                       explanation="Both took an event that was older than what they had: the "
                                   "delivery was reordered and applied in order of arrival.")
        if one["id"] == "polite":
            one.update(verdict="fail", got="11 of 148 retries", margin=-0.074,
                       explanation="429 named Retry-After 2 s; the shortest wait was 40 ms.")
    run["worst_records"][0]["findings"] = ["stale phone: wanted '+1 555 0581', shows '+1 555 0117'"]
    run["worst_records"][1]["findings"] = ["stale phone: wanted '2', shows '1'", NASTY]
    run["convergence"]["not_converged"] = 2
    run["operations"][0]["early_retries"] = 11
    run["timeline"][-1]["values"][-8:] = [2] * 8
    run["timeline"].append({"name": "open_connections", "unit": "connections",
                            "values": [None, 3, None, 7]})
    run["scenario_text"] += "# " + NASTY + "\n"
    return run


def compared():
    """Held against a baseline: a slower tail, chattier, one number that cannot be judged."""
    run = failed()
    points = [{"ms": 1.2 ** i, "base": min(1, i / 30), "fresh": min(1, i / 36)} for i in range(40)]
    change = {"what": "p99", "unit": "ms", "base": 20.0, "fresh": 31.0, "delta": 11.0,
              "share": 0.55, "low": 6.0, "high": 15.0, "effect": 0.4, "verdict": "regressed",
              "why": "+55%, effect 0.40"}
    errors = {**change, "what": "errors", "unit": "share", "base": 0, "fresh": 0.01, "delta": 0.01,
              "share": None, "low": 0.001, "high": 0.02, "effect": None, "verdict": "unclear"}
    name = {"file": NASTY, "scenario": "storm", "verdict": "PASS", "started_at_ms": 1795000000000,
            "hubsim_version": "0.1.0"}
    run["comparison"] = {
        "verdict": "regressed", "reasons": ["people/storm p99 went from 20 ms to 31 ms"],
        "base": name, "fresh": name, "warnings": [NASTY], "gates": ["response time: 10%"],
        "phases": [{"driver": "people", "phase": "storm", "verdict": "regressed",
                    "base_samples": 900, "fresh_samples": 900, "base_seconds": 30,
                    "fresh_seconds": 30, "block_s": 3, "effect": 0.2, "slower_share": 0.6,
                    "ks": 0.2, "changes": [change, errors], "distribution": points}],
        "convergence": [{**change, "what": "p90", "verdict": "same"}],
        "requirements": [{"id": "no-stale", "check": "stale", "base": "pass", "fresh": "fail",
                          "got": NASTY, "verdict": "regressed"}],
        "behaviour": [{"kind": "payload keys added", "operation": "crm.objects.create",
                       "text": NASTY, "base": None, "fresh": None, "verdict": "same"}]}
    return run


def invalid():
    """The generator lagged, one fault never hit, one check had nothing to look at."""
    run = passed()
    run["verdict"] = "INVALID"
    run["reasons"] = ["crm-edits sent 93.1 % of its plan in storm, at least 99.5 % is needed",
                      "fault 'freeze' never hit anything"]
    run["faults"][3].update(hits=0, eligible=0)
    storm = run["drivers"][0]["phases"][2]
    storm.update(sent=1117, sent_per_s=37.2)
    run["health"][1].update(value="93.1 %", ok=False)
    run["requirements"][5].update(verdict="vacuous", got="no forged delivery was sent")
    run["requirements"][6].update(verdict="invalid", got="p99 24ms", margin=None,
                                  explanation="The generator lagged: no latency can be judged.")
    return run


def empty():
    """A run that ended before it began: every list empty."""
    run = copy.deepcopy(passed())
    for name in ("reasons", "phases", "faults", "requirements", "drivers", "timeline",
                 "operations", "worst_records", "health", "links"):
        run[name] = []
    run["verdict"], run["reasons"] = "INVALID", ["the integration never answered its health check"]
    run["scenario_text"], run["scenario_description"] = "", ""
    run["ended_at_ms"] = run["started_at_ms"]
    run["convergence"].update(records=0, not_converged=0)
    run["convergence"]["time_ms"] = {name: 0 for name in run["convergence"]["time_ms"]}
    return run


ALL = {"pass": passed, "fail": failed, "compared": compared, "invalid": invalid, "empty": empty}

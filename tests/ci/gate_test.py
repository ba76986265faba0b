#!/usr/bin/env python3
"""gate_test.py HUBSIM: examples/ci/gate.sh as a CI uses it: a first run of the main branch becomes
the baseline, a second is compared with it, a broken one fails and leaves the baseline alone; the
history has all three. The workflow file beside it names files and commands that exist."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import yaml

REPO = pathlib.Path(__file__).resolve().parents[2]
GATE = REPO / "examples/ci/gate.sh"
SCENARIO = "scenarios/library/smoke.yaml"


def gate(hubsim, folder, label, *arguments, is_main="true"):
    """The exit code and run.json. Scenario paths are relative to the repository, `out` is not."""
    for name in ("build", "scenarios", "examples"):
        link = folder / name
        if not link.exists():
            link.symlink_to(REPO / name)
    environment = {**os.environ, "HUBSIM": str(hubsim), "KEPT": str(folder / "kept"),
                   "LABEL": label, "IS_MAIN": is_main}
    done = subprocess.run([GATE, SCENARIO, *arguments], cwd=folder, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100,
                          check=False)
    print(done.stdout)
    return done.returncode, json.loads((folder / "out/smoke/run.json").read_text())


def check(condition, what):
    if not condition:
        sys.exit(f"gate_test: {what}")


def main():
    hubsim = pathlib.Path(sys.argv[1]).resolve()
    workflow = yaml.safe_load((REPO / "examples/ci/github-actions.yml").read_text())
    steps = workflow["jobs"]["gate"]["steps"]
    check(any("gate.sh" in step.get("run", "") for step in steps), "the workflow runs gate.sh")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        code, run = gate(hubsim, folder, "first")
        check(code == 0 and run["verdict"] == "PASS", "the first run passes")
        baseline = folder / "kept/baseline/smoke/run.json"
        kept = baseline.read_text()
        code, run = gate(hubsim, folder, "second", is_main="false")
        failed = [one["id"] for one in run["requirements"] if one["verdict"] == "fail"]
        check(run.get("comparison"), "the second run is compared")
        check(code == (1 if failed else 0) and failed in ([], ["compare"]),
              f"the second run is as good as the first but for what changed: {failed}")
        code, run = gate(hubsim, folder, "broken", "--set", "defect=one_by_one",
                         is_main="true")
        check(code == 1 and run["verdict"] == "FAIL", "the broken one fails")
        check(baseline.read_text() == kept, "only passing runs of main become the baseline")
        lines = (folder / "kept/history.jsonl").read_text().splitlines()
        labels = [json.loads(line).get("label") for line in lines]
        check(labels == ["first", "second", "broken"], f"the history has {labels}")


if __name__ == "__main__":
    main()

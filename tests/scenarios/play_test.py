#!/usr/bin/env python3
"""Plays a scenario of the library against the example integration and expects a verdict.

  play_test.py HUBSIM [--scenario NAME] [--seed N]           must PASS
  play_test.py HUBSIM [--scenario NAME] --defect NAME CHECK...
                                             must FAIL, and one of the CHECKs must have failed

The checks are those that name the defect; other requirements may fail beside them.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXIT_PASS, EXIT_FAIL = 0, 1


def play(hubsim, scenario, extra):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "run")
        file = f"scenarios/library/{scenario}.yaml"
        done = subprocess.run([hubsim, "run", file, "--out", out, *extra], cwd=REPO, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=150,
                              check=False)
        print(done.stdout)
        try:
            with open(os.path.join(out, "run.json"), encoding="utf-8") as file:
                result = json.load(file)
        except OSError:
            sys.exit(f"no run.json (exit code {done.returncode})")
        for name in ("report.html", "junit.xml"):
            if not os.path.exists(os.path.join(out, name)):
                sys.exit(f"no {name}")
        if "HUBSIM_KEEP_RUN" in os.environ:
            keep(out, os.environ["HUBSIM_KEEP_RUN"])
        return done.returncode, result


def keep(out, folder):
    """The run's reports, for the tests that look at them."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(out, folder, ignore=lambda _, names: [
        name for name in names if os.path.isdir(os.path.join(out, name))])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("hubsim")
    parser.add_argument("--scenario", default="storm_then_heal_short")
    parser.add_argument("--seed")
    parser.add_argument("--defect", nargs="+", metavar="NAME CHECK")
    arguments = parser.parse_args()
    hubsim = os.path.abspath(arguments.hubsim)
    if arguments.defect:
        defect, *wanted = arguments.defect
        code, result = play(hubsim, arguments.scenario, ["--set", f"defect={defect}"])
        failed = [r["check"] for r in result["requirements"] if r["verdict"] == "fail"]
        if code != EXIT_FAIL or not set(wanted) & set(failed):
            sys.exit(f"defect {defect}: exit {code}, failed {failed}, wanted one of {wanted}")
        print(f"defect {defect} is named by {sorted(set(wanted) & set(failed))}")
        return
    seed = ["--seed", arguments.seed] if arguments.seed else []
    code, result = play(hubsim, arguments.scenario, seed)
    if code != EXIT_PASS:
        why = f"{result['verdict']} {result['reasons']}"
        sys.exit(f"{arguments.scenario} {seed}: exit {code}: {why}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Plays the short story against the example integration and expects a verdict.

  play_test.py HUBSIM --seed N                    must PASS
  play_test.py HUBSIM --defect NAME CHECK...      must FAIL, and one of the CHECKs must have failed

The checks are those that name the defect; other requirements may fail beside them.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

SCENARIO = "scenarios/library/storm_then_heal_short.yaml"
REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXIT_PASS, EXIT_FAIL = 0, 1


def play(hubsim, extra):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "run")
        done = subprocess.run([hubsim, "run", SCENARIO, "--out", out, *extra], cwd=REPO, text=True,
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
        return done.returncode, result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("hubsim")
    parser.add_argument("--seed")
    parser.add_argument("--defect", nargs="+", metavar="NAME CHECK")
    arguments = parser.parse_args()
    hubsim = os.path.abspath(arguments.hubsim)
    if arguments.defect:
        defect, *wanted = arguments.defect
        code, result = play(hubsim, ["--set", f"defect={defect}"])
        failed = [r["check"] for r in result["requirements"] if r["verdict"] == "fail"]
        if code != EXIT_FAIL or not set(wanted) & set(failed):
            sys.exit(f"defect {defect}: exit {code}, failed {failed}, wanted one of {wanted}")
        print(f"defect {defect} is named by {sorted(set(wanted) & set(failed))}")
        return
    code, result = play(hubsim, ["--seed", arguments.seed])
    if code != EXIT_PASS:
        sys.exit(f"seed {arguments.seed}: exit {code}: {result['verdict']} {result['reasons']}")


if __name__ == "__main__":
    main()

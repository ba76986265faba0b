#!/usr/bin/env python3
"""A defect of the example integration, found by comparing two runs and not by a requirement.

  defect_test.py HUBSIM RUNS     RUNS has the folders clean and one_by_one of the scenario tests
"""
import json
import pathlib
import subprocess
import sys
import tempfile

WANTED = {("calls per change", ""), ("calls per change", "crm.objects.batch.read"),
          ("batch size", "crm.objects.batch.read")}


def main():
    hubsim, runs = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "comparison.json"
        done = subprocess.run([hubsim, "report", "compare", runs / "clean", runs / "one_by_one",
                               "--json", out], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=30, check=False)
        print(done.stdout)
        comparison = json.loads(out.read_text(encoding="utf-8"))
    regressed = {(one["kind"], one["operation"]) for one in comparison["behaviour"]
                 if one["verdict"] == "regressed"}
    if done.returncode != 1 or not WANTED <= regressed:
        sys.exit(f"exit {done.returncode}; missing: {WANTED - regressed}")
    added = [one for one in comparison["behaviour"]
             if one["kind"] in ("new scope", "new operation")]
    if added:
        sys.exit(f"a defect of batches needs no new operation or scope: {added}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The published schema of run.json is the generated one, and a sample run obeys it.

`validate.py PROGRAM` checks; `validate.py PROGRAM --write` brings the published file up to date.
PROGRAM is hubsim_run_model. Run in the repository's root.
"""

import copy
import json
import pathlib
import subprocess
import sys

PUBLISHED = pathlib.Path("reports/run.schema.json")


def printed(program, what):
    return subprocess.run([program, what], check=True, capture_output=True, text=True).stdout


def spoiled(sample):
    """Samples that a useful schema must refuse, each with what is wrong with it."""
    for pointer, value in [("verdict", "MAYBE"), ("seed", -1), ("phases", {}), ("timeline", [{}])]:
        wrong = copy.deepcopy(sample)
        wrong[pointer] = value
        yield pointer, wrong
    wrong = copy.deepcopy(sample)
    del wrong["requirements"]
    yield "requirements missing", wrong


def main():
    program = sys.argv[1]
    generated = printed(program, "schema")
    if "--write" in sys.argv:
        PUBLISHED.write_text(generated)
        return 0
    if not PUBLISHED.exists() or PUBLISHED.read_text() != generated:
        print(f"{PUBLISHED} is not the generated schema: run\n"
              f"  python3 tests/report_schema/validate.py {program} --write")
        return 1
    try:
        import jsonschema
    except ImportError:
        print("no python3 jsonschema here: ./dev setup brings it")
        return 77
    schema = json.loads(generated)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    sample = json.loads(printed(program, "sample"))
    for error in validator.iter_errors(sample):
        print(f"the sample run breaks the schema at {error.json_path}: {error.message}")
        return 1
    for what, wrong in spoiled(sample):
        if validator.is_valid(wrong):
            print(f"the schema lets a wrong run pass ({what})")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

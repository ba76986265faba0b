#!/usr/bin/env python3
"""The published schemas of run.json and of a comparison are the generated ones, and samples obey.

`validate.py PROGRAM` checks; `validate.py PROGRAM --write` brings the published files up to date.
PROGRAM is hubsim_run_model. Run in the repository's root.
"""

import copy
import json
import pathlib
import subprocess
import sys

RUN = {"published": pathlib.Path("reports/run.schema.json"), "prefix": "",
       "spoil": [("verdict", "MAYBE"), ("seed", -1), ("phases", {}), ("timeline", [{}]),
                 ("behaviour", {"changes": "many"})],
       "needed": "requirements",
       "left_out": ["behaviour", "comparison"]}
COMPARISON = {"published": pathlib.Path("reports/comparison.schema.json"),
              "prefix": "comparison-",
              "spoil": [("verdict", "MAYBE"), ("warnings", "none"), ("phases", [{}])],
              "needed": "gates",
              "left_out": []}


def printed(program, what):
    return subprocess.run([program, what], check=True, capture_output=True, text=True).stdout


def spoiled(sample, document):
    """Samples that a useful schema must refuse, each with what is wrong with it."""
    for member, value in document["spoil"]:
        wrong = copy.deepcopy(sample)
        wrong[member] = value
        yield member, wrong
    wrong = copy.deepcopy(sample)
    del wrong[document["needed"]]
    yield document["needed"] + " missing", wrong


def problems(schema, sample, document):
    import jsonschema
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for error in validator.iter_errors(sample):
        yield f"the sample breaks the schema at {error.json_path}: {error.message}"
    for what, wrong in spoiled(sample, document):
        if validator.is_valid(wrong):
            yield f"the schema lets a wrong document pass ({what})"
    older = {name: value for name, value in sample.items() if name not in document["left_out"]}
    if not validator.is_valid(older):
        yield "the schema refuses a document of an older version"


def check(program, document):
    generated = printed(program, document["prefix"] + "schema")
    published = document["published"]
    if "--write" in sys.argv:
        published.write_text(generated)
        return True
    if not published.exists() or published.read_text() != generated:
        print(f"{published} is not the generated schema: run\n"
              f"  python3 tests/report_schema/validate.py {program} --write")
        return False
    sample = json.loads(printed(program, document["prefix"] + "sample"))
    found = list(problems(json.loads(generated), sample, document))
    for problem in found:
        print(f"{published}: {problem}")
    return not found


def main():
    try:
        import jsonschema  # noqa: F401
    except ImportError:
        print("no python3 jsonschema here: ./dev setup brings it")
        return 77
    return 0 if all([check(sys.argv[1], document) for document in (RUN, COMPARISON)]) else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""The committed scenario schema is current, and every scenario of the library is valid.

  schema_test.py HUBSIM
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

REPO = pathlib.Path(__file__).resolve().parents[2]
COMMITTED = REPO / "scenarios" / "scenario.schema.json"
PARTS = ["faults", "checks", "drivers", "observers", "workloads"]


def run(hubsim, *arguments):
    return subprocess.run([hubsim, *arguments], cwd=REPO, text=True, capture_output=True,
                          timeout=30, check=False)


def check_schema(hubsim, problems):
    printed = run(hubsim, "schema").stdout
    if printed != COMMITTED.read_text(encoding="utf-8"):
        problems.append(f"{COMMITTED.name} is stale: hubsim schema > scenarios/{COMMITTED.name}")
    for part in PARTS:
        schema = json.loads(run(hubsim, "schema", part).stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        if not schema["oneOf"]:
            problems.append(f"schema {part} names no kind")
    return jsonschema.Draft202012Validator(json.loads(printed))


def check_file(hubsim, validator, path, problems):
    planned = run(hubsim, "plan", str(path.relative_to(REPO)))
    if planned.returncode != 0:
        problems.append(f"{path.name}: hubsim plan: {planned.stdout}{planned.stderr}")
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for error in validator.iter_errors(document):
        best = jsonschema.exceptions.best_match([error])
        problems.append(f"{path.name}: {best.json_path}: {best.message}")


def check_mistakes(hubsim, validator, path, problems):
    """A schema that lets everything pass would be of no use to an editor."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    mistakes = [
        lambda d: d["faults"][0].update(shar="3%"),
        lambda d: d["phases"][1].update(length=4),
        lambda d: d["require"][0].update(check="convergd"),
        lambda d: d.pop("target"),
        lambda d: d["traffic"][0].update(driver="crm_change"),
    ]
    for number, mistake in enumerate(mistakes):
        wrong = json.loads(json.dumps(document))
        mistake(wrong)
        if validator.is_valid(wrong):
            problems.append(f"the schema does not see mistake {number}")


def check_docs(hubsim, problems):
    """The example of the documentation is a whole file, and loads."""
    text = (REPO / "docs" / "scenario-format.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    if not examples:
        problems.append("docs/scenario-format.md shows no example")
    for example in examples:
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(example)
            file.flush()
            planned = run(hubsim, "plan", file.name)
            if planned.returncode != 0:
                problems.append(f"docs/scenario-format.md: {planned.stderr}")


def main():
    hubsim = sys.argv[1]
    problems = []
    validator = check_schema(hubsim, problems)
    files = sorted((REPO / "scenarios" / "library").glob("*.yaml"))
    if not files:
        problems.append("the library is empty")
    for path in files:
        check_file(hubsim, validator, path, problems)
    check_docs(hubsim, problems)
    whole = REPO / "scenarios" / "library" / "storm_then_heal_short.yaml"  # it has every part
    check_mistakes(hubsim, validator, whole, problems)
    print("\n".join(problems) or f"schema current, {len(files)} scenarios valid")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Checks every catalogue file against hubspot/data/catalogue/catalogue.schema.json.

Run from the repository's root. Exit 77 (skipped) without the jsonschema package.
"""
import glob
import json
import sys

try:
    import jsonschema
except ImportError:
    print("the Python package jsonschema is missing; ./dev setup installs it")
    sys.exit(77)

folder = "hubspot/data/catalogue/"
with open(folder + "catalogue.schema.json", encoding="utf-8") as file:
    schema = json.load(file)
validator = jsonschema.Draft202012Validator(schema)
validator.check_schema(schema)

files = sorted(glob.glob(folder + "*/*.json"))
problems = 0 if files else 1
for name in files:
    with open(name, encoding="utf-8") as file:
        data = json.load(file)
    for error in validator.iter_errors(data):
        place = "/".join(str(step) for step in error.absolute_path)
        print(f"{name}: {place}: {error.message}")
        problems += 1

# What must be refused: a schema that accepts everything would pass silently.
broken = {"area": "x", "operations": [{"id": "a.b", "method": "FETCH", "paths": []}]}
if validator.is_valid(broken):
    print("the schema accepts a broken operation")
    problems += 1
print(f"{len(files)} catalogue files, {problems} problems")
sys.exit(1 if problems else 0)

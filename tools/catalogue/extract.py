#!/usr/bin/env python3
"""Writes hubspot/data/catalogue/generated from the official clients that are installed.

usage: extract.py [--check]

Runs in the repository's root, under the Python that has hubspot-sdk (`./dev catalogue`). --check
writes nothing: it prints what would change (added, removed and changed operations: the changelog
for integrators) and exits 1 when anything would, or when a call of a client has no row; 77 when a
client is missing.
"""
import glob
import json
import os
import sys

import answered
import assemble
import changes
import derive
import node_client

FOLDER = "hubspot/data/catalogue/"
NODE_PACKAGE = "examples/contact_sync/node_modules/@hubspot/api-client"


def read_json(name):
    with open(name, encoding="utf-8") as file:
        return json.load(file)


def clients():
    """Versions and operations of both clients; None where one is not installed."""
    if not os.path.isdir(NODE_PACKAGE):
        return None
    try:
        import python_client
        dated = python_client.read_client()
    except ImportError:
        return None
    numbered = node_client.read_client(NODE_PACKAGE)
    return ({node_client.NAME: numbered[0], python_client.NAME: dated[0]},
            numbered[1] + dated[1])


def written(data):
    """JSON with one line for each operation's member that is long: readable, and short diffs."""
    lines = ['{"area": ' + json.dumps(data["area"]) + ",", ' "operations": [']
    rows = []
    for operation in data["operations"]:
        paths = ",\n     ".join(json.dumps(path) for path in operation["paths"])
        rest = {key: value for key, value in operation.items()
                if key not in ("id", "summary", "method", "paths")}
        rows.append(f'  {{"id": {json.dumps(operation["id"])}, "summary": "", '
                    f'"method": {json.dumps(operation["method"])},\n   "paths": [\n     {paths}],\n'
                    f'   {json.dumps(rest)[1:]}')
    lines.append(",\n".join(rows) + "\n ],")
    schemas = ",\n  ".join(f"{json.dumps(name)}: {json.dumps(schema)}"
                           for name, schema in data["schemas"].items())
    lines.append(' "schemas": {' + ("\n  " + schemas if schemas else "") + "}}")
    return "\n".join(lines) + "\n"


def files_of(operations):
    prefixes = read_json(FOLDER + "prefixes.json")["prefixes"]
    families = read_json(FOLDER + "families.json")["families"]
    areas = assemble.Builder(operations, prefixes).build()
    derive.derive(areas, families)
    return {name.replace(".", "_") + ".json": written(data) for name, data in areas.items()}


def present():
    out = {}
    for name in sorted(glob.glob(FOLDER + "generated/*.json")):
        with open(name, encoding="utf-8") as file:
            out[os.path.basename(name)] = file.read()
    return out


def write(files):
    for name in set(present()) - set(files):
        os.remove(FOLDER + "generated/" + name)
    for name, text in files.items():
        with open(FOLDER + "generated/" + name, "w", encoding="utf-8") as output:
            output.write(text)


def main(arguments):
    found = clients()
    if found is None:
        print("the official clients are not installed; ./dev setup does it")
        return 77
    versions, operations = found
    before, after = present(), files_of(operations)
    print("clients: " + ", ".join(f"{name} {version}" for name, version in versions.items()))
    print(changes.report(before, after), end="")
    if arguments != ["--check"]:
        write(after)
    text, missing = answered.report(operations, FOLDER)
    print(text, end="")
    return 1 if missing or arguments == ["--check"] and before != after else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

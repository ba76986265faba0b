#!/usr/bin/env python3
"""Compiles the catalogue's JSON files into one C++ file of constant tables.

usage: compile.py OUTPUT.cpp FILE.json...

An operation of a later file replaces one of the same id of an earlier file (overlay over
generated). Exit 1 with `file: operation: what` on anything the schema does not allow.
"""
import json
import sys

METHODS = {"GET": "get", "POST": "post", "PUT": "put", "PATCH": "patch", "DELETE": "del",
           "HEAD": "head"}
DEFAULTS = {"limit": "ordinary", "paging": "none", "body": "none", "scopes": [],
            "credentials": ["private_app", "oauth"], "refusal": "credentials"}
CREDENTIALS = {"private_app": 1, "oauth": 2, "developer_key": 4, "client_credentials": 8,
               "none": 16}
REQUIRED = ["id", "summary", "method", "paths", "role", "grade", "success", "evidence"]
OPTIONAL = ["limit", "paging", "body", "scopes", "credentials", "refusal", "parameters", "request",
            "response", "body_limit_mb"]
CHOICES = {
    "grade": ["modelled", "stateful", "shaped"],
    "limit": ["ordinary", "search", "exempt_burst", "exempt_all"],
    "paging": ["none", "after_id", "after_offset"],
    "role": ["list", "read", "create", "update", "archive", "batch", "search", "other"],
    "body": ["none", "json", "multipart", "form"],
    "method": list(METHODS),
    "refusal": ["credentials", "developer_key", "not_public"],
}


class Broken(Exception):
    pass


def check(operation, place):
    for name in REQUIRED:
        if name not in operation:
            raise Broken(f"{place}: '{name}' is missing")
    for name in operation:
        if name not in REQUIRED + OPTIONAL:
            raise Broken(f"{place}: '{name}' is unknown; known: {', '.join(REQUIRED + OPTIONAL)}")
    for name, known in CHOICES.items():
        value = operation.get(name, DEFAULTS.get(name))
        if value not in known:
            raise Broken(f"{place}: {name} '{value}' is unknown; known: {', '.join(known)}")
    kinds = operation.get("credentials", DEFAULTS["credentials"])
    unknown = [kind for kind in kinds if kind not in CREDENTIALS]
    if unknown or not kinds:
        raise Broken(f"{place}: credentials {kinds}: known: {', '.join(CREDENTIALS)}")


def concrete_paths(operation, place):
    for path in operation["paths"]:
        template = path.get("template", "")
        if not template.startswith("/"):
            raise Broken(f"{place}: a path needs a template that starts with '/'")
        if "versions" in path:
            if "{version}" not in template:
                raise Broken(f"{place}: {template} has versions but no {{version}}")
            for version in path["versions"]:
                yield template.replace("{version}", version), version
        elif "version" in path:
            yield template, path["version"]
        else:
            raise Broken(f"{place}: {template} needs 'version' or 'versions'")


def read(files):
    operations = {}
    for name in files:
        with open(name, encoding="utf-8") as file:
            try:
                data = json.load(file)
            except json.JSONDecodeError as error:
                raise Broken(f"{name}:{error.lineno}:{error.colno}: {error.msg}") from error
        seen = set()
        for operation in data["operations"]:
            place = f"{name}: {operation.get('id', '?')}"
            check(operation, place)
            if operation["id"] in seen:
                raise Broken(f"{place}: the id occurs twice in this file")
            seen.add(operation["id"])
            operations[operation["id"]] = (data["area"], operation, place)
    return operations.values()


class Lists:
    """Each distinct list of texts becomes one constant array."""

    def __init__(self):
        self.names = {}

    def name(self, texts):
        return self.names.setdefault(tuple(texts), f"list_{len(self.names)}")

    def lines(self):
        for texts, name in self.names.items():
            items = ", ".join(quoted(text) for text in texts)
            if texts:
                yield f"constexpr std::array<std::string_view, {len(texts)}> {name}{{{items}}};"
            else:
                yield f"constexpr std::span<const std::string_view> {name}{{}};"


def quoted(text):
    return json.dumps(text)


def row(area, operation, path, version, lists):
    get = lambda name: operation.get(name, DEFAULTS.get(name))
    return ("    {" + ", ".join([
        quoted(operation["id"]), quoted(area), quoted(operation["summary"]),
        f"Grade::{operation['grade']}", f"http::Method::{METHODS[operation['method']]}",
        quoted(path), quoted(version), str(operation["success"]),
        f"LimitClass::{get('limit')}", f"Paging::{get('paging')}", f"Role::{operation['role']}",
        "true" if get("body") == "json" else "false",
        str(sum(CREDENTIALS[kind] for kind in set(get("credentials")))),
        f"Refusal::{get('refusal')}", lists.name(get("scopes")), quoted(operation["evidence"]),
        f"{operation.get('body_limit_mb', 0)}ULL << 20",
    ]) + "},")


def generate(operations):
    lists = Lists()
    rows = [row(area, operation, path, version, lists)
            for area, operation, place in operations
            for path, version in concrete_paths(operation, place)]
    return "\n".join([
        "// Generated by tools/catalogue/compile.py; do not edit.",
        '#include "hubspot/catalogue/catalogue.h"', "", "#include <array>", "",
        "namespace hubsim::hubspot {", "namespace {",
        *lists.lines(), "",
        f"constexpr std::array<OperationRow, {len(rows)}> rows{{{{", *rows, "}};",
        "}  // namespace", "",
        "std::span<const OperationRow> catalogue() noexcept { return rows; }", "",
        "}  // namespace hubsim::hubspot", ""])


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    try:
        text = generate(read(arguments[1:]))
    except Broken as error:
        sys.exit(str(error))
    with open(arguments[0], "w", encoding="utf-8") as output:
        output.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])

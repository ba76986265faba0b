#!/usr/bin/env python3
"""Packs the catalogue's JSON files into the bytes that the binary carries.

usage: compile.py OUTPUT.s OUTPUT.bin FILE.json...

OUTPUT.bin has the tables (pack.py), OUTPUT.s puts them into the binary. An operation of overlay/
takes the place of the generated ones that it covers (merge.py). Exit 1 with `file: operation:
what` on anything the schema does not allow.
"""
import json
import os
import struct
import sys

import coverage
import merge
import pack
from pack import Broken

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]  # order of http::Method
GRADES = ["modelled", "stateful", "shaped"]
LIMITS = ["ordinary", "search", "exempt_burst", "exempt_all"]
PAGINGS = ["none", "after_id", "after_offset", "offset"]
REFUSALS = ["credentials", "developer_key", "not_public"]
STAGES = ["live", "draft"]
# Order of Role in hubspot/catalogue/catalogue.h.
ROLES = ["list", "read", "create", "update", "replace", "upsert", "archive", "restore", "purge",
         "batch", "batch_read", "batch_create", "batch_update", "batch_replace", "batch_upsert",
         "batch_archive", "batch_other", "search", "clone", "publish_draft", "reset_draft",
         "publish", "unpublish", "schedule", "list_revisions", "read_revision",
         "restore_revision", "attach_language", "detach_language", "create_language",
         "set_primary_language", "update_languages", "upload", "download", "task_start",
         "task_status", "read_one", "replace_one", "update_one", "archive_one", "action", "other"]
CREDENTIALS = {"private_app": 1, "oauth": 2, "developer_key": 4, "client_credentials": 8,
               "none": 16}
CONTENT_TYPES = {"none": "", "json": "application/json", "multipart": "multipart/form-data",
                 "form": "application/x-www-form-urlencoded",
                 "text": "text/plain"}
DEFAULTS = {"limit": "ordinary", "paging": "none", "body": "none", "scopes": [],
            "credentials": ["private_app", "oauth"], "refusal": "credentials", "stage": "live"}
REQUIRED = ["id", "summary", "method", "paths", "role", "grade", "success", "evidence"]
OPTIONAL = ["limit", "paging", "body", "scopes", "credentials", "refusal", "request",
            "response", "query", "body_limit_mb", "stage", "resource", "owner_params", "id_param",
            "verb", "partial", "answer", "retired"]
CHOICES = {"grade": GRADES, "limit": LIMITS, "paging": PAGINGS, "role": ROLES, "stage": STAGES,
           "body": list(CONTENT_TYPES), "method": METHODS, "refusal": REFUSALS}
COUNTS = ["modelled", "stateful", "shaped", "derived", "retired", "absent"]
ROW = "<" + "II" * 13 + "III" + "HH" + "B" * 10 + "H"
JSON_BODY, DERIVED, RETIRED = 1, 2, 4


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
    """One dictionary for each concrete path: the operation with the path's own members over it."""
    for path in operation["paths"]:
        template = path.get("template", "")
        if not template.startswith("/"):
            raise Broken(f"{place}: a path needs a template that starts with '/'")
        if "versions" in path and "{version}" not in template:
            raise Broken(f"{place}: {template} has versions but no {{version}}")
        if "versions" not in path and "version" not in path:
            raise Broken(f"{place}: {template} needs 'version' or 'versions'")
        for version in path.get("versions", [path.get("version")]):
            row = {**DEFAULTS, **operation, **path}
            row["template"] = template.replace("{version}", version)
            row["version"] = version
            yield row


def read(name):
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
    return data


def rows_of(data, name):
    """The concrete rows of a file; each knows its area, its file's schemas and its place."""
    for operation in data["operations"]:
        place = f"{name}: {operation['id']}"
        for row in concrete_paths(operation, place):
            yield {**row, "area": data["area"], "schemas": data.get("schemas", {}),
                   "place": place, "hand": "/overlay/" in name}


def shape_index(row, member, shapes):
    if row.get(member) is None:
        return pack.NONE
    schemas = row["schemas_of"][member] if member in row.get("schemas_of", {}) else row["schemas"]
    return shapes.of(row[member], schemas, row["place"])


def packed(row, pool, shapes, lists):
    text = lambda name: pool.add(row.get(name, ""))
    flags = ((JSON_BODY if row["body"] == "json" else 0) | (DERIVED if row.get("derived") else 0) |
             (RETIRED if row.get("retired") else 0))
    answer = row.get("answer", "" if row["success"] == 204 else "application/json")
    return struct.pack(
        ROW, *text("id"), *text("area"), *text("summary"), *text("template"), *text("version"),
        *text("evidence"), *text("resource"), *text("id_param"), *text("verb"),
        *pool.add(CONTENT_TYPES[row["body"]]), *pool.add(answer), *lists.add(row["scopes"]),
        *lists.add(row.get("owner_params", [])), shape_index(row, "request", shapes),
        shape_index(row, "response", shapes), shape_index(row, "query", shapes), row["success"],
        row.get("partial", 0), GRADES.index(row["grade"]), METHODS.index(row["method"]),
        LIMITS.index(row["limit"]), PAGINGS.index(row["paging"]), ROLES.index(row["role"]),
        REFUSALS.index(row["refusal"]), sum(CREDENTIALS[kind] for kind in set(row["credentials"])),
        STAGES.index(row["stage"]), flags, 0, row.get("body_limit_mb", 0))


def packed_coverage(rows, families, pool):
    for (family, version), counts in coverage.counted(rows, families).items():
        area = family.split("/")[0]
        yield struct.pack("<6I6I", *pool.add(area), *pool.add(family), *pool.add(version),
                          *(counts[name] for name in COUNTS))


def read_families(files):
    """families.json stands beside the folders of the files; without it nothing is absent."""
    name = os.path.join(os.path.dirname(os.path.dirname(files[0])), "families.json")
    if not os.path.exists(name):
        return {}
    with open(name, encoding="utf-8") as file:
        return json.load(file)["families"]


def generate(files):
    rows = []
    for name in files:
        rows += rows_of(read(name), name)
    pool = pack.Pool()
    shapes = pack.Shapes(pool)
    lists = pack.Lists(pool)
    rows = merge.merged(rows)
    counts = list(packed_coverage(rows, read_families(files), pool))
    return pack.pack(pool, shapes, lists, [packed(row, pool, shapes, lists) for row in rows],
                     counts)


ASSEMBLER = """# Generated by tools/catalogue/compile.py; do not edit.
.section .rodata
.balign 16
.global hubsim_catalogue_begin
hubsim_catalogue_begin:
.incbin "{bin}"
.global hubsim_catalogue_end
hubsim_catalogue_end:
.byte 0
.section .note.GNU-stack,"",%progbits
"""


def main(arguments):
    if len(arguments) < 3:
        sys.exit(__doc__)
    try:
        content = generate(arguments[2:])
    except Broken as error:
        sys.exit(str(error))
    with open(arguments[1], "wb") as output:
        output.write(content)
    with open(arguments[0], "w", encoding="utf-8") as output:
        output.write(ASSEMBLER.format(bin=os.path.abspath(arguments[1])))


if __name__ == "__main__":
    main(sys.argv[1:])

"""Whether every call of the clients has a row in the catalogue as it is compiled."""
import collections
import glob

import compile as compiler
import merge


def compiled_rows(folder):
    rows = []
    for part in ("generated", "overlay"):
        for name in sorted(glob.glob(f"{folder}{part}/*.json")):
            rows += compiler.rows_of(compiler.read(name), name)
    return merge.merged(rows)


def report(operations, folder):
    """(text, number of calls without a row)"""
    rows = merge.Overlay(compiled_rows(folder))
    total, missing = collections.Counter(), []
    for operation in operations:
        total[operation["client"]] += 1
        asked = {"method": operation["method"], "template": operation["path"].rstrip("/")}
        if not rows.covering(asked):
            missing.append(f"no row    {asked['method']} {asked['template']}")
    counts = ", ".join(f"{count} of {client}" for client, count in total.items())
    lines = missing + [f"calls: {counts}; {len(missing)} without a row"]
    return "\n".join(lines) + "\n", len(missing)

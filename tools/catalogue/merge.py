"""Overlay over generated: which rows the catalogue has in the end.

A row of overlay/ takes the place of a generated one that answers the same calls of the same method:
its path is the same but for the names of parameters, or it has a parameter for an object type where
the generated path names one (/crm/v3/objects/{objectType} covers /crm/v3/objects/contacts). It
keeps what only the generated one knows: schemas, query parameters, content types.
"""

INHERITED = ["request", "response", "query"]


def segments(template):
    return template.strip("/").split("/")


def is_parameter(segment):
    return segment.startswith("{")


def names_a_type(segment):
    return is_parameter(segment) and "objecttype" in segment.lower()


def covers(ours, theirs):
    """Whether every call of the generated path `theirs` may be answered by the path `ours`."""
    return len(ours) == len(theirs) and all(
        mine == other or (is_parameter(mine) and is_parameter(other)) or names_a_type(mine)
        for mine, other in zip(ours, theirs))


class Overlay:
    """Rows by hand, found by the paths they cover."""

    def __init__(self, rows):
        self.rows = {}
        for row in rows:
            key = (row["method"], len(segments(row["template"])))
            self.rows.setdefault(key, []).append((segments(row["template"]), row))

    def covering(self, row):
        theirs = segments(row["template"])
        candidates = self.rows.get((row["method"], len(theirs)), [])
        return [mine for ours, mine in candidates if covers(ours, theirs)]


def inherit(row, generated):
    for member in INHERITED:
        if member not in row and member in generated:
            row[member] = generated[member]
            row.setdefault("schemas_of", {})[member] = generated["schemas"]


def merged(rows):
    hand = [row for row in rows if row["hand"]]
    overlay = Overlay(hand)
    out = []
    for row in rows:
        if row["hand"]:
            continue
        covering = overlay.covering(row)
        for mine in covering:
            inherit(mine, row)
        if not covering:
            out.append(row)
    return out + hand

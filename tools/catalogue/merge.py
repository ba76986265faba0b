"""Overlay over generated: which rows the catalogue has in the end.

A row of overlay/ takes the place of a generated one that answers the same calls of the same method:
its path is the same but for the names of parameters, or it has a parameter for an object type where
the generated path names one (/crm/v3/objects/{objectType} covers /crm/v3/objects/contacts). It
keeps what only the generated one knows: request, response and query.

Where the overlay has the same call in another version (the path is equal without version), the
generated version becomes one more row of the overlay's operation: all versions see one state.
"""
import roles

INHERITED = ["request", "response", "query"]
OWN = ["template", "version", "derived"]


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


def unversioned(row):
    return (row["method"], roles.anonymous(roles.segments_of(row["template"])))


def renamed(template, names):
    """The path with its parameters called as the overlay's code knows them."""
    left = iter(names)
    return "/" + "/".join("{" + next(left) + "}" if is_parameter(segment) else segment
                          for segment in segments(template))


def adopted(mine, row):
    """The generated row as one more version of the overlay's operation."""
    names = roles.parameters(segments(mine["template"]))
    out = {key: value for key, value in mine.items() if key not in INHERITED + ["schemas_of"]}
    out.update({name: row[name] for name in OWN if name in row})
    out["template"] = renamed(row["template"], names)
    inherit(out, row)
    return out


def inherit(row, generated):
    for member in INHERITED:
        if member not in row and member in generated:
            row[member] = generated[member]
            row.setdefault("schemas_of", {})[member] = generated["schemas"]


def described(rows):
    """Rows by hand that do not say which resource they act on learn it from their paths."""
    asked = [{"method": row["method"], "segments": roles.segments_of(row["template"]),
              "is_list": row["role"] == "list", "response": None, "body": row["body"],
              "takes_batch": False, "open": False} for row in rows]
    neighbours = roles.Neighbours(asked)
    for row, question in zip(rows, asked):
        if "resource" not in row:
            found = roles.describe(question, neighbours)
            row.update({name: value for name, value in found.items() if name not in row
                        or name == "stage"})


def merged(rows):
    hand = [row for row in rows if row["hand"]]
    described(hand)
    overlay = Overlay(hand)
    versions = {unversioned(row): row for row in hand}
    generated = [row for row in rows if not row["hand"]]
    covering = {id(row): overlay.covering(row) for row in generated}
    for same in (True, False):  # the path's own twin knows best, then one of an object type
        for row in generated:
            for mine in covering[id(row)]:
                if not same or roles.anonymous(segments(row["template"])) == roles.anonymous(
                        segments(mine["template"])):
                    inherit(mine, row)
    out, more = [], []
    for row in generated:
        if covering[id(row)]:
            continue
        mine = versions.get(unversioned(row))
        if mine is None:
            out.append(row)
        else:
            more.append(adopted(mine, row))
    return out + hand + more

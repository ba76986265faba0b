"""Versions that no client has, where the version map shows that the family carried over whole.

families.json says how many operations each family has in each version and under which prefix.
Where a version has at least as many as the version we know, each operation we know exists there
under that version's path, and is marked derived. Where it has fewer, nobody can say which ones:
nothing is derived, and coverage lists them as absent.
"""
GENERIC = "CRM/Objects"
# So many object types with a version of their own show that the generic calls have it too.
ENOUGH_TYPES = 10
SOURCES = ["2026-03", "v4", "v3", "v1"]


def is_dated(version):
    return version.startswith("20")


def generic_objects(prefix):
    return prefix.startswith("/crm/objects/") or prefix.startswith("/crm/v3/objects/")


def with_generic(families):
    """The generic CRM calls in the versions that their object types are published in."""
    count = {}
    for versions in families.values():
        for version, facts in versions.items():
            if facts["prefix"].startswith(f"/crm/objects/{version}/"):
                count[version] = count.get(version, 0) + 1
    known = families.get(GENERIC, {})
    more = {version: {"prefix": f"/crm/objects/{version}/{{objectType}}",
                      "operations": known["2026-03"]["operations"]}
            for version, times in count.items()
            if times >= ENOUGH_TYPES and version not in known and "2026-03" in known}
    return {**families, GENERIC: {**known, **more}} if more else families


def family_of(template, version, families):
    """The family with the longest prefix of that path."""
    best, length = None, -1
    for name, versions in families.items():
        prefix = versions.get(version, {}).get("prefix", "\0")
        if template.startswith(prefix) and len(prefix) > length:
            best, length = name, len(prefix)
    return best


def moved(template, source, target, prefixes):
    """The path of another version of the family; None where the map does not show it."""
    if is_dated(source) and is_dated(target):
        path = template.replace(f"/{source}", f"/{target}", 1)
        if path.startswith(prefixes[target]["prefix"]):
            return path
    before, after = prefixes[source]["prefix"], prefixes[target]["prefix"]
    if before.count("/") < 3 or after.count("/") < 3 or "{" in before + after:
        return None
    if before.endswith("/") != after.endswith("/"):
        return None
    return after + template[len(before):]


def members(areas, families):
    """Operation and path of each family and version that the clients have."""
    found = {}
    for area in areas.values():
        for operation in area["operations"]:
            for path in operation["paths"]:
                family = family_of(path["template"], path["version"], families)
                if family:
                    found.setdefault((family, path["version"]), []).append((operation, path))
    return found


def derive(areas, families):
    """Adds the derived paths in place."""
    families = with_generic(families)
    taken = {(operation["method"], shape(path["template"])) for area in areas.values()
             for operation in area["operations"] for path in operation["paths"]}
    known = members(areas, families)
    for family, versions in sorted(families.items()):
        source = next((each for each in SOURCES if (family, each) in known), None)
        if source is None or (family != GENERIC and generic_objects(versions[source]["prefix"])):
            continue
        rows = known[(family, source)]
        for target in sorted(versions):
            whole = min(len(rows), versions[source]["operations"])
            if (family, target) in known or versions[target]["operations"] < whole:
                continue
            for operation, path in rows:
                template = moved(path["template"], source, target, versions)
                if template and (operation["method"], shape(template)) not in taken:
                    taken.add((operation["method"], shape(template)))
                    operation["paths"].append({**path, "template": template, "version": target,
                                               "derived": True})


def shape(template):
    return "/".join("{}" if segment.startswith("{") else segment
                    for segment in template.split("/"))

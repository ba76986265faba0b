"""How much of what HubSpot publishes has a row, by family and version (families.json).

The CRM's object-type families are all served by the generic operations with {objectType}: they
count there once, and are absent only in versions that have no such operations.
"""
import collections

import derive

GENERIC = "CRM/Objects"
AREAS = {"account_info": "Account", "appinstalls": "CRM", "cms": "CMS", "crm": "CRM",
         "crm_object_schemas": "CRM", "deal_splits": "CRM", "feature_flags": "CRM",
         "integrators": "CRM", "timeline": "CRM", "oauth": "Auth", "media_bridge": "CMS",
         "retired": "CRM", "tax_rates": "Settings", "url_mappings": "CMS", "visitor_identification":
         "Conversations", "webhooks_journal": "Webhooks Journal"}


def area_of(row):
    first = row["area"].split(".")[0]
    return AREAS.get(first, first.replace("_", " ").title())


def is_generic(family, versions):
    return family != GENERIC and any(
        derive.generic_objects(facts["prefix"]) for facts in versions.values())


def counted(rows, families):
    """{(family, version): Counter of grades, `derived`, `retired` and `absent`}"""
    families = derive.with_generic(families)
    plain = {name: versions for name, versions in families.items()
             if not is_generic(name, versions)}
    out = collections.defaultdict(collections.Counter)
    for row in rows:
        family = derive.family_of(row["template"], row["version"], plain)
        key = (family or area_of(row) + "/outside the version map", row["version"])
        out[key][row["grade"]] += 1
        out[key]["derived"] += bool(row.get("derived"))
        out[key]["retired"] += bool(row.get("retired"))
    generic = {version for family, version in list(out) if family == GENERIC}
    for family, versions in families.items():
        for version, facts in versions.items():
            here = out[(family, version)]
            have = here["modelled"] + here["stateful"] + here["shaped"]
            if family in plain:
                here["absent"] = max(0, facts["operations"] - have)
            elif version not in generic:
                here["absent"] = facts["operations"]
    settle(out, plain)
    return {key: out[key] for key in sorted(out) if +out[key]}


def settle(out, plain):
    """Families that share a prefix lend each other rows: what one has too many, another lacks."""
    surplus = collections.Counter()
    for (family, version), here in out.items():
        published = plain.get(family, {}).get(version, {}).get("operations", 0)
        have = here["modelled"] + here["stateful"] + here["shaped"]
        surplus[(family.split("/")[0], version)] += max(0, have - published)
    for (family, version), here in sorted(out.items(), key=lambda item: len(
            plain.get(item[0][0], {}).get(item[0][1], {}).get("prefix", ""))):
        key = (family.split("/")[0], version)
        lent = min(here["absent"], surplus[key]) if family in plain else 0
        here["absent"] -= lent
        surplus[key] -= lent

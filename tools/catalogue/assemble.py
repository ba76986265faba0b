"""Puts what the two clients know into one operation for each call, with all its versions.

The same method and path without version is one operation. What one client does not say (statuses
and credentials of the dated one, bodies it leaves open) the other one's twin does.
"""
import re

import roles
from schemas import Area, Module, mapped

ONE_LEVEL = {"account-info", "appinstalls", "business-units", "communication-preferences",
             "crm-object-schemas", "deal-splits", "events", "feature-flags", "files",
             "media-bridge", "meta", "oauth", "scheduler", "tax-rates", "url-mappings",
             "visitor-identification", "webhooks", "webhooks-journal"}
STATEFUL = {"list", "read", "create", "update", "replace", "upsert", "archive", "restore", "purge",
            "batch_read", "batch_create", "batch_update", "batch_replace", "batch_upsert",
            "batch_archive", "search", "clone", "publish_draft", "reset_draft", "publish",
            "unpublish", "schedule", "list_revisions", "read_revision", "restore_revision",
            "attach_language", "detach_language", "create_language", "set_primary_language",
            "update_languages", "upload", "task_start", "task_status", "read_one", "replace_one",
            "update_one", "archive_one"}
CREATES = {"create", "upload", "batch_create", "clone", "create_language"}
# Words in the path of what answers a file; elsewhere "any content type" is JSON left open.
FILES = {"export", "download", "content"}
AUTH = {"oauth2": ["private_app", "oauth"], "developer_hapikey": ["developer_key"]}
NODE = "@hubspot/api-client"


def resolved(operation, expression):
    schemas = operation["module"].schemas
    for _ in range(5):
        if not isinstance(expression, str) or expression not in schemas:
            break
        expression = schemas[expression]
    if isinstance(expression, dict) and "one_of" in expression:
        return resolved(operation, expression["one_of"][0])
    return expression


def fields_of(operation, member):
    found = resolved(operation, operation[member])
    return found.get("fields", {}) if isinstance(found, dict) else {}


def prepared(operations):
    """Adds segments, module and what the shapes say to each raw operation."""
    modules = {}
    for operation in operations:
        key = id(operation["schemas"])
        if key not in modules:
            modules[key] = Module(operation["schemas"])
        operation["module"] = modules[key]
        for member in ("request", "response", "query"):
            operation[member] = operation["module"].expression(operation[member])
        operation["path"] = operation["path"].rstrip("/")
        operation["open"] = (operation["response"] == "binary" and operation["answer"] == "*/*"
                             and not set(operation["path"].split("/")) & FILES)
        operation["segments"] = roles.segments_of(operation["path"])
        response = resolved(operation, operation["response"])
        operation["is_list"] = (isinstance(response, str) and response.startswith("[")) or (
            "results" in fields_of(operation, "response"))
        operation["takes_batch"] = "inputs" in fields_of(operation, "request")
    return operations


def area_of(segments):
    take = 1 if segments[0] in ONE_LEVEL or len(segments) < 2 else 2
    words = [segment for segment in segments[:take] if not roles.is_parameter(segment)]
    return ".".join(word.replace("-", "_") for word in words)


def grouped(operations):
    """Operations of one method and path, the older client's first, one for each concrete path: of
    two that a client has of one path, that which lists its statuses."""
    groups = {}
    for operation in sorted(operations, key=lambda each: (each["client"] != NODE, each["version"],
                                                          each["path"], not each["statuses"],
                                                          each["group"])):
        key = (roles.anonymous(operation["segments"]), operation["method"])
        shape = re.sub(r"\{\w+\}", "{}", operation["path"])
        groups.setdefault(key, {}).setdefault(shape, operation)
    return {key: list(groups[key].values()) for key in sorted(groups)}


def renamed(path, names):
    """The path with its parameters called as in the operation's first path."""
    left = iter(names)
    return re.sub(r"\{\w+\}", lambda match: "{" + next(left) + "}", path)


def status_of(operation, twins, role):
    statuses = [code for code in operation["statuses"] if code != 207]
    for twin in twins:
        statuses = statuses or [code for code in twin["statuses"] if code != 207]
    if statuses:
        return 201 if role in CREATES and 201 in statuses else statuses[0]
    if operation["response"] is None:
        return 204
    if role == "task_start":
        return 202
    return 201 if role in CREATES and role != "clone" else 200


class Builder:
    """Turns groups into the operations of generated files."""

    def __init__(self, operations, prefixes):
        self.groups = grouped(prepared(operations))
        self.neighbours = roles.Neighbours([twins[0] for twins in self.groups.values()])
        for twins in self.groups.values():
            for twin in twins:
                self.neighbours.lists |= ({roles.anonymous(twin["segments"])}
                                          if twin["is_list"] and twin["method"] == "GET"
                                          else set())
        self.prefixes = prefixes
        self.areas = {}
        self.ids = {}

    def build(self):
        for (path, method), twins in self.groups.items():
            name = area_of(twins[0]["segments"])
            area, operations = self.areas.setdefault(name, (Area(), []))
            operations.append(self.operation(name, area, path, twins))
        return {name: {"area": name,
                       "operations": sorted(operations, key=lambda each: each["id"]),
                       "schemas": dict(sorted(area.schemas.items()))}
                for name, (area, operations) in sorted(self.areas.items())}

    def operation(self, name, area, path, twins):
        typed = [twin for twin in twins if not twin["open"]]
        first = typed[0] if typed else twins[0]
        facts = roles.describe({**first, "segments": twins[0]["segments"],
                                "is_list": any(twin["is_list"] for twin in twins)},
                               self.neighbours)
        out = {"id": self.fresh_id(name, path, twins[0], facts["role"]), "summary": "",
               "method": twins[0]["method"], "paths": []}
        names = roles.parameters(twins[0]["path"].split("/"))
        versions = [self.version(area, twin, typed, names, facts) for twin in twins]
        shared = [member for member in ("success", "request", "response", "query")
                  if all(each.get(member) == versions[0].get(member) for each in versions)]
        for each in versions:
            out["paths"].append({key: value for key, value in each.items() if key not in shared})
        out.update(facts)
        out["grade"] = "stateful" if facts["role"] in STATEFUL else "shaped"
        out.update({member: versions[0][member] for member in shared if member in versions[0]})
        if "success" not in out:
            out["success"] = versions[0]["success"]
        out.update(self.family(path, twins))
        out.update(self.bodies(first, twins, facts))
        clients = sorted({twin["client"] for twin in twins})
        out["evidence"] = "D " + ", ".join(clients)
        return out

    def version(self, area, twin, typed, names, facts):
        out = {"template": renamed(twin["path"], names), "version": twin["version"],
               "success": status_of(twin, typed, facts["role"])}
        source = twin
        if twin["open"]:
            source = typed[0] if typed else None
        for member, origin in (("request", twin), ("response", source), ("query", twin)):
            if origin is None:
                out[member] = "any"
            elif origin[member] is not None:
                out[member] = area.take(origin["module"], origin[member], origin["version"])
        return out

    def fresh_id(self, area, path, operation, role):
        words = [segment.replace("-", "_").lower() for segment in operation["segments"]
                 if not roles.is_parameter(segment)]
        words = words[len(area.split(".")):]
        suffix = {"read_one": "read", "replace_one": "replace", "update_one": "update",
                  "archive_one": "archive", "list": "list", "read": "read", "create": "create",
                  "update": "update", "replace": "replace", "archive": "archive",
                  "upload": "upload", "read_revision": "read", "list_revisions": "list",
                  "download": "download"}.get(role)
        if suffix and (not words or words[-1] != suffix):
            words.append(suffix)
        if not words or roles.is_parameter(operation["segments"][-1]) and not suffix:
            words.append({"POST": "post"}.get(operation["method"], "call"))
        stem = area + "." + ".".join(re.sub(r"\W", "_", word) for word in words)
        for name in (stem, self.by_parameter(stem, operation),
                     stem + "." + operation["method"].lower()):
            if name not in self.ids:
                self.ids[name] = path
                return name
        raise ValueError(f"no id left for {operation['method']} {path}")

    @staticmethod
    def by_parameter(stem, operation):
        names = roles.parameters(operation["segments"])
        words = [re.sub(r"([A-Z]+)", r"_\1", name).lower() for name in names]
        return stem + ".by_" + "_".join(words)

    def family(self, path, twins):
        """Scopes, credentials and limit class."""
        found, out = {}, {}
        for prefix in sorted(self.prefixes, key=len):
            if path == prefix or path.startswith(prefix + "/"):
                found.update(self.prefixes[prefix])
                if "scopes" in self.prefixes[prefix]:
                    found.pop("read", None)
                    found.pop("write", None)
        side = "read" if twins[0]["method"] == "GET" or path.endswith("read") else "write"
        scopes = found.get(side, found.get("scopes"))
        kinds = sorted({kind for twin in twins for auth in twin["auth"] for kind in AUTH[auth]})
        said = any(twin["client"] == NODE for twin in twins)
        if "credentials" in found:
            kinds = found["credentials"]
        elif said and not kinds:
            kinds = ["none"]
        if kinds and kinds != ["oauth", "private_app"]:
            out["credentials"] = kinds
        if scopes and "none" not in kinds and kinds != ["developer_key"]:
            out["scopes"] = scopes
        if "limit" in found:
            out["limit"] = found["limit"]
        return out

    def bodies(self, first, twins, facts):
        out = {}
        kind = next((twin["body"] for twin in twins if twin["body"] != "none"), "none")
        if kind != "none":
            out["body"] = kind
        if facts["role"] == "download" and first["response"] == "binary":
            answer = first["answer"]
            out["answer"] = "application/octet-stream" if answer == "*/*" else answer
        if any(207 in twin["statuses"] for twin in twins):
            out["partial"] = 207
        if facts["role"] in ("list", "search", "list_revisions"):
            query = fields_of(first, "query")
            paged = "paging" in fields_of(first, "response") or "after" in query
            if paged or "offset" in query:
                out["paging"] = "after_id" if paged else "offset"
        return out

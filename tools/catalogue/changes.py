"""What differs between two states of the generated files: the changelog for integrators."""
import json


def operations_of(files):
    """Each call (method and concrete path) with what it takes and answers."""
    calls = {}
    for text in files.values():
        data = json.loads(text)
        for operation in data["operations"]:
            for path in operation["paths"]:
                for version in path.get("versions", [path.get("version")]):
                    template = path["template"].replace("{version}", version)
                    calls[f"{operation['method']} {template}"] = facts(operation, path, data)
    return calls


def facts(operation, path, data):
    merged = {**operation, **path}
    out = {name: merged.get(name) for name in ("id", "role", "success", "credentials", "scopes",
                                               "limit", "grade", "paging", "body", "derived")}
    for member in ("query", "request", "response"):
        out[member] = members(merged.get(member), data["schemas"])
    return out


def members(expression, schemas):
    """Names of the fields of a body's outermost object, with their types."""
    found = schemas.get(expression, expression) if isinstance(expression, str) else expression
    if isinstance(found, dict) and "fields" in found:
        needed = found.get("required", [])
        return {name: [kind, name in needed] for name, kind in found["fields"].items()}
    return found


def difference(old, new):
    out = []
    for name in old:
        if old[name] == new[name]:
            continue
        if isinstance(old[name], dict) and isinstance(new[name], dict):
            gone = [f"-{field}" for field in old[name] if field not in new[name]]
            fresh = [f"+{field}" for field in new[name] if field not in old[name]]
            other = [f"~{field}" for field in new[name]
                     if field in old[name] and old[name][field] != new[name][field]]
            out.append(f"{name} {' '.join(gone + fresh + other)}")
        else:
            out.append(f"{name} {old[name]} -> {new[name]}" if name not in
                       ("query", "request", "response") else name)
    return "; ".join(out)


def report(before, after):
    old, new = operations_of(before), operations_of(after)
    lines = [f"added    {call}" for call in sorted(set(new) - set(old))]
    lines += [f"removed  {call}" for call in sorted(set(old) - set(new))]
    lines += [f"changed  {call}: {difference(old[call], new[call])}"
              for call in sorted(set(old) & set(new)) if old[call] != new[call]]
    if not lines and before != after:
        lines.append("changed  nested schemas only")
    if len(lines) > 400:
        lines = lines[:400] + [f"... and {len(lines) - 400} more"]
    total = f"{len(new)} calls, {sum(bool(each['derived']) for each in new.values())} derived\n"
    return "".join(line + "\n" for line in lines) + total

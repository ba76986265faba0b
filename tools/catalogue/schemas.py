"""Schemas of the clients put together, one name for one content in each area's file.

Two modules of a client have schemas of one name; they are the same when they look the same all the
way down. What differs is called Name@2026-03 (of that version) or Name@2, Name@3.
"""
import hashlib
import json
import re

ROUNDS = 6  # how deep contents are told apart; deeper differences show in the schemas below
LONG_ENUM = 8


def is_name(text):
    return isinstance(text, str) and text.strip("[]{}")[:1].isupper()


def mapped(expression, rename):
    """The expression with every schema name renamed."""
    if isinstance(expression, str):
        core = expression.strip("[]{}")
        return expression.replace(core, rename(core)) if is_name(expression) else expression
    out = {}
    for key, value in expression.items():
        if key == "fields":
            out[key] = {name: mapped(kind, rename) for name, kind in value.items()}
        elif key == "one_of":
            out[key] = [mapped(kind, rename) for kind in value]
        elif key in ("array", "map", "additional"):
            out[key] = mapped(value, rename)
        else:
            out[key] = value
    return out


def names_in(expression, found):
    if expression is not None:
        mapped(expression, lambda name: found.add(name) or name)
    return found


def digest(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


class Module:
    """The schemas of one module of a client, with a digest of each one's whole content."""

    def __init__(self, schemas):
        self.schemas = {name: self.named_enums(self.tidied(schema))
                        for name, schema in schemas.items()}
        self.schemas.update(self.enums())
        self.digests = {name: digest(name) for name in self.schemas}
        for _ in range(ROUNDS):
            self.digests = {name: digest(mapped(schema, lambda each: self.digests.get(each, "-")))
                            for name, schema in self.schemas.items()}

    def enums(self):
        return dict(getattr(self, "found_enums", {}))

    @staticmethod
    def tidied(schema):
        """A field called {propname} stands for members of any name."""
        fields = schema.get("fields", {}) if isinstance(schema, dict) else {}
        free = [name for name in fields if name.startswith("{")]
        if not free:
            return schema
        out = {**schema, "fields": {name: kind for name, kind in fields.items()
                                    if name not in free}, "additional": fields[free[0]]}
        out["required"] = [name for name in schema.get("required", []) if name not in free]
        return out

    def named_enums(self, expression):
        """Long enumerations written in place get a name, so that they stand once."""
        if not hasattr(self, "found_enums"):
            self.found_enums = {}
        if isinstance(expression, str) or expression is None:
            return expression
        out = dict(expression)
        for name, kind in expression.get("fields", {}).items():
            if isinstance(kind, dict) and len(kind.get("enum", [])) > LONG_ENUM:
                out["fields"] = {**out["fields"], name: self.enum_name(name, kind)}
        return out

    def enum_name(self, field, kind):
        stem = re.sub(r"\W", "", field[:1].upper() + field[1:]) + "Enum"
        name = stem
        while self.found_enums.get(name, kind) != kind:
            name = f"{stem}__{digest(kind)[:4]}"
        self.found_enums[name] = kind
        return name

    def expression(self, expression):
        """An operation's own type, with its long enumerations named."""
        named = self.named_enums(self.tidied(expression)) if expression is not None else None
        for name, kind in self.found_enums.items():
            if name not in self.schemas:
                self.schemas[name] = kind
                self.digests[name] = digest(kind)
        return named


class Area:
    """The schemas of one generated file."""

    def __init__(self):
        self.by_digest = {}
        self.schemas = {}

    def take(self, module, expression, version):
        """The expression in this file's names; what it needs is taken over."""
        return mapped(expression, lambda name: self.name(module, name, version))

    def name(self, module, name, version):
        if name not in module.schemas:
            return "any"
        plain = re.sub(r"__\d+$", "", name)
        key = (plain, module.digests[name])
        if key in self.by_digest:
            return self.by_digest[key]
        label = plain
        if label in self.schemas:
            label = f"{plain}@{version}"
        count = 2
        while label in self.schemas:
            label = f"{plain}@{version}-{count}"
            count += 1
        self.by_digest[key] = label
        self.schemas[label] = None  # before its contents: schemas may contain themselves
        self.schemas[label] = self.take(module, module.schemas[name], version)
        return label

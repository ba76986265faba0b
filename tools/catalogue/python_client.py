"""Reads hubspot-sdk (PyPI): its resources name every 2026-03 operation.

Runs under the Python that has the package. Methods, paths and the types of bodies stand in the
source of the resources; what the types hold is asked of the loaded classes. Facts only.
"""
import ast
import collections.abc
import datetime
import importlib
import inspect
import pkgutil
import re
import sys
import types
import typing
import uuid

import typing_extensions

from node_client import version_of, wrap

NAME = "hubspot-sdk"
CALLS = {"_get": "GET", "_get_api_list": "GET", "_post": "POST", "_put": "PUT",
         "_patch": "PATCH", "_delete": "DELETE"}
SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", object: "any",
           typing.Any: "any", datetime.datetime: "date-time", datetime.date: "date",
           uuid.UUID: "uuid", bytes: "binary", type(None): None}
LISTS = (list, collections.abc.Iterable, collections.abc.Sequence)
MAPS = (dict, collections.abc.Mapping)


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


class Types:
    """Turns the client's classes into schemas, each class once: `Name` or `Name__2`, ..."""

    def __init__(self, package):
        self.package = package
        self.names = {}
        self.schemas = {}
        self.by_name = {}
        self.taken = set()

    def expression(self, kind, module=None):
        if isinstance(kind, (str, typing.ForwardRef)):
            kind = self.forward(kind, module)
        if isinstance(kind, typing_extensions.TypeAliasType):
            # Recursive unions: their members resolve in the module that declares them.
            return self.alias(kind)
        origin, inside = typing_extensions.get_origin(kind), typing_extensions.get_args(kind)
        if origin is typing_extensions.Annotated:
            return self.annotated(inside, module)
        if origin in (typing_extensions.Required, typing_extensions.NotRequired):
            return self.expression(inside[0], module)
        if origin in (typing.Union, types.UnionType):
            return self.union(inside, module)
        if origin is typing_extensions.Literal:
            whole = all(isinstance(value, int) for value in inside)
            values = {"enum": [str(value) for value in inside]}
            return {**values, "type": "integer"} if whole else values
        if origin in LISTS or getattr(origin, "__name__", "") == "SequenceNotStr":
            return wrap("[", self.expression(inside[0], module), "]")
        if origin in MAPS:
            return wrap("{", self.expression(inside[1], module), "}")
        if kind in SCALARS:
            return SCALARS[kind]
        if isinstance(kind, type):
            return self.named(kind)
        return "any"

    def alias(self, kind):
        if kind not in self.names:
            self.names[kind] = self.fresh(kind.__name__)
            self.schemas[self.names[kind]] = self.expression(kind.__value__, kind.__module__)
        return self.names[kind]

    def annotated(self, inside, module):
        inner = self.expression(inside[0], module)
        iso = any(getattr(extra, "format", None) == "iso8601" for extra in inside[1:])
        if iso and inner in ("string", "date-time", "date"):
            return "date" if datetime.date in typing_extensions.get_args(inside[0]) else "date-time"
        return inner

    def union(self, inside, module):
        kinds = [kind for kind in inside if kind is not type(None)]
        if set(kinds) == {str, datetime.datetime}:
            return "date-time"
        if set(kinds) == {str, datetime.date}:
            return "date"
        if any(getattr(kind, "__module__", "").startswith("os") or kind is bytes
               for kind in kinds):  # what a caller may pass as a file
            return "binary"
        found = []
        for kind in kinds:
            expression = self.expression(kind, module)
            if expression not in found:
                found.append(expression)
        return found[0] if len(found) == 1 else {"one_of": found}

    def forward(self, reference, module):
        text = getattr(reference, "__forward_arg__", reference).strip("'\"")
        names = vars(sys.modules[module]) if module in sys.modules else {}
        try:
            return eval(text, dict(names))
        except NameError:
            return self.class_named(text)

    def class_named(self, name):
        if not self.by_name:
            for module in list(sys.modules.values()):
                if getattr(module, "__name__", "").startswith(self.package + ".types"):
                    for key, value in vars(module).items():
                        if isinstance(value, type):
                            self.by_name.setdefault(key, value)
        return self.by_name.get(name, typing.Any)

    def fresh(self, name):
        count, unique = 1, name
        while unique in self.taken:
            count += 1
            unique = f"{name}__{count}"
        self.taken.add(unique)
        return unique

    def named(self, kind):
        if kind in self.names:
            return self.names[kind]
        if not (hasattr(kind, "model_fields") or typing_extensions.is_typeddict(kind)):
            return "any"
        self.names[kind] = self.fresh(kind.__name__)
        self.schemas[self.names[kind]] = (
            self.model(kind) if hasattr(kind, "model_fields") else self.dictionary(kind))
        return self.names[kind]

    def model(self, kind):
        fields, required, nullable = {}, [], []
        for name, field in kind.model_fields.items():
            key = field.alias or name
            fields[key] = self.expression(field.annotation, kind.__module__) or "any"
            if field.is_required():
                required.append(key)
                if type(None) in typing_extensions.get_args(field.annotation):
                    nullable.append(key)
        schema = {"fields": fields, "required": sorted(required), "nullable": sorted(nullable)}
        return {key: value for key, value in schema.items() if value or key == "fields"}

    def dictionary(self, kind, only=None):
        fields, required = {}, []
        for name, hint in self.hints(kind).items():
            if only is not None and name not in only:
                continue
            key = self.alias_of(hint) or name
            fields[key] = self.expression(hint, kind.__module__) or "any"
            if typing_extensions.get_origin(hint) is typing_extensions.Required:
                required.append(key)
        schema = {"fields": fields}
        return {**schema, "required": sorted(required)} if required else schema

    def hints(self, kind):
        try:
            return typing_extensions.get_type_hints(kind, include_extras=True)
        except NameError:
            names = {key: self.class_named(key) for key in re.findall(
                r"\w+", " ".join(str(hint) for hint in kind.__annotations__.values()))}
            return typing_extensions.get_type_hints(kind, localns=names, include_extras=True)

    @staticmethod
    def alias_of(hint):
        while typing_extensions.get_origin(hint) in (typing_extensions.Required,
                                                     typing_extensions.NotRequired):
            hint = typing_extensions.get_args(hint)[0]
        for extra in typing_extensions.get_args(hint)[1:]:
            if getattr(extra, "alias", None):
                return extra.alias
        return None


class Resource:
    """One resource module of the client."""

    def __init__(self, module, known):
        self.module = module
        self.known = known
        self.group = module.__name__.split(".resources.", 1)[1].replace(".", "/")

    def evaluate(self, node):
        names = {**vars(importlib.import_module("builtins")), **vars(self.module)}
        return eval(compile(ast.Expression(node), "client", "eval"), names)

    def operations(self):
        # The asynchronous twins and wrappers that follow say nothing new.
        tree = ast.parse(inspect.getsource(self.module).split("\nclass Async")[0])
        for cls in tree.body:
            if not isinstance(cls, ast.ClassDef) or cls.name.startswith("Async"):
                continue
            for function in cls.body:
                if isinstance(function, ast.FunctionDef):
                    yield from self.operation(function)

    def operation(self, function):
        for node in ast.walk(function):
            if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                    and node.func.attr in CALLS and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "self"):
                yield self.described(function, node)

    def described(self, function, call):
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        path = self.path(call.args[0])
        response = given.get("model") if call.func.attr == "_get_api_list" else given["cast_to"]
        options = {key.arg: key.value for key in given["options"].keywords}
        query = self.transformed(options["query"], function) if "query" in options else None
        kind, request = self.body(given, function)
        return {"client": NAME, "group": self.group, "name": function.name,
                "method": CALLS[call.func.attr], "path": path, "version": version_of(path),
                "query": query, "body": kind, "request": request, "statuses": [],
                **self.answer(response, given.get("page"), function), "auth": []}

    def path(self, node):
        text = node.args[0].value if isinstance(node, ast.Call) else node.value
        return re.sub(r"\{(\w+)\}", lambda match: "{" + camel(match[1]) + "}", text)

    def transformed(self, node, function):
        """Fields of maybe_transform({...}, Params), as an object written in place."""
        if not (isinstance(node, ast.Call) and node.func.id in ("maybe_transform",)):
            return self.annotation(node, function)
        kind = self.evaluate(node.args[1])
        literal = self.literal(node.args[0], function)
        if typing_extensions.is_typeddict(kind) and literal is not None:
            return self.known.dictionary(kind, only=literal)
        return self.known.expression(kind, self.module.__name__)

    def literal(self, node, function):
        """Keys of the dictionary given, or of the variable that was set to one."""
        if isinstance(node, ast.Dict):
            return {key.value for key in node.keys}
        for each in ast.walk(function):
            if (isinstance(each, ast.Assign) and isinstance(node, ast.Name)
                    and getattr(each.targets[0], "id", "") == node.id
                    and isinstance(each.value, ast.Call) and each.value.args
                    and isinstance(each.value.args[0], ast.Dict)):
                return {key.value for key in each.value.args[0].keys}
        return None

    def annotation(self, node, function):
        for argument in function.args.args + function.args.kwonlyargs:
            if isinstance(node, ast.Name) and argument.arg == node.id:
                return self.known.expression(self.evaluate(argument.annotation),
                                             self.module.__name__)
        return "any"

    def body(self, given, function):
        if "body" not in given and "content" not in given:
            return "none", None
        text = ast.unparse(function)
        kind = "json"
        if "files" in given or "multipart/form-data" in text:
            kind = "multipart"
        elif "x-www-form-urlencoded" in text:
            kind = "form"
        elif "text/plain" in text:
            kind = "text"
        return kind, self.transformed(given.get("body", given.get("content")), function)

    def answer(self, node, page, function):
        kind = self.evaluate(node.args[1]) if isinstance(node, ast.Call) and getattr(
            node.func, "id", "") == "cast" else self.evaluate(node)
        if getattr(kind, "__name__", "") == "BinaryAPIResponse":
            accept = re.search(r"'Accept': '([^']+)'", ast.unparse(function))
            return {"response": "binary",
                    "answer": accept[1] if accept else "application/octet-stream"}
        if getattr(kind, "__name__", "") == "NoneType":
            return {"response": None, "answer": None}
        expression = self.known.expression(kind, self.module.__name__)
        if page is not None:
            return {"response": self.page(expression), "answer": None}
        return {"response": expression, "answer": None}

    @staticmethod
    def page(item):
        return {"fields": {"results": wrap("[", item, "]"), "paging": "ForwardPaging__page"},
                "required": ["results"]}


def read_client():
    package = importlib.import_module("hubspot_sdk")
    names = [each.name for each in pkgutil.walk_packages(package.__path__, "hubspot_sdk.")
             if ".resources." in each.name or ".types." in each.name]
    modules = [importlib.import_module(name) for name in sorted(names)]
    known = Types("hubspot_sdk")
    known.taken.add("ForwardPaging__page")
    known.schemas["ForwardPaging__page"] = {"fields": {
        "next": {"fields": {"after": "string", "link": "string"}, "required": ["after"]}}}
    operations = []
    for module in modules:
        if ".resources." in module.__name__ and not hasattr(module, "__path__"):
            operations += Resource(module, known).operations()
    for operation in operations:
        operation["schemas"] = known.schemas
    return package.__version__, operations

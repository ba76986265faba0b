"""What a call is about: ids for the parameters of its path and its body. A value that somebody
wrote (sdk_hints.py) goes first; else the id is of a resource that the client's own create call at
the path before the parameter makes, or that its list shows. What was made is used again until a
call deletes it."""

import re
import types
import typing

from hubspot_sdk._response import BinaryAPIResponse

import sdk_hints
import sdk_operations


def bare(path):
    return re.sub(r"\{\w+\}", "{}", path).rstrip("/")


def inner(path):
    return re.findall(r"\{(\w+)\}", path)


def before(path, parameter):
    """Of the path /a/{b}/c/{d} and d: /a/{b}/c."""
    return path[:path.index("{" + parameter + "}") - 1]


def members(answer):
    """Of a model, of what the client has no type for, or of plain JSON."""
    if isinstance(answer, BinaryAPIResponse):
        answer = answer.json() if answer.read() else {}
    return dict(answer) if isinstance(answer, dict) else dict(getattr(answer, "__dict__", {}))


def id_in(answer, parameter):
    """The id in an answer: named as the parameter is, or as ids are."""
    shown = members(answer)
    names = [parameter, "id", re.sub("_id_or_name$|_or_name$", "_id", parameter),
             "object_type_id", "name", "guid", *[key for key in shown if key.endswith("_id")]]
    return next((shown[name] for name in names
                 if isinstance(shown.get(name), (str, int)) and shown[name] != ""), None)


class Resources:
    def __init__(self, operations, maker, caller):
        self.maker = maker
        self.caller = caller
        self.made = {}
        self.makers = {}
        self.lists = {}
        self.puts = {}
        for operation in operations:
            kind = {"POST": self.makers, "GET": self.lists, "PUT": self.puts}.get(operation.verb)
            if kind is not None:
                kind.setdefault(bare(operation.path), operation)

    def arguments(self, operation, given=()):
        call = types.SimpleNamespace(operation=operation, made={})
        values = dict(given)
        for name in inner(operation.path):
            if name not in values:
                values[name] = self.path_value(call, name, values)
        for name, (hint, required) in operation.parameters.items():
            written = None if name in values else sdk_hints.value(self.maker, call, name)
            if written is not None:
                values[name] = written
            elif required and name not in values:
                values[name] = self.body_value(operation, name, hint, values)
        if operation.verb == "DELETE":
            self.put_before(operation, values)
        return values

    def put_before(self, operation, values):
        """What only a PUT makes is there before it is taken away."""
        path = bare(operation.path)
        put = self.puts.get(path)
        names = inner(operation.path)
        if put and names and path.endswith("{}") and \
                bare(before(operation.path, names[-1])) not in self.makers:
            given = {each: values[each] for each in inner(put.path) if each in values}
            self.caller(put)(**self.arguments(put, given))

    def path_value(self, call, name, values):
        operation = call.operation
        written = sdk_hints.value(self.maker, call, name)
        if written is not None:
            return written
        hint = operation.parameters[name][0]
        if typing.get_origin(hint) is typing.Literal:
            literal = typing.get_args(hint)[0]
            self.put_once(operation, name, {**values, name: literal})
            return literal
        found = self.existing(before(operation.path, name), name, values)
        return int(found) if hint is int else str(found)

    def body_value(self, operation, name, hint, values):
        about = None

        def given(field, hint):
            nonlocal about
            if not sdk_hints.names_resource(field, hint) or self.creates(operation):
                return None
            about = about or self.body_id(operation, values)
            return sdk_hints.body_value(field, hint, about)

        return sdk_operations.synthesise(hint, name, given)

    def creates(self, operation):
        """Does it make resources at its path? Then its body names none yet."""
        path = bare(operation.path)
        return operation.verb == "POST" and (
            path.endswith(("/create", "/upsert")) or path in self.lists
            or f"{path}/{{}}" in self.lists)

    def body_id(self, operation, values):
        """For a body that names a resource: one of the nearest collection above the path."""
        path = operation.path
        while "/" in path:
            maker = self.makers.get(bare(path))
            if maker and maker.name != operation.name and self.creates(maker):
                return self.make(maker, "id", values)
            if maker is None and bare(path) in self.lists:
                return self.listed(self.lists[bare(path)], "id", values)
            path = path[:path.rindex("/")]
        return None

    def existing(self, collection, parameter, values):
        """The id of a resource in a collection: made before, made now, or listed."""
        key = (self.filled(collection, values), parameter)
        if key not in self.made:
            found = self.make(self.makers.get(bare(collection)), parameter, values)
            if found is None:
                found = self.put(self.puts.get(f"{bare(collection)}/{{}}"), values)
            if found is None:
                found = self.listed(self.lists.get(bare(collection)), parameter, values)
            if found is None:
                raise LookupError(f"nothing makes a {{{parameter}}}")
            self.made[key] = found
        return self.made[key]

    @staticmethod
    def filled(path, values):
        return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), path)

    def asked(self, operation, values):
        given = {name: values[name] for name in inner(operation.path) if name in values}
        return self.caller(operation)(**self.arguments(operation, given))

    def make(self, operation, parameter, values):
        return operation and id_in(self.asked(operation, values), parameter)

    def put_once(self, operation, name, values):
        """What stands under one of a few names is there when it was put there."""
        at = operation.path[:operation.path.index("{" + name + "}")] + "{" + name + "}"
        put = self.puts.get(bare(at))
        key = ("put", self.filled(at, values))
        if put is None or put.name == operation.name or \
                (key in self.made and operation.verb != "DELETE"):
            return
        self.made[key] = True
        given = {each: values[each] for each in inner(put.path) if each in values}
        self.caller(put)(**self.arguments(put, given))

    def put(self, operation, values):
        """Where the caller chooses the id."""
        if operation is None:
            return None
        own = inner(operation.path)[-1]
        given = {name: values[name] for name in inner(operation.path) if name in values}
        given[own] = sdk_operations.fresh("judge")
        self.caller(operation)(**self.arguments(operation, given))
        return given[own]

    def listed(self, operation, parameter, values):
        if operation is None:
            return None
        answer = self.asked(operation, values)
        items = answer if isinstance(answer, list) else next(
            (value for value in members(answer).values() if isinstance(value, list)), [])
        return id_in(items[0], parameter) if items else None

    def after(self, operation, values):
        """Notes what a judged call took away."""
        names = inner(operation.path)
        if operation.verb == "DELETE" and names and operation.path.endswith("}"):
            self.made.pop((self.filled(before(operation.path, names[-1]), values), names[-1]),
                          None)

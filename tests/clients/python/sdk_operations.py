"""hubspot-sdk as data: each operation with its verb, path template and parameters, read from the
client's own resources, and valid values made from its own types."""

import collections.abc
import dataclasses
import datetime
import inspect
import itertools
import re
import sys
import typing

import hubspot_sdk
import typing_extensions
from hubspot_sdk import _resource, _types

OPTIONS = ("extra_headers", "extra_query", "extra_body", "timeout")
CALL = re.compile(r'self\._(get|post|put|patch|delete|get_api_list)\(\s*(?:path_template\(\s*)?'
                  r'f?"([^"]+)"')
NUMBERS = itertools.count(1)
WHEN = "2026-11-01T10:00:00Z"
DEEPEST = 6  # types that hold themselves end here, with empty lists


@dataclasses.dataclass
class Operation:
    name: str  # cms.url_redirects.create
    verb: str
    path: str  # /cms/url-redirects/2026-03/{url_redirect_id}
    parameters: dict  # name -> (type or None, is it required)
    returns: typing.Any

    @property
    def area(self):
        return self.name.split(".")[0]

    def of(self, client):
        """The method of a client that calls it."""
        found = client
        for part in self.name.split("."):
            found = getattr(found, part)
        return found


def resources(resource, path=""):
    """The resources below one, with their paths: crm.objects.contacts.batch."""
    for name in sorted(dir(type(resource))):
        if name.startswith(("_", "with_")) or not isinstance(
                getattr(type(resource), name), (property, hubspot_sdk._compat.cached_property)):
            continue
        inner = getattr(resource, name)
        if isinstance(inner, _resource.SyncAPIResource):
            below = f"{path}.{name}" if path else name
            yield below, inner
            yield from resources(inner, below)


def hint_of(method, name):
    """The type of a parameter, None where the client names one that it does not define."""
    holder = type("Holder", (), {"__annotations__": {name: method.__annotations__[name]}})
    try:
        return typing_extensions.get_type_hints(
            holder, globalns=vars(sys.modules[method.__module__]))[name]
    except NameError:
        return None


def operations(client):
    found = []
    for path, resource in resources(client):
        for name, method in inspect.getmembers(type(resource), inspect.isfunction):
            if name.startswith("_"):
                continue
            source = inspect.getsource(method)
            call, template = CALL.search(source).groups()
            paged = re.search(r'method="(\w+)"', source) if call == "get_api_list" else None
            verb = (paged[1] if paged else call.removesuffix("_api_list")).upper()
            parameters = {
                key: (hint_of(method, key), parameter.default is inspect.Parameter.empty)
                for key, parameter in inspect.signature(method).parameters.items()
                if key not in OPTIONS + ("self",)}
            found.append(Operation(f"{path}.{name}", verb, template, parameters,
                                   hint_of(method, "return")))
    return found


def fresh(word):
    return f"{word}_{next(NUMBERS)}"


# The first rule whose pattern is in the name of a field gives its text.
TEXTS = (
    ("email", lambda: f"{fresh('judge')}@example.org"),
    ("(url|uri|link)$", lambda: f"https://judge.example/{fresh('page')}"),
    ("(_at|_date|timestamp)$", lambda: WHEN),
    ("domain", lambda: "judge.example"),
    ("language", lambda: "en"),
    ("time_?zone", lambda: "UTC"),
    ("color", lambda: "#00a4bd"),
    ("phone", lambda: "+15551234567"),
    ("^id$", lambda: str(next(NUMBERS))),
    ("_id$", lambda: "1"),
    ("slug|path", lambda: fresh("judge-page").replace("_", "-")),
)


def text(name):
    return next((make for pattern, make in TEXTS if re.search(pattern, name)),
                lambda: fresh("judge"))()


def number(name):
    if re.search("timestamp|millis|_at$", name):
        return 1793527200000
    if name == "id":
        return next(NUMBERS)
    return 301 if name == "redirect_style" else 1


def synthesise(hint, name, given=lambda name, hint: None, depth=0):
    """A value of a type; `given` may say the value of a field by its name."""
    own = given(name, hint)
    if own is not None:
        return own
    origin = typing.get_origin(hint)
    if origin in (typing.Annotated, typing_extensions.Required, typing_extensions.NotRequired):
        return synthesise(typing.get_args(hint)[0], name, given, depth)
    if hint in (str, int, float, bool, object, typing.Any) or hint is datetime.datetime:
        plain = {str: lambda: text(name), int: lambda: number(name), float: lambda: 1.0,
                 bool: lambda: False, datetime.datetime: lambda: WHEN}
        return plain.get(hint, dict)()
    if origin is typing.Literal:
        return typing.get_args(hint)[0]
    if origin in (list, collections.abc.Iterable, collections.abc.Sequence) or \
            origin is _types.SequenceNotStr:
        return [] if depth > DEEPEST else \
            [synthesise(typing.get_args(hint)[0], name, given, depth + 1)]
    if origin is dict:
        inner = typing.get_args(hint)[1]
        return {} if inner is object else {"judge": synthesise(inner, "judge", given, depth + 1)}
    if typing.get_args(hint):  # a union
        return synthesise_choice(hint, name, given, depth)
    fields = {key: synthesise(inner, key, given, depth + 1)
              for key, inner in required_fields(hint).items()}
    if "id" not in fields and "id" in getattr(hint, "__annotations__", {}):
        named = given("id", str)  # what is to be changed may be named though it need not
        fields.update({} if named is None else {"id": named})
    return fields


def synthesise_choice(hint, name, given, depth):
    choices = [one for one in typing.get_args(hint)
               if one not in (hubspot_sdk.Omit, type(None), hubspot_sdk.NotGiven)]
    if bytes in choices:
        return ("judge.txt", b"judge\n", "text/plain")
    return synthesise(choices[0], name, given, depth)


def required_fields(shape):
    """The fields that a TypedDict requires, with their types."""
    hints = typing_extensions.get_type_hints(shape, include_extras=True)
    total = getattr(shape, "__total__", True)
    return {key: hint for key, hint in hints.items()
            if typing.get_origin(hint) is typing_extensions.Required
            or (total and typing.get_origin(hint) is not typing_extensions.NotRequired)}

"""Reads @hubspot/api-client (npm): its generated code names every v1 to v4 operation.

Facts only: methods, paths, parameters, statuses, content types, credentials, schemas. The code is
read as text; its generator writes every file alike.
"""
import glob
import json
import os
import re

NAME = "@hubspot/api-client"
SCALARS = {"any": "any", "string": "string", "boolean": "boolean", "Date": "date-time",
           "HttpFile": "binary", "void": None, "object": "any"}
METHOD = re.compile(r"^    (\w+)\(([^)]*)\) \{\n(.*?)^    \}", re.M | re.S)
VERSION = re.compile(r"^(v\d|20\d\d-\d\d(-beta)?)$")


def read_text(name):
    with open(name, encoding="utf-8") as file:
        return file.read()


def type_expression(text, form=""):
    """Their type text as ours: "Array<X>" is "[X]"."""
    text = text.strip()
    if text.startswith("Array<") or text.startswith("Set<"):
        return wrap("[", type_expression(text[text.index("<") + 1:-1]), "]")
    match = re.match(r"^\{ \[key: string\]: (.*); \}$", text)
    if match:
        return wrap("{", type_expression(match[1], form), "}")
    if text.endswith(" | null"):
        return type_expression(text[:-7], form)
    if text.startswith("'"):
        return {"enum": re.findall(r"'([^']*)'", text)}
    if text == "number":
        return form if form in ("int32", "int64") else "number"
    if text == "string" and form in ("uuid", "binary", "date", "date-time"):
        return form
    if text == "Date" and form == "date":
        return "date"
    return SCALARS.get(text, text)


def wrap(before, inside, after):
    if isinstance(inside, str):
        return before + inside + after
    return {"array" if before == "[" else "map": inside}


def enums_of(text):
    """Enumerations declared in a model's file: name to values."""
    found = {}
    for name, body in re.findall(r"^\(function \((\w+)\) \{\n(.*?)^\}\)", text, re.M | re.S):
        values = re.findall(r'\] = "([^"]*)"', body)
        if not values:
            continue
        found[name] = {"enum": values}
    return found


def model_of(script, types):
    """The object schema of a model, or what it may be one of; None for neither."""
    attributes = re.search(r"\.attributeTypeMap = (\[.*?\n?\]);", script, re.S)
    if attributes:
        fields, required = {}, []
        for item in json.loads(attributes[1]):
            fields[item["baseName"]] = type_expression(item["type"], item["format"])
            if re.search(rf"^    '{re.escape(item['name'])}':", types, re.M):
                required.append(item["baseName"])
        schema = {"fields": fields}
        if required:
            schema["required"] = sorted(required)
        return schema
    union = re.search(r"^export type \w+ = ([^;]*);", types, re.M)
    return {"one_of": [type_expression(each) for each in union[1].split("|")]} if union else None


def models(folder):
    schemas = {}
    for name in sorted(glob.glob(folder + "/models/*.js")):
        stem = os.path.basename(name)[:-3]
        if stem in ("ObjectSerializer", "all"):
            continue
        script, types = read_text(name), read_text(name[:-3] + ".d.ts")
        schemas.update(enums_of(script))
        model = model_of(script, types)
        if model is not None:
            schemas[stem] = model
    return schemas


def query_of(body, required):
    fields, headers = {}, []
    for kind, name, variable, text, form in re.findall(
            r'set(QueryParam|HeaderParam)\("([^"]+)", ObjectSerializer_1\.ObjectSerializer'
            r'\.serialize\((\w+), "([^"]*)", "([^"]*)"\)', body):
        fields[name] = type_expression(text, form)
        if kind == "HeaderParam":
            headers.append(name)
    for name, variable, text, form in re.findall(  # lists: one parameter for each item
            r'(?:append|set)QueryParam\("([^"]+)", (\w+)()()\)', body):
        fields.setdefault(name, "[string]")
    for variable, text, form, name in re.findall(
            r'const serializedParams = ObjectSerializer_1\.ObjectSerializer\.serialize\('
            r'(\w+), "([^"]*)", "([^"]*)"\);.*?appendQueryParam\("([^"]+)"', body, re.S):
        fields[name] = type_expression(text, form)
    if not fields:
        return None
    query = {"fields": fields}
    needed = sorted(name for name in fields if name in required)
    if needed:
        query["required"] = needed
    if headers:
        query["headers"] = headers
    return query


def body_of(body, required):
    """(kind, schema) of the request's body."""
    types = re.search(r"getPreferredMediaType\(\[(.*?)\]", body, re.S)
    kinds = re.findall(r'"([^"]+)"', types[1]) if types else []
    form = re.findall(r"localVarFormParams\.append\('([^']+)', (\w+)", body)
    if form:
        kind = "form" if "application/x-www-form-urlencoded" in body else "multipart"
        files = set(re.findall(r"append\('([^']+)', \w+\.data", body))
        fields = {name: "binary" if name in files else "string" for name, variable in form}
        schema = {"fields": fields}
        needed = sorted(set(fields) & required)
        return kind, {**schema, "required": needed} if needed else schema
    expression = re.search(r'stringify\(ObjectSerializer_1\.ObjectSerializer\.serialize\(\w+, '
                           r'"([^"]*)", "([^"]*)"\)', body)
    if not expression:
        return "none", None
    kind = "text" if kinds == ["text/plain"] else "json"
    return kind, type_expression(expression[1], expression[2])


def answers_of(body):
    """(statuses, response, content type) of the success."""
    statuses, response, answer = [], None, None
    for code, part in re.findall(r'isCodeInRange\)\("(\d+)".*?\{\n(.*?)\n            \}', body,
                                 re.S):
        if not code.startswith("2"):
            continue
        statuses.append(int(code))
        if "getBodyAsFile" in part:
            response, answer = "binary", "application/octet-stream"
        found = re.search(r'deserialize\(.*, "([^"]*)", "([^"]*)"\)', part)
        if found and code != "207":
            response = type_expression(found[1], found[2])
    return sorted(statuses), response, answer


def version_of(path):
    found = [segment for segment in path.split("/") if VERSION.match(segment)]
    return found[0] if found else "unversioned"


def operations_of(script, group):
    requests, _, responses = script.partition("ResponseProcessor {")
    answers = {name[:-len("WithHttpInfo")]: answers_of(body)
               for name, _, body in METHOD.findall(responses)}
    for name, _, body in METHOD.findall(requests):
        path = re.search(r"const localVarPath = '([^']+)'", body)
        if not path:
            continue
        required = set(re.findall(r'RequiredError\("\w+", "\w+", "(\w+)"\)', body))
        kind, request = body_of(body, required)
        statuses, response, answer = answers[name]
        yield {"client": NAME, "group": group, "name": name, "path": path[1],
               "method": re.search(r"HttpMethod\.(\w+)", body)[1],
               "version": version_of(path[1]), "query": query_of(body, required),
               "body": kind, "request": request, "statuses": statuses, "response": response,
               "answer": answer,
               "auth": sorted(set(re.findall(r'authMethods\["(\w+)"\]', body)) - {"default"})}


def read_client(package):
    """All operations, each with `schemas`: those of its module, by name."""
    out = []
    root = package + "/lib/codegen"
    for name in sorted(glob.glob(root + "/**/apis/*Api.js", recursive=True)):
        folder = os.path.dirname(os.path.dirname(name))
        out.append((folder, name))
    schemas = {folder: models(folder) for folder in {folder for folder, _ in out}}
    operations = []
    for folder, name in out:
        group = os.path.relpath(folder, root)
        for operation in operations_of(read_text(name), group):
            operations.append({**operation, "schemas": schemas[folder]})
    with open(package + "/package.json", encoding="utf-8") as file:
        return json.load(file)["version"], operations

"""Packs operations and schemas into the bytes that hubspot/catalogue/unpack.cpp reads.

Layout, little-endian, every section on 8 bytes: magic, then for each section its offset and count;
sections: pool (texts), shapes, fields, values, lists, rows, coverage. The structures are those of
hubspot/catalogue/shape_tables.h and packed_rows.h. Equal texts and equal shapes stand once.
"""
import struct

MAGIC = b"HSCAT002"
NONE = 0xffffffff
KINDS = ["any", "string", "integer", "number", "boolean", "object", "array", "map", "one_of"]
FORMATS = ["none", "date", "date-time", "binary", "uuid", "int32", "int64"]
# What a type expression may be beside the name of a schema: kind and format.
SCALARS = {"any": ("any", "none"), "string": ("string", "none"), "boolean": ("boolean", "none"),
           "integer": ("integer", "none"), "number": ("number", "none"),
           "int32": ("integer", "int32"), "int64": ("integer", "int64"),
           "date": ("string", "date"), "date-time": ("string", "date-time"),
           "binary": ("string", "binary"), "uuid": ("string", "uuid")}
REQUIRED, NULLABLE, READ_ONLY, HEADER = 1, 2, 4, 8


class Broken(Exception):
    pass


class Pool:
    """Each distinct text once."""

    def __init__(self):
        self.bytes = bytearray()
        self.places = {}

    def add(self, text):
        if not text:
            return (0, 0)
        if text not in self.places:
            raw = text.encode()
            self.places[text] = (len(self.bytes), len(raw))
            self.bytes += raw
        return self.places[text]


class Shapes:
    """Shapes of one catalogue; schema names are looked up in the file that uses them."""

    def __init__(self, pool):
        self.pool = pool
        self.shapes = []
        self.fields = []
        self.values = []
        self.known = {}
        self.plain("any", "none")  # shape 0

    def plain(self, kind, form):
        return self.once(("plain", kind, form), kind, form)

    def once(self, key, kind, form="none", first=0, count=0, element=NONE):
        if key not in self.known:
            self.known[key] = len(self.shapes)
            self.shapes.append([(0, 0), KINDS.index(kind), FORMATS.index(form), first, count,
                                element])
        return self.known[key]

    def of(self, expression, schemas, place):
        """The index of the shape that a type expression means."""
        if isinstance(expression, dict):
            return self.written_in_place(expression, schemas, place)
        if expression in SCALARS:
            return self.plain(*SCALARS[expression])
        if expression[:1] + expression[-1:] == "[]":
            element = self.of(expression[1:-1], schemas, place)
            return self.once(("array", element), "array", element=element)
        if expression[:1] + expression[-1:] == "{}":
            element = self.of(expression[1:-1], schemas, place)
            return self.once(("map", element), "map", element=element)
        return self.named(expression, schemas, place)

    def written_in_place(self, expression, schemas, place):
        if "enum" in expression:
            values = tuple(expression["enum"])
            kind = "integer" if expression.get("type") == "integer" else "string"
            if ("enum", kind, values) not in self.known:
                first = len(self.values)
                self.values += [self.pool.add(value) for value in values]
                self.once(("enum", kind, values), kind, first=first, count=len(values))
            return self.known[("enum", kind, values)]
        if "one_of" in expression:
            inside = tuple(self.of(item, schemas, place) for item in expression["one_of"])
            if ("one_of", inside) not in self.known:
                first = len(self.fields)
                self.fields += [((0, 0), index, 0) for index in inside]
                self.once(("one_of", inside), "one_of", first=first, count=len(inside))
            return self.known[("one_of", inside)]
        for name, brackets in (("array", "[]"), ("map", "{}")):
            if name in expression:
                element = self.of(expression[name], schemas, place)
                return self.once((name, element), name, element=element)
        if "fields" in expression:
            index = len(self.shapes)
            self.shapes.append([(0, 0), KINDS.index("object"), 0, 0, 0, NONE])
            self.fill(index, expression, schemas, place)
            return index
        raise Broken(f"{place}: no type: {expression}")

    def named(self, name, schemas, place):
        key = ("schema", id(schemas), name)
        if key in self.known:
            return self.known[key]
        if name not in schemas:
            raise Broken(f"{place}: schema '{name}' is unknown")
        schema = schemas[name]
        if not isinstance(schema, dict) or "fields" not in schema:
            self.known[key] = self.of(schema, schemas, place)
            return self.known[key]
        index = len(self.shapes)
        self.known[key] = index  # before the fields: schemas may contain themselves
        self.shapes.append([self.pool.add(name.split("@")[0]), KINDS.index("object"), 0, 0, 0,
                            NONE])
        self.fill(index, schema, schemas, f"{place}: {name}")
        return index

    def fill(self, index, schema, schemas, place):
        flags = {}
        for member, flag in (("required", REQUIRED), ("nullable", NULLABLE),
                             ("read_only", READ_ONLY), ("headers", HEADER)):
            for name in schema.get(member, []):
                if name not in schema["fields"]:
                    raise Broken(f"{place}: {member} names '{name}', which is no field")
                flags[name] = flags.get(name, 0) | flag
        if "additional" in schema:
            self.shapes[index][5] = self.of(schema["additional"], schemas, place)
        rows = [(self.pool.add(name), self.of(kind, schemas, f"{place}.{name}"),
                 flags.get(name, 0))
                for name, kind in sorted(schema["fields"].items(),
                                         key=lambda item: item[0].encode())]
        self.shapes[index][3:5] = [len(self.fields), len(rows)]
        self.fields += rows


class Lists:
    """Lists of texts, each distinct one once: (first, count)."""

    def __init__(self, pool):
        self.pool = pool
        self.texts = []
        self.places = {}

    def add(self, texts):
        key = tuple(texts)
        if key not in self.places:
            self.places[key] = (len(self.texts), len(key))
            self.texts += [self.pool.add(text) for text in key]
        return self.places[key]


def pack(pool, shapes, lists, rows, coverage):
    """The bytes of the whole; `rows` and `coverage` are packed already."""
    sections = [
        (bytes(pool.bytes), len(pool.bytes)),
        (b"".join(struct.pack("<IIBBHIII", *name, kind, form, 0, first, count, element)
                  for name, kind, form, first, count, element in shapes.shapes),
         len(shapes.shapes)),
        (b"".join(struct.pack("<IIII", *name, shape, flags)
                  for name, shape, flags in shapes.fields), len(shapes.fields)),
        (b"".join(struct.pack("<II", *text) for text in shapes.values), len(shapes.values)),
        (b"".join(struct.pack("<II", *text) for text in lists.texts), len(lists.texts)),
        (b"".join(rows), len(rows)),
        (b"".join(coverage), len(coverage)),
    ]
    place = len(MAGIC) + 8 * len(sections)
    head, body = MAGIC, b""
    for content, count in sections:
        head += struct.pack("<II", place + len(body), count)
        body += content + b"\0" * (-len(content) % 8)
    return head + body

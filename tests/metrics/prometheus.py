"""A strict reader of Prometheus' text format 0.0.4: what a lenient scraper would let pass is an
error here. parse(text) -> {name: {labels: value}}, labels as a sorted tuple of pairs."""

import math
import re

LINE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)\Z', re.S)
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|\Z)')
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}


class Malformed(Exception):
    pass


def labels_of(text):
    labels, at = [], 0
    while at < len(text or ""):
        found = LABEL.match(text, at)
        if not found or (found[3] == "," and found.end() == len(text)):
            raise Malformed(f"labels {text!r}")
        labels.append((found[1], found[2]))
        at = found.end()
    if len({name for name, _ in labels}) != len(labels):
        raise Malformed(f"a label twice in {text!r}")
    return tuple(sorted(labels))


class Reader:
    def __init__(self):
        self.samples, self.types, self.family, self.helped = {}, {}, None, None

    def comment(self, line):
        words = line.split(" ", 3)
        if len(words) < 4 or words[1] not in ("HELP", "TYPE"):
            raise Malformed(line)
        if words[1] == "HELP":
            self.helped = words[2]
            return
        if words[2] in self.types or self.helped != words[2] or words[3] not in SUFFIXES:
            raise Malformed(f"{line}: twice, without HELP, or of no known type")
        self.types[words[2]], self.family = words[3], words[2]

    def sample(self, line):
        found = LINE.match(line)
        if not found:
            raise Malformed(line)
        name, labels, value = found[1], labels_of(found[2]), float(found[3])
        if name not in [self.family + suffix for suffix in SUFFIXES[self.types[self.family]]]:
            raise Malformed(f"{line}: not of the family {self.family}")
        if labels in self.samples.setdefault(name, {}):
            raise Malformed(f"{line}: twice")
        self.samples[name][labels] = value

    def check_histogram(self, name):
        groups = {}
        for labels, value in self.samples.get(name + "_bucket", {}).items():
            bound = float(dict(labels)["le"].replace("+Inf", "inf"))
            rest = tuple(pair for pair in labels if pair[0] != "le")
            groups.setdefault(rest, []).append((bound, value))
        for labels, buckets in groups.items():
            values = [value for _, value in buckets]
            if buckets != sorted(buckets) or values != sorted(values):
                raise Malformed(f"{name}{labels}: buckets out of order")
            if buckets[-1][0] != math.inf or values[-1] != self.samples[name + "_count"][labels]:
                raise Malformed(f"{name}{labels}: +Inf is not the count")
            if labels not in self.samples[name + "_sum"]:
                raise Malformed(f"{name}{labels}: no sum")


def parse(text):
    reader = Reader()
    if not text.endswith("\n"):
        raise Malformed("the last line has no end")
    for line in text[:-1].split("\n"):
        reader.comment(line) if line.startswith("#") else reader.sample(line)
    for name, kind in reader.types.items():
        if kind == "histogram":
            reader.check_histogram(name)
        elif kind == "counter" and any(v < 0 for v in reader.samples.get(name, {}).values()):
            raise Malformed(f"{name}: a counter below nothing")
    return reader.samples

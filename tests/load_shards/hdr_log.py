"""Reads HdrHistogram V2 logs without any code of ours: tag -> {cell: count}, and quantiles of it.

The encoding is HdrHistogram's: base64 of a cookie, a length and zlib; inside, a head of 40 bytes
and zig-zag LEB128 numbers, negative ones being runs of empty cells."""

import base64
import collections
import math
import struct
import zlib

HALF = 1024  # sub-buckets a bucket, for three digits


def _numbers(data):
    at = 0
    while at < len(data):
        raw = shift = 0
        for i in range(9):
            byte = data[at]
            at += 1
            raw |= (byte if i == 8 else byte & 0x7F) << shift
            shift += 7
            if i == 8 or not byte & 0x80:
                break
        yield (raw >> 1) ^ -(raw & 1)


def cells_of(text):
    packed = base64.b64decode(text)
    cookie, length = struct.unpack(">ii", packed[:8])
    assert cookie & ~0xF0 == 0x1C849304 and length == len(packed) - 8, "no V2 histogram"
    plain = zlib.decompress(packed[8:])
    assert struct.unpack(">i", plain[4:8])[0] == len(plain) - 40
    cells = collections.Counter()
    index = 0
    for number in _numbers(plain[40:]):
        if number > 0:
            cells[index] += number
            index += 1
        else:
            index += -number or 1
    return cells


def read_log(text):
    """Of the whole log: (tag, second or None for a phase's line) -> cells."""
    lines = {}
    for line in text.splitlines():
        if not line.startswith("Tag="):
            continue
        tag, start, _, _, histogram = line[4:].split(",")
        second = float(start) if tag.endswith("/response") else None
        lines.setdefault((tag, second), collections.Counter()).update(cells_of(histogram))
    return lines


def highest_ns(cell):
    bucket = max(cell // HALF - 1, 0)
    sub_bucket = cell - bucket * HALF
    return ((sub_bucket + 1) << bucket) - 1


def quantile_ns(cells, share):
    """The highest value of the bucket in which that share of the samples is reached."""
    rank = max(math.ceil(share * sum(cells.values())), 1)
    seen = 0
    for cell in sorted(cells):
        seen += cells[cell]
        if seen >= rank:
            return highest_ns(cell)
    return 0

"""Colour profiles that tests make: three primaries and a curve, as phones and cameras embed them (ICC.1:2001-04)."""

from __future__ import annotations

import itertools
import struct

Primaries = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]

# D50.
WHITE = (0.9642, 1.0, 0.8249)

# XYZ of red, green and blue under D50.
SRGB: Primaries = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
DISPLAY_P3: Primaries = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
ADOBE_RGB: Primaries = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))

# The curve of sRGB: slope, offset and the linear part near black.
SRGB_CURVE = b"para\0\0\0\0\0\3\0\0" + b"".join(
    struct.pack(">i", round(value * 65536)) for value in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
)


def gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def sampled(value: float, points: int = 1024) -> bytes:
    """The same as a table."""
    steps = [round((place / (points - 1)) ** value * 65535) for place in range(points)]
    return b"curv\0\0\0\0" + struct.pack(f">I{points}H", points, *steps)


def profile(primaries: Primaries, curve: bytes) -> bytes:
    tags: dict[bytes, bytes] = {}
    for colour, values in zip((b"r", b"g", b"b"), primaries, strict=True):
        tags |= {colour + b"XYZ": _xyz(values), colour + b"TRC": curve}
    return _file(b"RGB ", tags)


def grey_profile(curve: bytes) -> bytes:
    return _file(b"GRAY", {b"kTRC": curve})


def swapped_inks() -> bytes:
    """A profile of CMYK whose first ink is green and whose second one is blue."""
    lab = {
        (cyan, magenta, yellow, black): (
            0 if black else 255 - 50 * (cyan + magenta + yellow),
            128 - 70 * cyan,
            128 - 90 * magenta + 40 * cyan,
        )
        for cyan, magenta, yellow, black in itertools.product((0, 1), repeat=4)
    }
    return _file(b"CMYK", {b"A2B0": _table(lab)}, b"prtr", b"Lab ")


def swapped_lights() -> bytes:
    """A profile of RGB whose red is green, as only a table can tell; the other two are dark."""
    lab = {
        (red, green, blue): (200 * red + 20 * (green + blue), 128 - 70 * red, 128 + 40 * red)
        for red, green, blue in itertools.product((0, 1), repeat=3)
    }
    return _file(b"RGB ", {b"A2B0": _table(lab)}, b"scnr", b"Lab ")


def _table(lab: dict[tuple[int, ...], tuple[int, int, int]]) -> bytes:
    """Of the corners of all mixtures, in their order; what lies between is interpolated (10.8, lut8Type)."""
    channels = len(next(iter(lab)))
    matrix = struct.pack(">9i", *(65536 * (place % 4 == 0) for place in range(9)))
    lines = bytes(range(256))
    corners = b"".join(map(bytes, lab.values()))
    return b"mft1\0\0\0\0" + bytes([channels, 3, 2, 0]) + matrix + lines * channels + corners + lines * 3


def _file(space: bytes, tags: dict[bytes, bytes], kind: bytes = b"mntr", connection: bytes = b"XYZ ") -> bytes:
    name = b"made"
    tags |= {
        b"wtpt": _xyz(WHITE),
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + bytes(79),
        b"cprt": b"text\0\0\0\0none\0",
    }
    table, body = struct.pack(">I", len(tags)), b""
    for tag, content in tags.items():
        table += tag + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = bytes(8) + b"\x02\x40\0\0" + kind + space + connection + bytes(12) + b"acsp" + bytes(28)
    head += _xyz(WHITE)[8:]
    whole = head.ljust(128, b"\0") + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

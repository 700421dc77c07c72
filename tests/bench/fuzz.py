"""Files that were damaged at random go through the decoders, and through what reads names beside photos: each is read
or told, soon and with little memory.

    python -m tests.bench.fuzz [--files 10000] [--seed 0]

A file that ends this process is named on the last line: run again from its number with --first.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import struct
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import numpy as np
import psutil
from PIL import Image

from app.decode import Metadata, UnreadablePhoto, elsewhere, read, regions
from app.library.records import NamedRegion
from app.work.sidecars import Sidecars, UnreadBesideError, named_regions
from tests.formats import TURNS, dng, heic
from tests.pictures import camera_exif, cmyk_jpeg, draw_people, encode, palette_png, sixteen_bit
from tests.profiles import DISPLAY_P3, SRGB_CURVE, profile
from tests.xmp import acdsee, digikam, exiftool, lightroom, microsoft, with_extension

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:DateTimeOriginal="2003-05-17T11:30:00"/></x:xmpmeta>'
P3 = profile(DISPLAY_P3, SRGB_CURVE)
FACES = {"Anna Müller": (0.1, 0.2, 0.2, 0.3), "小明": (0.55, 0.4, 0.25, 0.35)}
PICASA = """[Picasa]
name=Summer
[Contacts2]
8e62398ebda8c1a5=Anna;;
9f5=小明;who@example.org;
[photo.jpg]
faces=rect64(3f845bcb59418507),8e62398ebda8c1a5;rect64(1fff3fff5fff7fff),9f5
rotate=rotate(0)
backuphash=1
[Other.JPG]
faces=rect64(1),8e62398ebda8c1a5
"""
# What sizes, counts and offsets are least prepared for.
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
# Where most formats keep them.
HEAD = 600


@cache
def originals() -> dict[str, tuple[bytes, ...]]:
    """Small files of every format and of its kinds."""
    pixels = draw_people(3, 40, size=(128, 96)).pixels
    exif = camera_exif().tobytes()
    moving = io.BytesIO()
    frames = [Image.fromarray(pixels).quantize(16), Image.fromarray(255 - pixels).quantize(16)]
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    return {
        "JPEG": (
            encode(pixels, exif=camera_exif(), xmp=XMP, icc_profile=P3),
            encode(pixels, progressive=True, orientation=6),
            cmyk_jpeg(pixels),
        ),
        "PNG": (encode(pixels, "PNG", exif=camera_exif(), icc_profile=P3), palette_png(pixels), sixteen_bit(pixels)),
        "WebP": (encode(pixels, "WEBP", exif=camera_exif()), encode(pixels, "WEBP", lossless=True)),
        "TIFF": (
            encode(pixels, "TIFF", exif=camera_exif(), icc_profile=P3),
            encode(pixels, "TIFF", compression="tiff_lzw"),
            encode(pixels, "TIFF", compression="jpeg"),
            sixteen_bit(pixels, "TIFF"),
        ),
        "BMP": (encode(pixels, "BMP"),),
        "GIF": (moving.getvalue(),),
        "HEIC": (
            heic(pixels, exif=exif, xmp=XMP, profile=P3),
            heic(pixels[:64, :64].copy(), turned=TURNS[7]),
        ),
        "AVIF": (
            encode(pixels, "AVIF", exif=camera_exif(), icc_profile=P3),
            encode(pixels, "AVIF", quality=30, orientation=6),
        ),
        "RAW": (
            dng(pixels, taken_at="2019:07:14 16:20:05", xmp=XMP),
            dng(pixels, orientation=6, preview=encode(pixels)),
        ),
        # Sound JPEGs; only the packet in them is damaged.
        "XMP": tuple(encode(pixels, xmp=packet) for packet in packets()),
        "long XMP": tuple(with_extension(pixels, packet.decode()) for packet in packets()),
        "sidecar": packets(),
        "Picasa": (PICASA.encode(), b"\xef\xbb\xbf" + PICASA.replace("\n", "\r\n").encode()),
    }


@cache
def packets() -> tuple[bytes, ...]:
    """With the regions of faces, as each program writes them."""
    written = (write(FACES, (128, 96)) for write in (acdsee, digikam, exiftool, lightroom))
    return tuple(packet.encode() for packet in (*written, microsoft(FACES)))


def damaged(number: int, seed: int = 0) -> tuple[str, bytes]:
    """The format, and one damaged file of it; the same for the same number and seed."""
    chance = random.Random(f"{seed} {number}")
    kinds = list(originals())
    kind = kinds[number % len(kinds)]
    data = bytearray(chance.choice(packets() if kind == "XMP" else originals()[kind]))
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        chance.choice(DAMAGES)(data, chance)
    if kind == "XMP":
        return kind, encode(draw_people(3, 40, size=(128, 96)).pixels, xmp=bytes(data[:60_000]))
    # A wrong checksum ends the reading of a PNG: what lies behind it is to be tried as well.
    return kind, _with_checksums(bytes(data)) if kind == "PNG" and chance.random() < 0.8 else bytes(data)


def _with_checksums(png: bytes) -> bytes:
    parts, at = [png[:8]], 8
    while at + 12 <= len(png):
        (size,) = struct.unpack_from(">I", png, at)
        body = png[at + 4 : at + 8 + size]
        parts += [png[at : at + 4], body, struct.pack(">I", zlib.crc32(body))]
        at += 12 + size
    return b"".join(parts) + png[at:]


def _place(data: bytearray, chance: random.Random) -> int:
    return chance.randrange(min(len(data), HEAD) if chance.random() < 0.6 else len(data)) if data else 0


def _flip(data: bytearray, chance: random.Random) -> None:
    if data:
        data[_place(data, chance)] ^= 1 << chance.randrange(8)


def _replace(data: bytearray, chance: random.Random) -> None:
    if data:
        data[_place(data, chance)] = chance.randrange(256)


def _extreme(data: bytearray, chance: random.Random) -> None:
    at, width, order = _place(data, chance), chance.choice((1, 2, 4)), chance.choice(("big", "little"))
    data[at : at + width] = (chance.choice(EXTREMES) % (1 << 8 * width)).to_bytes(width, order)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[_place(data, chance) :]


def _leave_out(data: bytearray, chance: random.Random) -> None:
    at = _place(data, chance)
    del data[at : at + chance.choice((1, 2, 4, 40, 4000))]


def _insert(data: bytearray, chance: random.Random) -> None:
    at = _place(data, chance)
    data[at:at] = chance.randbytes(chance.choice((1, 2, 4, 40, 4000)))


def _repeat(data: bytearray, chance: random.Random) -> None:
    at, other = _place(data, chance), _place(data, chance)
    data[at:at] = data[other : other + chance.choice((4, 40, 400))]


def _blank(data: bytearray, chance: random.Random) -> None:
    at, size = _place(data, chance), chance.choice((4, 40, 400))
    data[at : at + size] = chance.choice((b"\0", b"\xff")) * len(data[at : at + size])


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _flip,
    _replace,
    _replace,
    _extreme,
    _extreme,
    _cut,
    _leave_out,
    _insert,
    _repeat,
    _blank,
)


def outcome(kind: str, data: bytes) -> str:
    """ "read", or the sentence that tells why not. Anything else is raised."""
    if kind == "sidecar":
        return outcome_beside("photo.jpg.xmp", data)
    if kind == "Picasa":
        return outcome_beside(".picasa.ini", data)
    try:
        picture, told = read(data)
    except UnreadablePhoto as error:
        return str(error)
    except MemoryError:
        return "not enough memory"
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.ndim == 3
    if told.regions is not None:
        check(regions.of_xmp(told.regions, picture.width, picture.height, told.orientation))
    return "read"


def outcome_beside(name: str, data: bytes) -> str:
    """ "read" where the file names anybody."""
    with TemporaryDirectory() as folder:
        Path(folder, name).write_bytes(data)
        beside = Sidecars(unreadable).beside(os.fsencode(Path(folder, "photo.jpg")))
        assert beside is not None
        found = named_regions(Metadata(), beside, 128, 96)
    check(found)
    return "read" if found else "It names nobody."


def unreadable(error: UnreadBesideError) -> NoReturn:
    raise error


def check(found: Iterable[regions.Region | NamedRegion]) -> None:
    for region in found:
        assert region.name.isprintable()
        assert all(0 <= part <= 1 for part in region.box)


def outcomes(first: int, files: int, seed: int) -> Iterator[tuple[str, str, float]]:
    for number in range(first, first + files):
        kind, data = damaged(number, seed)
        print(f"\r{number} {kind}", end="", file=sys.stderr, flush=True)
        began = time.perf_counter()
        yield kind, outcome(kind, data), time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    read_, told, slowest, most = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    sentences = Counter[str]()
    this = psutil.Process()
    for kind, result, seconds in outcomes(arguments.first, arguments.files, arguments.seed):
        (read_ if result == "read" else told)[kind] += 1
        sentences[result] += 1
        slowest[kind] = max(slowest[kind], round(seconds * 1000))
        memory = max(process.memory_info().rss for process in (this, *this.children()))
        most[kind] = max(most[kind], memory >> 20)
    print("\n| format | read | told | slowest, ms | most memory of a process afterwards, MB |\n|---|---|---|---|---|")
    for kind in originals():
        print(f"| {kind} | {read_[kind]} | {told[kind]} | {slowest[kind]} | {most[kind]} |")
    for sentence, count in sentences.most_common():
        print(f"{count:6} {sentence}")
    try:
        import resource
    except ImportError:
        return
    elsewhere.children.close()
    for who, name in ((resource.RUSAGE_SELF, "this process"), (resource.RUSAGE_CHILDREN, "the children")):
        print(f"peak memory of {name}: {resource.getrusage(who).ru_maxrss >> 10} MB")


if __name__ == "__main__":
    main()

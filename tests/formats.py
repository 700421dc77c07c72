"""Files of formats that nothing here can write: HEIC and camera raw, put together byte by byte.

The picture of a HEIC is an intra frame of H.265 that stores its samples as they are (pulse code modulation): every
decoder reads that, and it needs no encoder. Section numbers are those of H.265 (V4) and ISO/IEC 14496-12 and 23008-12.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.pictures import Pixels

BLOCK = 32


class Bits:
    def __init__(self) -> None:
        self._bits: list[str] = []

    def put(self, value: int, width: int) -> None:
        self._bits.append(format(value, f"0{width}b"))

    def golomb(self, *values: int) -> None:
        """Unsigned Exp-Golomb, 9.2."""
        for value in values:
            width = (value + 1).bit_length()
            self.put(value + 1, 2 * width - 1)

    def signed_golomb(self, value: int) -> None:
        self.golomb(2 * value - 1 if value > 0 else -2 * value)

    def align(self, with_one: bool = True) -> None:
        if with_one:
            self.put(1, 1)
        self._bits.append("0" * (-sum(map(len, self._bits)) % 8))

    def bytes(self) -> bytes:
        text = "".join(self._bits)
        assert len(text) % 8 == 0
        return int(text, 2).to_bytes(len(text) // 8, "big")


def _unit(kind: int, payload: bytes) -> bytes:
    """A network abstraction layer unit, 7.3.1, with what would look like a start code escaped."""
    escaped, zeros = bytearray(), 0
    for byte in payload:
        if zeros >= 2 and byte <= 3:
            escaped.append(3)
            zeros = 0
        escaped.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return struct.pack(">H", kind << 9 | 1) + bytes(escaped)


def _profile(bits: Bits) -> None:
    """Main profile, 7.3.3: level 4."""
    bits.put(1, 8)
    bits.put(0x60000000, 32)
    bits.put(0, 48)
    bits.put(120, 8)


def _parameter_sets(width: int, height: int, grey: bool) -> tuple[bytes, bytes, bytes]:
    """Video, sequence and picture parameters, 7.3.2: 4:2:0 or grey, blocks of 32 that need not be split."""
    video = Bits()
    video.put(0, 4)
    video.put(3, 2)
    video.put(0, 6 + 3)
    video.put(1, 1)
    video.put(0xFFFF, 16)
    _profile(video)
    video.put(1, 1)
    video.golomb(0, 0, 0)
    video.put(0, 6)
    video.golomb(0)
    video.put(0, 2)
    video.align()
    across, down = -(-width // BLOCK) * BLOCK, -(-height // BLOCK) * BLOCK
    sequence = Bits()
    sequence.put(0, 4 + 3)
    sequence.put(1, 1)
    _profile(sequence)
    sequence.golomb(0, 0 if grey else 1, across, down)
    # What of the blocks is picture, in units of two samples where it has colours.
    unit = 1 if grey else 2
    sequence.put(1, 1)
    sequence.golomb(0, (across - width) // unit, 0, (down - height) // unit)
    sequence.golomb(0, 0, 0)
    sequence.put(1, 1)
    sequence.golomb(0, 0, 0)
    # Coding blocks of 32; transform blocks of 4 to 32.
    sequence.golomb(2, 0, 0, 3, 0, 0)
    sequence.put(0, 3)
    # Stored samples of 8 bits, in blocks of 32, without a loop filter.
    sequence.put(1, 1)
    sequence.put(7, 4)
    sequence.put(7, 4)
    sequence.golomb(2, 0)
    sequence.put(1, 1)
    sequence.golomb(0)
    sequence.put(0, 5)
    sequence.align()
    picture = Bits()
    picture.golomb(0, 0)
    picture.put(0, 7)
    picture.golomb(0, 0)
    picture.signed_golomb(0)
    picture.put(0, 3)
    picture.signed_golomb(0)
    picture.signed_golomb(0)
    picture.put(0, 6 + 1)
    # No deblocking.
    picture.put(0b101, 3)
    picture.put(0, 2)
    picture.golomb(0)
    picture.put(0, 2)
    picture.align()
    return _unit(32, video.bytes()), _unit(33, sequence.bytes()), _unit(34, picture.bytes())


# The range of the less probable symbol by state, for the highest quarter of the range (table 9-52, last column).
_LESS_PROBABLE = (
    240, 227, 216, 205, 195, 185, 175, 166, 158, 150, 142, 135, 128, 122, 116, 110, 104, 99, 94, 89, 85, 80, 76, 72, 69,
    65, 62, 59, 56, 53, 50, 48, 45, 43, 41, 39, 37, 35, 33, 31, 30, 28, 27, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15,
    14, 14, 13, 12, 12, 11, 11, 10, 9,
)  # fmt: skip


def _slice(planes: tuple[NDArray[np.uint8], ...]) -> bytes:
    """The picture, 7.3.6 and 7.3.8: for each block that it is not split and stored as it is, then its samples.

    Everything that is decided is the more probable symbol of one context, so that the arithmetic coder (9.3.4.3) never
    moves its lower end before it ends, as it does at each stored block.
    """
    bits = Bits()
    bits.put(1, 1)
    bits.put(0, 1)
    bits.golomb(0, 2)
    bits.signed_golomb(0)
    bits.align()
    luma = planes[0]
    state, width = 0, 510
    for top in range(0, luma.shape[0], BLOCK):
        for left in range(0, luma.shape[1], BLOCK):
            at = width - _LESS_PROBABLE[state] - 2
            state = min(state + 1, 62)
            # The last bit tells that the coder ends here.
            bits.put(at | 1, 9)
            bits.align(with_one=False)
            for plane, size in zip(planes, (BLOCK, BLOCK // 2, BLOCK // 2), strict=False):
                y, x = top * size // BLOCK, left * size // BLOCK
                block = plane[y : y + size, x : x + size].tobytes()
                bits.put(int.from_bytes(block, "big"), 8 * len(block))
            width = 508
    bits.put(508 | 1, 9)
    bits.align(with_one=False)
    return _unit(19, bits.bytes())


def _planes(pixels: Pixels) -> tuple[NDArray[np.uint8], ...]:
    """BT.601, full range, as JPEG has it; filled up to whole blocks."""
    height, width = pixels.shape[:2]
    padding = ((0, -height % BLOCK), (0, -width % BLOCK), (0, 0))
    if pixels.ndim == 2:
        return (np.pad(pixels, padding[:2], "edge"),)
    red, green, blue = np.moveaxis(np.pad(pixels, padding, "edge").astype(np.float64), -1, 0)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    colours = ((blue - luma) / 1.772 + 128, (red - luma) / 1.402 + 128)
    halved = [plane.reshape(plane.shape[0] // 2, 2, plane.shape[1] // 2, 2).mean((1, 3)) for plane in colours]
    return tuple(np.clip(plane.round(), 0, 255).astype(np.uint8) for plane in (luma, *halved))


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)


@dataclass(frozen=True)
class Turned:
    """What a container says to do: mirror the picture, then turn it anticlockwise by quarters (6.5.10, 6.5.12)."""

    quarters: int = 0
    mirror: int | None = None


# How each orientation of EXIF is undone.
TURNS = {
    1: Turned(),
    2: Turned(mirror=1),
    3: Turned(quarters=2),
    4: Turned(mirror=0),
    5: Turned(quarters=1, mirror=1),
    6: Turned(quarters=3),
    7: Turned(quarters=3, mirror=1),
    8: Turned(quarters=1),
}


def _configuration(pixels: Pixels) -> bytes:
    height, width = pixels.shape[:2]
    grey = pixels.ndim == 2
    found = bytes([1, 1]) + struct.pack(">I", 0x60000000) + bytes(6)
    found += bytes([120, 0xF0, 0, 0xFC, 0xFC if grey else 0xFD, 0xF8, 0xF8, 0, 0, 0x0F, 3])
    for kind, unit in zip((32, 33, 34), _parameter_sets(width, height, grey), strict=True):
        found += struct.pack(">BHH", 0x80 | kind, 1, len(unit)) + unit
    return _box(b"hvcC", found)


def _coded(pixels: Pixels) -> bytes:
    coded = _slice(_planes(pixels))
    return struct.pack(">I", len(coded)) + coded


def heic(
    pixels: Pixels,
    *,
    alpha: Pixels | None = None,
    turned: Turned | None = None,
    exif: bytes | None = None,
    xmp: bytes | None = None,
    profile: bytes | None = None,
    brand: bytes = b"heic",
) -> bytes:
    """A HEIC that stores `pixels` as they are ([h, w] are grey); what is `turned` or in EXIF only says how to show it.

    Without `turned` the container says nothing of that.
    """
    height, width = pixels.shape[:2]
    colours = b"prof" + profile if profile else b"nclx" + struct.pack(">HHHB", 1, 13, 6, 0x80)
    properties = [
        _configuration(pixels),
        _full(b"ispe", struct.pack(">II", width, height)),
        _box(b"colr", colours),
    ]
    if profile:
        properties.append(_box(b"colr", b"nclx" + struct.pack(">HHHB", 2, 2, 6, 0x80)))
    if turned is not None:
        if turned.mirror is not None:
            properties.append(_box(b"imir", bytes([turned.mirror])))
        properties.append(_box(b"irot", bytes([turned.quarters])))
    # What each item has of these, and what each says of the photo, which is the first.
    own = [range(1, len(properties) + 1)]
    items = [(b"hvc1", b"", _coded(pixels))]
    references = list[bytes]()
    if alpha is not None:
        properties += [_configuration(alpha), _full(b"auxC", b"urn:mpeg:hevc:2015:auxid:1\0")]
        own.append(range(len(properties) - 1, len(properties) + 1))
        items.append((b"hvc1", b"", _coded(alpha)))
        references.append(_box(b"auxl", struct.pack(">HHH", len(items), 1, 1)))
    if exif is not None:
        items.append((b"Exif", b"", struct.pack(">I", 6 if exif.startswith(b"Exif\0\0") else 0) + exif))
        references.append(_box(b"cdsc", struct.pack(">HHH", len(items), 1, 1)))
    if xmp is not None:
        items.append((b"mime", b"application/rdf+xml\0", xmp))
        references.append(_box(b"cdsc", struct.pack(">HHH", len(items), 1, 1)))
    entries = [
        _full(b"infe", struct.pack(">HH4s", number, 0, kind), b"\0", extra, version=2)
        for number, (kind, extra, _) in enumerate(items, 1)
    ]
    associations = struct.pack(">I", len(own))
    for item, numbers in enumerate(own, 1):
        # The size of the photo is that of its alpha as well.
        numbers = numbers if item == 1 else [2, *numbers]
        # The configuration and what changes the picture must be understood.
        essential = (b"hvcC", b"imir", b"irot")
        marked = (number | (0x80 if properties[number - 1][4:8] in essential else 0) for number in numbers)
        associations += struct.pack(">HB", item, len(numbers)) + bytes(marked)
    head = _box(b"ftyp", brand, bytes(4), b"mif1", b"heic")

    def meta(start: int) -> bytes:
        places, at = b"", start
        for number, (_, _, content) in enumerate(items, 1):
            places += struct.pack(">HHHII", number, 0, 1, at, len(content))
            at += len(content)
        return _full(
            b"meta",
            _full(b"hdlr", bytes(4), b"pict", bytes(13)),
            _full(b"pitm", struct.pack(">H", 1)),
            _full(b"iloc", bytes([0x44, 0]), struct.pack(">H", len(items)), places),
            _full(b"iinf", struct.pack(">H", len(items)), *entries),
            *([_full(b"iref", *references)] if references else []),
            _box(b"iprp", _box(b"ipco", *properties), _full(b"ipma", associations)),
        )

    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + _box(b"mdat", *(content for _, _, content in items))


class Directory:
    """A directory of a TIFF 6.0; those inside are named by the tag that leads to them."""

    def __init__(self) -> None:
        self._entries: dict[int, tuple[int, int, bytes | Directory]] = {}

    def short(self, tag: int, *values: int) -> None:
        self._entries[tag] = (3, len(values), struct.pack(f"<{len(values)}H", *values))

    def long(self, tag: int, *values: int) -> None:
        self._entries[tag] = (4, len(values), struct.pack(f"<{len(values)}I", *values))

    def text(self, tag: int, value: str) -> None:
        self._entries[tag] = (2, len(value) + 1, value.encode() + b"\0")

    def raw(self, tag: int, value: bytes, form: int = 1, count: int | None = None) -> None:
        self._entries[tag] = (form, len(value) if count is None else count, value)

    def fractions(self, tag: int, *values: float) -> None:
        parts = b"".join(struct.pack("<ii", round(value * 10000), 10000) for value in values)
        self._entries[tag] = (10, len(values), parts)

    def inside(self, tag: int, directory: Directory) -> None:
        self._entries[tag] = (4, 1, directory)

    def strip(self, content: bytes) -> None:
        """The pixels, which any place in the file will do for."""
        self._entries[273] = (4, 1, b"strip" + content)
        self.long(279, len(content))

    def bytes_at(self, at: int) -> bytes:
        """The directory and all that it leads to, for this place in the file."""
        table = struct.pack("<H", len(self._entries))
        rest, after = b"", at + 2 + 12 * len(self._entries) + 4
        for tag, (form, count, value) in sorted(self._entries.items()):
            place = after + len(rest)
            if isinstance(value, Directory):
                value, content = struct.pack("<I", place), value.bytes_at(place)
            elif tag == 273:
                value, content = struct.pack("<I", place), value.removeprefix(b"strip")
            elif len(value) > 4:
                value, content = struct.pack("<I", place), value
            else:
                content = b""
            table += struct.pack("<HHI", tag, form, count) + value.ljust(4, b"\0")
            rest += content + bytes(len(content) % 2)
        return table + bytes(4) + rest


def dng(
    pixels: Pixels,
    *,
    orientation: int = 1,
    preview: bytes | None = None,
    taken_at: str | None = None,
    xmp: bytes | None = None,
) -> bytes:
    """A raw photo (DNG 1.4) of a camera whose filters are the colours of sRGB; `preview` is a JPEG."""
    height, width = pixels.shape[:2]
    values = pixels / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    sensor = np.empty((height, width), np.uint16)
    for down, across, channel in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        sensor[down::2, across::2] = (linear[down::2, across::2, channel] * 65535).round()
    first = Directory()
    first.long(254, 0)
    first.long(256, width)
    first.long(257, height)
    first.short(258, 16)
    first.short(259, 1)
    first.short(262, 32803)
    first.text(271, "Kinfolio")
    first.text(272, "Kinfolio Raw 1")
    first.strip(sensor.tobytes())
    first.short(274, orientation)
    first.short(277, 1)
    first.long(278, height)
    first.short(33421, 2, 2)
    first.raw(33422, bytes([0, 1, 1, 2]))
    first.raw(50706, bytes([1, 4, 0, 0]))
    first.text(50708, "Kinfolio Raw 1")
    first.long(50717, 65535)
    first.fractions(50721, 3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)
    first.fractions(50728, 1, 1, 1)
    first.short(50778, 21)
    if taken_at is not None:
        details = Directory()
        details.text(36867, taken_at)
        first.inside(34665, details)
    if xmp is not None:
        first.raw(700, xmp)
    if preview is not None:
        small = Directory()
        small.long(254, 1)
        # The size stands in the JPEG as well: a start of frame is marker, length, precision, height, width.
        frame = preview.index(b"\xff\xc0")
        down, across = struct.unpack(">HH", preview[frame + 5 : frame + 9])
        small.long(256, across)
        small.long(257, down)
        small.short(258, 8, 8, 8)
        small.short(259, 7)
        small.short(262, 6)
        small.strip(preview)
        small.short(277, 3)
        small.long(278, down)
        first.inside(330, small)
    return b"II*\0" + struct.pack("<I", 8) + first.bytes_at(8)

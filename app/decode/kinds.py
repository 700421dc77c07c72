"""Which kind of file this is, by what is in it: names lie, and raw photos look like TIFF."""

from __future__ import annotations

import struct

# What is decoded by another process, because its decoders are large and little tried.
RARE = frozenset({"HEIC", "AVIF", "RAW"})

# Told by name, so that nobody takes such a file for a broken one.
NOT_READ = frozenset({"JPEG XL", "JPEG 2000"})

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"FUJIFILMCCD-RAW", "RAW"),
    (b"FOVb", "RAW"),
    (b"\0MRM", "RAW"),
    (b"II\x1a\0\0\0HEAPCCDR", "RAW"),
    # Olympus and Panasonic put other numbers into the header of a TIFF.
    (b"IIRO", "RAW"),
    (b"IIRS", "RAW"),
    (b"MMOR", "RAW"),
    (b"IIU\0", "RAW"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
    # Each alone, and in boxes.
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
)

# ISO/IEC 23008-12 and AVIF 1.1: the brand says what codes the first picture; mif1 and msf1 leave that to the others.
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", b"crx ": "RAW"} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"), "HEIC"
)

# TIFF 6.0, TIFF/EP and DNG 1.7.
_COMPRESSION, _PHOTOMETRIC, _MAKE, _SUB_IFDS, _DNG_VERSION = 259, 262, 271, 330, 50706
_COLOUR_FILTER_ARRAY = (32803, 34892)
# Of Sony, Nikon, Samsung, Pentax, Kodak and Epson: no picture that is not raw is coded so.
_RAW_COMPRESSIONS = (32767, 32769, 32770, 32772, 34713, 65000, 65535)


def kind_of(data: bytes) -> str | None:
    """JPEG, PNG, WebP, TIFF, BMP, GIF, one of RARE or of NOT_READ, else None."""
    if data[4:8] == b"ftyp":
        return _kind_of_boxes(data)
    if data[:4] == b"RIFF" and data[8:12] in (b"WEBP", b""):
        return "WebP"
    found = next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)
    return "RAW" if found == "TIFF" and _is_raw(data) else found


def _kind_of_boxes(data: bytes) -> str | None:
    size = min(int.from_bytes(data[:4], "big"), len(data), 256)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, size - 3, 4))]
    known = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    if known:
        return known[0]
    return "HEIC" if brands[0] in (b"mif1", b"msf1") else None


def _is_raw(data: bytes) -> bool:
    if data[8:10] == b"CR" or data[8:12] == b"IIII":
        return True
    tags = _first_tags(data)
    if _DNG_VERSION in tags or tags.get(_PHOTOMETRIC) in _COLOUR_FILTER_ARRAY:
        return True
    # The first picture of a raw file is a small one, the raw data are further inside. So are smaller copies in a few
    # ordinary ones, which whoever opens raw files gives back.
    return _MAKE in tags and (_SUB_IFDS in tags or tags.get(_COMPRESSION) in _RAW_COMPRESSIONS)


def _first_tags(data: bytes) -> dict[int, int]:
    """The tags of the first directory of a TIFF; the values only where they are single whole numbers."""
    order = "<" if data.startswith(b"II") else ">"
    tags = {}
    try:
        (at,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, at)
        for place in range(at + 2, at + 2 + 12 * count, 12):
            tag, form = struct.unpack_from(order + "HH", data, place)
            (tags[tag],) = struct.unpack_from(order + ("H" if form == 3 else "I"), data, place + 8)
    except struct.error:
        # What is cut off is told by whoever decodes it.
        pass
    return tags

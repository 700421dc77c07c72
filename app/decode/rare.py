"""HEIC, AVIF and camera raw. Their decoders may crash, hang or take all memory: only the child process calls them."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import ExifTags, Image

from app.decode import colour, metadata, ordinary
from app.decode.pixels import reduce, rgb, upright
from app.decode.records import Metadata, Picture, UnreadablePhoto, check_size

if TYPE_CHECKING:
    import rawpy

# How far the camera's own preview may stay behind half of the raw picture: cameras leave out some pixels at the edges.
LARGE_ENOUGH = 0.9

# The orientation of EXIF for each of LibRaw's flips.
_ORIENTATIONS = (1, 2, 4, 3, 5, 8, 6, 7)


@dataclass(frozen=True, slots=True)
class Opened:
    """What the header tells, and how to go on."""

    metadata: Metadata
    picture: Callable[[int], Picture]


def open_rare(kind: str, data: bytes) -> Opened:
    """Raises UnreadablePhoto; a decoder may also raise anything else, end this process, or never return."""
    return {"HEIC": _open_heic, "AVIF": _open_avif, "RAW": _open_raw}[kind](data)


def _open_heic(data: bytes) -> Opened:
    try:
        from pi_heif import open_heif, options
    except ImportError as error:
        raise UnreadablePhoto(_without("HEIC", "pi-heif")) from error
    # As many processes run as there are decoders: more threads would not make them faster.
    options.DECODE_THREADS = 1
    file = open_heif(data)
    check_size(*file.size)
    exif = Image.Exif()
    with suppress(Exception):
        exif.load(file.info.get("exif") or b"")

    found = metadata.of_parts(exif, file.info.get("xmp"))
    # libheif has turned it as the container says. The orientation in its EXIF tells the same once more then.
    orientation = 1 if _says_how_to_turn(data) else found.orientation

    def picture(at_most: int) -> Picture:
        coded = file.data
        # Asked afterwards: what was decoded may differ from what the header tells.
        image = Image.frombuffer(file.mode, file.size, coded, "raw", file.mode, file.stride, 1)
        pixels = colour.to_srgb(rgb(image, at_most), file.info.get("icc_profile"))
        width, height = file.size
        return Picture(upright(pixels, orientation), *((height, width) if orientation > 4 else (width, height)))

    return Opened(found, picture)


def _open_avif(data: bytes) -> Opened:
    from PIL import AvifImagePlugin

    # A Pillow that was built without it has the plugin, and no codec.
    if not AvifImagePlugin.SUPPORTED:
        raise UnreadablePhoto(_without("AVIF", "libavif"))
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    image = AvifImagePlugin.AvifImageFile(io.BytesIO(data))
    # The plugin puts how the container says to turn it into the EXIF, in place of what stood there, also where the
    # container says nothing.
    if not _says_how_to_turn(data):
        image.info["exif"] = image._decoder.get_info()[4]
    return Opened(metadata.of_image(image, data), lambda at_most: ordinary.picture_of(image, data, at_most))


def _says_how_to_turn(data: bytes) -> bool:
    """Whether a HEIC or AVIF has a box that turns or mirrors. Some programs leave that to the EXIF alone."""
    # Both have one byte (ISO/IEC 23008-12, 6.5.10 and 6.5.12).
    return b"\0\0\0\x09irot" in data or b"\0\0\0\x09imir" in data


def _open_raw(data: bytes) -> Opened:
    try:
        import rawpy
    except ImportError as error:
        raise UnreadablePhoto(_without("RAW", "rawpy")) from error
    raw = rawpy.RawPy()
    try:
        raw.open_buffer(io.BytesIO(data))
    except rawpy.LibRawFileUnsupportedError:
        # A TIFF that looked like one.
        image = ordinary.open_image(data, "RAW")
        return Opened(metadata.of_image(image, data), lambda at_most: ordinary.picture_of(image, data, at_most))
    width, height = raw.sizes.width, raw.sizes.height
    check_size(width, height)
    orientation = _ORIENTATIONS[raw.sizes.flip]

    def picture(at_most: int) -> Picture:
        preview = _preview(raw, at_most, orientation)
        if preview is not None and max(preview.width, preview.height) >= LARGE_ENOUGH * max(width, height) / 2:
            return preview
        raw.unpack()
        # Upright, in sRGB, as bright as LibRaw thinks right.
        pixels = np.asarray(raw.postprocess(half_size=True, use_camera_wb=True), dtype=np.uint8)
        turned = (height, width) if orientation > 4 else (width, height)
        return Picture(reduce(pixels, at_most), *turned)

    # As LibRaw turns it: not all makers tell that in Exif.
    return Opened(replace(_metadata_of_raw(data), orientation=orientation), picture)


def _preview(raw: rawpy.RawPy, at_most: int, orientation: int) -> Picture | None:
    """The JPEG that the camera made of it, if there is one that can be read."""
    import rawpy

    try:
        thumb = raw.extract_thumb()
        if thumb.format != rawpy.ThumbFormat.JPEG:
            return None
        data = bytes(thumb.data)
        image = ordinary.open_image(data, "JPEG")
        told = metadata.orientation(image)
        picture = ordinary.picture_of(image, data, at_most)
    except (rawpy.LibRawError, UnreadablePhoto):
        return None
    turned_already = orientation > 4 and (picture.width < picture.height) == (raw.sizes.width > raw.sizes.height)
    if told != 1 or turned_already:
        return picture
    size = (picture.height, picture.width) if orientation > 4 else (picture.width, picture.height)
    return Picture(upright(picture.pixels, orientation), *size)


def _metadata_of_raw(data: bytes) -> Metadata:
    try:
        if data[4:8] == b"ftyp":
            # Canon's CR3 keeps each directory in a box as a TIFF of its own.
            tags, details, gps = (_tiff_after(data, name) for name in (b"CMT1", b"CMT2", b"CMT4"))
            return metadata.of_tags(tags, details, gps, None)
        if data.startswith(b"FUJI"):
            at, size = struct.unpack_from(">II", data, 84)
            preview = data[at : at + size]
            return metadata.of_image(ordinary.open_image(preview, "JPEG"), preview)
        exif = Image.Exif()
        # Olympus and Panasonic put other numbers into the header of a TIFF.
        exif.load(b"Exif\0\0" + {b"II": b"II*\0", b"MM": b"MM\0*"}[data[:2]] + data[4:])
        packet = exif.get(ExifTags.Base.XMLPacket)
        return metadata.of_parts(exif, packet if isinstance(packet, bytes) else None)
    # Whatever is wrong with it, the picture may be read.
    except Exception:
        return Metadata()


def _tiff_after(data: bytes, name: bytes) -> Image.Exif:
    at = data.find(name)
    exif = Image.Exif()
    # One that is broken costs none of the others.
    with suppress(Exception):
        if at >= 4:
            exif.load(b"Exif\0\0" + data[at + 4 : at - 4 + int.from_bytes(data[at - 4 : at], "big")])
    return exif


def _without(kind: str, package: str) -> str:
    return f"Reading {kind} needs the package {package}, which is not installed."

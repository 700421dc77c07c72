"""JPEG, PNG, WebP, TIFF, BMP and GIF, decoded in this process: JPEG by libjpeg-turbo, the others by Pillow."""

from __future__ import annotations

import io
import re
import threading
import traceback
import warnings
from contextlib import nullcontext

import numpy as np
import simplejpeg
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from app.decode import colour, metadata, traces
from app.decode.pixels import Pixels, reduce, rgb, step_to, upright
from app.decode.records import Picture, UnreadablePhoto, check_size

# No encoder makes more than about twenty. Each goes over all of the picture, for as little as ten bytes of the file.
MOST_PASSES = 100

# Above this a decoder may hold over 150 MB (a progressive JPEG its coefficients as well), so they take turns.
TAKES_TURNS_ABOVE = 50_000_000

# Importing the plugins registers them; naming them keeps Pillow from importing all its hundred others.
_FORMATS = [
    plugin.format
    for plugin in (
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        TiffImagePlugin.TiffImageFile,
        BmpImagePlugin.BmpImageFile,
        GifImagePlugin.GifImageFile,
    )
]

# What Pillow says of colours and depths that it does not know.
_NOT_SUPPORTED = "unknown pixel mode"

# Sizes are checked with a sentence for the user; Pillow's own check would warn on stderr.
Image.MAX_IMAGE_PIXELS = None
# Pillow prints a warning for broken EXIF and odd headers; a photo is judged by its pixels here.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

# ITU-T T.81, table B.1, without those that no segment follows.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\x01\xff\xd0-\xd8]")
_END, _SCAN = 0xD9, 0xDA

_turn = threading.Lock()


def open_image(data: bytes, kind: str | None) -> Image.Image:
    """Reads the header only."""
    try:
        if kind == "TIFF":
            # Which says what it makes of the file; `Image.open` would only say that no plugin could open it.
            return TiffImagePlugin.TiffImageFile(io.BytesIO(data))
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    except Exception as error:
        if kind is not None:
            raise UnreadablePhoto(damage(kind, data, error)) from error
        raise UnreadablePhoto("This is not a picture that Kinfolio can read.") from error


def picture_of(image: Image.Image, data: bytes, at_most: int) -> Picture:
    """The upright picture, reduced until it has no more than `at_most` pixels."""
    name = _name(image)
    width, height = image.size
    check_size(width, height)
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        _check_passes(image, data)
    with _turn if width * height > TAKES_TURNS_ABOVE else nullcontext():
        try:
            pixels = _decode_jpeg(data, image, at_most) if name == "JPEG" else None
            if pixels is None:
                pixels = _decode(image, at_most)
        except MemoryError:
            raise
        # Decoders raise almost anything on bad data.
        except Exception as error:
            traces.note(name, traceback.format_exc())
            raise UnreadablePhoto(damage(name, data, error)) from error
        pixels = reduce(pixels, at_most)
    if image.mode != "CMYK":
        pixels = colour.to_srgb(pixels, image.info.get("icc_profile"))
    # After loading: Pillow turns a TIFF upright itself and drops the tag, and the EXIF of a PNG may follow its pixels.
    orientation = metadata.orientation(image)
    if orientation > 4:
        width, height = height, width
    return Picture(upright(pixels, orientation), width, height)


def damage(kind: str, data: bytes, error: Exception) -> str:
    if _NOT_SUPPORTED in str(error):
        return f"Kinfolio cannot read this kind of {kind}."
    cut_off = "truncated" in str(error).lower()
    if kind == "WebP":
        cut_off = len(data) < 8 + int.from_bytes(data[4:8], "little")
    return f"This {kind} is cut off." if cut_off else f"This {kind} is damaged."


def _name(image: Image.Image) -> str:
    # A JPEG followed by previews or depth maps is an MPO to Pillow; its first picture is the photo.
    return {"MPO": "JPEG", "WEBP": "WebP"}.get(str(image.format), str(image.format))


def _check_passes(image: JpegImagePlugin.JpegImageFile, data: bytes) -> None:
    passes = at = 0
    while marker := _JPEG_MARKER.search(data, at):
        kind, at = data[marker.end() - 1], marker.end()
        if kind == _END:
            break
        if kind == _SCAN:
            passes += 1
            # All of the picture at once: then a decoder takes no second one.
            if passes == 1 and not image.info.get("progressive") and data[at + 2 : at + 3] == bytes([image.layers]):
                return
        at += int.from_bytes(data[at : at + 2], "big")
    if passes > MOST_PASSES:
        raise UnreadablePhoto(f"This JPEG is stored in {passes} passes; Kinfolio reads up to {MOST_PASSES}.")


def _decode_jpeg(data: bytes, image: Image.Image, at_most: int) -> Pixels | None:
    """Three times as fast as Pillow; None where it gives up or warns (Pillow says why) or has the colours wrong (CMYK).

    A picture that is too large is halved up to three times, also where Pillow decodes it then: libjpeg leaves out the
    frequencies that a smaller picture does not show, which costs less than decoding them.
    """
    if image.mode not in ("RGB", "L"):
        return None
    step = next((step for step in (1, 2, 4, 8) if image.width * image.height <= at_most * step**2), 8)
    width, height = -(-image.width // step), -(-image.height // step)
    # Programs leave out the end marker. With it the decoder tells whether that is all that is missing.
    for ending in (b"", b"\xff\xd9"):
        try:
            pixels = simplejpeg.decode_jpeg(data + ending, "RGB", min_height=height, min_width=width)
            return np.asarray(pixels, np.uint8)
        except ValueError as error:
            if str(error) != "Premature end of JPEG file":
                break
    image.draft(image.mode, (width, height))
    return None


def _decode(image: Image.Image, at_most: int) -> Pixels:
    image.load()
    if image.mode != "CMYK":
        return rgb(image, at_most)
    # Reduced first: a profile of ink costs more than all the rest.
    step = step_to(image.width * image.height, at_most)
    smaller = image.reduce(step) if step > 1 else image
    return rgb(colour.cmyk_to_srgb(smaller, image.info.get("icc_profile")), at_most)

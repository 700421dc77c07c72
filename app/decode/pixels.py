"""Pictures as arrays uint8 [h, w, 3], RGB: made of what Pillow loaded, made smaller, turned upright, written."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

Pixels = NDArray[np.uint8]

JPEG_QUALITY = 85

# So many pixels are converted at a time.
STRIP = 1_000_000


def shrink(pixels: Pixels, longest: int) -> Pixels:
    """The same picture with its longest side at most `longest`; never enlarged."""
    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    step = int(1 / scale)
    if 1 < step <= min(height, width):
        # By a whole number first, which is many times faster; what does not fill a block at the rim is left out.
        pixels, whole = pixels[: height // step * step, : width // step * step], (width // step, height // step)
        pixels = np.asarray(cv2.resize(pixels, whole, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def reduce(pixels: Pixels, at_most: int) -> Pixels:
    """The same picture with at most so many pixels; never enlarged."""
    height, width = pixels.shape[:2]
    # A whole number keeps INTER_AREA exact and four times faster.
    step = step_to(width * height, at_most)
    if step <= 1:
        return pixels
    size = (max(1, width // step), max(1, height // step))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def step_to(pixel_count: int, at_most: int) -> int:
    """By which whole number both sides are to be divided."""
    return math.ceil(math.sqrt(pixel_count / at_most))


def encode_jpeg(pixels: Pixels, quality: int = JPEG_QUALITY) -> bytes:
    """JPEG bytes of an RGB picture uint8 [h, w, 3], the same for the same pixels."""
    done, encoded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"cannot encode pixels of shape {pixels.shape} as JPEG")
    return bytes(encoded)


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """Undoes an orientation of Exif 2.32, 1 to 8."""
    match orientation:
        case 2:
            pixels = cv2.flip(pixels, 1)
        case 3:
            pixels = cv2.rotate(pixels, cv2.ROTATE_180)
        case 4:
            pixels = cv2.flip(pixels, 0)
        case 5:
            pixels = cv2.transpose(pixels)
        case 6:
            pixels = cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE)
        case 7:
            pixels = cv2.rotate(cv2.transpose(pixels), cv2.ROTATE_180)
        case 8:
            pixels = cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE)
    return pixels


def rgb(image: Image.Image, at_most: int) -> Pixels:
    """The loaded pixels as 8-bit RGB: deep ones scaled (Pillow would clip them), transparent ones on white.

    Reduced until they are no more than `at_most`; what does not fill a block at the rim is left out then. All that is
    done strip by strip, since the steps in between take many times the memory of what comes of them.
    """
    width, height = image.size
    step = max(1, step_to(width * height, at_most))
    across, down = max(1, width // step), max(1, height // step)
    pixels = np.empty((down, across, 3), np.uint8)
    eight_bits = _to_eight_bits(image)
    rows = max(1, STRIP // (width * step))
    for top in range(0, down, rows):
        strip = pixels[top : top + rows]
        box = (0, top * step, min(across * step, width), min((top + len(strip)) * step, height))
        cv2.resize(eight_bits(image.crop(box)), (across, len(strip)), dst=strip, interpolation=cv2.INTER_AREA)
    return pixels


def _to_eight_bits(image: Image.Image) -> Callable[[Image.Image], Pixels]:
    """What makes RGB of a strip of the picture."""
    # TIFF 6.0: without a palette or colours 0 may stand for white. Where that has 8 bits Pillow turns it round.
    tags = getattr(image, "tag_v2", {})
    white_is_zero = tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == 0
    if image.mode.startswith("I;16"):
        bits = tags.get(TiffImagePlugin.BITSPERSAMPLE, (16,))[0]
        return lambda strip: _from_grey(np.asarray(strip) >> (bits - 8), white_is_zero)
    if image.mode in ("I", "F"):
        # Nothing says what white is here, so the picture's own brightest value is taken for it.
        low, high = _extremes(image)
        scale = 255 / max(high - low, 1e-9)
        return lambda strip: _from_grey((_numbers(strip) - low) * scale, white_is_zero)
    return _from_colours


def _extremes(image: Image.Image) -> tuple[float, float]:
    width, height = image.size
    rows = max(1, STRIP // width)
    strips = (image.crop((0, top, width, min(top + rows, height))) for top in range(0, height, rows))
    lows, highs = zip(*((values.min(), values.max()) for values in map(_numbers, strips)), strict=True)
    return float(min(lows)), float(max(highs))


def _numbers(image: Image.Image) -> NDArray[np.float64]:
    return np.nan_to_num(np.asarray(image, dtype=np.float64))


def _from_colours(image: Image.Image) -> Pixels:
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"), dtype=np.uint8)


def _from_grey(values: NDArray[Any], white_is_zero: bool) -> Pixels:
    grey = values.astype(np.uint8)
    return np.asarray(cv2.cvtColor(~grey if white_is_zero else grey, cv2.COLOR_GRAY2RGB), dtype=np.uint8)

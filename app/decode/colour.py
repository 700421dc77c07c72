"""Embedded colour profiles: what the numbers of a picture mean, turned into the sRGB that everything else expects."""

from __future__ import annotations

import io
import itertools
import struct
from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from app.decode.pixels import Pixels

Conversion = Callable[[Pixels], Pixels]

# sRGB's primaries under the white of profiles, D50 (IEC 61966-2-1, adapted by Bradford): columns are R, G, B.
SRGB_TO_XYZ = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])

# What differs from sRGB by less is not worth the time.
SAME_COLOUR = 2

# So many rows of a large photo stay in the processor's cache from step to step, which halves the time.
ROWS_AT_ONCE = 32

# Profiles of printers have some megabytes, and the same few come again and again.
PROFILES_KEPT = 16


def to_srgb(pixels: Pixels, profile: bytes | None) -> Pixels:
    """The picture in sRGB. A broken profile leaves it as it is: it is judged by its pixels."""
    conversion = _conversion(profile) if profile else None
    return pixels if conversion is None else conversion(pixels)


def cmyk_to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture of Pillow's mode CMYK as RGB, by its profile where that is one for CMYK."""
    transform = _transform(profile, "CMYK") if profile else None
    converted = None if transform is None else ImageCms.applyTransform(image, transform)
    return image.convert("RGB") if converted is None else converted


@lru_cache(PROFILES_KEPT)
def _conversion(profile: bytes) -> Conversion | None:
    """None where there is nothing to do, or nothing can be done."""
    try:
        tags = _tags(profile)
        if profile[16:20] == b"GRAY":
            conversion = _of_grey(tags)
        elif profile[16:20] == b"RGB " and profile[20:24] == b"XYZ " and b"A2B0" not in tags:
            conversion = _of_primaries(tags)
        else:
            conversion = _of_tables(profile)
    # Profiles are written by thousands of programs.
    except Exception:
        return None
    steps = range(0, 256, 51)
    colours = np.array([list(itertools.product(steps, steps, steps))], np.uint8)
    if profile[16:20] == b"GRAY":
        colours = np.repeat(colours[..., :1], 3, axis=2)
    difference = np.abs(conversion(colours).astype(np.int16) - colours)
    return conversion if difference.max() > SAME_COLOUR else None


def _of_primaries(tags: dict[bytes, bytes]) -> Conversion:
    """Of three curves and three primaries, as cameras and phones write them. Five times as fast as Little CMS."""
    linear = np.stack([_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")], axis=-1)
    primaries = np.array([_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]).T
    # In between numbers are square roots of light: cheap, and 8 bits are as fine as those of sRGB.
    matrix = (np.linalg.inv(SRGB_TO_XYZ) @ primaries * 255**2).astype(np.float32)
    curves = np.ascontiguousarray(linear[None], np.float32)
    back = _encoded((np.arange(256) / 255) ** 2)

    def convert(pixels: Pixels) -> Pixels:
        converted = np.empty(pixels.shape, np.uint8)
        for row in range(0, len(pixels), ROWS_AT_ONCE):
            part = slice(row, row + ROWS_AT_ONCE)
            values = cv2.transform(cv2.LUT(pixels[part], curves), matrix)
            cv2.max(values, 0.0, dst=values)
            cv2.sqrt(values, dst=values)
            cv2.LUT(cv2.convertScaleAbs(values), back, dst=converted[part])
        return converted

    return convert


def _of_grey(tags: dict[bytes, bytes]) -> Conversion:
    table = _encoded(_curve(tags[b"kTRC"]))
    return lambda pixels: np.asarray(cv2.LUT(pixels, table), dtype=np.uint8)


def _encoded(light: NDArray[np.float64]) -> Pixels:
    """sRGB, IEC 61966-2-1."""
    values = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.clip(np.round(values * 255), 0, 255).astype(np.uint8)


def _of_tables(profile: bytes) -> Conversion:
    transform = _transform(profile, "RGB")
    if transform is None:
        raise ValueError("not a profile of RGB")
    return lambda pixels: np.asarray(ImageCms.applyTransform(Image.fromarray(pixels), transform), dtype=np.uint8)


@lru_cache(PROFILES_KEPT)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _tags(profile: bytes) -> dict[bytes, bytes]:
    """ICC.1:2010, 7.3."""
    (count,) = struct.unpack_from(">I", profile, 128)
    entries = (struct.unpack_from(">4sII", profile, 132 + 12 * place) for place in range(min(count, 100)))
    return {name: profile[at : at + size] for name, at, size in entries}


def _xyz(tag: bytes) -> list[float]:
    return [number / 65536 for number in struct.unpack_from(">3i", tag, 8)]


def _curve(tag: bytes) -> NDArray[np.float64]:
    """The light that each of 256 values stands for (ICC.1:2010, 10.5 and 10.15)."""
    values = np.arange(256) / 255
    if tag[:4] == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        if count == 0:
            return values
        points = np.frombuffer(tag, ">u2", count, 12)
        if count == 1:
            return np.asarray(values ** (points[0] / 256), np.float64)
        return np.asarray(np.interp(values, np.linspace(0, 1, count), points / 65535), np.float64)
    if tag[:4] != b"para":
        raise ValueError("no curve")
    (kind,) = struct.unpack_from(">H", tag, 8)
    g, *more = (number / 65536 for number in struct.unpack_from(f">{(1, 3, 4, 5, 7)[kind]}i", tag, 12))
    a, b, c, d, e, f = [*more, *[0.0] * (6 - len(more))] if more else [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    if kind in (1, 2):
        # Up to where the curve begins it is flat.
        d, e, f, c = -b / a, c, c, 0.0
    return np.asarray(np.where(values >= d, np.maximum(a * values + b, 0) ** g + e, c * values + f), np.float64)

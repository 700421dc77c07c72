"""Repeatable fake faces for tests and screenshots: finds the cartoon people that tests/pictures.py draws.

A drawn face is an ellipse of strong colour on muted ground. Its colour says who it is, so the fake survives JPEG,
scaling and turning as a real face would, and every photo of a person gives a slightly different vector.
"""

from __future__ import annotations

import colorsys
import hashlib
import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from app.crops import portrait
from app.decode import Picture, shrink
from app.vision.engine import Box, EngineInfo, Reading

IDENTITIES = 64
DIMENSION = 128
# Where a drawn head has its eyes, nose and mouth corners, relative to its box.
LANDMARKS = ((0.32, 0.42), (0.68, 0.42), (0.5, 0.58), (0.36, 0.74), (0.64, 0.74))

_WORKING_SIDE = 640
# What is looked at alone is enlarged to this side at least.
_CLOSE_UP = 64
# Faces have at least 97 levels between their strongest and weakest channel, the ground around them at most 48.
_STRONG_COLOUR = 72
_SMALLEST_SIDE = 8
# Drawn faces of so many pixels are as good as any.
_FLAWLESS_SIDE = 45
# Two photos of one person have a cosine of about 1 / (1 + 0.33 ** 2) = 0.90.
_NOISE = 0.33


def colour_of(identity: int) -> tuple[int, int, int]:
    """The RGB colour of a drawn face: sixteen hues in four tones, neighbours in number far apart in hue."""
    saturation, value = ((0.85, 1.0), (0.5, 0.95), (0.9, 0.62), (0.55, 0.7))[identity // 16]
    red, green, blue = colorsys.hsv_to_rgb(identity * 7 % 16 / 16, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


_COLOURS = np.array([colour_of(identity) for identity in range(IDENTITIES)], dtype=np.float32)
# Orthogonal, so that strangers have a cosine of 0 but for the noise.
_PEOPLE = np.linalg.qr(np.random.default_rng(128).standard_normal((DIMENSION, IDENTITIES)))[0].T.astype(np.float32)


class PretendEngine:
    """A FaceEngine without a network."""

    @property
    def info(self) -> EngineInfo:
        return EngineInfo(
            name="pretend",
            fingerprint=hashlib.sha256(b"pretend 1").hexdigest(),
            dimension=DIMENSION,
            cosine_at={1e-2: 0.3, 1e-3: 0.4, 1e-4: 0.5, 1e-5: 0.6},
        )

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        return [_read(picture.pixels) for picture in pictures]

    def describe(self, picture: Picture, boxes: Sequence[Box]) -> list[Reading]:
        return [_describe(picture.pixels, box) for box in boxes]

    def close(self) -> None:
        """Nothing is held."""


def identity_of(vector: NDArray[np.float32]) -> int:
    """Which drawn person a vector of the pretend engine belongs to."""
    return int(np.argmax(_PEOPLE @ vector))


def _read(pixels: NDArray[np.uint8]) -> list[Reading]:
    small = shrink(pixels, _WORKING_SIDE)
    height, width = small.shape[:2]
    if min(height, width) < _SMALLEST_SIDE:
        return []
    red, green, blue = cv2.split(small)
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    _, mask = cv2.threshold(spread, _STRONG_COLOUR, 255, cv2.THRESH_BINARY)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    readings: list[Reading] = []
    for label, (left, top, across, down, area) in enumerate(stats[1:].tolist(), start=1):
        # The solid part of a drawn ellipse, less eyes and mouth, fills about two thirds of its box.
        if (
            min(across, down) < _SMALLEST_SIDE
            or not 0.5 < area / (across * down) < 0.88
            or not 0.5 < across / down < 1.5
        ):
            continue
        patch = small[top : top + down, left : left + across]
        colour = np.median(patch[labels[top : top + down, left : left + across] == label], axis=0)
        distances = np.linalg.norm(_COLOURS - colour, axis=1)
        if distances.min() > 40:
            continue
        box = (left / width, top / height, across / width, down / height)
        readings.append(
            Reading(
                box=box,
                landmarks=tuple((box[0] + x * box[2], box[1] + y * box[3]) for x, y in LANDMARKS),
                score=float(1 - distances.min() / 255),
                quality=float(min(1.0, max(box[2] * pixels.shape[1], box[3] * pixels.shape[0]) / _FLAWLESS_SIDE)),
                vector=_vector(int(np.argmin(distances)), patch),
                portrait=portrait(pixels, box),
            )
        )
    return sorted(readings, key=lambda reading: (-reading.box[2] * reading.box[3], reading.box))


def _describe(pixels: NDArray[np.uint8], box: Box) -> Reading:
    """The face that shows when the box is looked at alone, else the person whose colour most of the box has."""
    height, width = pixels.shape[:2]
    left, top = (math.floor(part) for part in (box[0] * width, box[1] * height))
    right, bottom = (math.ceil(part) for part in ((box[0] + box[2]) * width, (box[1] + box[3]) * height))
    patch = np.ascontiguousarray(pixels[top : max(bottom, top + 1), left : max(right, left + 1)])
    seen = next(iter(_read(_enlarged(patch))), None)
    identity = int(np.argmin(np.linalg.norm(_COLOURS - np.median(patch, axis=(0, 1)), axis=1)))
    return Reading(
        box=box,
        landmarks=tuple((box[0] + x * box[2], box[1] + y * box[3]) for x, y in LANDMARKS),
        score=seen.score if seen is not None else 0.0,
        quality=float(min(1.0, max(right - left, bottom - top) / _FLAWLESS_SIDE)) if seen is not None else 0.0,
        vector=seen.vector if seen is not None else _vector(identity, patch),
        portrait=portrait(pixels, box),
    )


def _enlarged(patch: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = max(1, math.ceil(_CLOSE_UP / max(patch.shape[:2])))
    return np.asarray(cv2.resize(patch, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


def _vector(identity: int, patch: NDArray[np.uint8]) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.blake2b(patch.tobytes(), digest_size=8).digest(), "little")
    noise = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    vector = _PEOPLE[identity] + _NOISE * noise / np.linalg.norm(noise)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

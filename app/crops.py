"""The small pictures that people see: a photo's thumbnail, and the square around a face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.decode import encode_jpeg, shrink

# Detectors box eyes to chin; this much more shows hair and ears, by which people know each other.
MARGIN = 1.6
PORTRAIT_SIDE = 256
THUMBNAIL_SIDE = 320


def thumbnail(pixels: NDArray[np.uint8]) -> bytes:
    """A JPEG of the whole picture, its longer side at most 320 pixels."""
    return encode_jpeg(shrink(pixels, THUMBNAIL_SIDE))


def portrait(pixels: NDArray[np.uint8], box: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """RGB uint8 [n, n, 3], n <= 256, around `box` (x, y, width, height in 0..1), kept within the picture."""
    height, width = pixels.shape[:2]
    x, y, across, down = box
    side = max(1, min(round(MARGIN * max(across * width, down * height)), width, height))
    left = min(max(round((x + across / 2) * width - side / 2), 0), width - side)
    top = min(max(round((y + down / 2) * height - side / 2), 0), height - side)
    # A copy, since a view would keep the whole photo in memory.
    return shrink(pixels[top : top + side, left : left + side].copy(), PORTRAIT_SIDE)

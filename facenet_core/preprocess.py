"""The one place where pixels become network input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def fixed_128(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(x - 127.5) / 128, so 0..255 becomes -0.996..0.996: uint8 [n, h, w, 3] RGB -> float32 of the same shape."""
    values = crops.astype(np.float32)
    values -= 127.5
    values *= 1 / 128
    return values


def per_image(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(x - mean) / deviation of each crop over all its values: uint8 [n, h, w, 3] RGB -> float32 of the same shape.

    The deviation is at least 1 / sqrt(values), so that a crop of one colour becomes zeros. TensorFlow's
    per_image_standardization; `prewhiten` in D. Sandberg's FaceNet.
    """
    values = crops.astype(np.float32)
    mean = values.mean(axis=(1, 2, 3), keepdims=True, dtype=np.float64)
    deviation = values.std(axis=(1, 2, 3), keepdims=True, dtype=np.float64)
    least = 1 / np.sqrt(max(1, values[0].size)) if len(values) else 1.0
    values -= mean.astype(np.float32)
    values /= np.maximum(deviation, least).astype(np.float32)
    return values


PREPROCESSING: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.float32]]] = {
    "fixed_128": fixed_128,
    "per_image": per_image,
}

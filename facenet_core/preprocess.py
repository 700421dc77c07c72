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


PREPROCESSING: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.float32]]] = {
    "fixed_128": fixed_128,
}

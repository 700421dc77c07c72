"""What comes of decoding a photo, and the limits of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError

# Photos of 24 megapixels, the most that phones commonly store, stay whole; larger ones keep at least 6 after halving,
# and a face of 40 pixels in the halved photo is still worth embedding.
MAX_PIXELS = 24_000_000

# Stitched panoramas and medium format reach 200 megapixels; what claims more is a bomb or a map.
LARGEST_PHOTO = 250_000_000


class UnreadablePhoto(AppError):
    """The photo cannot be shown; the message is one sentence for the user."""


# What a glance at a photo shows at most: 12 megapixels halved have 3, which shows faces of 40 pixels as well as ever.
GLANCE_PIXELS = 6_200_000


@dataclass(frozen=True, slots=True)
class Picture:
    """`pixels` is uint8 [h, w, 3], sRGB, upright, perhaps reduced; `width` and `height` the whole upright photo's."""

    pixels: NDArray[np.uint8]
    width: int
    height: int

    @property
    def nbytes(self) -> int:
        """The memory that it holds."""
        return self.pixels.nbytes


@dataclass(frozen=True, slots=True)
class Metadata:
    """`taken_at` is the camera's wall clock, with its offset where that is known; `date_source` who says so.

    Degrees are WGS 84. `regions` is the XMP packet where it may tell of faces (`regions.of_xmp`), and `orientation`
    that of Exif, which the picture was turned by.
    """

    taken_at: datetime | None = None
    camera: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    date_source: str | None = None
    regions: bytes | None = None
    orientation: int = 1


def check_size(width: int, height: int) -> None:
    if width * height > LARGEST_PHOTO:
        raise UnreadablePhoto(
            f"The picture has {round(width * height / 1e6)} megapixels; Kinfolio reads up to {LARGEST_PHOTO // 10**6}."
        )

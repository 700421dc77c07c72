"""Finds the faces of a picture that need not be in the library, to search for one of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.decode import Picture, UnreadablePhoto, decode, encode_jpeg, shrink
from app.errors import AppError
from app.library.library import Library
from app.library.records import Box
from app.library.roots import display_text
from app.vision.threads import Vision
from app.work.job import JobContext
from app.work.photo_file import read_file, reason

# The longer side of the picture that is given back: enough to see who is who.
SHOWN_SIDE = 2048


@dataclass(frozen=True, slots=True)
class Probe:
    """A face to search with. `box` is relative to the upright picture, `portrait` a JPEG."""

    box: Box
    score: float
    quality: float
    vector: NDArray[np.float32]
    portrait: bytes

    @property
    def worth(self) -> float:
        """How much there is of it to tell who it is."""
        return self.box.width * self.box.height * self.quality


@dataclass(frozen=True, slots=True)
class FacesFound:
    """`picture` is upright, RGB uint8 [h, w, 3], and may be reduced. The largest face comes first."""

    picture: NDArray[np.uint8]
    probes: list[Probe]


@dataclass(frozen=True, slots=True)
class FindFaces:
    """A job. `picture` is a file, a file's bytes (dropped, pasted) or RGB uint8 [h, w, 3].

    Raises AppError when it cannot be read, or when its vectors could not be compared with those of the library.
    """

    library: Library
    vision: Vision
    picture: Path | bytes | NDArray[np.uint8]

    @property
    def title(self) -> str:
        return "Looking for faces"

    def run(self, context: JobContext) -> FacesFound:
        check_comparable(self.library, self.vision)
        picture = self._open()
        (readings,) = context.token.result_of(self.vision.submit([picture]))
        probes = [
            Probe(Box(*found.box), found.score, found.quality, found.vector, encode_jpeg(found.portrait))
            for found in readings
        ]
        return FacesFound(shrink(picture.pixels, SHOWN_SIDE), probes)

    def _open(self) -> Picture:
        if isinstance(self.picture, np.ndarray):
            height, width = self.picture.shape[:2]
            return Picture(self.picture, width, height)
        name = display_text(os.fsencode(self.picture)) if isinstance(self.picture, Path) else "This picture"
        try:
            data = read_file(os.fsencode(self.picture)).data if isinstance(self.picture, Path) else self.picture
            return decode(data)
        except FileNotFoundError as error:
            raise AppError(f"{name} is not there. Choose another picture.") from error
        except (UnreadablePhoto, OSError, MemoryError) as error:
            raise AppError(f"{name} cannot be used. {reason(error)}") from error


def check_comparable(library: Library, vision: Vision) -> None:
    """Raises AppError where the faces of the library were described by another engine."""
    fingerprint = library.engine_fingerprint()
    if fingerprint is None or fingerprint == vision.info.fingerprint:
        return
    name, own = library.engine_name(), vision.info.name
    if name == own:
        raise AppError(
            f"The photos of this library were read with another version of the model {name}. "
            "Let every photo be read again."
        )
    raise AppError(
        f"The photos of this library were read with the model {name}, not with {own}. "
        "Choose that model again, or let every photo be read again."
    )

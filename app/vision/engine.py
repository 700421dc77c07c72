"""What the program asks of whatever finds and describes faces; each passes tests/vision/test_engine_contract.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.decode import Picture

# x, y, width, height, relative to the upright photo (0..1).
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Who made a vector. Two vectors may be compared only where the fingerprints are equal.

    `fingerprint` covers everything that changes a vector or a quality: preset, weights SHA-256, detector, alignment
    template, measure of quality.
    `cosine_at` maps false match rates (0..1) to the cosine at which a pair of strangers reaches them.
    """

    name: str
    fingerprint: str
    dimension: int
    cosine_at: Mapping[float, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """One face of one picture.

    `box` is x, y, width, height and `landmarks` five (x, y): the eye on the left of the picture, the eye on the right,
    nose, left and right mouth corner; all relative to the upright photo (0..1). `score` is the detector's and
    `quality` how far the vector can be trusted (`facenet_core.quality`), both 0..1. `vector` is float32 [dimension],
    unit length. `portrait` is the RGB uint8 square shown for this face, at most 256 pixels wide.
    """

    box: Box
    landmarks: tuple[tuple[float, float], ...]
    score: float
    quality: float
    vector: NDArray[np.float32]
    portrait: NDArray[np.uint8]


class FaceEngine(Protocol):
    """Finds and describes faces. `info` is known without loading a model; `read` loads on first use.

    Called from several threads at once (`app.vision.threads`), but for `close`, which comes last.
    """

    @property
    def info(self) -> EngineInfo: ...

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        """The faces of each picture, largest box first. The result for one picture does not depend on the others."""
        ...

    def describe(self, picture: Picture, boxes: Sequence[Box]) -> list[Reading]:
        """One reading for each of these boxes, which a person drew, with the box as given.

        Its landmarks are those of the face that is found by looking there closely, else guessed, with a score of 0.
        """
        ...

    def close(self) -> None: ...

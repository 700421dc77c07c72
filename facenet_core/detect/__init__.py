"""Face detectors. Each finds boxes and five landmarks in one picture; none of them recognises anybody."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from facenet_core.types import Detection


class Detector(Protocol):
    """Finds faces. `name` and `fingerprint` are known before anything is loaded; `detect` loads on first use.

    Detectors of equal `fingerprint` find the same faces, so it covers the network and every setting. Several threads
    may call one detector at the same time.
    """

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def score(self) -> float:
        """The least score that counts as a face, 0..1."""
        ...

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        """The faces of an upright RGB image uint8 [h, w, 3], largest box first; empty where there is none.

        Boxes and landmarks are finite numbers, and landmarks lie apart, so that each face can be aligned.
        """
        ...


def largest_first(detections: list[Detection]) -> list[Detection]:
    """Sorted by falling area; ties by score and place, so that the order never depends on the detector's."""
    return sorted(detections, key=lambda face: (-face.area, -face.score, face.box))

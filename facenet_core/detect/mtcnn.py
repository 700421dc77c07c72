"""MTCNN, the cascade of Zhang et al. 2016 (arXiv 1604.02878), from the `mtcnn` package with its own defaults.

It runs on TensorFlow and takes about 0.3 s a picture. The package looks for its pickled weights in the current folder
first, where a photo folder could hold anything; here it is given the absolute paths of its own files.
"""

from __future__ import annotations

from importlib import metadata, resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facenet_core import devices
from facenet_core.detect import largest_first
from facenet_core.types import Detection, FacenetError

MIN_FACE_SIZE = 20
# The first stage reads windows of 12 pixels at 12 / MIN_FACE_SIZE of the picture's size: smaller ones hold no window.
MIN_SIDE = MIN_FACE_SIZE
# The package's default for its last stage; the first two have thresholds of their own.
SCORE = 0.8


class MtcnnDetector:
    """Finds faces from about 20 pixels. The first `detect` loads TensorFlow and three small networks."""

    name = "mtcnn"
    score = SCORE

    def __init__(self) -> None:
        self._network: Any = None

    @property
    def fingerprint(self) -> str:
        return f"mtcnn-{metadata.version('mtcnn')}-min{MIN_FACE_SIZE}"

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        if min(image.shape[:2]) < MIN_SIDE:
            return []
        if self._network is None:
            self._network = _load()
        # As numbers: the package's other form rounds landmarks to whole pixels.
        rows = self._network.detect_faces(image, min_face_size=MIN_FACE_SIZE, threshold_onet=SCORE, output_type="numpy")
        return largest_first([_detection(row) for row in np.asarray(rows, np.float64)])


def _load() -> Any:
    if devices.backend() != "tensorflow":
        raise FacenetError(f"The mtcnn detector needs Keras on TensorFlow, and Keras runs on {devices.backend()}.")
    devices.grow_memory()
    from mtcnn import MTCNN
    from mtcnn.stages import StageONet, StagePNet, StageRNet

    return MTCNN(
        stages=[
            StagePNet(weights=_own_file("pnet.lz4")),
            StageRNet(weights=_own_file("rnet.lz4")),
            StageONet(weights=_own_file("onet.lz4")),
        ]
    )


def _own_file(name: str) -> str:
    """The absolute path of a weights file inside the package, so that it never falls back on the current folder."""
    path = Path(str(resources.files("mtcnn.assets.weights").joinpath(name)))
    if not path.is_absolute() or not path.is_file():
        raise FacenetError(f"The mtcnn package lacks its weights file {path}: install the program again.")
    return str(path)


def _detection(row: NDArray[np.float64]) -> Detection:
    """A row of the package: picture, x, y, width, height, score, the five landmarks' x, then their y."""
    x, y, width, height, score = (float(value) for value in row[1:6])
    return Detection((x, y, width, height), row[6:16].reshape(2, 5).T.astype(np.float32), score)

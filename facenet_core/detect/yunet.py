"""YuNet (Wu et al. 2023, "YuNet: a tiny millisecond-level face detector"): ours, or a file of others."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from facenet_core import weights
from facenet_core.detect import largest_first
from facenet_core.detect.session import YuNetSession
from facenet_core.types import Detection, FacenetError

# YuNet was trained on faces of about 10 to 300 pixels; what is larger is found in a reduced picture.
LONGEST_SIDE = 1024
# Where a whole number of pixels makes one, so much less than the longest side will do: that takes a tenth of the time.
NEARLY = 0.9
# So many faces so small, in pixels of their longer side, are a crowd, in which a closer look finds more. Measured in
# tests/bench/README.md.
CROWD, CROWD_FACE = 3, 24
# Tiles of a closer look share so many pixels, and faces up to this size are looked for in them: larger ones were found
# before, and of those a tile's border cuts pieces that look like faces too.
SHARED = 64
# A closer look shows a picture at least so many times as large.
CLOSER = 1.5
# The least score that counts as a face, where nobody asks for another.
SCORE = 0.6
# Two boxes of one face overlap by at least this (intersection over union); the weaker is dropped.
OVERLAP = 0.3
# The one that ships inside, below `weights.models_folder()`, and what its file must be.
FILE = "yunet/detector.onnx"
SHA256 = "044b2c566d9e07fa161dd188be34e3fd3dc1f732fc19a5d71dfd244895e90c6f"


class YuNetDetector:
    """Finds faces of about 10 to 300 pixels with the YuNet network that ships inside, or with that in the file `path`.

    `score` is the least score that counts as a face. Pictures whose longer side exceeds `longest_side` are reduced to
    it first. Where that shows a crowd, they are looked at again, reduced to twice that side, in tiles, and so on: so
    pictures are best given at full size. Raises FacenetError where the file cannot be used, at the first `detect` or
    `load`.
    """

    name = "yunet"

    def __init__(self, path: Path | None = None, score: float = SCORE, longest_side: int = LONGEST_SIDE) -> None:
        self._path = shipped() if path is None else Path(path)
        self._digest = SHA256 if path is None else None
        self.score = score
        self._longest_side = longest_side
        self._network: YuNetSession | None = None
        self._loading = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """Covers the file's content: one that does not ship (a third of a megabyte) is read once."""
        if self._digest is None:
            try:
                self._digest = weights.digest(self._path)
            except OSError as error:
                raise self._unreadable(error) from error
        looks = f"side{self._longest_side}x{NEARLY}-crowd{CROWD}x{CROWD_FACE}-shared{SHARED}"
        return f"yunet-{self._digest[:12]}-score{self.score:g}-overlap{OVERLAP:g}-{looks}"

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        network = self.load()
        longest, side = max(image.shape[:2]), self._longest_side
        faces, is_crowd = self._look(network, image, side)
        while is_crowd and side * CLOSER < longest:
            side *= 2
            closer, is_crowd = self._look(network, image, side)
            faces = _distinct(faces + closer)
        return largest_first([face for face in faces if face.score >= self.score])

    def _look(self, network: YuNetSession, image: NDArray[np.uint8], side: int) -> tuple[list[Detection], bool]:
        """The faces of the image reduced to this longer side, in its own pixels; and whether that shows a crowd."""
        small, scale = _reduced(image, side)
        height, width = small.shape[:2]
        columns, lines = (_tiles(length, self._longest_side) for length in (width, height))
        # Weaker ones are cut off at the end: what is a crowd does not depend on the score that is asked for.
        least = min(self.score, SCORE)
        rows = np.concatenate(
            [
                _strongest(network.rows(small[line, column], least)) + _moved(column.start, line.start)
                for column in columns
                for line in lines
            ]
        )
        # Landmarks in one point define no crop.
        rows = rows[np.isfinite(rows).all(axis=1)]
        rows = rows[np.ptp(rows[:, 4:14].reshape(-1, 5, 2), axis=1).any(axis=1)]
        if len(columns) * len(lines) > 1:
            rows = _strongest(rows[rows[:, 2:4].max(axis=1, initial=0) <= SHARED])
        faces = [_detection(row, scale) for row in rows]
        small_side = CROWD_FACE * float(scale.max())
        return faces, sum(face.score >= SCORE and max(face.box[2:]) < small_side for face in faces) >= CROWD

    def load(self) -> YuNetSession:
        """The network, loaded at the first call. Raises FacenetError where the file cannot be used."""
        with self._loading:
            if self._network is None:
                self._network = self._loaded()
            return self._network

    def _loaded(self) -> YuNetSession:
        if self._path == shipped():
            weights.find(self._path, SHA256)
        try:
            return YuNetSession(self._path.read_bytes())
        except OSError as error:
            raise self._unreadable(error) from error
        # ONNX Runtime raises an exception of its own for each way in which a file is none.
        except Exception as error:
            raise FacenetError(
                f"The detector file {self._path} is no YuNet network that ONNX Runtime can run: take a file like "
                "face_detection_yunet_2023mar.onnx of the OpenCV Zoo."
            ) from error

    def _unreadable(self, error: OSError) -> FacenetError:
        return FacenetError(f"The detector file {self._path} cannot be read: {error.strerror or error}.")


def shipped() -> Path:
    """The file of the detector that ships inside."""
    return weights.models_folder() / FILE


def _reduced(image: NDArray[np.uint8], side: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The image with its longer side at most `side`, and how many of its pixels [2] make one across and down.

    That is a whole number where NEARLY as much is left of the side; pixels at the rim that fill none are left out.
    """
    height, width = image.shape[:2]
    longest = max(height, width)
    if longest <= side:
        return image, np.ones(2, np.float32)
    step = -(-longest // side)
    if min(height, width) >= step and longest // step >= NEARLY * side:
        image, shape = image[: height // step * step, : width // step * step], (width // step, height // step)
    else:
        shape = (max(1, round(width * side / longest)), max(1, round(height * side / longest)))
    small = np.asarray(cv2.resize(image, shape, interpolation=cv2.INTER_AREA), np.uint8)
    return small, np.array([image.shape[1] / shape[0], image.shape[0] / shape[1]], np.float32)


def _tiles(length: int, most: int) -> list[slice]:
    """Equal parts of so many pixels that share SHARED, at most `most` + SHARED long."""
    count = max(1, -(-(length - SHARED) // most))
    size = -(-(length + SHARED * (count - 1)) // count)
    return [
        slice(start, start + size) for start in (round(n * (length - size) / max(1, count - 1)) for n in range(count))
    ]


def _moved(x: int, y: int) -> NDArray[np.float32]:
    """What moves a row of the network by so many pixels."""
    return np.array([x, y, 0, 0, *[x, y] * 5, 0], np.float32)


def _strongest(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without those that a stronger one overlaps."""
    if not len(rows):
        return rows
    kept = cv2.dnn.NMSBoxes(rows[:, :4].tolist(), rows[:, 14].tolist(), 0.0, OVERLAP)
    return np.asarray(rows[np.asarray(kept).ravel()])


def _distinct(faces: list[Detection]) -> list[Detection]:
    """Without those that a stronger one overlaps."""
    if not faces:
        return []
    kept = cv2.dnn.NMSBoxes([face.box for face in faces], [face.score for face in faces], 0.0, OVERLAP)
    return [faces[number] for number in np.asarray(kept).ravel()]


def _detection(row: NDArray[np.float32], scale: NDArray[np.float32]) -> Detection:
    """A row of the network, in pixels of the reduced picture. The eye on the left of the picture comes first."""
    x, y = (float(value) for value in (row[:2] + 0.5) * scale - 0.5)
    width, height = (float(value) for value in row[2:4] * scale)
    landmarks = (row[4:14].reshape(5, 2) + 0.5) * scale - 0.5
    return Detection((x, y, width, height), landmarks.astype(np.float32), float(row[14]))

"""YuNet (Wu et al. 2023, "YuNet: a tiny millisecond-level face detector") through OpenCV, from a file the user has."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from facenet_core import weights
from facenet_core.detect import largest_first
from facenet_core.types import Detection, FacenetError

# YuNet was trained on faces of about 10 to 300 pixels; what is larger is found in a reduced picture.
LONGEST_SIDE = 1024
# The least score that counts as a face, where nobody asks for another.
SCORE = 0.6
# Two boxes of one face overlap by at least this (intersection over union); the weaker is dropped.
OVERLAP = 0.3
# Where the coarsest map has a single row or column, OpenCV 4 returns what happened to lie in memory.
SHORTEST_SIDE = 64


class YuNetDetector:
    """Finds faces of about 10 to 300 pixels with the YuNet network in the ONNX file `path`.

    `score` is the least score that counts as a face. Pictures whose longer side exceeds `longest_side` are reduced to
    it first. OpenCV's own thread pool is used (`cv2.setNumThreads`). Raises FacenetError where the file cannot be used,
    at the first `detect` or `load`.
    """

    name = "yunet"

    def __init__(self, path: Path, score: float = SCORE, longest_side: int = LONGEST_SIDE) -> None:
        self._path = Path(path)
        self.score = score
        self._longest_side = longest_side
        self._fingerprint: str | None = None
        self._network: cv2.FaceDetectorYN | None = None

    @property
    def fingerprint(self) -> str:
        """Covers the file's content, so it reads the file (a third of a megabyte) once."""
        if self._fingerprint is None:
            try:
                digest = weights.digest(self._path)
            except OSError as error:
                raise self._unreadable(error) from error
            self._fingerprint = f"yunet-{digest[:12]}-score{self.score:g}-side{self._longest_side}"
        return self._fingerprint

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        network = self.load()
        height, width = image.shape[:2]
        ratio = min(1.0, self._longest_side / max(height, width))
        shape = (max(1, round(width * ratio)), max(1, round(height * ratio)))
        small = image if ratio == 1 else cv2.resize(image, shape, interpolation=cv2.INTER_AREA)
        below, beside = max(0, SHORTEST_SIDE - shape[1]), max(0, SHORTEST_SIDE - shape[0])
        if below or beside:
            small = cv2.copyMakeBorder(small, 0, below, 0, beside, cv2.BORDER_CONSTANT)
        network.setInputSize((shape[0] + beside, shape[1] + below))
        _, rows = network.detect(cv2.cvtColor(small, cv2.COLOR_RGB2BGR))
        if rows is None:
            return []
        scale = np.array([width / shape[0], height / shape[1]], np.float32)
        return largest_first([_detection(row, scale) for row in np.asarray(rows, np.float32)])

    def load(self) -> cv2.FaceDetectorYN:
        """OpenCV's network, loaded at the first call. Raises FacenetError where the file cannot be used."""
        if self._network is None:
            try:
                content = np.frombuffer(_with_fixed_input(self._path.read_bytes()), np.uint8)
            except OSError as error:
                raise self._unreadable(error) from error
            try:
                shape = (SHORTEST_SIDE, SHORTEST_SIDE)
                network = cv2.FaceDetectorYN.create("onnx", content, np.empty(0, np.uint8), shape, self.score, OVERLAP)
                # OpenCV loads any network; only when it runs does it miss the outputs of YuNet.
                network.detect(np.zeros((*shape, 3), np.uint8))
            except cv2.error as error:
                raise FacenetError(
                    f"The detector file {self._path} is no YuNet network that OpenCV can run: take a file like "
                    "face_detection_yunet_2023mar.onnx of the OpenCV Zoo."
                ) from error
            self._network = network
        return self._network

    def _unreadable(self, error: OSError) -> FacenetError:
        return FacenetError(f"The detector file {self._path} cannot be read: {error.strerror or error}.")


def _with_fixed_input(onnx: bytes) -> bytes:
    """`onnx` with numbers in place of an input shape left open ("batch", "height", "width").

    Some published YuNet files leave it open, which OpenCV 4 refuses; which number stands there does not matter, since
    FaceDetectorYN sets its own input size. A dimension is a protobuf field with a name (tag 0x12, length) or a number
    (tag 0x08, varint); varints may be padded, so the number takes the place of the name and no length changes.
    """
    for name, number in ((b"batch", 1), (b"height", 640), (b"width", 640)):
        groups = [number >> shift & 0x7F for shift in range(0, 7 * (len(name) + 1), 7)]
        varint = bytes(group | 0x80 for group in groups[:-1]) + bytes(groups[-1:])
        onnx = onnx.replace(bytes([0x12, len(name)]) + name, b"\x08" + varint)
    return onnx


def _detection(row: NDArray[np.float32], scale: NDArray[np.float32]) -> Detection:
    """A row of FaceDetectorYN: x, y, width, height, five landmarks, score, in pixels of the reduced picture.

    The eye on the left of the picture comes first: what OpenCV calls the right eye is the person's own.
    """
    x, y = (float(value) for value in (row[:2] + 0.5) * scale - 0.5)
    width, height = (float(value) for value in row[2:4] * scale)
    landmarks = (row[4:14].reshape(5, 2) + 0.5) * scale - 0.5
    return Detection((x, y, width, height), landmarks.astype(np.float32), float(row[14]))

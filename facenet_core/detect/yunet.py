"""YuNet (Wu et al. 2023, "YuNet: a tiny millisecond-level face detector") through OpenCV: ours, or a file of others."""

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
# Where the coarsest map has a single row or column, OpenCV 4 returns what happened to lie in memory.
SHORTEST_SIDE = 64
# The one that ships inside, below `weights.models_folder()`, and what its file must be.
FILE = "yunet/detector.onnx"
SHA256 = "044b2c566d9e07fa161dd188be34e3fd3dc1f732fc19a5d71dfd244895e90c6f"


class YuNetDetector:
    """Finds faces of about 10 to 300 pixels with the YuNet network that ships inside, or with that in the file `path`.

    `score` is the least score that counts as a face. Pictures whose longer side exceeds `longest_side` are reduced to
    it first. Where that shows a crowd, they are looked at again, reduced to twice that side, in tiles, and so on: so
    pictures are best given at full size. OpenCV's own thread pool is used (`cv2.setNumThreads`). Raises FacenetError
    where the file cannot be used, at the first `detect` or `load`.
    """

    name = "yunet"

    def __init__(self, path: Path | None = None, score: float = SCORE, longest_side: int = LONGEST_SIDE) -> None:
        self._path = shipped() if path is None else Path(path)
        self._digest = SHA256 if path is None else None
        self.score = score
        self._longest_side = longest_side
        self._network: cv2.FaceDetectorYN | None = None

    @property
    def fingerprint(self) -> str:
        """Covers the file's content: one that does not ship (a third of a megabyte) is read once."""
        if self._digest is None:
            try:
                self._digest = weights.digest(self._path)
            except OSError as error:
                raise self._unreadable(error) from error
        looks = f"side{self._longest_side}-crowd{CROWD}x{CROWD_FACE}-shared{SHARED}"
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

    def _look(self, network: cv2.FaceDetectorYN, image: NDArray[np.uint8], side: int) -> tuple[list[Detection], bool]:
        """The faces of the image reduced to this longer side, in its own pixels; and whether that shows a crowd."""
        height, width = image.shape[:2]
        ratio = min(1.0, side / max(height, width))
        shape = (max(1, round(width * ratio)), max(1, round(height * ratio)))
        small = image if ratio == 1 else np.asarray(cv2.resize(image, shape, interpolation=cv2.INTER_AREA), np.uint8)
        columns, lines = (_tiles(length, self._longest_side) for length in shape)
        rows = np.concatenate(
            [
                _rows(network, small[line, column]) + _moved(column.start, line.start)
                for column in columns
                for line in lines
            ]
        )
        # OpenCV answers infinities for some pictures of a few pixels; landmarks in one point define no crop.
        rows = rows[np.isfinite(rows).all(axis=1)]
        rows = rows[np.ptp(rows[:, 4:14].reshape(-1, 5, 2), axis=1).any(axis=1)]
        if len(columns) * len(lines) > 1:
            rows = rows[rows[:, 2:4].max(axis=1, initial=0) <= SHARED]
        scale = np.array([width / shape[0], height / shape[1]], np.float32)
        faces = _distinct([_detection(row, scale) for row in rows])
        least = CROWD_FACE / ratio
        return faces, sum(face.score >= SCORE and max(face.box[2:]) < least for face in faces) >= CROWD

    def load(self) -> cv2.FaceDetectorYN:
        """OpenCV's network, loaded at the first call. Raises FacenetError where the file cannot be used."""
        if self._network is None:
            if self._path == shipped():
                weights.find(self._path, SHA256)
            try:
                content = np.frombuffer(_with_fixed_input(self._path.read_bytes()), np.uint8)
            except OSError as error:
                raise self._unreadable(error) from error
            try:
                shape = (SHORTEST_SIDE, SHORTEST_SIDE)
                # Weaker ones are cut off at the end: what is a crowd does not depend on the score that is asked for.
                score = min(self.score, SCORE)
                network = cv2.FaceDetectorYN.create("onnx", content, np.empty(0, np.uint8), shape, score, OVERLAP)
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


def shipped() -> Path:
    """The file of the detector that ships inside."""
    return weights.models_folder() / FILE


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


def _tiles(length: int, most: int) -> list[slice]:
    """Equal parts of so many pixels that share SHARED, at most `most` + SHARED long."""
    count = max(1, -(-(length - SHARED) // most))
    size = -(-(length + SHARED * (count - 1)) // count)
    return [
        slice(start, start + size) for start in (round(n * (length - size) / max(1, count - 1)) for n in range(count))
    ]


def _rows(network: cv2.FaceDetectorYN, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What FaceDetectorYN finds in an RGB picture, [n, 15]."""
    height, width = picture.shape[:2]
    below, beside = max(0, SHORTEST_SIDE - height), max(0, SHORTEST_SIDE - width)
    if below or beside:
        picture = np.asarray(cv2.copyMakeBorder(picture, 0, below, 0, beside, cv2.BORDER_CONSTANT), np.uint8)
    network.setInputSize((width + beside, height + below))
    _, rows = network.detect(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return np.empty((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)


def _moved(x: int, y: int) -> NDArray[np.float32]:
    """What moves a row of FaceDetectorYN by so many pixels."""
    return np.array([x, y, 0, 0, *[x, y] * 5, 0], np.float32)


def _distinct(faces: list[Detection]) -> list[Detection]:
    """Without those that a stronger one overlaps."""
    if not faces:
        return []
    kept = cv2.dnn.NMSBoxes([face.box for face in faces], [face.score for face in faces], 0.0, OVERLAP)
    return [faces[number] for number in np.asarray(kept).ravel()]


def _detection(row: NDArray[np.float32], scale: NDArray[np.float32]) -> Detection:
    """A row of FaceDetectorYN: x, y, width, height, five landmarks, score, in pixels of the reduced picture.

    The eye on the left of the picture comes first: what OpenCV calls the right eye is the person's own.
    """
    x, y = (float(value) for value in (row[:2] + 0.5) * scale - 0.5)
    width, height = (float(value) for value in row[2:4] * scale)
    landmarks = (row[4:14].reshape(5, 2) + 0.5) * scale - 0.5
    return Detection((x, y, width, height), landmarks.astype(np.float32), float(row[14]))

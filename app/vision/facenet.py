"""The real engine: finds the faces of a photo, cuts each from its full pixels and describes it, with facenet_core.

Loads networks at the first `read`. Looks at pictures on threads of its own, whoever asks; one caller at a time has
faces described.
"""

from __future__ import annotations

import hashlib
import logging
import shlex
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.crops import portrait
from app.decode import Glance, Picture, UnreadablePhoto, whole
from app.errors import AppError
from app.priority import CORES, lower_priority, lowered, turns
from app.vision.engine import Box, EngineInfo, Reading
from facenet_core import presets, quality
from facenet_core.align import TEMPLATE_SIZE, align
from facenet_core.detect import Detector
from facenet_core.detect.yunet import CROWD, CROWD_FACE
from facenet_core.embed import Embedder
from facenet_core.types import Calibration, Detection, FacenetError

log = logging.getLogger(__name__)

# A smaller face has too few pixels for a vector that tells people apart.
SMALLEST_FACE = 16
# A smaller one fills its crop better, and is seen better, with all the pixels that the photo has of it.
GLANCE_FACE = 80
# A picture has up to 72 MB while it is looked at closely.
LOOKERS = min(4, CORES)
# Faces are described while others are looked for.
DESCRIBERS = max(1, LOOKERS // 2)
# A face that is as much like a picture of nothing as hardly any stranger is like another, at this false match rate,
# says nothing about who it is. Of the 5,487 faces of two sets of portraits these are 371, and 2 of the 4,519 labelled.
LIKE_NOTHING = 1e-3
# A box that a person drew is looked at again with so much around it, the face in it this large: about as large as the
# detector knows faces best.
AROUND, CLOSE_UP = 3.0, 96
# What is so small that it would have to be enlarged by more shows no detector anything.
MOST_ENLARGED = 12
# Boxes that share at least this much of their union are of one face. People draw with the hair, or without the chin.
SAME_PLACE = 0.25
# Where a face has its landmarks in its box: the median of 308 faces that the detector that ships is sure of.
TYPICAL = np.array([[0.26, 0.39], [0.73, 0.39], [0.5, 0.58], [0.31, 0.735], [0.71, 0.735]])
# Greys from left to right, since of one grey alone some networks make nothing at all.
GREYS = (64, 192)
# Part of the fingerprint: another way to cut crops gives other vectors.
ALIGNMENT = "arcface five points, similarity, area-reduced bilinear"


@dataclass(frozen=True, slots=True)
class _Found:
    """A face before it is described."""

    box: Box
    landmarks: tuple[tuple[float, float], ...]
    score: float
    quality: float
    crop: NDArray[np.uint8]
    portrait: NDArray[np.uint8]


class FaceNetEngine:
    """A FaceEngine from a detector and an embedding preset of facenet_core.

    `name` is what people see and choose; `preset` one that ships inside, or a folder; `device` auto, cpu, gpu or gpu:N.
    """

    def __init__(
        self, name: str, detector: Detector, preset: str | Path = presets.DEFAULT, device: str = "auto"
    ) -> None:
        self._name = name
        self._detector = detector
        self._preset = presets.get(preset)
        self._device = device
        self._embedder: Embedder | None = None
        self._nothing: NDArray[np.float32] | None = None
        self._lookers: ThreadPoolExecutor | None = None
        self._starting = threading.Lock()
        self._describing = threading.Lock()

    @property
    def info(self) -> EngineInfo:
        preset = self._preset
        margins = preset.crop_margin if isinstance(preset.crop_margin, tuple) else (preset.crop_margin,)
        margin = " ".join(f"{side:g}" for side in margins)
        crop = f"{ALIGNMENT}, {preset.crop_size} px, margin {margin}"
        # Of the quality too: values of different measures do not compare.
        measure = f"quality {quality.VERSION}, {LIKE_NOTHING:g} like nothing"
        parts = (preset.name, preset.weights_sha256, self._detector.fingerprint, crop, measure)
        calibration = self._calibration()
        return EngineInfo(
            name=self._name,
            fingerprint=hashlib.sha256("\n".join(parts).encode()).hexdigest(),
            dimension=preset.dimension,
            cosine_at=dict(zip(calibration.rates, calibration.cosines, strict=True)),
        )

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        with self._starting:
            if self._lookers is None:
                self._lookers = ThreadPoolExecutor(LOOKERS, "looking", lower_priority, (lowered(),))
        try:
            looks = list(self._lookers.map(self._look_in_turn, pictures))
            described = iter(self._readings([face for faces in looks for face in faces]))
        except FacenetError as error:
            raise AppError(str(error)) from error
        readings = [[next(described) for _ in faces] for faces in looks]
        for faces in readings:
            faces.sort(key=lambda face: (-face.box[2] * face.box[3], face.box))
        return readings

    def describe(self, picture: Picture, boxes: Sequence[Box]) -> list[Reading]:
        try:
            with turns:
                picture = _closely(picture)
                drawn = [self._drawn(picture.pixels, box) for box in boxes]
            return self._readings(drawn)
        except FacenetError as error:
            raise AppError(str(error)) from error

    def _readings(self, found: Sequence[_Found]) -> list[Reading]:
        vectors, blank = self._describe([face.crop for face in found])
        return [
            Reading(
                box=face.box,
                landmarks=face.landmarks,
                score=face.score,
                quality=0.0 if says_nothing else face.quality,
                vector=vector,
                portrait=face.portrait,
            )
            for face, vector, says_nothing in zip(found, vectors, blank, strict=True)
        ]

    def close(self) -> None:
        self._embedder = None
        if self._lookers is not None:
            self._lookers.shutdown()
            self._lookers = None

    def _look_in_turn(self, picture: Picture) -> list[_Found]:
        with turns:
            return self._look(picture)

    def _look(self, picture: Picture) -> list[_Found]:
        """The faces in a picture; where a glance shows small ones, cut from the whole picture."""
        faces = self._detector.detect(picture.pixels)
        sides = [max(face.box[2:]) for face in faces]
        if isinstance(picture, Glance) and min(sides, default=GLANCE_FACE) < GLANCE_FACE:
            glanced = np.array(picture.pixels.shape[1::-1])
            picture = _closely(picture)
            # The detector stopped looking closer for want of pixels, not of a crowd.
            if sum(side < CROWD_FACE for side in sides) >= CROWD:
                faces = self._detector.detect(picture.pixels)
            else:
                faces = [_scaled(face, picture.pixels.shape[1::-1] / glanced) for face in faces]
        found = (self._face(picture.pixels, face) for face in faces)
        return [face for face in found if face is not None]

    def _face(self, pixels: NDArray[np.uint8], detection: Detection) -> _Found | None:
        """None where a detection is too small, off the picture, or has landmarks that no face could have."""
        height, width = pixels.shape[:2]
        # 0 is the centre of the first pixel for a detector and for `align`, but the picture's edge for a relative box.
        start = np.array(detection.box[:2]) + 0.5
        end = np.clip(start + np.array(detection.box[2:]), 0, (width, height))
        start = np.clip(start, 0, (width, height))
        size = end - start
        if size.max() < SMALLEST_FACE or size.min() < 1:
            return None
        left, top, across, down = (float(part) for part in (*start / (width, height), *size / (width, height)))
        landmarks = np.asarray(detection.landmarks, np.float64)
        try:
            return self._cut(pixels, (left, top, across, down), landmarks, detection.score)
        except ValueError:
            return None

    def _drawn(self, pixels: NDArray[np.uint8], box: Box) -> _Found:
        """The face in a box that a person drew: by the landmarks that show from close by, else by those of most faces.

        Somebody has seen a face there, so it is one at any size.
        """
        shape = np.array(pixels.shape[1::-1])
        # Without any size there are no landmarks to cut a face by.
        start, size = np.array(box[:2]) * shape, np.maximum(np.array(box[2:]) * shape, 1)
        landmarks, score = start + TYPICAL * size - 0.5, 0.0
        most = SAME_PLACE
        for detection in self._close_up(pixels, start + size / 2, float(size.max())):
            overlap = _overlap((*(start - 0.5), *size), detection.box)
            if overlap >= most:
                landmarks, score, most = np.asarray(detection.landmarks, np.float64), detection.score, overlap
        return self._cut(pixels, box, landmarks, score)

    def _close_up(self, pixels: NDArray[np.uint8], centre: NDArray[np.float64], side: float) -> list[Detection]:
        """What the detector finds around a place where somebody sees a face of this size, in pixels of the photo."""
        limits, side = np.array(pixels.shape[1::-1]), max(side, CLOSE_UP / MOST_ENLARGED)
        start = np.clip(centre - side * AROUND / 2, 0, limits - 1).astype(int)
        end = np.clip(np.ceil(centre + side * AROUND / 2).astype(int), start + 1, limits)
        part = pixels[start[1] : end[1], start[0] : end[0]]
        shape = np.maximum(1, np.round((end - start) * CLOSE_UP / side)).astype(int)
        method = cv2.INTER_AREA if side > CLOSE_UP else cv2.INTER_CUBIC
        close = np.asarray(cv2.resize(part, (int(shape[0]), int(shape[1])), interpolation=method), np.uint8)
        return [_scaled(face, (end - start) / shape, start) for face in self._detector.detect(close)]

    def _cut(self, pixels: NDArray[np.uint8], box: Box, landmarks: NDArray[np.float64], score: float) -> _Found:
        """The crop and its quality. `landmarks` in pixels; raises ValueError for such as no face could have."""
        height, width = pixels.shape[:2]
        crop = align(pixels, landmarks, self._preset.crop_size, self._preset.crop_margin)
        standard = crop if (self._preset.crop_size, self._preset.crop_margin) == (TEMPLATE_SIZE, 0) else None
        relative = np.clip((landmarks + 0.5) / (width, height), 0, 1)
        return _Found(
            box=box,
            landmarks=tuple((float(x), float(y)) for x, y in relative),
            score=score,
            quality=quality.measure(pixels, landmarks, score, standard).value,
            crop=crop,
            portrait=portrait(pixels, box),
        )

    def _calibration(self) -> Calibration:
        if self._preset.calibration is None:
            raise AppError(uncalibrated(self._preset.name, self._preset.folder))
        return self._preset.calibration

    def _describe(self, crops: list[NDArray[np.uint8]]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """The vectors, and of which the embedder saw no more than in a picture of nothing.

        Blurred faces, walls and backs of heads all get vectors near that of a plain grey picture, whoever they are,
        and would be one large group.
        """
        if not crops:
            return np.empty((0, self._preset.dimension), np.float32), np.empty(0, np.bool_)
        with self._describing, turns:
            if self._embedder is None:
                self._embedder = Embedder(self._preset, self._device, DESCRIBERS)
            if self._nothing is None:
                greys = np.linspace(*GREYS, crops[0].shape[1]).astype(np.uint8)
                self._nothing = self._embedder.embed(np.broadcast_to(greys[:, None], (1, *crops[0].shape)))[0]
            vectors = self._embedder.embed(np.stack(crops))
        calibration = self._calibration()
        return vectors, vectors @ self._nothing >= calibration.cosine_at(max(LIKE_NOTHING, calibration.rates[-1]))


def _closely(picture: Picture) -> Picture:
    """With all the pixels that are kept of a photo, where these can be read."""
    try:
        return whole(picture)
    except (UnreadablePhoto, MemoryError):
        # Whatever it is, the glance was no worse.
        log.warning("A photo was looked at, but not closely", exc_info=True)
        return picture


def _scaled(face: Detection, ratio: NDArray[np.float64], start: NDArray[np.int_] | int = 0) -> Detection:
    """Of a picture that shows a part of another, which begins at `start`: in that one, of so many more pixels."""
    return Detection(
        box=(
            *((np.array(face.box[:2]) + 0.5) * ratio + start - 0.5).tolist(),
            *(np.array(face.box[2:]) * ratio).tolist(),
        ),
        landmarks=np.asarray((face.landmarks + 0.5) * ratio + start - 0.5, np.float32),
        score=face.score,
    )


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Intersection over union of two boxes x, y, width, height."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(across, 0.0) * max(down, 0.0)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def uncalibrated(name: str, folder: Path) -> str:
    """Why the preset in `folder` cannot be used yet, and what to do."""
    return (
        f"Nobody has measured how far the model {name} can be trusted. Do it once, with photos of people you know, a "
        f"folder for each of them in DIR: "
        f"python -m facenet_core calibrate --preset {shlex.quote(str(folder))} --images DIR --write"
    )

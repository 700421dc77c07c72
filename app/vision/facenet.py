"""The real engine: finds the faces of a photo, cuts each from its full pixels and describes it, with facenet_core.

Loads networks at the first `read`. Belongs to one thread (`app.vision.thread`).
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.crops import portrait
from app.decode import Picture
from app.errors import AppError
from app.vision.engine import EngineInfo, Reading
from facenet_core import presets, quality
from facenet_core.align import TEMPLATE_SIZE, align
from facenet_core.detect import Detector
from facenet_core.embed import Embedder
from facenet_core.types import Calibration, Detection, FacenetError

# A smaller face has too few pixels for a vector that tells people apart.
SMALLEST_FACE = 16
# A face that is as much like a picture of nothing as hardly any stranger is like another, at this false match rate,
# says nothing about who it is. Of the 5,487 faces of two sets of portraits these are 371, and 2 of the 4,519 labelled.
LIKE_NOTHING = 1e-3
# Greys from left to right, since of one grey alone some networks make nothing at all.
GREYS = (64, 192)
# Part of the fingerprint: another way to cut crops gives other vectors.
ALIGNMENT = "arcface five points, similarity, area-reduced bilinear"


@dataclass(frozen=True, slots=True)
class _Found:
    """A face before it is described: where it is in the full pixels, and its crop."""

    picture: int
    box: tuple[float, float, float, float]
    landmarks: tuple[tuple[float, float], ...]
    score: float
    quality: float
    crop: NDArray[np.uint8]


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
        try:
            found = [face for number, picture in enumerate(pictures) for face in self._find(number, picture.pixels)]
            vectors, blank = self._describe([face.crop for face in found])
        except FacenetError as error:
            raise AppError(str(error)) from error
        readings: list[list[Reading]] = [[] for _ in pictures]
        for face, vector, says_nothing in zip(found, vectors, blank, strict=True):
            readings[face.picture].append(
                Reading(
                    box=face.box,
                    landmarks=face.landmarks,
                    score=face.score,
                    quality=0.0 if says_nothing else face.quality,
                    vector=vector,
                    portrait=portrait(pictures[face.picture].pixels, face.box),
                )
            )
        for faces in readings:
            faces.sort(key=lambda face: (-face.box[2] * face.box[3], face.box))
        return readings

    def close(self) -> None:
        self._embedder = None

    def _find(self, number: int, pixels: NDArray[np.uint8]) -> list[_Found]:
        faces = (self._face(number, pixels, detection) for detection in self._detector.detect(pixels))
        return [face for face in faces if face is not None]

    def _face(self, number: int, pixels: NDArray[np.uint8], detection: Detection) -> _Found | None:
        """None where a detection is too small, off the picture, or has landmarks that no face could have."""
        height, width = pixels.shape[:2]
        # 0 is the centre of the first pixel for a detector and for `align`, but the picture's edge for a relative box.
        start = np.array(detection.box[:2]) + 0.5
        end = np.clip(start + np.array(detection.box[2:]), 0, (width, height))
        start = np.clip(start, 0, (width, height))
        size = end - start
        if size.max() < SMALLEST_FACE or size.min() < 1:
            return None
        landmarks = np.asarray(detection.landmarks, np.float64)
        try:
            crop = align(pixels, landmarks, self._preset.crop_size, self._preset.crop_margin)
            standard = crop if (self._preset.crop_size, self._preset.crop_margin) == (TEMPLATE_SIZE, 0) else None
            trust = quality.measure(pixels, landmarks, detection.score, standard).value
        except ValueError:
            return None
        left, top, across, down = (float(part) for part in (*start / (width, height), *size / (width, height)))
        relative = np.clip((landmarks + 0.5) / (width, height), 0, 1)
        return _Found(
            picture=number,
            box=(left, top, across, down),
            landmarks=tuple((float(x), float(y)) for x, y in relative),
            score=detection.score,
            quality=trust,
            crop=crop,
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
        if self._embedder is None:
            self._embedder = Embedder(self._preset, self._device)
        if self._nothing is None:
            greys = np.linspace(*GREYS, crops[0].shape[1]).astype(np.uint8)
            self._nothing = self._embedder.embed(np.broadcast_to(greys[:, None], (1, *crops[0].shape)))[0]
        vectors = self._embedder.embed(np.stack(crops))
        calibration = self._calibration()
        return vectors, vectors @ self._nothing >= calibration.cosine_at(max(LIKE_NOTHING, calibration.rates[-1]))


def uncalibrated(name: str, folder: Path) -> str:
    """Why the preset in `folder` cannot be used yet, and what to do."""
    return (
        f"Nobody has measured how far the model {name} can be trusted. Do it once, with photos of people you know, a "
        f"folder for each of them in DIR: "
        f"python -m facenet_core calibrate --preset {shlex.quote(str(folder))} --images DIR --write"
    )

"""The real engine: detects on a reduced picture, cuts each face from the full one, describes it with facenet_core.

Loads networks at the first `read`. Belongs to one thread (`app.vision.thread`).
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.crops import portrait
from app.decode import Picture, shrink
from app.errors import AppError
from app.vision.engine import EngineInfo, Reading
from facenet_core import presets
from facenet_core.align import align
from facenet_core.detect import Detector
from facenet_core.embed import Embedder
from facenet_core.types import Detection, FacenetError

# Detectors see faces of 10 to 300 pixels; here that is anything from a far guest to a head that fills the photo.
WORKING_SIDE = 1024
# A smaller face has too few pixels for a vector that tells people apart.
SMALLEST_FACE = 16
# Part of the fingerprint: another way to cut crops gives other vectors.
ALIGNMENT = "arcface five points, similarity, area-reduced bilinear"

# Chosen so that quality ranks faces of web photos by how well they match the same person's others.
# The Laplacian variance of an aligned crop at which half of the trust in its sharpness is lost.
HALF_SHARP = 20.0
# A box of this many pixels fills the crop without enlarging; below, detail is missing.
FULL_SIZE = 112.0
FRONTALITY_POWER = 0.5
# Detectors give nearly every face more than 0.9, so differences up there must count.
SCORE_POWER = 4


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

    @property
    def info(self) -> EngineInfo:
        preset = self._preset
        margins = preset.crop_margin if isinstance(preset.crop_margin, tuple) else (preset.crop_margin,)
        margin = " ".join(f"{side:g}" for side in margins)
        crop = f"{ALIGNMENT}, {preset.crop_size} px, margin {margin}, found at {WORKING_SIDE} px"
        parts = (preset.name, preset.weights_sha256, self._detector.fingerprint, crop)
        calibration = preset.calibration
        if calibration is None:
            raise AppError(uncalibrated(preset.name, preset.folder))
        return EngineInfo(
            name=self._name,
            fingerprint=hashlib.sha256("\n".join(parts).encode()).hexdigest(),
            dimension=preset.dimension,
            cosine_at=dict(zip(calibration.rates, calibration.cosines, strict=True)),
        )

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        try:
            found = [face for number, picture in enumerate(pictures) for face in self._find(number, picture.pixels)]
            vectors = self._describe([face.crop for face in found])
        except FacenetError as error:
            raise AppError(str(error)) from error
        readings: list[list[Reading]] = [[] for _ in pictures]
        for face, vector in zip(found, vectors, strict=True):
            readings[face.picture].append(
                Reading(
                    box=face.box,
                    landmarks=face.landmarks,
                    score=face.score,
                    quality=face.quality,
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
        small = shrink(pixels, WORKING_SIDE)
        # One ratio a side: the reduced sides are rounded to whole pixels.
        scale = np.array(pixels.shape[1::-1], np.float64) / small.shape[1::-1]
        faces = (self._face(number, pixels, detection, scale) for detection in self._detector.detect(small))
        return [face for face in faces if face is not None]

    def _face(
        self, number: int, pixels: NDArray[np.uint8], detection: Detection, scale: NDArray[np.float64]
    ) -> _Found | None:
        """None where a detection is too small, off the picture, or has landmarks that no face could have."""
        # OpenCV answers infinities for some pictures that are only a few pixels high.
        if not (np.isfinite(detection.box).all() and np.isfinite(detection.landmarks).all()):
            return None
        height, width = pixels.shape[:2]
        # 0 is the centre of the first pixel for a detector and for `align`, but the picture's edge for a relative box.
        start = (np.array(detection.box[:2]) + 0.5) * scale
        end = np.clip(start + np.array(detection.box[2:]) * scale, 0, (width, height))
        start = np.clip(start, 0, (width, height))
        size = end - start
        if size.max() < SMALLEST_FACE or size.min() < 1:
            return None
        landmarks = (np.asarray(detection.landmarks, np.float64) + 0.5) * scale
        try:
            crop = align(pixels, landmarks - 0.5, self._preset.crop_size, self._preset.crop_margin)
        except ValueError:
            return None
        left, top, across, down = (float(part) for part in (*start / (width, height), *size / (width, height)))
        relative = np.clip(landmarks / (width, height), 0, 1)
        return _Found(
            picture=number,
            box=(left, top, across, down),
            landmarks=tuple((float(x), float(y)) for x, y in relative),
            score=detection.score,
            quality=quality(crop, landmarks, float(size.max()), detection.score),
            crop=crop,
        )

    def _describe(self, crops: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
        if not crops:
            return np.empty((0, self._preset.dimension), np.float32)
        if self._embedder is None:
            self._embedder = Embedder(self._preset, self._device)
        return self._embedder.embed(np.stack(crops))


def uncalibrated(name: str, folder: Path) -> str:
    """Why the preset in `folder` cannot be used yet, and what to do."""
    return (
        f"Nobody has measured how far the model {name} can be trusted. Do it once, with photos of people you know, a "
        f"folder for each of them in DIR: "
        f"python -m facenet_core calibrate --preset {shlex.quote(str(folder))} --images DIR --write"
    )


def quality(crop: NDArray[np.uint8], landmarks: NDArray[np.float64], size: float, score: float) -> float:
    """How far a vector can be trusted, 0..1: the product of four shares, each 1 for an ideal face.

    Sharpness is the variance of the Laplacian of the aligned crop (Pech-Pacheco et al. 2000), `size` the longer side
    of the box in pixels, frontality how near the nose is to the middle between the eyes along their line, `score` the
    detector's.
    """
    variance = float(cv2.Laplacian(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())
    sharpness = variance / (variance + HALF_SHARP)
    left, right, nose = landmarks[:3]
    eyes = right - left
    # 0 at the left eye, 1 at the right one; outside in a profile.
    across = float(np.dot(nose - left, eyes) / max(float(np.dot(eyes, eyes)), 1e-9))
    frontality = max(0.0, 1 - abs(2 * across - 1))
    product = sharpness * min(1.0, size / FULL_SIZE) * frontality**FRONTALITY_POWER * max(0.0, score) ** SCORE_POWER
    return float(min(1.0, product))

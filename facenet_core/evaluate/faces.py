"""Labelled pictures to vectors: one face a picture, the one nearest the centre, or an aligned crop as it is."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from facenet_core import quality
from facenet_core.align import align
from facenet_core.data import pictures
from facenet_core.data.alignment import nearest_centre
from facenet_core.data.crops import Marker, read_marker, recut
from facenet_core.detect import Detector
from facenet_core.embed import MOST_THREADS, Embedder
from facenet_core.teacher import Teacher
from facenet_core.types import FacenetError, Margin, Preset

# So many crops are embedded together, which GPUs want; 128 of 160 x 160 are 10 MB.
BATCH = 128
# What a pair scores where one of its pictures shows no face: the lowest cosine there is.
NO_FACE = -1.0


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """`vectors` float32 [n, d] of n pictures: unit length where a face was `found` (bool [n]), else zero.

    `qualities` float64 [n] are those of the faces found (see `facenet_core.quality`), nan for aligned crops, which do
    not tell. `unreadable` says in a sentence each which pictures could not be read; in these no face was found either.
    """

    vectors: NDArray[np.float32]
    found: NDArray[np.bool_]
    qualities: NDArray[np.float64]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Describer:
    """A network that describes crops, be it a preset's or a teacher's.

    `embed` turns RGB crops uint8 [n, size, size, 3], n > 0, which show `margin`, into unit vectors float32
    [n, dimension].
    """

    name: str
    size: int
    margin: Margin
    dimension: int
    embed: Callable[[NDArray[np.uint8]], NDArray[np.float32]]

    @staticmethod
    def of_preset(embedder: Embedder) -> Describer:
        preset = embedder.preset
        return Describer(preset.name, preset.crop_size, preset.crop_margin, preset.dimension, embedder.embed)

    @staticmethod
    def of_teacher(file: Path) -> Describer:
        """Raises FacenetError for a file that is no teacher's."""
        teacher = Teacher(file, min(MOST_THREADS, os.cpu_count() or 1))
        return Describer(file.stem, teacher.side, 0.0, teacher.dimension, lambda crops: teacher(crops)[0])

    def __call__(self, crops: Sequence[NDArray[np.uint8]], margin: float) -> NDArray[np.float32]:
        """Unit vectors float32 [n, dimension] of RGB crops uint8 [s, s, 3] that show `margin`; there is at least one.

        Raises FacenetError for crops that show less than the network wants.
        """
        return self.embed(np.stack([recut(crop, margin, self.size, self.margin) for crop in crops]))


def describe(paths: Sequence[Path], embedder: Embedder, detector: Detector, flip: bool = False) -> Described:
    """Describe the face nearest the centre of each picture, with a progress bar on a terminal.

    Pictures that `align` wrote, in FOLDER/PERSON/, are taken as crops and cut to what the preset wants, and no detector
    runs; where one is missing, `align` found no face. With `flip`, the vectors of a crop and its mirror image are added
    and the sum brought to unit length. Memory: the vectors and BATCH crops.

    Raises FacenetError for crops that show less than the preset wants, where `align` was interrupted, and for a network
    whose vectors are zero or no numbers.
    """
    preset = embedder.preset
    vectors = np.zeros((len(paths), preset.dimension), np.float32)
    found = np.zeros(len(paths), bool)
    qualities = np.full(len(paths), np.nan)
    unreadable: list[str] = []
    marker_of = cache(read_marker)
    crops: list[NDArray[np.uint8]] = []
    places: list[int] = []

    def embed() -> None:
        if crops:
            vectors[places] = embedded(np.stack(crops), embedder, flip)
            found[places] = True
            crops.clear()
            places.clear()

    for place, path in enumerate(tqdm(paths, unit="photo", disable=None)):
        marker = marker_of(path.parent.parent)
        if marker is not None and not path.exists():
            continue
        try:
            picture = pictures.read(path)
        except FacenetError as error:
            unreadable.append(str(error))
            continue
        seen = _detected(picture, detector, preset) if marker is None else _recut(picture, path, marker, preset)
        if seen is not None:
            crop, qualities[place] = seen
            crops.append(crop)
            places.append(place)
        if len(crops) == BATCH:
            embed()
    embed()
    return Described(vectors, found, qualities, tuple(unreadable))


def embedded(crops: NDArray[np.uint8], embedder: Embedder, flip: bool) -> NDArray[np.float32]:
    """Unit vectors float32 [n, d] of crops uint8 [n, size, size, 3]; with `flip`, of them and their mirror images."""
    vectors = embedder.embed(crops)
    if flip:
        vectors = vectors + embedder.embed(crops[:, :, ::-1])
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return vectors


def _detected(picture: NDArray[np.uint8], detector: Detector, preset: Preset) -> tuple[NDArray[np.uint8], float] | None:
    found = detector.detect(picture)
    if not found:
        return None
    face = nearest_centre(found, *picture.shape[:2])
    try:
        crop = align(picture, face.landmarks, preset.crop_size, preset.crop_margin)
        return crop, quality.measure(picture, face.landmarks, face.score).value
    except ValueError:
        # Landmarks in one point are no face that anybody could cut.
        return None


def _recut(picture: NDArray[np.uint8], path: Path, marker: Marker, preset: Preset) -> tuple[NDArray[np.uint8], float]:
    check_size(picture, path, marker)
    return recut(picture, marker.margin, preset.crop_size, preset.crop_margin), math.nan


def check_size(picture: NDArray[np.uint8], path: Path, marker: Marker) -> None:
    """Raises FacenetError for a picture that is no crop of the size that its folder's marker tells."""
    if picture.shape != (marker.size, marker.size, 3):
        height, width = picture.shape[:2]
        raise FacenetError(f"The crop {path} is {width} x {height} pixels, expected {marker.size} x {marker.size}.")

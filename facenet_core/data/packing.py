"""Photos of anybody to a training pack (see `crops.py`): each face as a crop, described by a teacher, none twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from facenet_core.align import TEMPLATE_SIZE
from facenet_core.data import pictures
from facenet_core.data.alignment import centre_first, cut
from facenet_core.data.crops import PACK_MARGIN, PACK_SIZE, TRAITS, UNKNOWN, opened
from facenet_core.detect import Detector
from facenet_core.teacher import Teacher
from facenet_core.tensors import BROKEN
from facenet_core.types import Detection, FacenetError

# Faces smaller than this on their box's longer side, in pixels, are too blurred for a crop of 112 to teach anything.
LEAST_FACE = 48.0
# Teacher's cosine from which a face may be one of the people who are kept out, for the evaluation.
EXCLUDED = 0.55
# Teacher's cosine from which two crops are one picture. The same photo at half to nine tenths of its size has 0.90 to
# 0.98 (19 of 20), as JPEG of quality 70 0.97; of the pairs of different photos of one person 1 in 200 has over 0.89.
# What was cut tightly, and filled otherwise where the photo ends, has 0.65 and more.
DUPLICATE = 0.9
# WebP's quality, 0..100: 1.4 to 1.9 kB a crop.
QUALITY = 88
# Detectors miss faces that fill the picture. Where they find none, they look again at the picture with this longer
# side, in pixels: such a face then has a size that every detector was trained on.
SECOND_LOOKS = (112, 256)
# Crops that are described together, and vectors that they are compared with together.
BATCH, ROWS = 64, 1 << 16
# What UTKFace calls its pictures: [age]_[gender]_[group]_[date].jpg, perhaps with more after it.
_TRAITS_IN_NAME = re.compile(r"(\d{1,3})_([01])_([0-4])_")
_TRAIT_TYPES = {"age": np.int16, "gender": np.int8, "group": np.int8}


class Fate(Enum):
    """What became of a picture that gave no face, or of a face."""

    UNREADABLE = "unreadable"
    NO_FACE = "without a face"
    TOO_SMALL = "too small"
    EXCLUDED = "excluded"
    DUPLICATE = "duplicates"
    KEPT = "kept"


def spread(photos: Sequence[Path], limit: int) -> list[Path]:
    """At most `limit` of the photos, evenly from the first to the last."""
    count = min(limit, len(photos))
    return [photos[number * len(photos) // count] for number in range(count)]


def traits_in_name(name: str) -> tuple[int, ...]:
    """Age, gender and group, as in TRAITS, from a file name of UTKFace; UNKNOWN for each where it tells nothing."""
    match = _TRAITS_IN_NAME.match(name)
    return tuple(map(int, match.groups())) if match else (UNKNOWN,) * len(TRAITS)


def find(picture: NDArray[np.uint8], detector: Detector) -> list[Detection]:
    """The faces of an RGB picture uint8 [h, w, 3], with a second look at one that seems to have none."""
    faces = detector.detect(picture)
    height, width = picture.shape[:2]
    for side in SECOND_LOOKS:
        if faces:
            break
        again = pictures.resized(picture, side)
        scale = np.array([width / again.shape[1], height / again.shape[0]])
        faces = [_scaled(face, scale) for face in detector.detect(again)]
    return faces


def _scaled(face: Detection, scale: NDArray[np.float64]) -> Detection:
    # A coordinate of 0 is the centre of a pixel, and pixels change their size.
    (x, y), (width, height) = (np.array(face.box[:2]) + 0.5) * scale - 0.5, np.array(face.box[2:]) * scale
    landmarks = ((face.landmarks + 0.5) * scale - 0.5).astype(np.float32)
    return replace(face, box=(float(x), float(y), float(width), float(height)), landmarks=landmarks)


def describe(teacher: Teacher, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The teacher's unit vectors [n, dimension] of RGB crops uint8 [n, 128, 128, 3] of a pack, at least one."""
    start = int(PACK_MARGIN)
    return teacher(crops[:, start : start + TEMPLATE_SIZE, start : start + TEMPLATE_SIZE])[0]


class Vectors:
    """Unit vectors [n, dimension] that more are added to; tells how alike the nearest of them is."""

    def __init__(self, parts: Sequence[NDArray[np.float32]], dimension: int) -> None:
        self._held = np.concatenate([np.empty((0, dimension), np.float32), *parts])
        self._count = len(self._held)

    def nearest(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest cosine of each of `vectors` [m, dimension] to any that is held, -1 where none is: float32 [m]."""
        highest = np.full(len(vectors), -1, np.float32)
        for start in range(0, self._count, ROWS):
            held = self._held[start : min(start + ROWS, self._count)]
            np.maximum(highest, (vectors @ held.T).max(axis=1), out=highest)
        return highest

    def add(self, vector: NDArray[np.float32]) -> None:
        if self._count == len(self._held):
            # Doubled, so that a million additions copy each vector but once or twice.
            self._held = np.concatenate([self._held, np.empty((max(1024, self._count), len(vector)), np.float32)])
        self._held[self._count] = vector
        self._count += 1


def read_vectors(path: Path, name: str, dimension: int) -> NDArray[np.float32]:
    """The teacher's vectors [n, dimension] that the .npz file `path` holds under `name`, not its pictures.

    Raises FacenetError where the file is missing or damaged, or holds none, or those of another teacher.
    """
    try:
        with opened(path) as arrays:
            if name not in arrays.files:
                raise ValueError(f"it has no array `{name}`")
            vectors = np.asarray(arrays[name], np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != dimension:
            raise ValueError(f"its `{name}` is {list(vectors.shape)}, the teacher gives [n, {dimension}]")
        if not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=0.01):
            raise ValueError(f"its `{name}` are no unit vectors")
    except BROKEN as error:
        raise FacenetError(f"The vectors of {path} cannot be read: {error}") from error
    return vectors


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    crop: NDArray[np.uint8]
    source: str
    traits: tuple[int, ...]


class Packer:
    """Makes a pack photo by photo: `add` each, `finish`, then take the `arrays`.

    Faces whose teacher's cosine to a vector of `excluded` is EXCLUDED or more are left out, and those that are as near
    as DUPLICATE to one of `known`, or to one taken before. Of a photo the face nearest the centre is taken, or `every`
    one; what is known from the photo's name belongs to the one nearest the centre. Faces have at least `least_face`
    pixels on the longer side of their box. `counts` tells what became of them, `unreadable` which photos are broken.
    """

    def __init__(
        self,
        detector: Detector,
        teacher: Teacher,
        excluded: Sequence[NDArray[np.float32]] = (),
        known: Sequence[NDArray[np.float32]] = (),
        *,
        every: bool = False,
        least_face: float = LEAST_FACE,
        duplicate: float = DUPLICATE,
    ) -> None:
        self.counts: Counter[Fate] = Counter()
        self.unreadable: list[str] = []
        self._detector, self._teacher = detector, teacher
        self._excluded, self._known = Vectors(excluded, teacher.dimension), Vectors(known, teacher.dimension)
        self._every, self._least_face, self._duplicate = every, least_face, duplicate
        self._waiting: list[_Face] = []
        self._data, self._ends = bytearray(), [0]
        self._vectors: list[NDArray[np.float16]] = []
        self._sources: list[str] = []
        self._traits: list[tuple[int, ...]] = []

    def add(self, photo: Path, source: str) -> None:
        """Take the faces of a photo. `source` names the set that it belongs to."""
        try:
            picture = pictures.read(photo)
        except FacenetError as error:
            self.counts[Fate.UNREADABLE] += 1
            self.unreadable.append(str(error))
            return
        faces = centre_first(find(picture, self._detector), *picture.shape[:2])
        cuts = [(face, cut(picture, face, PACK_SIZE, PACK_MARGIN)) for face in faces[: None if self._every else 1]]
        if all(crop is None for _, crop in cuts):
            self.counts[Fate.NO_FACE] += 1
            return
        for face, crop in cuts:
            if crop is None:
                continue
            if max(face.box[2:]) < self._least_face:
                self.counts[Fate.TOO_SMALL] += 1
                continue
            traits = traits_in_name(photo.name if face is faces[0] else "")
            self._waiting.append(_Face(crop, source, traits))
        if len(self._waiting) >= BATCH:
            self._describe()

    def finish(self) -> None:
        """Describe the faces that still wait: to be called after the last photo."""
        if self._waiting:
            self._describe()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What the .npz file of the pack holds: what `crops.py` reads, and `source` [n], the set of each face.

        Raises FacenetError where no face was kept.
        """
        if not self._sources:
            raise FacenetError("No face was kept, and a pack holds at least one.")
        traits = np.array(self._traits, np.int16)
        return {
            "data": np.frombuffer(self._data, np.uint8),
            "offsets": np.array(self._ends, np.int64),
            "source": np.array(self._sources, np.str_),
            "teacher": np.stack(self._vectors),
            **{name: traits[:, column].astype(_TRAIT_TYPES[name]) for column, name in enumerate(TRAITS)},
        }

    def _describe(self) -> None:
        """Describe the faces that wait, and keep those that are wanted."""
        waiting, self._waiting = self._waiting, []
        # Before they are encoded: the teacher sees what the photo shows.
        vectors = describe(self._teacher, np.stack([face.crop for face in waiting]))
        excluded, known = self._excluded.nearest(vectors), self._known.nearest(vectors)
        kept: list[int] = []
        for number, face in enumerate(waiting):
            among_these = (vectors[kept] @ vectors[number]).max(initial=-1)
            fate = Fate.KEPT
            if excluded[number] >= EXCLUDED:
                fate = Fate.EXCLUDED
            elif max(known[number], among_these) >= self._duplicate:
                fate = Fate.DUPLICATE
            self.counts[fate] += 1
            if fate is Fate.KEPT:
                kept.append(number)
                self._keep(face, vectors[number])

    def _keep(self, face: _Face, vector: NDArray[np.float32]) -> None:
        self._known.add(vector)
        bgr = cv2.cvtColor(face.crop, cv2.COLOR_RGB2BGR)
        self._data += cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])[1].tobytes()
        self._ends.append(len(self._data))
        self._vectors.append(vector.astype(np.float16))
        self._sources.append(face.source)
        self._traits.append(face.traits)

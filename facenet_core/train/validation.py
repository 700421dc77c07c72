"""How good the network is on faces it is not trained on: pairs of people left out, crops with a teacher held back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from facenet_core.data.crops import Crops, check_margin, open_crops, read_marker, recut
from facenet_core.data.pairs import parse_folds, people, read_pairs
from facenet_core.data.pictures import read
from facenet_core.evaluate import verification
from facenet_core.preprocess import PREPROCESSING
from facenet_core.train.config import Config
from facenet_core.train.objective import size
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    import keras

BATCH = 64
# More crops than this say nothing new about a mean cosine.
MOST_HELD_BACK = 2048
FAR = 1e-3
COLUMNS = ("step", "accuracy", "sd", "auc", "far", "tar", "teacher_cosine")


class _Pairs(NamedTuple):
    crops: NDArray[np.uint8]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    same: NDArray[np.bool_]
    folds: NDArray[np.int64]


def left_out(config: Config) -> frozenset[str]:
    """The people that a run must not be trained on, since it is verified on their pairs."""
    return frozenset(people(Path(config.pairs), _folds(config))) if config.pairs is not None else frozenset()


class Validation:
    """What a run validates on, read once; `__call__` gives the scores of an embedder by the names of COLUMNS.

    Pairs of which a picture is missing, as where `align` found no face, are left out. Raises FacenetError for pairs
    that cannot be read.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._pairs: _Pairs | None = None
        self._held_back: tuple[NDArray[np.uint8], NDArray[np.float32]] | None = None
        if config.pairs is not None and config.pair_images is not None:
            self._pairs = self._read_pairs(Path(config.pairs), Path(config.pair_images), _folds(config))
        if config.loss == "distill":
            self._held_back = self._read_held_back()

    def __str__(self) -> str:
        told = []
        if self._pairs is not None:
            told.append(f"{len(self._pairs.same):,} pairs of {len(self._pairs.crops):,} pictures")
        if self._held_back is not None:
            told.append(f"{len(self._held_back[0]):,} crops held back")
        return f"validated on {' and '.join(told)}" if told else "not validated"

    def __bool__(self) -> bool:
        return self._pairs is not None or self._held_back is not None

    @property
    def deciding(self) -> str:
        """The score by which one network is better than another."""
        return "accuracy" if self._pairs is not None else "teacher_cosine"

    def __call__(self, embedder: keras.Model) -> dict[str, float]:
        scores: dict[str, float] = {}
        if self._pairs is not None:
            pairs = self._pairs
            vectors = self._vectors(embedder, pairs.crops)
            scores |= _verified(np.sum(vectors[pairs.first] * vectors[pairs.second], axis=1), pairs)
        if self._held_back is not None:
            crops, teacher = self._held_back
            scores["teacher_cosine"] = float(np.mean(np.sum(self._vectors(embedder, crops) * teacher, axis=1)))
        return scores

    def _vectors(self, embedder: keras.Model, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.concatenate([embedder.predict_on_batch(batch)[:count] for batch, count in self._batches(crops)])

    def _batches(self, crops: NDArray[np.uint8]) -> Iterator[tuple[NDArray[np.float32], int]]:
        """Network input of one size, so that it is compiled once; the last is filled up with black."""
        preprocess = PREPROCESSING[self._config.preprocessing]
        for start in range(0, len(crops), BATCH):
            part = crops[start : start + BATCH]
            filled = np.zeros((BATCH, *crops.shape[1:]), np.uint8)
            filled[: len(part)] = part
            yield preprocess(filled), len(part)

    def _read_pairs(self, file: Path, images: Path, folds: set[int] | None) -> _Pairs:
        marker = read_marker(images)
        if marker is None:
            raise FacenetError(f"{images} holds no aligned crops: run `python -m facenet_core align` on it first.")
        check_margin(marker.margin, self._config.crop_margin)
        found = read_pairs(file, images, folds, missing="leave out")
        if len({pair.fold for pair in found}) < 2:
            raise FacenetError(f"Verification needs pairs of at least two folds; {images} has pictures for fewer.")
        paths = sorted({path for pair in found for path in (pair.first, pair.second)})
        places = {path: place for place, path in enumerate(paths)}
        return _Pairs(
            np.stack([self._cut(read(path), marker.margin) for path in paths]),
            np.array([places[pair.first] for pair in found]),
            np.array([places[pair.second] for pair in found]),
            np.array([pair.same for pair in found]),
            np.array([pair.fold for pair in found]),
        )

    def _read_held_back(self) -> tuple[NDArray[np.uint8], NDArray[np.float32]] | None:
        # What cannot be read at all has been reported where the other crops of these paths were opened.
        try:
            crops: Crops = open_crops([Path(path) for path in self._config.data], held_back=True)
        except FacenetError:
            return None
        if crops.teacher is None:
            return None
        chosen = np.linspace(0, len(crops) - 1, min(len(crops), MOST_HELD_BACK)).astype(int)
        cut = np.stack([self._cut(crops.crop(index), crops.margin) for index in chosen.tolist()])
        return cut, crops.teacher[chosen]

    def _cut(self, crop: NDArray[np.uint8], margin: float) -> NDArray[np.uint8]:
        return recut(crop, margin, size(self._config), self._config.crop_margin)


def _folds(config: Config) -> set[int] | None:
    return parse_folds(config.folds) if config.folds else None


def _verified(similarities: NDArray[np.float32], pairs: _Pairs) -> dict[str, float]:
    accuracy = verification.accuracy(similarities, pairs.same, pairs.folds)
    genuine, impostors = similarities[pairs.same], similarities[~pairs.same]
    scores = {"accuracy": accuracy.mean, "sd": accuracy.sd, "auc": verification.auc(similarities, pairs.same)}
    # The strictest false accept rate that so few pairs can measure.
    far = max(FAR, verification.FEWEST_ERRORS / len(impostors))
    if far < 1:
        scores |= {"far": far, "tar": verification.tar_at_far(genuine, impostors, far)[0]}
    return scores

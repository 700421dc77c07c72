"""How well a detector finds faces: precision, recall and average precision (AP) against boxes that people drew.

A detection is right where its box and a face's have an intersection over union (IoU) of OVERLAP or more. AP is the area
under the precision envelope at all points (Everingham et al. 2010, "The PASCAL visual object classes (VOC) challenge",
IJCV 88, as computed from VOC 2010 on). By face size, what lies outside the sizes is ignored as in COCO (Lin et al.
2014, "Microsoft COCO: common objects in context", arXiv 1405.0312, and its evaluation code). NumPy only.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facenet_core.evaluate.clustering import Score
from facenet_core.types import Detection, FacenetError

# The least intersection over union of two boxes of one face.
OVERLAP = 0.5
# Where bands of face sizes begin, in pixels of the photo as stored.
SIZES = (0, 16, 32, 96, math.inf)
# Faces from this size on, in pixels of the picture that the detector is given, are large enough to be found.
LEAST_SIZE = 16
LANDMARKS = ("left eye", "right eye", "nose", "left mouth corner", "right mouth corner")
# Turns of a time measurement, at the least: a median that one disturbance does not move.
LEAST_TURNS = 15

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """What was found in a photo, and the faces that are there.

    `boxes` float64 [n, 4] with their `scores` float64 [n] were found, `truths` float64 [m, 4] are there: x, y, width
    and height in pixels of the picture that the detector was given, which is `scale` times as large as stored.
    """

    boxes: Floats
    scores: Floats
    truths: Floats
    scale: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """All detections that count: `scores` float64 [n], falling, and which are `right`, bool [n]; and how many `faces`
    there are to find."""

    scores: Floats
    right: NDArray[np.bool_]
    faces: int

    def reaching(self, threshold: float) -> tuple[int, int]:
        """How many detections have this score or more, and how many of these are right."""
        count = int(np.searchsorted(-self.scores, -threshold, side="right"))
        return count, int(self.right[:count].sum())

    def at(self, threshold: float) -> Score:
        """Precision and recall of the detections with this score or more."""
        count, right = self.reaching(threshold)
        return Score(right / count if count else 1.0, right / self.faces if self.faces else 1.0)

    def curve(self) -> tuple[Floats, Floats]:
        """Recall, rising, and precision [k], at each score that occurs. Equal scores come and go together, so that
        their order does not matter."""
        last = np.flatnonzero(np.diff(self.scores, append=-np.inf))
        right = np.cumsum(self.right)[last]
        return right / max(self.faces, 1), right / (last + 1)

    @property
    def average_precision(self) -> float:
        """The area under the precision envelope, the best precision at each recall or a higher one: 0..1."""
        recall, precision = self.curve()
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        return float(np.diff(recall, prepend=0.0) @ envelope)


@dataclass(frozen=True, slots=True)
class Band:
    """Faces of `least` pixels and up, but `below` (None: no end), as sizes of the stored photo.

    AP, and the recall at the threshold, are None where there are no such faces.
    """

    least: int
    below: int | None
    faces: int
    average_precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What `measure` finds. `score` and `false_positives` are at `threshold`, and so is `recall_from_16`, of the faces
    that have LEAST_SIZE pixels or more in the picture that the detector was given (None where there are none)."""

    photos: int
    faces: int
    average_precision: float
    threshold: float
    score: Score
    false_positives: int
    faces_from_16: int
    recall_from_16: float | None
    sizes: tuple[Band, ...]

    def record(self) -> dict[str, Any]:
        """All values by their names, for JSON."""
        values = asdict(self)
        score: dict[str, float] = values.pop("score")
        return values | score | {"f": self.score.f}


@dataclass(frozen=True, slots=True)
class Firing:
    """Pictures without a face at a threshold: the share that shows a detection, and detections a picture."""

    pictures: int
    share: float
    detections: float


@dataclass(frozen=True, slots=True)
class Landmarks:
    """How far the landmarks of `faces` lie from another detector's, as shares of its distance between the eyes.

    `median`, `mean` and 95th percentile `p95` are those of the mean over a face's five landmarks; `by_landmark` has the
    median of each. The other detector is no ground truth: two that err alike look perfect.
    """

    faces: int
    median: float
    mean: float
    p95: float
    by_landmark: dict[str, float]


def sizes(boxes: Floats) -> Floats:
    """The sizes [n] of boxes [n, 4]: the geometric mean of both sides, in their pixels."""
    return np.asarray(np.sqrt(boxes[:, 2] * boxes[:, 3]))


def boxes_of(faces: Sequence[Detection]) -> Floats:
    """The boxes of detections, float64 [n, 4]."""
    return np.array([face.box for face in faces], np.float64).reshape(-1, 4)


def overlaps(first: Floats, second: Floats) -> Floats:
    """Intersection over union [n, m] of boxes [n, 4] and [m, 4] (x, y, width, height), 0 where both are points."""
    a, b = first[:, None], second[None]
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., :2] + a[..., 2:], b[..., :2] + b[..., 2:])
    shared = np.clip(high - low, 0, None).prod(-1)
    union = a[..., 2:].prod(-1) + b[..., 2:].prod(-1) - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))


def match(boxes: Floats, scores: Floats, truths: Floats, wanted: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """Which of `truths` [m, 4] each of `boxes` [n, 4] finds, int64 [n]; -1 for none.

    The boxes choose by falling score, of equal ones as they come: the truth that overlaps most, by OVERLAP at the least
    and not found yet. With `wanted` (bool [m]), a truth that is wanted goes before one that is not.
    """
    overlap = overlaps(boxes, truths)
    worth = np.where(overlap >= OVERLAP, overlap + (1 if wanted is None else wanted), 0.0)
    found = np.full(len(boxes), -1, np.int64)
    for place in np.argsort(-scores, kind="stable") if len(truths) else ():
        best = int(worth[place].argmax())
        if worth[place, best] > 0:
            found[place] = best
            worth[:, best] = 0
    return found


def judge(photos: Sequence[Photo], least: float = 0, below: float = math.inf, stored: bool = True) -> Judged:
    """Which detections are right, for faces of `least` <= size < `below`, in pixels as `stored` or as detected on.

    Truths of other sizes are ignored, with the detections that find them, and so are detections of other sizes that
    find nothing: they are neither right nor wrong.
    """

    def within(boxes: Floats, scale: float) -> NDArray[np.bool_]:
        size = sizes(boxes) / (scale if stored else 1)
        return np.asarray((size >= least) & (size < below))

    scores, right, faces = [np.zeros(0)], [np.zeros(0, bool)], 0
    for photo in photos:
        wanted, own = within(photo.truths, photo.scale), within(photo.boxes, photo.scale)
        found = match(photo.boxes, photo.scores, photo.truths, wanted)
        # The -1 of what found nothing takes the last element.
        is_right = np.append(wanted, False)[found]
        counts = is_right | ((found < 0) & own)
        scores.append(photo.scores[counts])
        right.append(is_right[counts])
        faces += int(wanted.sum())
    all_scores = np.concatenate(scores)
    order = np.argsort(-all_scores, kind="stable")
    return Judged(all_scores[order], np.concatenate(right)[order], faces)


def measure(photos: Sequence[Photo], threshold: float) -> Accuracy:
    """AP over all scores; precision and recall of the detections with a score of `threshold` (0..1) or more.

    Raises FacenetError where there are no faces to find.
    """
    judged, large = judge(photos), judge(photos, LEAST_SIZE, stored=False)
    if not judged.faces:
        raise FacenetError("There are no faces to find: the truth holds no boxes.")
    count, right = judged.reaching(threshold)
    return Accuracy(
        photos=len(photos),
        faces=judged.faces,
        average_precision=judged.average_precision,
        threshold=threshold,
        score=judged.at(threshold),
        false_positives=count - right,
        faces_from_16=large.faces,
        recall_from_16=large.at(threshold).recall if large.faces else None,
        sizes=tuple(_band(photos, least, below, threshold) for least, below in pairwise(SIZES)),
    )


def _band(photos: Sequence[Photo], least: float, below: float, threshold: float) -> Band:
    judged = judge(photos, least, below)
    average, recall = (judged.average_precision, judged.at(threshold).recall) if judged.faces else (None, None)
    return Band(int(least), int(below) if math.isfinite(below) else None, judged.faces, average, recall)


def firing(scores: Sequence[Floats], threshold: float) -> Firing:
    """How often a detector fires at pictures without a face; `scores` are those of its detections in each, float64 [k].

    Raises FacenetError for no pictures.
    """
    if not scores:
        raise FacenetError("There are no pictures without a face to measure on.")
    counts = np.array([np.sum(one >= threshold) for one in scores])
    return Firing(len(counts), float(np.mean(counts > 0)), float(counts.mean()))


def landmark_errors(found: Sequence[Detection], reference: Sequence[Detection]) -> Floats:
    """The distance of each landmark from that of `reference`, over its distance between the eyes: float64 [k, 5].

    For the k faces that both found in a picture; those whose eyes are one point in `reference` are left out.
    """
    places = match(boxes_of(found), np.array([face.score for face in found], np.float64), boxes_of(reference))
    pairs = [
        (face.landmarks, reference[place].landmarks) for face, place in zip(found, places, strict=True) if place >= 0
    ]
    errors = [np.linalg.norm(ours - theirs, axis=1) for ours, theirs in pairs]
    eyes = [np.linalg.norm(theirs[1] - theirs[0]) for _, theirs in pairs]
    kept = [error / eye for error, eye in zip(errors, eyes, strict=True) if eye > 0]
    return np.array(kept, np.float64).reshape(-1, 5)


def landmarks(errors: Floats) -> Landmarks:
    """The errors of `landmark_errors` of all pictures, [k, 5], in few numbers. Raises FacenetError for none."""
    if not len(errors):
        raise FacenetError("No face was found by both detectors, so there are no landmarks to compare.")
    of_face, of_landmark = errors.mean(axis=1), np.median(errors, axis=0)
    return Landmarks(
        faces=len(errors),
        median=float(np.median(of_face)),
        mean=float(of_face.mean()),
        p95=float(np.quantile(of_face, 0.95)),
        by_landmark=dict(zip(LANDMARKS, of_landmark.tolist(), strict=True)),
    )


def turns(runs: Sequence[Callable[[], object]], seconds: float) -> Floats:
    """Milliseconds float64 [turns, n] that n `runs` take, measured for about `seconds`, after one that does not count.

    They take turns, back and forth, so that other work on the machine slows all alike, and ratios within a turn hold.
    """
    for run in runs:
        run()
    taken: list[list[float]] = []
    end = time.perf_counter() + seconds
    while len(taken) < LEAST_TURNS or time.perf_counter() < end:
        turn = [0.0] * len(runs)
        for place in range(len(runs))[:: 1 if len(taken) % 2 else -1]:
            start = time.perf_counter()
            runs[place]()
            turn[place] = 1000 * (time.perf_counter() - start)
        taken.append(turn)
    return np.array(taken)

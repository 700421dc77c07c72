"""How well scores tell pairs of one person from pairs of strangers. NumPy only.

A pair matches where its score is at or above a threshold. Genuine pairs show one person, impostor pairs two. Only the
order of scores counts: any rising function of them gives the same rates.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from facenet_core.types import FacenetError

Scores = NDArray[np.floating]

# A rate that fewer pairs than this decide is noise: ten errors leave a relative deviation of a third.
FEWEST_ERRORS = 10


class Accuracy(NamedTuple):
    """The share of pairs told rightly: mean and standard deviation over the folds, and each fold's [folds]."""

    mean: float
    sd: float
    per_fold: NDArray[np.float64]

    @property
    def standard_error(self) -> float:
        """Of the mean, as the tables of LFW print it: the sample deviation / sqrt(folds)."""
        return self.sd / math.sqrt(len(self.per_fold) - 1)


class Roc(NamedTuple):
    """Each point accepts the scores at or above its threshold; from nothing accepted to everything. All [points]."""

    far: NDArray[np.float64]
    tar: NDArray[np.float64]
    thresholds: NDArray[np.float64]


def accuracy(scores: Scores, same: NDArray[np.bool_], folds: NDArray[np.integer]) -> Accuracy:
    """The LFW protocol (Huang et al. 2007, "Labeled Faces in the Wild", view 2): scores, same and folds are [n].

    The pairs of each fold are told by the threshold that is best for all other folds; of equally good ones, the lowest.
    `sd` is the standard deviation of the folds' accuracies, dividing by the number of folds, which is what FaceNet
    implementations print after "+-". Raises FacenetError where there are fewer than two folds.
    """
    scores, same = _checked(scores, same)
    numbers = np.unique(folds)
    if len(numbers) < 2:
        raise FacenetError("The LFW protocol needs pairs of at least two folds: the others choose a fold's threshold.")
    per_fold = np.empty(len(numbers))
    for place, number in enumerate(numbers):
        inside = folds == number
        threshold = best_threshold(scores[~inside], same[~inside])
        per_fold[place] = np.mean((scores[inside] >= threshold) == same[inside])
    return Accuracy(float(per_fold.mean()), float(per_fold.std()), per_fold)


def best_threshold(scores: Scores, same: NDArray[np.bool_]) -> float:
    """The threshold that tells most of the pairs [n] rightly: one of the scores, the lowest of equally good ones.

    Infinite where it is best to accept nothing.
    """
    scores, same = _checked(scores, same)
    thresholds, genuine, impostors = _accepted(scores, same)
    right = genuine + (np.sum(~same) - impostors)
    return float(thresholds[len(right) - 1 - np.argmax(right[::-1])])


def roc(scores: Scores, same: NDArray[np.bool_]) -> Roc:
    """True accepts over false accepts, a point for each different score, of pairs with scores [n] and same [n].

    Raises FacenetError where there are no genuine or no impostor pairs.
    """
    scores, same = _checked(scores, same)
    if same.all() or not same.any():
        raise FacenetError("Rates need pairs of both kinds: of one person, and of two.")
    thresholds, genuine, impostors = _accepted(scores, same)
    return Roc(impostors / np.sum(~same), genuine / np.sum(same), thresholds)


def auc(scores: Scores, same: NDArray[np.bool_]) -> float:
    """The area under the ROC: how often a genuine pair has the higher score of two, ties counted half."""
    curve = roc(scores, same)
    return float(np.trapezoid(curve.tar, curve.far))


def equal_error_rate(scores: Scores, same: NDArray[np.bool_]) -> float:
    """The rate at which false accepts equal false rejects, on the straight line between the ROC's points about it."""
    curve = roc(scores, same)
    excess = curve.far + curve.tar - 1  # false accepts less false rejects: rises from -1 to 1
    after = int(np.argmax(excess >= 0))
    before = after - 1
    share = -excess[before] / (excess[after] - excess[before])
    return float(curve.far[before] + share * (curve.far[after] - curve.far[before]))


def tar_at_far(genuine: Scores, impostors: Scores, far: float) -> tuple[float, float]:
    """The true accept rate and its threshold where no more than a share `far` of the impostor pairs is accepted.

    `genuine` [n] and `impostors` [m] are scores; the threshold is the lowest that keeps the rate. Raises FacenetError
    for a `far` below 10 / m, which too few errors decide, and where there are no genuine pairs.
    """
    if not 0 < far < 1:
        raise ValueError(f"a false accept rate lies between 0 and 1, not at {far:g}")
    if not len(genuine):
        raise FacenetError("A true accept rate needs pairs of one person.")
    if not decided(far, len(impostors)):
        raise FacenetError(
            f"A false accept rate of {far:g} cannot be measured on {len(impostors):,} impostor pairs: "
            f"it takes {FEWEST_ERRORS / far:,.0f}."
        )
    _finite(genuine)
    _finite(impostors)
    accepted = allowed(far, len(impostors))
    first_rejected = np.partition(impostors, len(impostors) - 1 - accepted)[len(impostors) - 1 - accepted]
    return float(np.mean(genuine > first_rejected)), float(np.nextafter(first_rejected, np.inf, dtype=impostors.dtype))


def decided(far: float, impostors: int) -> bool:
    """Whether so many impostor pairs are enough to measure the false accept rate `far`."""
    return allowed(far, impostors) >= FEWEST_ERRORS


def allowed(far: float, impostors: int) -> int:
    """How many of so many impostor pairs may be accepted at the rate `far`."""
    return math.floor(far * impostors * (1 + 1e-12))  # 1e-3 of 3,000 is 3, whatever binary fractions make of it


def power_of_ten(rate: float) -> str:
    """1e-3 for .001, as papers write rates."""
    return f"1e{round(math.log10(rate))}"


def _accepted(
    scores: NDArray[np.float64], same: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Falling thresholds, from infinite through each different score, and the genuine and impostor pairs accepted."""
    order = np.argsort(-scores, kind="stable")
    scores, same = scores[order], same[order]
    last = np.flatnonzero(np.append(scores[1:] != scores[:-1], True)) if len(scores) else np.empty(0, np.int64)
    genuine = np.cumsum(same)[last]
    return np.append(np.inf, scores[last]), np.append(0, genuine), np.append(0, last + 1 - genuine)


def _checked(scores: Scores, same: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    if scores.ndim != 1 or scores.shape != np.shape(same):
        raise ValueError(f"expected a score and a truth for each pair, got {scores.shape} and {np.shape(same)}")
    _finite(scores)
    return scores.astype(np.float64), np.asarray(same, np.bool_)


def _finite(scores: Scores) -> None:
    if not np.isfinite(scores).all():
        raise ValueError("a score is not a finite number")

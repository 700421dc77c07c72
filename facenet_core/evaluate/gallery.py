"""How well a folder of people is told apart: all its pairs, and searches of one picture among the others.

Rates come with bootstrap intervals that draw people, not pairs, since the pairs of one person rise and fall together:
a person drawn w times counts w times in the genuine pairs, and two people drawn w and v times w * v times in theirs
(the vertex bootstrap of Snijders and Borgatti 1999, "Non-parametric standard errors and tests for network statistics",
leaving out pairs of a person with a copy). Only the impostor pairs near the threshold are kept, whatever their number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from facenet_core.evaluate.all_pairs import BINS, Pairs, blocks, count, labels_of, row_blocks
from facenet_core.evaluate.calibration import in_fitting_half
from facenet_core.evaluate.verification import FEWEST_ERRORS, allowed, decided, power_of_ten, tar_at_far
from facenet_core.types import FacenetError

FARS = (1e-2, 1e-3, 1e-4)
FPIR = 1e-2
RESAMPLES = 1000
CONFIDENCE = 0.95
# An interval drawn from fewer people than this says nothing.
FEWEST_PEOPLE = 10


class Rate(NamedTuple):
    """A true accept rate where a share `far` of the impostor pairs is accepted, its interval, and its threshold.

    There is no interval of fewer than FEWEST_PEOPLE people.
    """

    far: float
    tar: float
    low: float | None
    high: float | None
    threshold: float


@dataclass(frozen=True, slots=True)
class Search:
    """Searches of one picture among others.

    `rank_1` and `mean_average_precision` leave one picture out: each of the `probes`, the pictures of people who have
    two or more, is searched for among all other pictures. Rank 1 is the share of probes to which no stranger is as
    similar as the most similar other picture of the same person.

    `tpir` is the true positive identification rate where a share FPIR of the searches for strangers finds somebody
    (ISO/IEC 19795-1; Grother, Ngan, Hanaoka 2019, NIST IR 8271: TPIR = 1 - FNIR at rank 1). Half of the people, chosen
    by a hash of their names, are known: the first picture of each is the gallery and the others are the `mated`
    searches, right where the most similar picture of the gallery is of the same person and at or above the threshold.
    All pictures of the other half are the `non_mated` searches. None where these are too few for FPIR.
    """

    rank_1: float
    mean_average_precision: float
    probes: int
    tpir: float | None
    tpir_threshold: float | None
    enrolled: int
    mated: int
    non_mated: int


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """The genuine pairs and the most similar impostor pairs, by falling score, with whose they are."""

    genuine: NDArray[np.float32]
    person: NDArray[np.int32]
    impostors: NDArray[np.float32]
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    faces: NDArray[np.int64]  # of each person

    def rates(self, drawn: NDArray[np.int64], fars: Sequence[float]) -> list[tuple[float, float]] | None:
        """The true accept rate and threshold at each of `fars` where each person is `drawn` [people] so many times.

        None where more impostor pairs are needed than were kept; nan where nobody with two faces was drawn.
        """
        faces = drawn * self.faces
        everyone = (faces.sum() ** 2 - (drawn**2 * self.faces**2).sum()) // 2
        genuine = int((drawn * (self.faces * (self.faces - 1) // 2)).sum())
        accepted = np.cumsum(drawn[self.first] * drawn[self.second])
        found = []
        for far in fars:
            place = int(np.searchsorted(accepted, allowed(far, int(everyone)), side="right"))
            if place == len(accepted):
                return None
            rejected = self.impostors[place]
            true = int(drawn[self.person[: np.searchsorted(-self.genuine, -rejected, side="left")]].sum())
            found.append((true / genuine if genuine else math.nan, float(np.nextafter(rejected, np.float32(2)))))
        return found


def true_accept_rates(
    vectors: NDArray[np.float32],
    labels: NDArray[np.int64],
    counted: Pairs,
    fars: Sequence[float] = FARS,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[Rate]:
    """The true accept rate at each of `fars` over all pairs, with the percentile interval that holds CONFIDENCE.

    Rates below 10 / impostor pairs are left out. `counted` are all pairs of the same faces. Repeatable by `seed`.
    """
    number = int(counted.impostors.sum())
    fars = [far for far in fars if decided(far, number)]
    if not fars:
        return []
    people = int(labels.max()) + 1
    rng = np.random.default_rng(seed)
    drawing = range(resamples if people >= FEWEST_PEOPLE else 0)
    draws = [np.bincount(rng.integers(people, size=people), minlength=people) for _ in drawing]
    share = 2 * max(fars)
    while True:
        tail = tail_of(vectors, labels, counted, min(1.0, share))
        estimates = _estimates(tail, [np.ones(people, np.int64), *draws], fars, complete=share >= 1)
        if estimates is not None:
            break
        share *= 4  # a draw without the look-alikes reaches its rate only further down
    measured, resampled = estimates[0], estimates[1:]
    edge = (1 - CONFIDENCE) / 2
    intervals: list[list[float | None]] = [[None, None] for _ in fars]
    if len(resampled):
        intervals = np.nanquantile(resampled[..., 0], (edge, 1 - edge), axis=0).T.tolist()
    return [
        Rate(far, float(tar), low, high, float(threshold))
        for far, (tar, threshold), (low, high) in zip(fars, measured, intervals, strict=True)
    ]


def _estimates(
    tail: Tail, draws: Sequence[NDArray[np.int64]], fars: Sequence[float], complete: bool
) -> NDArray[np.float64] | None:
    """True accept rates and thresholds [draws, fars, 2]; None where the tail is too short for one of the draws.

    With every pair in the tail, that can only be a draw of a single person, who has no impostor pairs: nan.
    """
    found = []
    for drawn in tqdm(draws, desc="intervals", unit="draw", disable=None, leave=False):
        rates = tail.rates(drawn, fars)
        if rates is None and not complete:
            return None
        found.append(rates or [(math.nan, math.nan)] * len(fars))
    return np.array(found)


def tail_of(vectors: NDArray[np.float32], labels: NDArray[np.int64], counted: Pairs, share: float) -> Tail:
    """Collect the genuine pairs, and the impostor pairs of the highest bins, a `share` of them and one more."""
    above = np.cumsum(counted.impostors[::-1])
    lowest = BINS - 1 - int(np.searchsorted(above, min(share * above[-1] + 1, above[-1])))
    kept: list[tuple[NDArray[np.float32], NDArray[np.int32]]] = []
    near: list[tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int32]]] = []
    people = labels.astype(np.int32)
    for start, cosines, bins, is_genuine, is_impostor in blocks(vectors, labels):
        kept.append((cosines[is_genuine], people[start + np.nonzero(is_genuine)[0]]))
        rows, columns = np.nonzero(is_impostor & (bins >= lowest))
        near.append((cosines[rows, columns], people[start + rows], people[start + columns]))
    genuine, person = (np.concatenate(part) for part in zip(*kept, strict=True))
    impostors, first, second = (np.concatenate(part) for part in zip(*near, strict=True))
    falling, order = np.argsort(-genuine), np.argsort(-impostors)
    return Tail(genuine[falling], person[falling], impostors[order], first[order], second[order], np.bincount(labels))


def search(vectors: NDArray[np.float32], people: Sequence[str]) -> Search:
    """Search for pictures among the others: unit vectors [n, d] of `people` [n]. See Search for the protocols.

    Raises FacenetError where nobody has two pictures.
    """
    labels = labels_of(people)
    has_mate = np.bincount(labels)[labels] > 1
    if not has_mate.any():
        raise FacenetError("Searching needs a person with two pictures in which a face is found.")
    first_ranks, precisions = [], []
    for rows in row_blocks(len(vectors), len(vectors), "searches"):
        cosines = vectors[rows] @ vectors.T
        for row in np.flatnonzero(has_mate[rows]):
            others = np.arange(len(vectors)) != rows.start + row
            right, precision = retrieval(cosines[row, others], labels[others] == labels[rows.start + row])
            first_ranks.append(right)
            precisions.append(precision)
    mated, strangers, enrolled = open_set(vectors, people)
    tpir, threshold = (
        tar_at_far(mated, strangers, FPIR) if decided(FPIR, len(strangers)) and len(mated) else (None,) * 2
    )
    return Search(
        float(np.mean(first_ranks)),
        float(np.mean(precisions)),
        len(precisions),
        tpir,
        threshold,
        enrolled,
        len(mated),
        len(strangers),
    )


def retrieval(scores: NDArray[np.floating], same: NDArray[np.bool_]) -> tuple[bool, float]:
    """Whether the first found is right, and the average precision, of one search with scores and truth [n].

    Equal scores count against the search.
    """
    ordered = np.sort(scores)
    mates = np.sort(scores[same])
    found = len(scores) - np.searchsorted(ordered, mates, side="left")
    right = len(mates) - np.searchsorted(mates, mates, side="left")
    return bool(found[-1] == right[-1]), float(np.mean(right / found))


def open_set(
    vectors: NDArray[np.float32], people: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32], int]:
    """The scores of the mated [m] and of the non-mated searches [u], and the size of the gallery. See Search.

    The score of a mated search whose most similar picture is of another person is -2: below every cosine.
    """
    labels = labels_of(people)
    known = np.array([not in_fitting_half(person) for person in people], bool)
    firsts = np.zeros(len(labels), bool)
    firsts[np.unique(labels, return_index=True)[1]] = True
    gallery = np.flatnonzero(known & firsts)
    mated, strangers = np.flatnonzero(known & ~firsts), np.flatnonzero(~known)
    if not len(gallery):
        return np.empty(0, np.float32), np.empty(0, np.float32), 0
    best, whose = np.empty(len(vectors), np.float32), np.empty(len(vectors), np.int64)
    for rows in row_blocks(len(vectors), len(gallery), "open set"):
        cosines = vectors[rows] @ vectors[gallery].T
        best[rows] = cosines.max(axis=1)
        whose[rows] = labels[gallery[cosines.argmax(axis=1)]]
    return np.where(whose[mated] == labels[mated], best[mated], np.float32(-2)), best[strangers], len(gallery)


def measure(vectors: NDArray[np.float32], people: Sequence[str], resamples: int = RESAMPLES) -> Report:
    """Everything about a gallery of unit vectors [n, d] of `people` [n], named in the order of their pictures.

    Raises FacenetError where there are not two people, or no person with two pictures.
    """
    labels = labels_of(people)
    counted = count(vectors, labels)
    if not counted.genuine.any() or not counted.impostors.any():
        raise FacenetError(
            "A gallery needs two people, and two pictures of one of them, in which a face is found: there are "
            f"{counted.genuine.sum():,} pairs of one person and {counted.impostors.sum():,} of two."
        )
    rates = true_accept_rates(vectors, labels, counted, resamples=resamples)
    return Report(len(set(people)), counted, rates, search(vectors, people), resamples)


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What `measure` found."""

    people: int
    pairs: Pairs
    rates: Sequence[Rate]
    search: Search
    resamples: int

    def left_out(self) -> list[str]:
        """Which rates were not measured, and why."""
        impostors, search = int(self.pairs.impostors.sum()), self.search
        reasons = [
            f"TAR at FAR {power_of_ten(far)}: {impostors:,} impostor pairs, {FEWEST_ERRORS / far:,.0f} are needed"
            for far in FARS
            if not decided(far, impostors)
        ]
        if search.tpir is None:
            reasons.append(
                f"TPIR at FPIR {power_of_ten(FPIR)}: {search.mated:,} mated and {search.non_mated:,} non-mated "
                f"searches, 1 and {FEWEST_ERRORS / FPIR:,.0f} are needed"
            )
        return reasons

    def record(self) -> dict[str, Any]:
        """Flat, for JSON: rates are shares of 1, thresholds cosines."""
        found: dict[str, Any] = {
            "people": self.people,
            "genuine_pairs": int(self.pairs.genuine.sum()),
            "impostor_pairs": int(self.pairs.impostors.sum()),
            "confidence": CONFIDENCE,
            "resamples": self.resamples,
        }
        for rate in self.rates:
            name = f"tar_at_far_{power_of_ten(rate.far)}"
            found |= {name: rate.tar, f"{name}_low": rate.low, f"{name}_high": rate.high}
            found[f"{name}_threshold"] = rate.threshold
        found |= asdict(self.search)
        name = f"tpir_at_fpir_{power_of_ten(FPIR)}"
        found |= {name: found.pop("tpir"), f"{name}_threshold": found.pop("tpir_threshold")}
        return found | {"left_out": self.left_out()}

    def rows(self) -> list[tuple[str, str]]:
        """For a reader: what, and how much."""
        genuine, impostors, search = self.pairs.genuine.sum(), self.pairs.impostors.sum(), self.search
        rows = [("pairs", f"{genuine:,} of one person, {impostors:,} of two, of {self.people:,} people")]
        for far, tar, low, high, threshold in self.rates:
            interval = f"no interval, for fewer than {FEWEST_PEOPLE} people"
            if low is not None and high is not None:
                interval = f"{CONFIDENCE:.0%} interval {100 * low:.2f} to {100 * high:.2f}"
            rows.append((f"TAR at FAR {power_of_ten(far)}", f"{tar:.2%}  {interval}, cosine {threshold:.3f}"))
        rows += [
            ("rank 1", f"{search.rank_1:.2%}  of {search.probes:,} searches"),
            ("mean average precision", f"{search.mean_average_precision:.2%}"),
        ]
        if search.tpir is not None:
            searches = f"{search.enrolled:,} known, {search.mated:,} mated, {search.non_mated:,} non-mated searches"
            rows.append((f"TPIR at FPIR {power_of_ten(FPIR)}", f"{search.tpir:.2%}  {searches}"))
        return rows + [("left out", reason) for reason in self.left_out()]

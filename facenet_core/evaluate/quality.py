"""How well a quality value foretells which faces are falsely rejected: the error-versus-reject curve. NumPy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from facenet_core.evaluate.all_pairs import blocks, count, labels_of
from facenet_core.evaluate.gallery import true_accept_rates
from facenet_core.evaluate.verification import FEWEST_ERRORS, power_of_ten
from facenet_core.types import FacenetError

FMR = 1e-3
# The shares of the faces that are dropped. Beyond a third, people with two photos would have no pair left.
DROPPED = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
MOST_DROPPED = 0.3


class Point(NamedTuple):
    """What false rejects are left once a share `dropped` of the faces is out, all 0..1.

    `fnmr` is the false non-match rate of the pairs that are left, where those of the least quality are dropped, and
    `removed` the share of all false rejects that went with them. `by_face` is `fnmr` with each face weighing the same,
    however many photos there are of its person. `random` is what `removed` is on average where chance drops them,
    which changes no rate, and `oracle_fnmr` and `oracle_removed` where each time that face is dropped which has most of
    the false rejects that are left.
    """

    dropped: float
    fnmr: float
    by_face: float
    removed: float
    random: float
    oracle_fnmr: float
    oracle_removed: float


@dataclass(frozen=True, slots=True)
class Report:
    """What `measure` found: of which `faces` and `people`, all with a pair, at which `threshold`, a cosine."""

    faces: int
    people: int
    genuine_pairs: int
    false_rejects: int
    threshold: float
    curve: tuple[Point, ...]

    def record(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"fmr": FMR, "curve": [point._asdict() for point in self.curve]}

    def table(self) -> str:
        """For a reader."""
        lines = [
            f"{self.false_rejects:,} of {self.genuine_pairs:,} pairs of {self.faces:,} faces of {self.people:,} people "
            f"are falsely rejected at FMR {power_of_ten(FMR)}, cosine {self.threshold:.3f}",
            f"{'faces':>9} {'false non-match rate':>29}   {'false rejects removed':>29}",
            f"{'dropped':>9} {'quality':>9} {'by face':>9} {'oracle':>9}   {'quality':>9} {'random':>9} {'oracle':>9}",
        ]
        lines += [
            f"{point.dropped:>9.0%} {point.fnmr:>9.3%} {point.by_face:>9.3%} {point.oracle_fnmr:>9.3%}   "
            f"{point.removed:>9.1%} {point.random:>9.1%} {point.oracle_removed:>9.1%}"
            for point in self.curve
        ]
        return "\n".join(lines)


def measure(
    vectors: NDArray[np.float32],
    people: Sequence[str],
    quality: NDArray[np.float64],
    dropped: Sequence[float] = DROPPED,
) -> Report:
    """The error-versus-reject curve of Grother and Tabassi 2007, "Performance of biometric quality measures".

    Unit vectors [n, d] of `people` [n], and the `quality` [n] of each, of which only the order counts; faces of equal
    quality are dropped in an order of chance, always the same. The cosine with a false match rate FMR is that of all
    faces and stays as it is. Faces of people with one picture, whom nobody could reject, are left out of the rest.
    `dropped` are shares, 0 to MOST_DROPPED. Raises FacenetError where there are too few pairs of two people for FMR,
    or where no pair of one person is rejected, ValueError for shares out of that range.
    """
    if not all(0 <= share <= MOST_DROPPED for share in dropped):
        raise ValueError(f"shares of 0 to {MOST_DROPPED:g} of the faces can be dropped, not {tuple(dropped)}")
    labels = labels_of(people)
    rates = true_accept_rates(vectors, labels, count(vectors, labels), (FMR,), resamples=0)
    if not rates:
        raise FacenetError(
            f"A false match rate of {power_of_ten(FMR)} takes {FEWEST_ERRORS / FMR:,.0f} pairs of two people: "
            "name more people."
        )
    threshold = rates[0].threshold
    first, second, rejected = _genuine(vectors, labels, threshold)
    if not rejected.any():
        raise FacenetError(
            f"None of the {len(rejected):,} pairs of one person is falsely rejected at FMR {power_of_ten(FMR)}: "
            "there is nothing that quality could foretell."
        )
    mated = np.unique((first, second))
    first, second = np.searchsorted(mated, first), np.searchsorted(mated, second)
    chance = np.random.default_rng(0).permutation(len(mated))
    by_quality = np.lexsort((chance, quality[mated]))
    by_oracle = _blamed(first[rejected], second[rejected], by_quality)
    person = labels[mated]
    curve = []
    for share in dropped:
        number = int(share * len(mated) * (1 + 1e-12))
        kept, best = (~np.isin(first, out) & ~np.isin(second, out) for out in (by_quality[:number], by_oracle[:number]))
        left = len(mated) - number
        # Of a person with n photos left, each face is in n - 1 pairs.
        pairs_of_one = np.bincount(person[by_quality[number:]])[person[first[kept]]] - 1
        curve.append(
            Point(
                share,
                float(rejected[kept].mean()),
                float(np.average(rejected[kept], weights=1 / pairs_of_one)),
                1 - float(rejected[kept].sum() / rejected.sum()),
                1 - left * (left - 1) / (len(mated) * (len(mated) - 1)),
                float(rejected[best].mean()),
                1 - float(rejected[best].sum() / rejected.sum()),
            )
        )
    return Report(
        len(mated), len(np.unique(labels[mated])), len(rejected), int(rejected.sum()), threshold, tuple(curve)
    )


def _genuine(
    vectors: NDArray[np.float32], labels: NDArray[np.int64], threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """The places of both faces of each pair of one person, and whether it is rejected, all [pairs]."""
    found = []
    for block in blocks(vectors, labels):
        rows, columns = np.nonzero(block.genuine)
        found.append((block.start + rows, block.start + columns, block.cosines[rows, columns] < threshold))
    first, second, rejected = (np.concatenate(part) for part in zip(*found, strict=True))
    return first, second, rejected


def _blamed(first: NDArray[np.int64], second: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Faces, numbered from 0, by how many of these false rejects they take with them; those without, as in `others`."""
    order: list[int] = []
    while len(first):
        worst = int(np.bincount(np.concatenate((first, second))).argmax())
        order.append(worst)
        left = (first != worst) & (second != worst)
        first, second = first[left], second[left]
    return np.append(np.array(order, np.int64), others[~np.isin(others, order)])

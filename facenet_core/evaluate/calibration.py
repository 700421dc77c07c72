"""From cosines to false match rates: how similar strangers look to a network.

The people are halved by a hash of their name; thresholds are fitted on one half and checked on the other, so that the
reported rates are those of people the calibration has never seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facenet_core.data.alignment import nearest_centre as nearest_centre
from facenet_core.types import Calibration, FacenetError

RATES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
# A rate that fewer pairs than this decide is noise: ten errors leave a relative deviation of a third.
FEWEST_ERRORS = 10
BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold, fitted on half of the people and measured on the other half."""

    cosine: float
    rate: float
    measured_rate: float
    true_match_rate: float


@dataclass(frozen=True, slots=True)
class Report:
    """A calibration and how it did on people it was not fitted on."""

    calibration: Calibration
    points: tuple[Point, ...]
    fitted_pairs: int
    checked_pairs: int
    checked_genuine_pairs: int


def in_fitting_half(person: str) -> bool:
    """Whether this person's pictures fit the calibration (else they check it). The same on every machine."""
    return hashlib.sha256(person.encode("utf-8", "surrogateescape")).digest()[0] % 2 == 0


def fit(vectors: NDArray[np.float32], people: Sequence[str], source: str) -> Report:
    """Calibrate on all pairs of strangers among `vectors` [n, d] (unit length), whose persons `people` [n] names.

    Pairs are all pairs of two vectors. Rates below 10 / pairs are left out. Memory: four bytes a pair of the larger
    half. Raises FacenetError where a half has too few pairs.
    """
    names = np.asarray(people)
    fitting = np.array([in_fitting_half(person) for person in people], bool)
    impostors, _ = similarities(vectors[fitting], names[fitting])
    strangers, genuine = similarities(vectors[~fitting], names[~fitting])
    rates = [rate for rate in RATES if rate * len(impostors) >= FEWEST_ERRORS]
    if len(rates) < 2 or not len(strangers) or not len(genuine):
        raise FacenetError(
            f"Too few pictures to calibrate with: {len(impostors)} pairs of strangers to fit on, "
            f"{len(strangers)} and {len(genuine)} of one person to check with."
        )
    impostors.sort()
    strangers.sort()
    # The threshold of a rate is the similarity of its k-th most similar pair of strangers.
    cosines = [float(impostors[len(impostors) - int(rate * len(impostors))]) for rate in rates]
    points = tuple(
        Point(
            cosine=cosine,
            rate=rate,
            measured_rate=1 - float(np.searchsorted(strangers, cosine)) / len(strangers),
            true_match_rate=float(np.mean(genuine >= cosine)),
        )
        for rate, cosine in zip(rates, cosines, strict=True)
    )
    calibration = Calibration(tuple(rates), tuple(round(cosine, 4) for cosine in cosines), source)
    return Report(calibration, points, len(impostors), len(strangers), len(genuine))


def similarities(
    vectors: NDArray[np.float32], people: NDArray[np.str_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The cosines of all pairs of vectors [n, d]: those of two people, and those of one."""
    strangers, genuine = [np.empty(0, np.float32)], [np.empty(0, np.float32)]
    for start in range(0, len(vectors), BLOCK):
        end = min(start + BLOCK, len(vectors))
        cosines = vectors[start:end] @ vectors[start:].T
        rows, columns = np.triu_indices(end - start, 1, len(vectors) - start)
        same = people[start + rows] == people[start + columns]
        strangers.append(cosines[rows[~same], columns[~same]])
        genuine.append(cosines[rows[same], columns[same]])
    return np.concatenate(strangers), np.concatenate(genuine)


def table(report: Report) -> str:
    """The report for a reader."""
    head = f"{'false match rate':>16} {'cosine':>8} {'measured':>10} {'true matches':>13}"
    rows = [
        f"{point.rate:>16.0e} {point.cosine:>8.4f} {point.measured_rate:>10.2e} {point.true_match_rate:>13.4f}"
        for point in report.points
    ]
    pairs = (
        f"fitted on {report.fitted_pairs:,} pairs of strangers, checked on {report.checked_pairs:,} others "
        f"and {report.checked_genuine_pairs:,} pairs of one person"
    )
    return "\n".join([head, *rows, pairs])

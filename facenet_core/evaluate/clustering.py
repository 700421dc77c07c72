"""How well a clustering of faces agrees with who is on them. NumPy only; a million faces take about a second.

Everything is counted on the contingency table of people and clusters, of which only the filled cells are kept, so that
memory grows with the faces and never with their pairs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from facenet_core.types import FacenetError

SHARES = (0.5, 0.8, 0.9, 0.95)

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall, 0..1. 1 where there was nothing to get wrong, as the precision of groups of one."""

    precision: float
    recall: float

    @property
    def f(self) -> float:
        """Their harmonic mean (van Rijsbergen 1979, "Information Retrieval", chapter 7); 0 where both are 0."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Clicks(NamedTuple):
    """How many clicks name a share of the faces, and how many it would take if every person were one cluster."""

    share: float
    clicks: int
    perfect: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What `measure` counts: a clustering against the truth, each value between 0 and 1 and 1 where they agree.

    `pairwise`: of the pairs of faces in one cluster, the share that is of one person, and of the pairs of one person,
    the share in one cluster; large clusters and people decide it. `bcubed` (Bagga, Baldwin 1998, "Algorithms for
    scoring coreference chains"; Amigo et al. 2009): for each face, the share of its cluster that is of its person, and
    of its person's faces that are in its cluster, averaged over faces. `purity`: the share of faces that are of the
    person most frequent in their cluster. `nmi`: mutual information over the mean of both entropies (Strehl, Ghosh
    2002; normalised by the arithmetic mean as in scikit-learn).
    """

    faces: int
    identities: int
    clusters: int
    pairwise: Score
    bcubed: Score
    purity: float
    nmi: float
    clicks: tuple[Clicks, ...]


def measure(
    truth: Sequence[Hashable], clusters: Sequence[Hashable | None], shares: Sequence[float] = SHARES
) -> Agreement:
    """Compare the `clusters` of n faces with their true identities `truth`: a label of any kind for each face.

    A face whose cluster is None is alone: a cluster of one. `shares` (0..1) are those that `Agreement.clicks` tells of.
    Raises FacenetError for no faces, ValueError for lists of different lengths.
    """
    if len(truth) != len(clusters):
        raise ValueError(f"expected a cluster for each face, got {len(truth)} identities and {len(clusters)} clusters")
    if not len(truth):
        raise FacenetError("There are no faces to compare: none has a true identity.")
    people, groups = _codes(truth), _codes(_alone(clusters))
    of_person, of_group = np.bincount(people), np.bincount(groups)
    cells, both = np.unique(people * len(of_group) + groups, return_counts=True)
    person, group = np.divmod(cells, len(of_group))
    largest = np.zeros(len(of_group), np.int64)
    np.maximum.at(largest, group, both)
    together = _pairs(both)
    faces = len(people)
    return Agreement(
        faces=faces,
        identities=len(of_person),
        clusters=len(of_group),
        pairwise=Score(_ratio(together, _pairs(of_group)), _ratio(together, _pairs(of_person))),
        bcubed=Score(float(both @ (both / of_group[group])) / faces, float(both @ (both / of_person[person])) / faces),
        purity=float(largest.sum()) / faces,
        nmi=_nmi(both, of_person, of_group, person, group),
        clicks=tuple(
            Clicks(share, clicks, perfect)
            for share, clicks, perfect in zip(
                shares, _clicks(of_group, largest, shares), _clicks(of_person, of_person, shares), strict=True
            )
        ),
    )


def table(agreement: Agreement) -> str:
    """The agreement for a reader."""
    lines = [
        f"{agreement.faces:,} faces of {agreement.identities:,} people in {agreement.clusters:,} clusters",
        f"{'':>9} {'precision':>9} {'recall':>9} {'F':>9}",
    ]
    for name, score in (("pairwise", agreement.pairwise), ("BCubed", agreement.bcubed)):
        lines.append(f"{name:>9} {score.precision:>9.4f} {score.recall:>9.4f} {score.f:>9.4f}")
    lines += [f"{'purity':>9} {agreement.purity:>9.4f}", f"{'NMI':>9} {agreement.nmi:>9.4f}"]
    lines += [f"{'named':>9} {'clicks':>9} {'at best':>9}"]
    lines += [f"{named.share:>9.0%} {named.clicks:>9,} {named.perfect:>9,}" for named in agreement.clicks]
    return "\n".join(lines)


def _clicks(sizes: Counts, right: Counts, shares: Sequence[float]) -> list[int]:
    """How many clicks name each of `shares`, all above 0, of the faces.

    The clusters have `sizes` faces, and `right` of them show the person who is most frequent there.

    The clusters are named from the largest: one click for the name of its most frequent person, one for each wrong
    face taken out. A face taken out is alone from then on and waits, with the other clusters of one, for a name of its
    own. A cluster counts as named once no wrong face is left in it. Of equally large clusters the purer comes first.
    """
    removed = np.ones(int((sizes - right).sum()), np.int64)
    sizes, right = np.append(sizes, removed), np.append(right, removed)
    order = np.lexsort((-right, -sizes))
    named, clicks = np.cumsum(right[order]), np.cumsum(1 + sizes[order] - right[order])
    # A share of 0.9 of ten faces is nine, whatever binary fractions make of it.
    wanted = np.array(shares) * named[-1] * (1 - 1e-12)
    return [int(count) for count in clicks[np.searchsorted(named, wanted)]]


def _codes(labels: Iterable[Hashable]) -> Counts:
    """Labels of any kind as numbers from 0, in the order in which they first occur."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(label, len(numbers)) for label in labels], np.int64)


def _alone(clusters: Sequence[Hashable | None]) -> list[Hashable]:
    """Each None as a label that nothing else has."""
    return [object() if label is None else label for label in clusters]


def _pairs(counts: Counts) -> int:
    return int(counts @ (counts - 1)) // 2


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _nmi(both: Counts, of_person: Counts, of_group: Counts, person: Counts, group: Counts) -> float:
    faces = int(both.sum())

    def entropy(counts: Counts) -> float:
        return float(counts @ (np.log(faces) - np.log(counts))) / faces

    mean = (entropy(of_person) + entropy(of_group)) / 2
    if mean == 0:  # one person in one cluster: nothing to tell, and nothing told wrongly
        return 1.0
    logarithms = np.log(both) + np.log(faces) - np.log(of_person[person]) - np.log(of_group[group])
    return min(max(float(both @ logarithms) / faces / mean, 0.0), 1.0)

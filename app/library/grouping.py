"""How faces become groups: neighbours above a threshold pass labels to each other until they agree.

Pure functions over arrays; nothing here reads the library. The method is Chinese whispers (Biemann 2006) on the
nearest-neighbour graph, in rounds over fixed parts of the faces so that it runs in NumPy and gives the same result
every time, whatever order the faces came in: ties and turns are decided by `order`, which the caller derives from the
content of the photos.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

ROUNDS = 30
PARTS = 8
DENSE = 0.5
# A free face starts with a label of its own: minus one, minus two ... Seeds carry labels >= 0.


@dataclass(frozen=True, slots=True)
class Graph:
    """Edges between faces 0..n-1: `a[i]` and `b[i]` are alike by `weight[i]` > 0. Each pair may occur once or twice."""

    n: int
    a: Ints
    b: Ints
    weight: Floats

    @classmethod
    def from_neighbours(cls, n: int, probe: Ints, found: Ints, similarity: Floats, threshold: float) -> Graph:
        """Keeps pairs of different faces at or above `threshold`; `probe`, `found`, `similarity` are flat and equal in
        length, `found` is -1 where there was no neighbour. The weight is how far a pair lies above the threshold."""
        keep = (similarity >= threshold) & (probe != found) & (found >= 0)
        low, high = np.minimum(probe[keep], found[keep]), np.maximum(probe[keep], found[keep])
        pairs, first = np.unique(low * n + high, return_index=True)
        weight = similarity[keep][first] - np.float32(threshold) + np.float32(0.05)
        a, b = pairs // n, pairs % n
        return cls(n, np.concatenate([a, b]), np.concatenate([b, a]), np.concatenate([weight, weight]))


class Grouper(Protocol):
    """A method of grouping. Every one passes tests/library/test_grouping.py."""

    def __call__(self, graph: Graph, *, seeds: Ints, photos: Ints, order: Ints, cancelled: Callable[[], bool]) -> Ints:
        """A label for each face.

        `seeds` [n] holds a label >= 0 for faces whose group stands and -1 for free ones; seeds keep their label.
        `photos` [n]: two faces with equal numbers never get one label (a negative number stands for no photo).
        `order` [n] is a permutation that does not depend on how the faces were numbered. Labels of new groups are
        below 0; a face whose label nobody shares is alone.
        """
        ...


def chinese_whispers(
    graph: Graph, *, seeds: Ints, photos: Ints, order: Ints, cancelled: Callable[[], bool] = lambda: False
) -> Ints:
    labels = np.where(seeds >= 0, seeds, -1 - order)
    free = seeds < 0
    if not free.any() or not len(graph.a):
        return labels
    # Only edges into free faces carry anything; all sorting by receiver happens once.
    wanted = free[graph.a]
    receiver, sender, weight = graph.a[wanted], graph.b[wanted], graph.weight[wanted]
    # Parts of a fixed shuffle take turns: where all change at once, two halves of a group can swap labels forever.
    part = (order * 2654435761 % 4294967296 >> 16) % PARTS
    turns = [np.flatnonzero(part[receiver] == turn) for turn in range(PARTS)]
    for _ in range(ROUNDS):
        moved = 0
        for turn in turns:
            if cancelled():
                return labels
            who, label = _strongest(receiver[turn], labels[sender[turn]], weight[turn])
            moved += int(np.count_nonzero(labels[who] != label))
            labels[who] = label
        if not moved:
            break
    labels = _join_halves(graph, labels, seeds=seeds, photos=photos)
    return _one_face_a_photo(graph, labels, free=free, photos=photos, order=order)


def _join_halves(graph: Graph, labels: Ints, *, seeds: Ints, photos: Ints) -> Ints:
    """Whispers can end with one person in two halves, each content with itself. Labels are joined where at least
    `DENSE` of all pairs between them are linked, densest first, unless both stand or they share a photo."""
    names, group, size = np.unique(labels, return_inverse=True, return_counts=True)
    a, b = group[graph.a], group[graph.b]
    between = a < b
    pairs, links = np.unique(a[between] * len(names) + b[between], return_counts=True)
    a, b = pairs // len(names), pairs % len(names)
    density = links / (size[a] * size[b])
    dense = np.flatnonzero(density >= DENSE)
    if not len(dense):
        return labels
    standing = {int(label) for label in np.unique(seeds[seeds >= 0])}
    touched = np.isin(group, np.concatenate([a[dense], b[dense]]))
    inside: dict[int, set[int]] = {}
    for place in np.flatnonzero(touched).tolist():
        inside.setdefault(int(group[place]), set()).add(int(photos[place]))
    into: dict[int, int] = {}

    def end(number: int) -> int:
        while number in into:
            number = into[number]
        return number

    for place in sorted(dense.tolist(), key=lambda pair: (-density[pair], int(names[a[pair]]), int(names[b[pair]]))):
        one, other = end(int(a[place])), end(int(b[place]))
        apart = {int(names[one]), int(names[other])} <= standing
        if one == other or apart or (inside[one] & inside[other]) - {-1}:
            continue
        # A label that stands is above 0 and every other one below, so the greater name is the one to keep.
        kept, gone = (one, other) if names[one] > names[other] else (other, one)
        into[gone] = kept
        inside[kept] |= inside.pop(gone)
    joined: Ints = names[[end(number) for number in range(len(names))]]
    return joined[group]


def _strongest(receiver: Ints, label: Ints, weight: Floats) -> tuple[Ints, Ints]:
    """For each receiver the label with the largest sum of weights; the smaller label wins a tie."""
    if not len(receiver):
        return receiver, label
    by = np.lexsort((label, receiver))
    receiver, label, weight = receiver[by], label[by], weight[by]
    start = np.flatnonzero(np.r_[True, (receiver[1:] != receiver[:-1]) | (label[1:] != label[:-1])])
    total = np.add.reduceat(weight, start)
    receiver, label = receiver[start], label[start]
    best = np.lexsort((label, -total, receiver))
    first = best[np.flatnonzero(np.r_[True, receiver[best][1:] != receiver[best][:-1]])]
    return receiver[first], label[first]


def _one_face_a_photo(graph: Graph, labels: Ints, *, free: NDArray[np.bool_], photos: Ints, order: Ints) -> Ints:
    """Of several faces of a photo with one label the best-linked stays (a seed always does), the others go alone."""
    inside = labels[graph.a] == labels[graph.b]
    support = np.zeros(graph.n, np.float64)
    np.add.at(support, graph.a[inside], graph.weight[inside])
    support[~free] = np.inf
    by = np.lexsort((order, -support, labels, photos))
    again = np.r_[False, (photos[by][1:] == photos[by][:-1]) & (labels[by][1:] == labels[by][:-1])]
    leave = by[again & (photos[by] >= 0) & free[by]]
    labels = labels.copy()
    # Below every starting label, so that nobody shares it.
    labels[leave] = -1 - graph.n - order[leave]
    return labels


def by_size(labels: Ints, smallest: int) -> list[Ints]:
    """The faces of each label below 0 that at least `smallest` share, largest group first."""
    new = np.flatnonzero(labels < 0)
    by = new[np.argsort(labels[new], kind="stable")]
    groups = np.split(by, np.flatnonzero(np.diff(labels[by])) + 1) if len(by) else []
    return sorted((group for group in groups if len(group) >= smallest), key=lambda group: (-len(group), int(group[0])))
